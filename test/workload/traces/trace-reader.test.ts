import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeMistake } from '../../../src/errors.ts'
import { openTraceFile } from '../../../src/workload/traces/trace-file.ts'
import { TraceReader } from '../../../src/workload/traces/trace-reader.ts'
import { inMemory, mistakesOf, readAll, rowsOf } from './in-memory.ts'

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens'
const AZURE = `${HEADER}\r
2023-11-30 23:59:59.9799600,4808,10\r
2023-12-01 00:00:00.0319600,3180,8\r
2023-12-01 00:00:00.0319600,110,27`

test("Azure's traces are told by their header: times since the first row, over the end of a month", () => {
  expect(readAll(AZURE)).toEqual([
    { at: 0, promptTokens: 4808, outputTokens: 10 },
    { at: 52_000_000, promptTokens: 3180, outputTokens: 8 },
    { at: 52_000_000, promptTokens: 110, outputTokens: 27 },
  ])
})

test('other traces are read by the names of their columns, in any order, and tell no more than they have', () => {
  const text = 'chat,"out, tokens",arrived\nalice,5,1700000000.25\n,7,1700000000.5\n'
  expect(readAll(text, { columns: { at: 'arrived', outputTokens: 'out, tokens', prefix: 'chat' } })).toEqual([
    { at: 0, outputTokens: 5, prefix: 'alice' },
    { at: 250_000_000, outputTokens: 7 },
  ])
  expect(readAll('t\n5\n7\n', { columns: { at: 't' }, timeUnit: 'ms' })).toEqual([
    { at: 0 },
    { at: 2_000_000 },
  ])
})

test('whatever rows are written are read, however the file comes in pieces', () => {
  const row = fc.record({ gap: fc.nat(1e12), prompt: fc.nat(999_999_999), output: fc.nat(999_999_999) })
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 100 }),
      (rows, piece) => {
        let time = 1_700_000_000_000_000_000n
        const lines = rows.map(({ gap, prompt, output }) => {
          time += BigInt(gap)
          return `${time},${prompt},${output}`
        })
        const columns = { at: 't', promptTokens: 'p', outputTokens: 'o' }
        const read = readAll(`t,p,o\n${lines.join('\n')}`, { columns, timeUnit: 'ns' }, piece)
        expect(read.map(({ at }, i) => at - (read[i - 1]?.at ?? 0))).toEqual(
          rows.map(({ gap }, i) => (i ? gap : 0)),
        )
        expect(read.map((found) => [found.promptTokens, found.outputTokens])).toEqual(
          rows.map(({ prompt, output }) => [prompt, output]),
        )
      },
    ),
  )
})

test('skip and limit cut a piece out, whose first row is at 0', () => {
  const text = `t\n${Array.from({ length: 100 }, (_, i) => i * i).join('\n')}`
  const columns = { at: 't' }
  const all = readAll(text, { columns }).map(({ at }) => at)
  fc.assert(
    fc.property(fc.nat(99), fc.integer({ min: 1, max: 150 }), (skip, limit) => {
      const cut = all.slice(skip, skip + limit).map((at) => at - all[skip]!)
      expect(readAll(text, { columns, skip, limit }).map(({ at }) => at)).toEqual(cut)
    }),
  )
})

