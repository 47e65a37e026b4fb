import { describe, expect, test } from 'vitest'
import { moreSeeds, type Precision, precisionChecks } from '../../src/experiment/precision.ts'
import { RandomStreams } from '../../src/kernel/random.ts'
import type { RunRecord } from '../../src/run/replication.ts'

const TERMS: Precision = { targets: [{ metric: 'latency.mean', share: 0.02 }], most: 1000 }

const recordsOf = (values: readonly (number | null)[]): RunRecord[] =>
  values.map(
    (value, i) =>
      ({ seed: `${i + 1}`, recorded: { metrics: { 'latency.mean': { value } } } }) as unknown as RunRecord,
  )

/** Adds seeds until there are no more to add. */
function until(draw: () => number, terms = TERMS): number[] {
  const values: number[] = []
  for (;;) {
    const more = values.length === 0 ? ['1'] : moreSeeds(recordsOf(values), terms)
    if (more.length === 0) return values
    for (const _ of more) values.push(draw())
  }
}

const uniform = (seed: string) => {
  const random = new RandomStreams(seed).stream('x')
  return () => 90 + 20 * random.uniform()
}

describe('seeds are added', () => {
  test('until the interval is narrow enough, and about as many as that takes', () => {
    // Deviation 20 / √12 = 5.8 of 100: 1.96 · 5.8 / √n ≤ 2, so n = 32.
    const counts = Array.from({ length: 50 }, (_, i) => until(uniform(`${i}`)).length)
    const mean = counts.reduce((a, b) => a + b, 0) / counts.length
    expect(mean).toBeGreaterThan(25)
    expect(mean).toBeLessThan(45)
  })

  test('at least five, whatever the first say', () => {
    expect(until(() => 7).length).toBe(5)
  })

  test('no more than are allowed', () => {
    expect(until(uniform('1'), { targets: [{ metric: 'latency.mean', share: 1e-6 }], most: 40 }).length).toBe(
      40,
    )
    expect(precisionChecks(recordsOf([1, 2, 3]), TERMS)[0]).toMatchObject({ kind: 'expect', pass: null })
  })

  test('that are new', () => {
    const records = recordsOf([90, 110, 100, 95, 105]).map((record, i) => ({
      ...record,
      seed: ['1', '7', 'x', '3', '2'][i]!,
    }))
    expect(moreSeeds(records, TERMS).slice(0, 3)).toEqual(['4', '5', '6'])
  })
})

test('what is not observed needs no precision, and has no check', () => {
  expect(moreSeeds(recordsOf([null, null, null, null, null]), TERMS)).toEqual([])
  expect(precisionChecks(recordsOf([null]), TERMS)).toEqual([])
})
