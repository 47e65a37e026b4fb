import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RandomStreams } from '../../src/kernel/random.ts'
import { batchMeans } from '../../src/statistics/batch-means.ts'
import { bootstrap } from '../../src/statistics/bootstrap.ts'
import { normalProbability, normalQuantile } from '../../src/statistics/normal.ts'
import { holm, pairedDifference, signFlips } from '../../src/statistics/paired.ts'
import { detectable, pairsNeeded } from '../../src/statistics/power.ts'
import { quantileInterval } from '../../src/statistics/quantile-interval.ts'

const uniform = (seed = '1') => {
  const random = new RandomStreams(seed).stream('test')
  return () => random.uniform()
}

test('the normal distribution has its tabulated values', () => {
  // Abramowitz and Stegun, table 26.1 and 26.5.
  expect(normalProbability(0)).toBe(0.5)
  expect(normalProbability(1)).toBeCloseTo(0.841344746068543, 14)
  expect(normalProbability(-3)).toBeCloseTo(0.00134989803163, 14)
  expect(normalProbability(-6)).toBeCloseTo(9.86587645037698e-10, 20)
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13)
  expect(normalQuantile(1e-9)).toBeCloseTo(-5.997807015007687, 11)
})

test('a normal quantile is the inverse of its probability', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) => {
      expect(Math.abs(normalProbability(normalQuantile(p)) - p)).toBeLessThan(1e-13)
    }),
    { seed: 1 },
  )
})

test('BCa gives the law-school data their published interval', () => {
  // Efron and Tibshirani 1993, table 3.1 and chapter 14: the correlation of LSAT and GPA of 15 schools; 0.776, 90 % BCa near (0.43, 0.92).
  const lsat = [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594]
  const gpa = [3.39, 3.3, 2.81, 3.03, 3.44, 3.07, 3.0, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96]
  const schools = lsat.map((x, i) => [x, gpa[i]!] as const)
  expect(correlation(schools)).toBeCloseTo(0.776, 3)
  const { low, high } = bootstrap(schools, correlation, {
    uniform: uniform(),
    confidence: 0.9,
    resamples: 10_000,
  })
  expect(Math.abs(low - 0.43)).toBeLessThan(0.03)
  expect(Math.abs(high - 0.923)).toBeLessThan(0.015)
})

function correlation(points: readonly (readonly [number, number])[]): number {
  const n = points.length
  const x = points.reduce((sum, [a]) => sum + a, 0) / n
  const y = points.reduce((sum, [, b]) => sum + b, 0) / n
  let xy = 0
  let xx = 0
  let yy = 0
  for (const [a, b] of points) {
    xy += (a - x) * (b - y)
    xx += (a - x) ** 2
    yy += (b - y) ** 2
  }
  return xy / Math.sqrt(xx * yy)
}

test('samples that are all alike have an interval without width', () => {
  expect(bootstrap([3, 3, 3, 3], ([a]) => a!, { uniform: uniform() })).toEqual({ low: 3, high: 3 })
})

test('darwin’s maize: flipped signs give Fisher’s p', () => {
  // Fisher, "The Design of Experiments", 1935, §21: 863 of 2¹⁴ on one side of 15 differences, 5.267 % in all.
  const differences = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
  const p = signFlips(differences, uniform())
  expect(Math.abs(p - 0.05267)).toBeLessThan(0.008)
  // Of twelve, all 4,096 ways are tried.
  expect(signFlips([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], uniform())).toBe(2 / 4096)
})

test('no p is ever 0', () => {
  const differences = Array.from({ length: 60 }, (_, i) => 1 + i)
  expect(signFlips(differences, uniform())).toBeGreaterThanOrEqual(1e-4)
})

test('what common random numbers do to both sides goes out of the comparison', () => {
  const noise = uniform('noise')
  const a = Array.from({ length: 10 }, () => 100 * noise())
  const b = a.map((value) => value + 1)
  const found = pairedDifference(a, b, uniform())
  expect(found.difference).toBeCloseTo(1, 10)
  expect(found.interval.low).toBeCloseTo(1, 10)
  expect(found.p).toBeLessThan(0.01)
})

test('Holm’s correction is his worked procedure', () => {
  // 0.01 × 4, 0.02 × 3, 0.03 × 2 (not below the one before), 0.04 × 1.
  expect(holm([0.03, 0.01, 0.04, 0.02])).toEqual([0.06, 0.04, 0.06, 0.06])
  expect(holm([0.9])).toEqual([0.9])
})

test('so many pairs as are needed show what they are needed for, and one fewer does not', () => {
  // Cohen 1988, table 2.4.1, one sample: an effect of 0.5 deviations takes 34 pairs at 5 % and 80 %; 0.8 takes 15.
  expect(Math.abs(pairsNeeded(0.5, 1) - 34)).toBeLessThanOrEqual(1)
  expect(Math.abs(pairsNeeded(0.8, 1) - 15)).toBeLessThanOrEqual(1)
  fc.assert(
    fc.property(fc.double({ min: 0.05, max: 5, noNaN: true }), (change) => {
      const pairs = pairsNeeded(change, 1)
      expect(detectable(pairs, 1)).toBeLessThanOrEqual(change)
      if (pairs > 2) expect(detectable(pairs - 1, 1)).toBeGreaterThan(change)
    }),
    { seed: 1 },
  )
})

test('the interval of a median is between the order statistics that the tables say', () => {
  // Conover: n = 10, the 2nd and the 9th cover the median 97.9 % of the time.
  const samples = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
  expect(quantileInterval(samples, 0.5)).toEqual({ low: 2, high: 9 })
  expect(quantileInterval(samples.slice(0, 5), 0.5)).toBeNull()
  expect(
    quantileInterval(
      Array.from({ length: 20_000 }, (_, i) => i),
      0.99,
    )?.low,
  ).toBeGreaterThan(19_700)
})

test('batches that depend on one another are put together, or give no interval', () => {
  const chance = uniform('batches')
  let level = 0
  const walk = Array.from({ length: 40 }, () => {
    level += chance() - 0.5
    return level
  })
  expect(batchMeans(walk).interval).toBeNull()
  expect(batchMeans(Array.from({ length: 40 }, () => chance())).batches).toBe(40)
})
