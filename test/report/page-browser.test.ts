// A result's page in a browser: filters, the address, tables and files of charts, and what nothing may do.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chosen } from '../../src/report/choice.ts'
import { renderHtml } from '../../src/report/html.ts'
import { renderSvgs } from '../../src/report/svg.ts'
import type { Result } from '../../src/results/result.ts'
import { campaign } from './campaign-sample.ts'
import { launched, skippedAloud, watched } from './chromium.ts'
import { HOSTILE, hostile, queueing } from './sample-results.ts'

const { source: axe } = createRequire(import.meta.url)('axe-core') as { source: string }

/** Names that would be code, leave their place, or fill the page. */
function foreign(): Result {
  const result = campaign()
  const names = [...HOSTILE.slice(0, 5), 'x'.repeat(10_000)]
  return {
    ...result,
    scenario: { ...result.scenario, name: HOSTILE[2]!, title: HOSTILE[4]! },
    variants: result.variants.map((variant, i) => ({
      ...variant,
      name: names[i]!,
      parameters: { [HOSTILE[0]!]: names[i]!, '=cmd|calc': i % 2 },
      seeds: variant.seeds.map((seed, j) => (j === 0 ? HOSTILE[1]! : seed)),
      metrics: Object.fromEntries(
        Object.entries(variant.metrics).map(([name, metric], j) => [
          j > 1 ? names[j]! : name,
          { ...metric, meaning: names[j]! },
        ]),
      ),
    })),
  }
}

