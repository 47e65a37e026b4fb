// The diagrams of a result's page in a browser: what their script does, by keyboard and by mouse.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderHtml } from '../../../src/report/html.ts'
import { launched, skippedAloud, watched } from '../chromium.ts'
import { delegated, drawing, FAULTS, hierarchy, hostileDrawing, ring } from '../diagram-samples.ts'

const { source: axe } = createRequire(import.meta.url)('axe-core') as { source: string }

describe.skipIf(skippedAloud('what diagrams do'))('in Chromium', () => {
  let browser: Browser
  let folder: string
  const urlOf = (name: string, fragment = ''): string =>
    `${pathToFileURL(join(folder, `${name}.html`)).href}${fragment === '' ? '' : `#${fragment}`}`

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rehearsal-diagrams-'))
    const first = { traffic: hierarchy(7, 4), excerpt: delegated(), faults: FAULTS }
    const second = {
      traffic: ring(12, 4),
      excerpt: { ...delegated(6), what: '1.2 s, asked at 4 s' },
      faults: [],
    }
    const results = { one: drawing(first), two: drawing(first, second), hostile: hostileDrawing() }
    for (const [name, result] of Object.entries(results))
      writeFileSync(join(folder, `${name}.html`), await renderHtml(result))
    browser = await launched()
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const hashOf = (page: Page): Promise<string> => page.evaluate('location.hash')
  const readout = (page: Page, name: string) => page.locator(`#chart-${name} .readout`)
  const lanes = (page: Page): Promise<string> =>
    page.evaluate('document.getElementById("lanes-drawing").innerHTML')

  async function opened(name: string, fragment = '', options: Parameters<typeof watched>[1] = {}) {
    const seen = await watched(browser, options)
    await seen.page.goto(urlOf(name, fragment))
    return seen
  }

  test('the lanes are zoomed and moved by keyboard, the address keeps it, and 0 shows all again', async () => {
    const { page, complaints } = await opened('one')
    const whole = await lanes(page)
    await page.locator('#chart-lanes .frame').focus()
    await page.keyboard.press('+')
    // Of 830 ms the middle half.
    expect(await hashOf(page)).toBe('#lanes=3407500000-3822500000')
    await page.keyboard.press('ArrowRight')
    expect(await hashOf(page)).toBe('#lanes=3490500000-3905500000')
    expect(await lanes(page)).not.toBe(whole)
    await page.keyboard.press('-')
    await page.keyboard.press('0')
    expect(await hashOf(page)).toBe('')
    expect(await lanes(page)).toBe(whole)
    expect(complaints).toEqual([])
  })

  test('buttons, the wheel with Ctrl and drawing with the mouse do the same; the wheel alone scrolls the page', async () => {
    const { page } = await opened('one')
    await page.getByRole('button', { name: 'Zoom in' }).click()
    expect(await hashOf(page)).toBe('#lanes=3407500000-3822500000')
    await page.locator('#chart-lanes svg').scrollIntoViewIfNeeded()
    const box = (await page.locator('#chart-lanes svg').boundingBox())!
    await page.mouse.move(box.x + 500, box.y + 60)
    await page.mouse.wheel(0, 10)
    expect(await hashOf(page)).toBe('#lanes=3407500000-3822500000')
    const again = (await page.locator('#chart-lanes svg').boundingBox())!
    await page.mouse.move(again.x + 500, again.y + 60)
    await page.mouse.down()
    await page.mouse.move(again.x + 400, again.y + 60, { steps: 3 })
    await page.mouse.up()
    const [from] = (await hashOf(page)).match(/\d{10}/g)!
    expect(Number(from)).toBeGreaterThan(3_407_500_000)
    await page.keyboard.down('Control')
    await page.mouse.wheel(0, -100)
    await page.keyboard.up('Control')
    await expect.poll(() => hashOf(page)).not.toContain(from)
  })

  test('on a phone the lanes are as wide as there is room: a tap points, and a finger moves the window', async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
    const { page, complaints } = await opened('one', '', phone)
    const frame = page.locator('#chart-lanes .frame')
    const wide = (): Promise<number> =>
      page.evaluate(`document.querySelector('#chart-lanes svg').viewBox.baseVal.width`)
    const sideways = `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('#chart-lanes .frame'))`
    expect(await page.evaluate(sideways)).toBe(0)
    expect(await wide()).toBeLessThan(390)
    await frame.scrollIntoViewIfNeeded()
    const bar = (await page.locator('#lanes-drawing path[stroke-width="0.6"]').last().boundingBox())!
    await page.touchscreen.tap(bar.x + 1, bar.y + bar.height / 2)
    expect(await readout(page, 'lanes').textContent()).toMatch(/ handles .* after it was sent/)
    await page.getByRole('button', { name: 'Zoom in' }).click()
    expect(await hashOf(page)).toBe('#lanes=3407500000-3822500000')
    await frame.scrollIntoViewIfNeeded()
    const { x, y } = (await frame.boundingBox())!
    const session = await page.context().newCDPSession(page)
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...at: number[]) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: at.map((left) => ({ x: left, y: y + 60 })),
      })
    await touch('touchStart', x + 300)
    for (const left of [280, 240, 200]) await touch('touchMove', x + left)
    await touch('touchEnd')
    const [from] = (await hashOf(page)).slice('#lanes='.length).split('-')
    expect(Number(from)).toBeGreaterThan(3407500000)
    await page.setViewportSize({ width: 1280, height: 900 })
    await expect.poll(wide).toBe(960)
    expect(complaints).toEqual([])
  })

  test('the drawing in a page is the one that its script draws', async () => {
    const { page } = await opened('one', '', { javaScriptEnabled: false })
    const still = await page.locator('#lanes-drawing').innerHTML()
    const { page: alive } = await opened('one')
    expect(await lanes(alive)).toBe(still)
  })

  test('full stop goes through the messages, and the readout tells each', async () => {
    const { page } = await opened('one')
    await page.locator('#chart-lanes .frame').focus()
    await page.keyboard.press('.')
    expect(await readout(page, 'lanes').textContent()).toMatch(
      /^3\.2004 s: agent\.1 handles task from gateway for 2 ms/,
    )
    await page.keyboard.press('.')
    expect(await readout(page, 'lanes').textContent()).toMatch(
      /agent\.2 handles part from agent\.1 for 100 ms/,
    )
    expect(await page.locator('#lanes-drawing .pointed').count()).toBe(1)
  })

  test('the slider replays by keyboard: messages move, nodes are at work, and it is said what happens', async () => {
    const { page, complaints } = await opened('one')
    const slider = page.getByRole('slider', { name: 'Virtual time' })
    await slider.focus()
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight')
    expect(await readout(page, 'topology').textContent()).toMatch(
      /^3\.20\d* s: \S+ (?:handles|sends|is done with)/,
    )
    expect(await page.locator('#chart-topology .replay circle').count()).toBeGreaterThan(1)
    expect(await slider.getAttribute('aria-valuetext')).toBe(await readout(page, 'topology').textContent())
    expect(await hashOf(page)).toMatch(/^#replay=32\d{8}$/)
    await page.keyboard.press('End')
    expect(await hashOf(page)).toBe('#replay=4030000000')
    await page.getByRole('button', { name: 'Reset' }).last().click()
    expect(await page.locator('#chart-topology g.replay *').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test('steps go from message to message and back', async () => {
    const { page } = await opened('one')
    const step = page.getByRole('button', { name: 'Step', exact: true })
    await step.click()
    expect(await readout(page, 'topology').textContent()).toBe('3.2 s: gateway sends task to agent.1')
    await step.click()
    const second = await readout(page, 'topology').textContent()
    await step.click()
    await page.getByRole('button', { name: 'Step back' }).click()
    expect(await readout(page, 'topology').textContent()).toBe(second)
  })

  test('it plays, and stops when it is told to', async () => {
    const { page } = await opened('one')
    await page.getByRole('button', { name: 'Play' }).click()
    const slider = page.getByRole('slider')
    await expect.poll(async () => Number(await slider.inputValue())).toBeGreaterThan(1e6)
    await page.getByRole('button', { name: 'Pause' }).click()
    const at = await slider.inputValue()
    expect(await hashOf(page)).toMatch(/^#replay=3\d{9}$/)
    await page.waitForTimeout(60)
    expect(await slider.inputValue()).toBe(at)
  })

  test('whoever wants less motion gets steps', async () => {
    const { page } = await opened('one', '', { reducedMotion: 'reduce' })
    const moments = new Set<string>()
    await page.getByRole('button', { name: 'Play' }).click()
    for (let i = 0; i < 2; i++) {
      const before = await readout(page, 'topology').textContent()
      await expect.poll(() => readout(page, 'topology').textContent()).not.toBe(before)
      moments.add((await readout(page, 'topology').textContent())!)
    }
    // Each is a moment of a message, none between two.
    for (const moment of moments) expect(moment).toMatch(/ s: \S+ (?:handles|sends|is done with) /)
    expect(moments.size).toBe(2)
  })

  test('an address opens the window and the instant that it names, and nonsense opens the whole', async () => {
    const { page } = await opened('one', 'lanes=3407500000-3822500000&replay=3902400000')
    expect(await readout(page, 'topology').textContent()).toBe('3.9024 s: agent.4 handles part from agent.1')
    const named = await lanes(page)
    const { page: nonsense, complaints } = await opened('one', 'lanes=5-1&replay=x')
    expect(await lanes(nonsense)).not.toBe(named)
    expect(complaints).toEqual([])
  })

  test('another variant is drawn in place of the first, by choice or by the filter', async () => {
    const { page, complaints, requests } = await opened('two')
    const title = page.locator('#chart-topology h3')
    const first = await title.textContent()
    const standing = await page.locator('#chart-topology svg').innerHTML()
    await page.locator('.messages select').selectOption('mode=2')
    expect(await title.textContent()).not.toBe(first)
    expect(await page.locator('#chart-sequence h3').textContent()).toMatch(/1\.2\ss, asked at 4\ss/)
    expect(await hashOf(page)).toBe('#messages=mode%3D2')
    await page.locator('.messages select').selectOption('mode=1')
    expect(await title.textContent()).toBe(first)
    const again = await page.locator('#chart-topology svg').innerHTML()
    expect(again).toBe(standing)

    const { page: shared } = await opened(
      'two',
      'lanes=3407500000-3822500000&messages=mode%3D2&replay=3902400000',
    )
    expect(await shared.locator('#chart-sequence h3').textContent()).toMatch(/1\.2\ss, asked at 4\ss/)
    expect(await readout(shared, 'topology').textContent()).toMatch(/^3\.9024 s: /)
    expect(await hashOf(shared)).toBe('#lanes=3407500000-3822500000&messages=mode%3D2&replay=3902400000')

    const { page: filtered } = await opened('two', 'variants.mode=2')
    await expect
      .poll(() => filtered.locator('#chart-sequence h3').textContent())
      .toMatch(/1\.2\ss, asked at 4\ss/)
    expect(complaints).toEqual([])
    expect(requests).toEqual([urlOf('two')])
  })

  test('hostile names run nowhere, and push nothing off the page', async () => {
    const { page, complaints, requests } = await opened('hostile')
    await page.getByRole('button', { name: 'Step', exact: true }).click()
    await page.locator('#chart-lanes .frame').focus()
    await page.keyboard.press('.')
    expect(complaints).toEqual([])
    expect(requests).toEqual([urlOf('hostile')])
    expect(await page.locator('.diagrams :is(script, img, iframe)').count()).toBe(0)
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  })

  test('without JavaScript the drawings are there, and no tools', async () => {
    const { page } = await opened('one', '', { javaScriptEnabled: false })
    expect(await page.locator('.diagrams svg:visible').count()).toBe(3)
    expect(await page.locator('.diagrams :is(button, input, select)').count()).toBe(0)
  })

  test.each([
    ['on a desk', { viewport: { width: 1280, height: 900 } }],
    ['on a phone', { viewport: { width: 390, height: 844 } }],
    ['in the dark', { colorScheme: 'dark' }],
  ] as const)('axe finds nothing serious in the diagrams %s', async (_, options) => {
    const { page } = await opened('two', 'lanes=3407500000-3822500000&replay=3902400000', options)
    await page.evaluate(axe)
    const found = (await page.evaluate(`axe.run('.diagrams', { resultTypes: ['violations'] })`)) as {
      violations: { id: string; impact: string; nodes: { html: string }[] }[]
    }
    const serious = found.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 200)}`)
    expect(serious).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  })
})
