import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  fieldsOf,
  MAX_RECORD_BYTES,
  placeOfField,
  RecordReader,
} from '../../../src/workload/traces/record-reader.ts'
import { inMemory, mistakesOf } from './in-memory.ts'

function records(text: string, pieceBytes?: number): { line: number; text: string }[] {
  const reader = new RecordReader(inMemory(text, pieceBytes))
  const found: { line: number; text: string }[] = []
  for (let record = reader.next(); record; record = reader.next()) found.push(record)
  return found.map(({ line, text }) => ({ line, text }))
}

const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`

test('whatever fields are written, quoted as they must be, are read again, in pieces of any size', () => {
  const field = fc.string({
    unit: fc.constantFrom('a', '7', ' ', ',', '"', '\n', 'é', '漢', '😀'),
    maxLength: 8,
  })
  fc.assert(
    fc.property(
      fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 8 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      (rows, end, last, pieceBytes) => {
        const text = rows.map((row) => row.map(quoted).join(',')).join(end) + (last ? end : '')
        expect(records(text, pieceBytes).map((record) => fieldsOf(record.text))).toEqual(rows)
      },
    ),
  )
})

test('a byte order mark, empty lines and CRLF are passed over, and lines are counted as an editor does', () => {
  expect(records('\ufeffa,b\r\n\r\n1,2\r\n\n')).toEqual([
    { line: 1, text: 'a,b' },
    { line: 3, text: '1,2' },
  ])
})

test('a last line without a line end is read like the others', () => {
  expect(records('a\n1').map(({ text }) => text)).toEqual(['a', '1'])
})

test('a record of 64 KiB is read, one of a byte more is refused, at the end and before it', () => {
  const longest = 'x'.repeat(MAX_RECORD_BYTES)
  for (const end of ['', '\n', '\ny\n']) {
    expect(records(`a\n${longest}${end}`)[1]!.text).toBe(longest)
    const [mistake] = mistakesOf(() => records(`a\n${longest}x${end}`))
    expect(mistake!.message).toMatch(/longer than 64 KiB/)
    expect(mistake!.place).toEqual({ file: 'test.csv', line: 2, column: 1 })
  }
})

test('a file without line ends is refused after 128 KiB, however long it is', () => {
  let read = 0
  const reader = new RecordReader({
    name: 'endless.bin',
    read: (into, offset, length) => {
      into.fill(0, offset, offset + length)
      read += length
      return length
    },
    close() {},
  })
  expect(() => reader.next()).toThrow(/longer than 64 KiB/)
  expect(read).toBeLessThanOrEqual(2 * MAX_RECORD_BYTES)
})

test('a quote that is never closed is refused where it is opened', () => {
  for (const text of ['a,b\n1,"2\n3,4\n', `a,b\n1,"2\n${'3,4\n'.repeat(40_000)}`]) {
    const [mistake] = mistakesOf(() => records(text))
    expect(mistake!.message).toMatch(/opened and not closed/)
    expect(mistake!.place).toEqual({ file: 'test.csv', line: 2, column: 3 })
    expect(mistake!.excerpt).toBe('1,"2')
  }
})

test('quotes within a field that does not begin with one stand for themselves', () => {
  expect(fieldsOf('5" disk,3" x')).toEqual(['5" disk', '3" x'])
  expect(fieldsOf('a"b,"c')).toEqual(['a"b', 'c'])
})

test('a field is placed by its own line and column, behind quotes, commas and line ends', () => {
  const record = { file: 'f', line: 7, text: '"a,\nb",cd,e' }
  expect(placeOfField(record, 0).place).toEqual({ file: 'f', line: 7, column: 1 })
  expect(placeOfField(record, 2)).toEqual({ place: { file: 'f', line: 8, column: 7 }, excerpt: 'b",cd,e' })
})
