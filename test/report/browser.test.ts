// The page as a browser makes it: looked at in headless Chromium, where there is one.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderHtml } from '../../src/report/html.ts'
import type { Result } from '../../src/results/result.ts'
import { hostile, loads } from './sample-results.ts'

const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
)
if (!chromium) console.warn('skipped: no Chromium is installed, so the page is not looked at in a browser')

describe.skipIf(!chromium)('in Chromium', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rehearsal-page-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** The document after its script has run. */
  async function opened(result: Result): Promise<string> {
    const page = join(folder, 'page.html')
    writeFileSync(page, await renderHtml(result))
    const quiet = [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ]
    const profile = `--user-data-dir=${join(folder, 'profile')}`
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      ...quiet,
      profile,
      '--dump-dom',
      `file://${page}`,
    ]
    return execFileSync(chromium!, flags, {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 50_000,
    })
  }

  test('the charts are there, and the page’s own script has made its tables sortable', async () => {
    const dom = await opened(loads())
    expect(dom.match(/<svg/g)!.length).toBeGreaterThan(3)
    expect(dom).toContain('<span role="button" tabindex="0">')
  })

  test('nothing that comes from a scenario runs or becomes an element', async () => {
    const dom = await opened(hostile())
    expect(dom).toContain('<span role="button" tabindex="0">')
    // One script, the page's own; and none of the images that the sample tries to bring in.
    expect(dom.match(/<script/g)).toHaveLength(1)
    expect(dom).not.toContain('<img')
  })
})
