import { describe, expect, test } from 'vitest'
import { type Entry, trendsOf } from '../../src/experiment/trend.ts'
import { RandomStreams } from '../../src/kernel/random.ts'

const entry = (i: number, value: number | null, hash = 'a'): Entry => ({
  created: `2026-01-${String(i + 1).padStart(2, '0')}T00:00:00.000Z`,
  commit: `c${i}`,
  scenario: { name: 'test', title: 'Test', hash },
  variants: [{ name: 'only', metrics: { 'latency.mean': { unit: 'ns', better: 'lower', value } } }],
})
const TERMS = { metrics: ['latency.mean'], significance: 0.01 }

const noisy = (levels: readonly number[]): number[] => {
  const random = new RandomStreams('trend test').stream('noise')
  return levels.map((level) => level + random.normal())
}
const level = (value: number, count: number) => Array.from({ length: count }, () => value)

describe('the trend of a figure', () => {
  test('says where it changed, by how much, and how surely', () => {
    const values = noisy([...level(100, 20), ...level(110, 15)])
    const [trend] = trendsOf(
      values.map((value, i) => entry(i, value)),
      TERMS,
    )
    const [step, ...more] = trend!.steps
    expect(more).toEqual([])
    expect(step).toMatchObject({ at: 20, scenario: false })
    expect(step!.interval.low).toBeLessThan(10)
    expect(step!.interval.high).toBeGreaterThan(10)
    // Student's interval of two deviations of 1 over 20 and 15: some 2 × √(1/20 + 1/15) = 0.7 on each side.
    expect(step!.interval.high - step!.interval.low).toBeLessThan(2)
    expect(step!.after - step!.before).toBeCloseTo((step!.interval.low + step!.interval.high) / 2, 8)
  })

  test('passes over results that observed nothing, and counts its places among all', () => {
    const entries = [...level(5, 8), ...level(7, 8)].map((value, i) => entry(i, i % 5 === 0 ? null : value))
    const [trend] = trendsOf(entries, TERMS)
    expect(trend!.points).toHaveLength(12)
    expect(trend!.points[0]).toEqual({ entry: 1, value: 5 })
    expect(trend!.points[trend!.steps[0]!.at]!.entry).toBe(8)
  })

  test('that nobody observed is left out', () => {
    expect(
      trendsOf(
        [0, 1].map((i) => entry(i, null)),
        TERMS,
      ),
    ).toEqual([])
    expect(trendsOf([entry(0, 1)], { ...TERMS, metrics: ['other'] })).toEqual([])
  })

  test('is not blamed on the code where the scenario changed at the same place', () => {
    const entries = [...level(5, 8), ...level(7, 8)].map((value, i) => entry(i, value, i < 8 ? 'a' : 'b'))
    expect(trendsOf(entries, TERMS)[0]!.steps).toMatchObject([{ at: 8, scenario: true }])
  })
})
