import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../src/kernel/random.ts'
import { studentQuantile } from '../../src/statistics/student.ts'
import { welchInterval } from '../../src/statistics/welch.ts'

const samples = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 20 })

describe("Welch's interval", () => {
  test('is the pooled one of Student where both sides have equal sizes and deviations', () => {
    // Two triples of variance 1: the difference deviates by √(1/3 + 1/3), with 3 + 3 − 2 = 4 degrees of freedom.
    const { mean, halfWidth } = welchInterval([1, 2, 3], [11, 12, 13])
    expect(mean).toBe(10)
    expect(halfWidth).toBeCloseTo(studentQuantile(0.975, 4) * Math.sqrt(2 / 3), 10)
  })

  test('turns its sign with its sides, and moves with them', () => {
    fc.assert(
      fc.property(samples, samples, fc.integer({ min: -500, max: 500 }), (a, b, by) => {
        const there = welchInterval(a, b)
        const back = welchInterval(b, a)
        expect(back.low).toBeCloseTo(-there.high, 8)
        const moved = welchInterval(
          a,
          b.map((value) => value + by),
        )
        expect(moved.low).toBeCloseTo(there.low + by, 8)
        expect(moved.halfWidth).toBeCloseTo(there.halfWidth, 8)
      }),
      { seed: 1 },
    )
  })

  test('covers the true difference as often as it says, where one side is few and deviates much', () => {
    const random = new RandomStreams('welch').stream('samples')
    const draw = (count: number, mean: number, deviation: number) =>
      Array.from({ length: count }, () => mean + deviation * random.normal())
    let covered = 0
    for (let i = 0; i < 2000; i++) {
      const { low, high } = welchInterval(draw(6, 10, 5), draw(20, 13, 1))
      if (low <= 3 && 3 <= high) covered++
    }
    // 1,900 ± three times √(2000 × 0.95 × 0.05) = 9.7, and Welch's own error of some tenths of a per cent.
    expect(Math.abs(covered - 1900)).toBeLessThan(40)
  })
})
