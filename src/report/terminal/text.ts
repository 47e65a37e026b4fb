// Lines of coloured text for a terminal: measured in columns, never wider than asked, control characters made visible.

import { printable } from '../../errors.ts'

export type Tone = 'plain' | 'strong' | 'quiet' | 'good' | 'bad' | 'doubtful' | 'accent'

export interface Span {
  readonly text: string
  readonly tone: Tone
}

/** A line, not yet fitted to the terminal. Bare strings are plain. */
export type Line = readonly (Span | string)[]

const CODES: Readonly<Record<Tone, string>> = {
  plain: '',
  strong: '1',
  quiet: '2',
  good: '32',
  bad: '1;31',
  doubtful: '33',
  accent: '36',
}

export const toned = (tone: Tone, text: string): Span => ({ tone, text })
export const strong = (text: string): Span => toned('strong', text)
export const quiet = (text: string): Span => toned('quiet', text)

const NO_WIDTH = /[\p{M}\p{Cf}\u{1160}-\u{11ff}]/u

/** The first and last of each block of characters two columns wide (Unicode 15, East Asian Width W and F, in whole blocks). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
]

function widthOfCharacter(character: string): number {
  const code = character.codePointAt(0)!
  if (code < 0x300) return 1
  if (NO_WIDTH.test(character)) return 0
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1
}

/** Columns that the text takes. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += widthOfCharacter(character)
  return width
}

/** As much of the text's beginning as `width` columns hold. */
function beginning(text: string, width: number): string {
  let kept = ''
  let used = 0
  for (const character of text) {
    used += widthOfCharacter(character)
    if (used > width) break
    kept += character
  }
  return kept
}

/** The text in at most `width` columns, ending in `…` where it was cut. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  return width < 1 ? '' : `${beginning(text, width - 1)}…`
}

/** Text from outside on one line: white space collapsed, control characters visible. */
export const oneLine = (text: string): string => printable(text.replace(/\s+/g, ' ').trim())

/** Breaks text into lines of at most `width` columns at spaces, and within words that are longer. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (let word of oneLine(text).split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (widthOf(joined) <= width) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    while (widthOf(word) > width) {
      const head = beginning(word, width)
      if (head === '') break
      lines.push(head)
      word = word.slice(head.length)
    }
    line = word
  }
  return line === '' ? lines : [...lines, line]
}

/** The lines as text: each cut to `columns`, without trailing blanks, in colour or not. */
export function render(lines: readonly Line[], columns: number, colour: boolean): string {
  return lines.map((line) => renderLine(line, columns, colour)).join('\n')
}

function renderLine(line: Line, columns: number, colour: boolean): string {
  let left = columns
  let out = ''
  const spans = line.map((span) => (typeof span === 'string' ? toned('plain', span) : span))
  const last = spans.findLastIndex((span) => span.text.trim() !== '')
  for (const [i, { text, tone }] of spans.slice(0, last + 1).entries()) {
    const shown = cut(printable(i === last ? text.trimEnd() : text), left)
    left -= widthOf(shown)
    out += colour && tone !== 'plain' && shown !== '' ? `\u001b[${CODES[tone]}m${shown}\u001b[0m` : shown
  }
  return out
}
