// Which counts an explanation tells: those that cannot come of when runs end.

import { describe, expect, test } from 'vitest'
import type { CountDifferences } from '../../src/explain/counts.ts'
import { tellingCounts } from '../../src/report/why.ts'

/** A message `from` to the ledger of which there are so many a request, or a run. */
const note = (from: string, a: number, b: number): CountDifferences['sent'][number] => ({
  kind: 'note',
  role: 'one-way',
  from,
  to: 'ledger',
  a,
  b,
  bytes: { a: 15, b: 15 },
})
const counts = (sent: CountDifferences['sent'], more: Partial<CountDifferences> = {}): CountDifferences => ({
  per: 'request',
  units: { a: 100, b: 100 },
  open: { a: 0, b: 0 },
  lasted: { a: 1e9, b: 1e9 },
  sent,
  handled: [],
  ...more,
})
const told = (...of: Parameters<typeof counts>) => tellingCounts(counts(...of)).sent.map(({ from }) => from)

describe('a count that differs is told', () => {
  test('where every request was answered and both sides lasted as long: one message in a hundred', () => {
    expect(told([note('queen', 4, 4.04), note('worker', 4, 3.96)])).toEqual(['queen', 'worker'])
  })

  test('where requests were under way at the end, only if it is more than they may lack', () => {
    const open = { a: 0, b: 2 }
    expect(told([note('queen', 4, 3.94), note('worker', 4, 4.2)], { open })).toEqual(['worker'])
  })

  test('where a side lasted longer, only if it is more than the clock brings', () => {
    const lasted = { a: 1e9, b: 1.05e9 }
    expect(told([note('pulse', 10, 10.4), note('queen', 4, 5)], { lasted })).toEqual(['queen'])
  })

  test('of a run that nobody asks anything, only if it is more than a few in a hundred', () => {
    expect(told([note('pulse', 100, 102), note('queen', 100, 110)], { per: 'run' })).toEqual(['queen'])
  })
})
