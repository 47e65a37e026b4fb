import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CostEntry, costOf, GROWTHS } from '../../../src/world/costs/cost-table.ts'

const entry = (growth: CostEntry['growth'], ...points: CostEntry['points']): CostEntry => ({ growth, points })

describe('what an operation costs by its size', () => {
  test('at a measured size it is the measured figure', () => {
    const points = [
      [8, 1000],
      [64, 90_000],
      [512, 7_000_000.5],
    ] as const
    for (const growth of GROWTHS)
      for (const [size, ns] of points) expect(costOf(entry(growth, ...points), size)).toBe(ns)
  })

  test('between two of them it is on the straight line, below the first that one’s', () => {
    const cubic = entry('n^3', [10, 100], [20, 300], [40, 1300])
    // 100 + 200 · 5/10, 300 + 1000 · 1/20
    expect(costOf(cubic, 15)).toBe(200)
    expect(costOf(cubic, 21)).toBe(350)
    expect(costOf(cubic, 0)).toBe(100)
    expect(costOf(cubic, 9)).toBe(100)
  })

  test('beyond the last it grows by its order', () => {
    const beyond = (growth: CostEntry['growth'], size: number) =>
      costOf(entry(growth, [8, 1], [16, 10]), size)
    expect(beyond('1', 1e9)).toBe(10)
    expect(beyond('n', 48)).toBe(30)
    expect(beyond('n^2', 48)).toBe(90)
    expect(beyond('n^3', 48)).toBe(270)
    // 10 · (64 · log2 64) / (16 · log2 16)
    expect(beyond('n log n', 64)).toBe(10 * 4 * (6 / 4))
  })

  test('the logarithm is straight between powers of two: never more than 0.0861 below the true one', () => {
    const point: CostEntry['points'] = [[2, 1]]
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2 ** 40 }), (n) => {
        // costOf = n / 2 · logarithm(n) / 1
        const logarithm = costOf(entry('n log n', ...point), n) / (n / 2)
        expect(logarithm).toBeLessThanOrEqual(Math.log2(n) + 1e-9)
        expect(logarithm).toBeGreaterThan(Math.log2(n) - 0.0861)
      }),
    )
  })

  test('a larger input never costs less, if no measured one does', () => {
    const growing = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1e6 })), {
        minLength: 1,
        maxLength: 8,
      })
      .map((steps) => {
        const sum = (until: number, of: 0 | 1) =>
          steps.slice(0, until + 1).reduce((total, step) => total + step[of], 0)
        return steps.map((_, i) => [sum(i, 0), sum(i, 1)] as const)
      })
    fc.assert(
      fc.property(
        growing,
        fc.constantFrom(...GROWTHS),
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        (points, growth, a, b) => {
          const cost = (size: number) => costOf(entry(growth, ...points), size)
          expect(cost(Math.min(a, b))).toBeLessThanOrEqual(cost(Math.max(a, b)) * (1 + 1e-12))
        },
      ),
    )
  })
})
