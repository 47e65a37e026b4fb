import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvOf } from '../../src/report/csv.ts'
import { HOSTILE } from './sample-results.ts'

/** As RFC 4180 has it: the cells of each line. */
function read(csv: string): string[][] {
  const lines: string[][] = [[]]
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    lines.at(-1)!.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'))
    if (end === '\r\n') lines.push([])
  }
  expect(lines.pop()).toEqual([])
  return lines
}

describe('a table as CSV', () => {
  test('is read back cell by cell, whatever stands in it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...HOSTILE, 'a,b', '"', '\r\n', ' x '),
    )
    const cell = fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null))
    const tables = fc
      .integer({ min: 1, max: 4 })
      .chain((n) => fc.array(fc.array(cell, { minLength: n, maxLength: n }), { minLength: 1, maxLength: 4 }))
    fc.assert(
      fc.property(tables, (rows) => {
        const columns = rows[0]!.map((_, i) => `c${i}`)
        const [head, ...body] = read(csvOf({ columns, rows }))
        expect(head).toEqual(columns)
        expect(body.length).toBe(rows.length)
        for (const [i, cells] of rows.entries())
          for (const [j, value] of cells.entries()) {
            const found = body[i]![j]!
            if (typeof value === 'number') expect(Number(found)).toBe(Number(String(value)))
            else expect([value ?? '', `'${value}`]).toContain(found)
          }
      }),
    )
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('%j is no formula to a spreadsheet', (text) => {
    const [[title], [cell]] = read(csvOf({ columns: [text], rows: [[text]] })) as [[string], [string]]
    expect([title, cell]).toEqual([`'${text}`, `'${text}`])
  })

  test('a negative number is a number, and what was not observed is empty', () => {
    expect(csvOf({ columns: ['a (ns)', 'b'], rows: [[-1.5, null]] })).toBe('a (ns),b\r\n-1.5,\r\n')
  })
})
