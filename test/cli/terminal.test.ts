import { describe, expect, test } from 'vitest'
import { glossary, hanging } from '../../src/cli/prose.ts'
import { colourWanted, columnsOf } from '../../src/cli/terminal.ts'

test('colour is what the user wants, or else what the terminal can', () => {
  expect(colourWanted({}, true)).toBe(true)
  expect(colourWanted({}, false)).toBe(false)
  expect(colourWanted({ TERM: 'dumb' }, true)).toBe(false)
  expect(colourWanted({ NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false)
  // https://no-color.org: present and not empty.
  expect(colourWanted({ NO_COLOR: '' }, true)).toBe(true)
  expect(colourWanted({ FORCE_COLOR: '1' }, false)).toBe(true)
  expect(colourWanted({ FORCE_COLOR: '0' }, true)).toBe(false)
})

test('a terminal is from 40 to 100 columns wide, and 80 where nobody knows', () => {
  expect([20, 40, 72, 100, 300, Number.NaN, 0].map(columnsOf)).toEqual([40, 40, 72, 100, 100, 80, 80])
})

describe('text', () => {
  test('hangs beside its lead, or below one that is too long', () => {
    expect(hanging('a  ', 'one two three', 9)).toBe('a  one\n   two\n   three')
    expect(hanging('name', 'text', 40, 6)).toBe('name  text')
    expect(hanging('long name', 'text', 40, 6)).toBe('long name\n      text')
    expect(hanging('name  ', '', 40)).toBe('name')
  })

  test('stands in two columns', () => {
    const entries = [
      ['a', 'one'],
      ['bcd', 'two three'],
    ] as const
    expect(glossary(entries, 13)).toBe('  a    one\n  bcd  two\n       three')
  })
})
