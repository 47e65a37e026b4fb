// The suite's page in a browser: what its script does, and what nothing may do.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderHtml } from '../../src/report/html.ts'
import { renderSuite } from '../../src/report/suite.ts'
import { launched, skippedAloud, watched } from './chromium.ts'
import { matrix } from './sample-results.ts'
import { foreignSuite, three } from './suite-samples.ts'

const { source: axe } = createRequire(import.meta.url)('axe-core') as { source: string }

describe.skipIf(skippedAloud('the suite’s page'))('in Chromium, the suite’s page', () => {
  let folder: string
  let browser: Browser
  const urlOf = (name: string): string => pathToFileURL(join(folder, name)).href

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rehearsal-suite-'))
    writeFileSync(join(folder, 'index.html'), renderSuite(three()))
    writeFileSync(join(folder, 'foreign.html'), renderSuite(foreignSuite()))
    writeFileSync(join(folder, 'report.html'), await renderHtml(matrix()))
    browser = await launched()
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  // What runs in the page is text: the project has no types of the browser's.
  const hashOf = (page: Page): Promise<string> => page.evaluate('location.hash')
  /** The first words of a column's cells, of the rows that are seen. */
  const seen = (page: Page, name: string, column: number): Promise<string[]> =>
    page.evaluate(
      `[...document.querySelectorAll('table[data-state=${name}] tbody tr')].filter((row) => row.checkVisibility()).map((row) => row.cells[${column}].innerText.split('\\n')[0])`,
    )
  const tools = (page: Page, name: string) => page.locator(`[data-tools=${name}]`)

  test('sorts by verdict, names that count, and figures; the order stands in the address', async () => {
    const { page } = await watched(browser)
    await page.goto(urlOf('index.html'))
    expect(await seen(page, 'claims', 1)).toEqual(['A-1', 'A-2', 'A-10', 'B-1'])
    const title = page
      .getByRole('table', { name: 'Claims', exact: true })
      .getByRole('button', { name: 'Verdict' })
    await title.click()
    expect(await seen(page, 'claims', 0)).toEqual(['refuted', 'out of reach', 'reproduced', 'open'])
    await title.click()
    expect(await seen(page, 'claims', 0)).toEqual(['open', 'reproduced', 'out of reach', 'refuted'])
    expect(await hashOf(page)).toBe('#claims.sort=-verdict')
    await page.getByRole('button', { name: 'Claim', exact: true }).click()
    expect(await seen(page, 'claims', 1)).toEqual(['A-1', 'A-2', 'A-10', 'B-1'])
    await page.getByRole('button', { name: 'Variants' }).click()
    expect(await seen(page, 'scenarios', 6)).toEqual(['1', '5', '36'])
    expect(await page.getByRole('columnheader', { name: 'Variants' }).getAttribute('aria-sort')).toBe(
      'ascending',
    )
  })

  test('filters by system, verdict and text, says how many are left, and shows all again', async () => {
    const { page } = await watched(browser)
    await page.goto(urlOf('index.html'))
    const status = page.locator('[data-status=claims]')
    expect(await status.textContent()).toBe('4 claims')
    await tools(page, 'claims').getByLabel('System').selectOption('alpha')
    expect(await seen(page, 'claims', 1)).toEqual(['A-1', 'A-2', 'A-10'])
    expect(await status.textContent()).toBe('3 of 4 claims')
    await tools(page, 'claims').getByLabel('Verdict').selectOption('refuted')
    expect(await seen(page, 'claims', 1)).toEqual(['A-2'])
    expect(await hashOf(page)).toBe('#claims.system=alpha&claims.verdict=refuted')
    await tools(page, 'claims').getByRole('button', { name: 'Show all' }).click()
    await tools(page, 'claims').getByLabel('Find').fill('FIGURES of b')
    expect(await seen(page, 'claims', 1)).toEqual(['B-1'])
    // The other table is let alone.
    expect(await seen(page, 'scenarios', 0)).toHaveLength(3)
    await tools(page, 'claims').getByRole('button', { name: 'Show all' }).click()
    expect(await seen(page, 'claims', 1)).toHaveLength(4)
    expect(await hashOf(page)).toBe('')
  })

  test('an address brings back sorting and filters, and one that makes no sense does no harm', async () => {
    const { page, complaints } = await watched(browser)
    await page.goto(`${urlOf('index.html')}#claims.find=holds&claims.sort=-claim&scenarios.verdict=failed`)
    expect(await seen(page, 'claims', 1)).toEqual(['B-1', 'A-2', 'A-1'])
    expect(await tools(page, 'claims').getByLabel('Find').inputValue()).toBe('holds')
    expect(await seen(page, 'scenarios', 0)).toEqual(['failed'])
    await page.reload()
    expect(await seen(page, 'claims', 1)).toEqual(['B-1', 'A-2', 'A-1'])
    await page.goto(
      `${urlOf('index.html')}#claims.verdict=nonsense&claims.sort=%22%3Cscript%3E&=%&claims.system=`,
    )
    expect(await seen(page, 'claims', 1)).toHaveLength(4)
    // A place on the page keeps what is set.
    await page.goto(`${urlOf('index.html')}#claims.verdict=open`)
    await page.getByRole('navigation').getByRole('link', { name: 'Scenarios' }).click()
    await page.waitForFunction(`location.hash === '#claims.verdict=open'`)
    expect(await seen(page, 'claims', 1)).toEqual(['A-10'])
    expect(complaints).toEqual([])
  })

  test('a count leads to the rows that it counts', async () => {
    const { page } = await watched(browser)
    await page.goto(urlOf('index.html'))
    await page.getByRole('listitem').filter({ hasText: 'claim refuted' }).getByRole('link').click()
    expect(await seen(page, 'claims', 0)).toEqual(['refuted'])
    await page
      .getByRole('row', { name: /^alpha/ })
      .first()
      .getByRole('link', { name: '3' })
      .click()
    expect(await seen(page, 'claims', 1)).toEqual(['A-1', 'A-2', 'A-10'])
    expect(await page.evaluate(`document.activeElement.getAttribute('aria-label')`)).toBe('Claims')
  })

  test('is worked by the keyboard alone', async () => {
    const { page } = await watched(browser)
    await page.goto(urlOf('index.html'))
    const focused = (): Promise<string> =>
      page.evaluate(`document.activeElement.tagName + ' ' + document.activeElement.textContent.slice(0, 12)`)
    const reached: string[] = []
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab')
      const now = await focused()
      reached.push(now)
      if (now === 'SPAN Verdict') break
    }
    expect(reached.slice(0, 3)).toEqual(['A Scenarios', 'A Claims', 'A Provenance'])
    expect(reached.some((each) => each.startsWith('SELECT'))).toBe(true)
    expect(reached.some((each) => each.startsWith('INPUT'))).toBe(true)
    await page.keyboard.press('Enter')
    expect(await hashOf(page)).toBe('#scenarios.sort=verdict')
    await page.keyboard.press('Space')
    expect(await hashOf(page)).toBe('#scenarios.sort=-verdict')
    // What is focused stays so, and is seen to be.
    expect(await focused()).toBe('SPAN Verdict')
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none')
  })

  test('asks for nothing, and nothing in it is forbidden; hostile text runs nowhere', async () => {
    for (const name of ['index.html', 'foreign.html']) {
      const { page, complaints, requests } = await watched(browser)
      await page.goto(urlOf(name))
      await page.getByRole('button', { name: 'Claim', exact: true }).click()
      expect(complaints).toEqual([])
      expect(requests).toEqual([urlOf(name)])
      expect(await page.locator('script, img, iframe, object').count()).toBe(1)
      // Nor does it push anything off the page.
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    }
  })

  test('is whole without JavaScript, and shows no tools that would do nothing', async () => {
    const { page } = await watched(browser, { javaScriptEnabled: false })
    await page.goto(urlOf('index.html'))
    expect(await page.locator('table[data-state=claims] tbody tr:visible').count()).toBe(4)
    expect(await page.locator('table[data-state=scenarios] tbody tr:visible').count()).toBe(3)
    expect(await page.locator('.tools:visible').count()).toBe(0)
    expect(await page.getByRole('table').count()).toBe(3)
  })

  test.each([
    ['on a desk', { viewport: { width: 1280, height: 900 } }, ['index.html', 'report.html']],
    ['on a phone', { viewport: { width: 390, height: 844 } }, ['index.html']],
    ['in the dark', { colorScheme: 'dark' }, ['index.html']],
  ] as const)('axe finds nothing serious in it %s, nor in a result’s page', async (_, options, names) => {
    for (const name of names) {
      const { page } = await watched(browser, options)
      await page.goto(urlOf(name))
      await page.evaluate(axe)
      const found = (await page.evaluate(`axe.run({ resultTypes: ['violations'] })`)) as {
        violations: { id: string; impact: string; nodes: { html: string }[] }[]
      }
      const serious = found.violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${name}: ${id}: ${nodes[0]!.html.slice(0, 200)}`)
      expect(serious).toEqual([])
      // Nothing is cut off at the side.
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    }
  })
})
