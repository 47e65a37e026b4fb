// The page of a campaign of a thousand runs: its bytes, and that it is to be used.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { renderHtml } from '../../src/report/html.ts'
import { campaign } from './campaign-sample.ts'
import { launched, skippedAloud, watched } from './chromium.ts'

/** Says what passed since it was last asked: time, and that of the page's thread on a core, which no other work on the machine stretches. */
async function stopwatch(page: Page): Promise<() => Promise<string>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const onCore = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics')
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value
  }
  let [time, core] = [performance.now(), await onCore()]
  return async () => {
    const now = [performance.now(), await onCore()] as const
    const text = `${Math.round(now[0] - time)} ms (${Math.round(now[1] - core)} ms on a core)`
    ;[time, core] = now
    return text
  }
}

const MOST_BYTES = 5_000_000

/** 100 variants, 10 seeds each; 62 metrics; 28 series of 300 bins; 240 buckets. */
const thousand = () =>
  campaign({
    agents: Array.from({ length: 20 }, (_, i) => i + 1),
    modes: ['hasty', 'careful', 'idle', 'stubborn', 'late'],
    seeds: 10,
    metrics: 60,
    bins: 300,
    cores: 24,
    buckets: 240,
  })

let page = ''
beforeAll(async () => {
  page = await renderHtml(thousand())
}, 240_000)

test('has fewer than five million bytes', () => {
  const bytes = Buffer.byteLength(page)
  const packs = [...page.matchAll(/<template data-packed="(\w+)">([^<]*)/g)]
  console.log(
    `${bytes} bytes; of them ${packs.map(([, name, text]) => `${name} ${text!.length}`).join(', ')}`,
  )
  expect(bytes).toBeLessThan(MOST_BYTES)
})

test('is the same bytes every time', async () => {
  expect((await renderHtml(thousand())) === page).toBe(true)
}, 240_000)

test.skipIf(skippedAloud('the page of a campaign'))(
  'can be used: filtered by a seed and an axis',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearsal-campaign-'))
    const browser = await launched()
    try {
      const file = join(folder, 'report.html')
      writeFileSync(file, page)
      const { page: opened, complaints } = await watched(browser)
      const spent = await stopwatch(opened)
      await opened.goto(pathToFileURL(file).href)
      const status = opened.getByRole('status')
      await status.filter({ hasText: 'all 100 variants, all 10 seeds' }).waitFor()
      const usable = await spent()
      await opened.getByRole('region', { name: 'Filters' }).getByText('mode all 5').click()
      await opened.getByRole('checkbox', { name: 'stubborn' }).uncheck()
      await status.filter({ hasText: /^80 of 100 variants, all 10 seeds$/ }).waitFor()
      const first = await spent()
      await opened.getByRole('checkbox', { name: 'late' }).uncheck()
      await status.filter({ hasText: /^60 of 100 variants, all 10 seeds$/ }).waitFor()
      console.log(
        `usable after ${usable}; filtered for the first time in ${first}, again in ${await spent()}`,
      )
      expect(await opened.locator('#drawn figure').count()).toBeGreaterThan(5)
      expect(complaints).toEqual([])
    } finally {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
  240_000,
)
