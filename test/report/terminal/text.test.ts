import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bar, sparkline } from '../../../src/report/terminal/sparkline.ts'
import { table } from '../../../src/report/terminal/table.ts'
import { cut, oneLine, render, toned, widthOf, wrap } from '../../../src/report/terminal/text.ts'

const texts = fc.string({
  unit: fc.constantFrom('a', ' ', '幅', 'e\u0301', '\u{1f469}', '…', '\u001b', 'x.y'),
})

describe('widths', () => {
  test('count columns, not characters', () => {
    expect(widthOf('abc')).toBe(3)
    expect(widthOf('幅の')).toBe(4)
    expect(widthOf('e\u0301')).toBe(1)
    expect(widthOf('± µs ▁█ –')).toBe(9)
  })

  test('of what was cut are never more than asked', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 0, max: 30 }), (text, width) => {
        expect(widthOf(cut(text, width))).toBeLessThanOrEqual(width)
        if (widthOf(text) <= width) expect(cut(text, width)).toBe(text)
      }),
    )
  })

  test('of wrapped lines are never more than asked, and no letter is lost', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 30 }), (text, width) => {
        const lines = wrap(text, width)
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
        expect(lines.join('').replaceAll(' ', '')).toBe(oneLine(text).replaceAll(' ', ''))
      }),
    )
  })
})

describe('lines', () => {
  test('have colour only when asked, and no blanks at their end', () => {
    const line = [toned('good', 'pass'), '  ', toned('quiet', '  ')]
    expect(render([line], 80, false)).toBe('pass')
    expect(render([line], 80, true)).toBe('\u001b[32mpass\u001b[0m')
  })

  test('cannot move the cursor', () => {
    expect(render([['\u001b[2J\u009b1m\u202e']], 80, true)).toBe('�[2J�1m�')
  })
})

test('tables align their columns, and cut those that may be cut', () => {
  const columns = [
    { title: 'name', align: 'left', cells: ['幅', 'abc'] },
    { title: 'n', align: 'right', cells: ['1', '100'] },
    { title: 'meaning', align: 'left', least: 0, cells: ['long enough to be cut', 'short'] },
  ] as const
  expect(render(table(columns, 24), 24, false).split('\n')).toEqual([
    '  name    n  meaning',
    '  幅      1  long enoug…',
    '  abc   100  short',
  ])
})

test('a sparkline stands on zero, its highest stretch is full, the unknown is blank', () => {
  expect(sparkline([0, 1, 2, 4, 8, null, 8], 10)).toBe('▁▂▃▅█ █')
  expect(sparkline([0, 0], 10)).toBe('▁▁')
  expect(
    sparkline(
      Array.from({ length: 100 }, () => 1),
      10,
    ),
  ).toBe('██████████')
})

test('a bar has eighths of a column, and the smallest share is seen', () => {
  expect([bar(1, 4), bar(0.5, 4), bar(0.53125, 4), bar(0.0001, 4), bar(0, 4)]).toEqual([
    '████',
    '██',
    '██▏',
    '▏',
    '',
  ])
})
