// The table of widths against the font that images are made with, whose letters are as wide as Arial's and Helvetica's.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { initWasm, Resvg } from '@resvg/resvg-wasm'
import { beforeAll, expect, test } from 'vitest'
import { textWidth } from '../../../src/report/charts/text-width.ts'

const { resolve } = createRequire(import.meta.url)
const SIZE = 100

beforeAll(async () => {
  await initWasm(readFileSync(resolve('@resvg/resvg-wasm/index_bg.wasm')))
})

/** Between two letters, so that blanks count. */
function measured(text: string, face: string): number {
  const font = readFileSync(resolve(`@expo-google-fonts/arimo/${face}/Arimo_${face}.ttf`))
  const width = (content: string): number => {
    const escaped = content.replace(/[&<]/g, (character) => `&#${character.charCodeAt(0)};`)
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text xml:space="preserve" font-size="${SIZE}">${escaped}</text></svg>`
    return new Resvg(svg, { font: { fontBuffers: [font], defaultFontFamily: 'Arimo' } }).getBBox()!.width
  }
  return width(`H${text}H`) - width('HH')
}

const range = (first: number, last: number): string =>
  String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, i) => first + i))

// Four times each, as a whole pixel is nothing then.
const CHARACTERS = [
  ...range(0x20, 0x7e),
  ...range(0xa1, 0xac),
  ...range(0xae, 0xff),
  ...range(0x391, 0x3a1),
  ...range(0x3a3, 0x3c9),
  ...range(0x410, 0x44f),
  ...'–—…·×±≤≥→←↑↓∞√²³',
].map((character) => character.repeat(4))

test.each([
  ['400Regular', 1],
  // Titles are bold, and have so much more room.
  ['600SemiBold', 1.12],
])('no text is wider than the table says: %s', (face, allowance) => {
  const wider = CHARACTERS.filter((text) => measured(text, face) > allowance * textWidth(text, SIZE))
  expect(wider).toEqual([])
})

test('nor is it told much too wide: the names of figures', () => {
  for (const text of ['latency.p95', 'service.ollama.1.queue', 'agents=54 mode=concurrent', '0123456789'])
    expect(textWidth(text, SIZE) / measured(text, '400Regular')).toBeLessThan(1.35)
})
