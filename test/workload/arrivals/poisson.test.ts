import { expect, test } from 'vitest'
import { seconds } from '../../../src/units.ts'
import { poisson } from '../../../src/workload/arrivals/poisson.ts'
import { counts, error, gaps, moments, stream, times } from './observed.ts'

test('counts have the mean of the rate, and a variance as large as it', () => {
  const found = moments(counts(poisson.create({ rate: 5 }, stream('1')), seconds(10), 20_000))
  // 5/s for 10 s: mean 50, standard error sqrt(50 / 20,000) = 0.05, so 0.25 is 5 of them.
  expect(Math.abs(found.mean - 50)).toBeLessThan(0.25)
  // Index of dispersion 1; its standard error is sqrt(2 / 20,000) = 0.01.
  expect(Math.abs(found.variance / found.mean - 1)).toBeLessThan(0.05)
})

test('gaps have a squared coefficient of variation of 1 and are independent of each other', () => {
  const found = gaps(times(poisson.create({ rate: 100 }, stream('2')), 200_000))
  // The squared cv of n exponentials has a standard error of sqrt(4 / n) = 0.0045 (delta method).
  expect(Math.abs(moments(found).squaredCv - 1)).toBeLessThan(0.03)
  const { mean, variance } = moments(found)
  const lagged = found.slice(1).reduce((sum, gap, i) => sum + (gap - mean) * (found[i]! - mean), 0)
  // Standard error of a correlation: 1 / sqrt(n) = 0.0022.
  expect(Math.abs(lagged / found.length / variance)).toBeLessThan(0.011)
})

test('whole nanoseconds do not bias the rate, even where gaps are shorter than one', () => {
  // 4 arrivals a nanosecond: 1,000,000 of them take 250,000 ns, with a standard error of 0.1 %.
  const found = times(poisson.create({ rate: 4e9 }, stream('3')), 1_000_000)
  expect(error(found.at(-1)!, 250_000)).toBeLessThan(0.005)
  expect(found.every(Number.isSafeInteger)).toBe(true)
})

test('with rate 0 nobody comes', () => {
  expect(poisson.create({ rate: 0 }, stream('1')).next(0)).toBeUndefined()
})

test('what would come after the last exact nanosecond never comes', () => {
  // One a year, in 104 days: most seeds see nobody, and none sees a time that is not exact.
  const process = poisson.create({ rate: 1 / (365 * 86_400) }, stream('5'))
  expect(times(process, 10).every(Number.isSafeInteger)).toBe(true)
  expect(process.next(0)).toBeUndefined()
})
