import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quantile, summary } from '../../src/statistics/quantile.ts'

test('a quantile is of type 7: linear between order statistics', () => {
  // Position (n - 1) p = 9 · 0.25 = 2.25 among 1 … 10: 3 + 0.25; 9 · 0.9 = 8.1: 9 + 0.1.
  const samples = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
  expect(quantile(samples, 0.25)).toBe(3.25)
  expect(quantile(samples, 0.5)).toBe(5.5)
  expect(quantile(samples, 0.9)).toBeCloseTo(9.1, 12)
  expect([quantile(samples, 0), quantile(samples, 1)]).toEqual([1, 10])
  expect(samples[0]).toBe(10)
})

test('quantiles rise with the fraction and stay within the samples', () => {
  const fraction = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), fraction, fraction, (samples, a, b) => {
      const [low, high] = [quantile(samples, Math.min(a, b)), quantile(samples, Math.max(a, b))]
      expect(low).toBeLessThanOrEqual(high)
      expect(low).toBeGreaterThanOrEqual(Math.min(...samples))
      expect(high).toBeLessThanOrEqual(Math.max(...samples))
    }),
  )
})

test('a summary has the figures of its samples', () => {
  // 2, 4, 4, 6: mean 4, squares 4 + 0 + 0 + 4 = 8 over 3; quartiles at 0.75 (2 + 0.75·2) and 2.25 (4 + 0.25·2).
  expect(summary([4, 6, 2, 4])).toEqual({
    count: 4,
    mean: 4,
    deviation: Math.sqrt(8 / 3),
    min: 2,
    lowerQuartile: 3.5,
    median: 4,
    upperQuartile: 4.5,
    max: 6,
  })
  expect(summary([3])).toMatchObject({ count: 1, mean: 3, deviation: null, min: 3, median: 3, max: 3 })
})

test('no samples have no quantile', () => {
  expect(() => quantile([], 0.5)).toThrow('the quantile 0.5 of 0 samples')
  expect(() => summary([])).toThrow('a summary of no samples')
})
