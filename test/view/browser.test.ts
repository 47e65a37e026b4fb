// What a browser shows of a folder that is served, while runs end.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve } from '../../src/view/server.ts'
import { Site } from '../../src/view/site.ts'
import { launched, skippedAloud, watched } from '../report/chromium.ts'
import { served, writeNamed } from './fixture.ts'

describe.skipIf(skippedAloud('what is served'))('in Chromium', () => {
  const folder = served((root) => {
    writeNamed(join(root, 'first'), 'The first')
    writeNamed(join(root, 'second'), 'The second')
  })
  let browser: Browser
  beforeAll(async () => {
    browser = await launched()
  })
  afterAll(() => browser?.close())

  test('the front page shows a new result by itself, and keeps what is sorted and filtered', async () => {
    const { page, complaints, requests } = await watched(browser)
    await page.goto(`${folder.serving.url}#scenarios.sort=-scenario`)
    expect(await page.getByRole('link', { name: 'The third' }).count()).toBe(0)
    writeNamed(join(folder.root, 'third'), 'The third')
    await page.getByRole('link', { name: 'The third' }).waitFor()
    expect(await page.evaluate('location.hash')).toBe('#scenarios.sort=-scenario')
    expect(complaints).toEqual([])
    const origins = new Set(requests.map((url) => new URL(url).origin))
    expect([...origins]).toEqual([new URL(folder.serving.url).origin])
  })

  test('whoever is at work in the front page is asked first', async () => {
    const { page } = await watched(browser)
    await page.goto(folder.serving.url)
    await page.locator('[data-tools=scenarios]').getByLabel('Find').fill('one-ollama')
    writeNamed(join(folder.root, 'fourth'), 'The fourth')
    await page.getByRole('status').filter({ hasText: 'A newer result is there.' }).waitFor()
    expect(await page.getByRole('link', { name: 'The fourth' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Show it' }).click()
    await page.getByRole('link', { name: 'The fourth' }).waitFor()
    expect(await page.locator('[data-tools=scenarios]').getByLabel('Find').inputValue()).toBe('one-ollama')
  })

  test('a result’s page says that a newer one is there, and shows it when asked; of others it says nothing', async () => {
    const { page, complaints } = await watched(browser)
    await page.goto(folder.serving.url)
    await page.getByRole('link', { name: 'The second' }).click()
    await page.getByRole('heading', { name: 'The second' }).waitFor()
    writeNamed(join(folder.root, 'first'), 'Another first')
    writeNamed(join(folder.root, 'second'), 'The second, again')
    await page.getByRole('button', { name: 'Show it' }).click()
    await page.getByRole('heading', { name: 'The second, again' }).waitFor()
    expect(await page.getByRole('button', { name: 'Show it' }).count()).toBe(0)
    await page.getByRole('link', { name: 'All results' }).click()
    await page.getByRole('link', { name: 'The second, again' }).waitFor()
    expect(await page.getByRole('link', { name: 'All results' }).count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test('a page says that its result is not there any more', async () => {
    writeNamed(join(folder.root, 'brief'), 'A brief one')
    const { page } = await watched(browser)
    await page.goto(`${folder.serving.url}brief/report.html`)
    rmSync(join(folder.root, 'brief'), { recursive: true })
    await page.getByRole('status').filter({ hasText: 'This result is not there any more' }).waitFor()
    expect(await page.getByRole('heading', { name: 'A brief one' }).count()).toBe(1)
  })

  test('a page says that the server is away, and no more once it is back', async () => {
    const site = () => new Site(join(folder.root, 'first'), { systems: {}, claims: {} })
    const first = await serve(site(), 0, 10)
    const { page } = await watched(browser)
    await page.goto(`${first.url}report.html`)
    await first.close()
    const away = page.getByRole('status').filter({ hasText: 'Nothing is heard from the server' })
    await away.waitFor()
    const again = await serve(site(), Number(new URL(first.url).port), 10)
    await away.waitFor({ state: 'detached' })
    await again.close()
  })
})