test.each([
  ['an empty file', '', {}, 1, 1, /invalid trace: an empty file; expected a header and at least one row/],
  [
    'a header alone',
    `${HEADER}\n`,
    {},
    1,
    1,
    /invalid trace: no rows; expected a header and at least one row/,
  ],
  [
    'fewer rows than are skipped',
    AZURE,
    { skip: 3 },
    1,
    1,
    /3 rows; expected more than the 3 that are skipped/,
  ],
  [
    'a header of another format',
    'time,in,out\n1,2,3',
    {},
    1,
    1,
    /missing column: TIMESTAMP; the header has time, in, out/,
  ],
  [
    'a column that is not there',
    'arrival,b\n1,2',
    { columns: { at: 'arival' } },
    1,
    1,
    /unknown column: arival; known: arrival, b/,
  ],
  [
    'a time before the one above',
    `${HEADER}\n2023-11-16 18:00:01,1,1\n2023-11-16 18:00:00.9,1,1`,
    {},
    3,
    1,
    /invalid TIMESTAMP: 2023-11-16 18:00:00.9; expected no time before that of the row above, 2023-11-16 18:00:01/,
  ],
  [
    'no time',
    `${HEADER}\nyesterday,1,1`,
    {},
    2,
    1,
    /invalid TIMESTAMP: yesterday; expected a timestamp such as/,
  ],
  [
    'a time beyond the clock',
    `t\n0\n9007200`,
    { columns: { at: 't' } },
    3,
    1,
    /invalid t: 9007200; expected at most 104 days after the first row/,
  ],
  [
    'a negative number',
    `${HEADER}\n2023-11-16 18:00:00,-5,1`,
    {},
    2,
    21,
    /invalid ContextTokens: -5; expected a whole number of tokens/,
  ],
  [
    'a fraction',
    `${HEADER}\n2023-11-16 18:00:00,5,1.5`,
    {},
    2,
    23,
    /invalid GeneratedTokens: 1.5; expected a whole number/,
  ],
  [
    'a number beyond all measure',
    `${HEADER}\n2023-11-16 18:00:00,1e99,1`,
    {},
    2,
    21,
    /invalid ContextTokens: 1e99/,
  ],
  [
    'an empty field',
    `${HEADER}\n2023-11-16 18:00:00,,1`,
    {},
    2,
    21,
    /invalid ContextTokens: nothing; expected/,
  ],
  ['too few fields', `${HEADER}\n2023-11-16 18:00:00,5`, {}, 2, 22, /invalid row: 2 fields; expected 3/],
  ['too many fields', `${HEADER}\n2023-11-16 18:00:00,5,6,7`, {}, 2, 25, /invalid row: 4 fields; expected 3/],
])(
  '%s is refused with its place, what was expected and the mend',
  (_, text, options, line, column, message) => {
    const [mistake] = mistakesOf(() => readAll(text, options))
    expect(mistake!.message).toMatch(message)
    expect(mistake!.place).toEqual({ file: 'test.csv', line, column })
    expect(mistake!.hint).toBeTruthy()
  },
)

test('all mistakes of a row come at once, each with a caret under its field', () => {
  const mistakes = mistakesOf(() => readAll(`${HEADER}\nnever,many,few`))
  expect(mistakes.map(describeMistake).join('\n')).toBe(
    `test.csv:2:1: invalid TIMESTAMP: never; expected a timestamp such as 2023-11-16 18:17:03.9799600
  2 | never,many,few
      ^
  mend the line, or say what it is in by time-unit
test.csv:2:7: invalid ContextTokens: many; expected a whole number of tokens, up to 999,999,999
  2 | never,many,few
            ^
  mend the line or delete it
test.csv:2:12: invalid GeneratedTokens: few; expected a whole number of tokens, up to 999,999,999
  2 | never,many,few
                 ^
  mend the line or delete it`,
  )
})

test('a wrong row does not keep those after it from being read', () => {
  const reader = new TraceReader(inMemory('t\n1\nx\n3\n'), { columns: { at: 't' } })
  expect(reader.next()).toEqual({ at: 0 })
  expect(() => reader.next()).toThrow(/test.csv:3:1/)
  expect(reader.next()).toEqual({ at: 2e9 })
})

test('the file is closed at the end, at the limit, by close, and by what cannot be read on from', () => {
  const atEnd = inMemory(AZURE)
  rowsOf(new TraceReader(atEnd))
  const atLimit = inMemory(AZURE)
  rowsOf(new TraceReader(atLimit, { limit: 1 }))
  const early = inMemory(AZURE)
  const reader = new TraceReader(early)
  reader.close()
  expect(reader.next()).toBeUndefined()
  const headless = inMemory('a,b\n')
  expect(() => new TraceReader(headless)).toThrow()
  const broken = inMemory(`${HEADER}\n"`)
  expect(() => rowsOf(new TraceReader(broken))).toThrow()
  for (const file of [atEnd, atLimit, early, headless, broken]) expect(file.closed).toBe(true)
})

test('files are read from the disk, and one that cannot be is named with the reason', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-trace-'))
  try {
    const path = join(folder, 'trace.csv')
    writeFileSync(path, AZURE)
    expect(rowsOf(new TraceReader(openTraceFile(path)))).toEqual(readAll(AZURE))
    expect(() => new TraceReader(openTraceFile(join(folder, 'none.csv'), 'none.csv'))).toThrow(
      /invalid trace: none.csv: there is no such file; expected a CSV file/,
    )
    expect(() => new TraceReader(openTraceFile(folder, 'folder'))).toThrow(
      /invalid trace: folder: it is a folder/,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})