describe.skipIf(skippedAloud('a result’s page'))('in Chromium, a result’s page', () => {
  let folder: string
  let browser: Browser
  const urlOf = (name: string): string => pathToFileURL(join(folder, `${name}.html`)).href

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rehearsal-page-'))
    const results = { campaign: campaign(), foreign: foreign(), hostile: hostile(), single: queueing() }
    for (const [name, result] of Object.entries(results))
      writeFileSync(join(folder, `${name}.html`), await renderHtml(result))
    browser = await launched()
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const opened = async (name: string, fragment = '', options = {}) => {
    const found = await watched(browser, options)
    await found.page.goto(`${urlOf(name)}${fragment}`)
    return found
  }
  const bar = (page: Page) => page.getByRole('region', { name: 'Filters' })
  /** When whatever was asked for is drawn. */
  const says = (page: Page, text: string): Promise<void> =>
    page
      .getByRole('status')
      .filter({ hasText: new RegExp(`^${text}$`) })
      .waitFor()
  const hashOf = (page: Page): Promise<string> => page.evaluate('location.hash')
  /** The first two cells of the rows of the table of variants. */
  const rows = (page: Page): Promise<string[]> =>
    page.evaluate(
      `[...document.querySelectorAll('table[data-sort=key] tbody tr')].map((row) => [...row.cells].slice(0, 2).map((cell) => cell.innerText).join(' '))`,
    )
  const cell = (page: Page, row: number, column: number): Promise<string> =>
    page.evaluate(
      `document.querySelectorAll('table[data-sort=key] tbody tr')[${row}].cells[${column}].innerText`,
    )
  const titles = (page: Page): Promise<string[]> =>
    page.evaluate(
      `[...document.querySelectorAll('#drawn figure h3')].map((title) => title.textContent.replaceAll('\u00a0', ' '))`,
    )
  const saved = async (page: Page, press: () => Promise<void>) => {
    const [file] = await Promise.all([page.waitForEvent('download'), press()])
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) }
  }

  test('draws the charts and the table of the variants that are chosen, and of nothing else, as Node does', async () => {
    const { page, complaints } = await opened('campaign')
    await says(page, 'all 6 variants, all 4 seeds')
    await bar(page).getByText('mode all 2').click()
    await bar(page).getByLabel('hasty').uncheck()
    await says(page, '3 of 6 variants, all 4 seeds')
    expect((await rows(page)).map((row) => row.split(' ')[0])).toEqual(['1', '4', '16'])
    const careful = new Set([1, 3, 5])
    const alone = chosen(campaign(), { variants: careful, seeds: new Set(['1', '2', '3', '4']) })
    expect(await titles(page)).toEqual((await renderSvgs(alone)).map(({ title }) => title))
    expect(await hashOf(page)).toBe('#variants.mode=careful')
    await page.keyboard.press('Escape')
    await bar(page).getByLabel('Find a variant').pressSequentially('=16 ')
    await says(page, '1 of 6 variants, all 4 seeds')
    // One variant has figures instead of a comparison, and its latency taken apart.
    expect(await page.locator('#figures').textContent()).toContain('Metric')
    expect(await page.locator('#breakdown').isVisible()).toBe(true)
    await bar(page).getByRole('button', { name: 'Reset' }).click()
    await says(page, 'all 6 variants, all 4 seeds')
    expect(await rows(page)).toHaveLength(6)
    expect(await hashOf(page)).toBe('')
    expect(await titles(page)).toEqual((await renderSvgs(campaign())).map(({ title }) => title))
    expect(complaints).toEqual([])
  })

  test('says at its top what a filter leaves as it is, on paper too, until all is shown', async () => {
    const { page, complaints } = await opened('campaign', '#variants.mode=careful&seeds=2')
    await says(page, '3 of 6 variants, 1 of 4 seeds')
    const note = page.getByRole('note')
    expect(await note.textContent()).toBe(
      'Charts and figures are of 3 of 6 variants and 1 of 4 seeds. The verdict, what matters most and checks are of all. Show all',
    )
    await page.emulateMedia({ media: 'print' })
    expect(await note.isVisible()).toBe(true)
    await page.emulateMedia({ media: 'screen' })
    await note.getByRole('button', { name: 'Show all' }).click()
    await says(page, 'all 6 variants, all 4 seeds')
    expect(await note.isVisible()).toBe(false)
    expect(await hashOf(page)).toBe('')
    expect(complaints).toEqual([])
  })

  test('computes figures again of the seeds that are chosen, and says what is not of them', async () => {
    const { page } = await opened('campaign', '#seeds=2&seeds=3')
    await says(page, 'all 6 variants, 2 of 4 seeds')
    const { samples } = campaign().variants[0]!.metrics['latency.p95']!
    const mean = (samples[1]! + samples[2]!) / 2e9
    expect(await cell(page, 0, 2)).toMatch(new RegExp(`^${mean.toPrecision(2)}`))
    expect(await page.locator('#figures').textContent()).toContain('Means over 2 seeds')
    expect(await page.locator('#chart-throughput figcaption').textContent()).toContain('Of seed 1, whichever')
    expect(await page.locator('#chart-latency-percentiles figcaption').textContent()).toContain(
      'Of all 4 seeds',
    )
  })

  test('has what is set in its address: a reload, a link and going back show it again', async () => {
    const { page, complaints } = await opened(
      'campaign',
      '#variants.agents=4&variants.agents=16&sort.key=-agents',
    )
    await says(page, '4 of 6 variants, all 4 seeds')
    expect((await rows(page)).map((row) => row.split(' ')[0])).toEqual(['16', '16', '4', '4'])
    await page.locator('details[data-table=throughput] summary').click()
    await page.waitForFunction(`location.hash.includes('open=data.throughput')`)
    await page.reload()
    await says(page, '4 of 6 variants, all 4 seeds')
    expect((await rows(page)).map((row) => row.split(' ')[0])).toEqual(['16', '16', '4', '4'])
    await page.locator('details[data-table=throughput][open]').waitFor()
    // A place on the page keeps what is set.
    await page.getByRole('navigation').getByRole('link', { name: 'Checks' }).click()
    await page.waitForFunction(`location.hash.includes('variants.agents=4')`)
    // What there is not is none.
    await page.goto(
      `${urlOf('campaign')}#variants.agents=99&seeds=nonsense&sort.key=%22%3Cscript%3E&open=x&=%&find=`,
    )
    await says(page, 'all 6 variants, all 4 seeds')
    await page.goto(`${urlOf('campaign')}#variants.agents=`)
    await says(page, '0 of 6 variants, all 4 seeds')
    expect(await page.locator('#drawn').textContent()).toContain('nothing to draw')
    expect(complaints).toEqual([])
  })

  test('is worked by the keyboard alone', async () => {
    const { page } = await opened('campaign')
    await bar(page).getByLabel('Find a variant').focus()
    const focused = (): Promise<string> =>
      page.evaluate(
        `document.activeElement.tagName + ' ' + (document.activeElement.closest('label') ?? document.activeElement).textContent.trim()`,
      )
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('SUMMARY agents all 3')
    await page.keyboard.press('Enter')
    for (const expected of ['BUTTON All', 'BUTTON None', 'INPUT 1']) {
      await page.keyboard.press('Tab')
      expect(await focused()).toBe(expected)
    }
    await page.keyboard.press('End')
    expect(await focused()).toBe('INPUT 16')
    await page.keyboard.press('ArrowUp')
    expect(await focused()).toBe('INPUT 4')
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none')
    await page.keyboard.press('Space')
    await says(page, '4 of 6 variants, all 4 seeds')
    // What is focused stays so.
    expect(await focused()).toBe('INPUT 4')
    await page.keyboard.press('Escape')
    expect(await focused()).toBe('SUMMARY agents 2 of 3')
    expect(await page.locator('details.choice[open]').count()).toBe(0)
  })

  test('gives each chart as SVG, PNG and CSV, of what is seen', async () => {
    const { page, complaints, requests } = await opened('campaign', '#variants.mode=careful')
    await says(page, '3 of 6 variants, all 4 seeds')
    const press = (kind: string) =>
      page.getByRole('button', { name: `${kind} file of latency-percentiles`, exact: true }).click()
    const svg = await saved(page, () => press('SVG'))
    expect(svg.name).toBe('campaign-latency-percentiles.svg')
    const text = svg.bytes.toString()
    expect(text).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+/)
    expect(text).toContain('prefers-color-scheme:dark')
    // It is well-formed.
    expect(
      await page.evaluate(
        `new DOMParser().parseFromString(${JSON.stringify(text)}, 'image/svg+xml').querySelector('parsererror')`,
      ),
    ).toBeNull()
    const png = await saved(page, () => press('PNG'))
    expect(png.name).toBe('campaign-latency-percentiles.png')
    expect(png.bytes.subarray(1, 4).toString()).toBe('PNG')
    const [, width] = /width="(\d+)/.exec(text)!
    expect(png.bytes.readUInt32BE(16)).toBe(2 * Number(width))
    // Drawn, not blank: what is of one colour packs into next to nothing.
    expect(png.bytes.length).toBeGreaterThan(10_000)
    const csv = await saved(page, () => press('CSV'))
    expect(csv.name).toBe('campaign-latency-percentiles.csv')
    const [head, first] = csv.bytes.toString().split('\r\n')
    expect(head).toBe('percentile,1 (ns),4 (ns),16 (ns)')
    expect(first).toMatch(/^0,\d/)
    expect(complaints).toEqual([])
    expect(requests.filter((url) => !url.startsWith('blob:'))).toEqual([urlOf('campaign')])
  })

  test('shows all rows of a long table when it is opened', async () => {
    const { page } = await opened('single')
    const table = page.locator('details[data-table=latency-percentiles]')
    const all = (await table.locator('tbody tr').count()) === 40
    expect(all).toBe(true)
    expect(await table.locator('p').textContent()).toContain('The first 40 of')
    await table.locator('summary').click()
    await table.locator('tbody tr').nth(41).waitFor()
    expect(await table.locator('p').count()).toBe(0)
  })

  test('has no bar where there is nothing to choose, and nothing to press without JavaScript', async () => {
    const one: Result = { ...queueing(), variants: [{ ...queueing().variants[0]!, seeds: ['1'] }] }
    writeFileSync(join(folder, 'one.html'), await renderHtml(one))
    const { page } = await opened('one')
    expect(await bar(page).count()).toBe(0)
    const { page: still } = await opened('campaign', '', { javaScriptEnabled: false })
    expect(await still.locator('.filters, button').count()).toBe(0)
    expect(await still.locator('#drawn figure').count()).toBeGreaterThan(5)
    await still.locator('details[data-table=variants] summary').click()
    expect(await still.locator('details[data-table=variants] tbody tr').count()).toBe(6)
  })

  test('runs nothing and asks for nothing that comes from a scenario', async () => {
    const { page, complaints, requests } = await opened('foreign')
    await says(page, 'all 6 variants, all 4 seeds')
    const [axis] = await bar(page).locator('details.choice summary').all()
    await axis!.click()
    await bar(page).locator('details.choice input').first().uncheck()
    await says(page, '5 of 6 variants, all 4 seeds')
    const address = await hashOf(page)
    expect(address).not.toMatch(/[<>"']/)
    await page.reload()
    await says(page, '5 of 6 variants, all 4 seeds')
    // The page's own two scripts, and no element of any other's.
    expect(await page.locator('script').count()).toBe(2)
    expect(await page.locator('img, iframe, object, embed, link[rel=stylesheet]').count()).toBe(0)
    await page.keyboard.press('Escape')
    const kinds = ['SVG', 'PNG', 'CSV'] as const
    for (const kind of kinds) {
      const { name } = await saved(page, () =>
        page.getByRole('button', { name: `${kind} file of variants`, exact: true }).click(),
      )
      expect(name).toMatch(/^[a-z0-9._-]{1,90}$/)
    }
    const { bytes } = await saved(page, () =>
      page.getByRole('button', { name: 'CSV file of variants', exact: true }).click(),
    )
    // A spreadsheet takes none of it for a formula.
    expect(bytes.toString()).not.toMatch(/(^|,|\n)"?[=+@]/)
    for (const each of await page.locator('details').all())
      await each.evaluate('(details) => { details.open = true }')
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(complaints).toEqual([])
    expect(requests.filter((url) => !/^(blob|file):/.test(url))).toEqual([])
  })

  test.each([
    ['on a desk', { viewport: { width: 1280, height: 900 } }, ['campaign', 'foreign']],
    ['on a phone', { viewport: { width: 390, height: 844 } }, ['campaign']],
    ['in the dark', { colorScheme: 'dark' }, ['campaign']],
  ] as const)(
    'axe finds nothing serious in it %s, with its filters open and its charts drawn anew',
    async (_, options, names) => {
      for (const name of names) {
        const { page } = await opened(name, '#seeds=2&open=data.throughput', options)
        await says(page, 'all 6 variants, 1 of 4 seeds')
        await bar(page).locator('details.choice summary').first().click()
        await page.evaluate(axe)
        const found = (await page.evaluate(`axe.run({ resultTypes: ['violations'] })`)) as {
          violations: { id: string; impact: string; nodes: { html: string }[] }[]
        }
        const serious = found.violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${name}: ${id}: ${nodes[0]!.html.slice(0, 200)}`)
        expect(serious).toEqual([])
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      }
    },
    240_000,
  )

  test('prints neither filters nor files', async () => {
    const { page } = await opened('campaign')
    await says(page, 'all 6 variants, all 4 seeds')
    await page.emulateMedia({ media: 'print' })
    expect(
      await page.locator('.filters:visible, .downloads:visible, details[data-table]:visible').count(),
    ).toBe(0)
    expect(await page.locator('#drawn figure:visible').count()).toBeGreaterThan(5)
  })

  test('a table of many columns with long names is no wider than the paper', async () => {
    const result = campaign()
    const metrics = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `service.${'soLongAName'.repeat(4)}${i}.mean`,
        { ...result.variants[0]!.metrics['latency.p95']!, value: i * 1e6, interval: null },
      ]),
    )
    const variants = result.variants.map((variant) => ({ ...variant, metrics }))
    writeFileSync(join(folder, 'wide.html'), await renderHtml({ ...result, variants }))
    const { page } = await opened('wide', '', { viewport: { width: 718, height: 1000 } })
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('table[data-sort=key] thead th').count()).toBeGreaterThan(6)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(718)
  })
})
