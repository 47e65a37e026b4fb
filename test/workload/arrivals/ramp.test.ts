import { expect, test } from 'vitest'
import { seconds } from '../../../src/units.ts'
import { ramp } from '../../../src/workload/arrivals/ramp.ts'
import { counts, error, stream, times } from './observed.ts'

/** Counts in ten windows of 100 s, added over runs. */
function added(from: number, to: number, over: number): number[] {
  const sums = new Array<number>(10).fill(0)
  for (let run = 0; run < 100; run++)
    counts(ramp.create({ from, to, over }, stream(`run ${run}`)), seconds(100), 10).forEach((count, i) => {
      sums[i]! += count
    })
  return sums
}

/** The integral of the rate over [a, b] seconds. */
function integral(from: number, to: number, over: number, a: number, b: number): number {
  const rate = (t: number) => from + ((to - from) * Math.min(t, over)) / over
  const onRamp = Math.min(b, over)
  const rising = a < over ? ((rate(a) + rate(onRamp)) / 2) * (onRamp - a) : 0
  return rising + to * Math.max(0, b - Math.max(a, over))
}

test.each([
  [0, 10, 500],
  [10, 0, 500],
  [2, 8, 1000],
  [8, 2, 750],
  [5, 5, 300],
])('from %d to %d over %d s: each window has the integral of the rate', (from, to, over) => {
  added(from, to, seconds(over)).forEach((count, i) => {
    const expected = 100 * integral(from, to, over, 100 * i, 100 * (i + 1))
    // Poisson: standard error the square root of the count, of which 5 are allowed.
    expect(Math.abs(count - expected)).toBeLessThanOrEqual(5 * Math.sqrt(expected))
  })
})

test('within the ramp, arrivals are as dense as the rate: their mean time is that of a triangle', () => {
  const found: number[] = []
  for (let run = 0; run < 200; run++)
    found.push(...times(ramp.create({ from: 0, to: 10, over: seconds(100) }, stream(`${run}`)), 400))
  const onRamp = found.filter((at) => at < seconds(100))
  // 200 runs of 10/s · 100 s / 2 = 500 … but only the first 400 of each: their times are 100 s · sqrt(k / 500), in the mean.
  // The mean of sqrt(k / 500) for k = 1 … 400 is 2/3 · sqrt(0.8) = 0.596, and a bit for the sum being one of steps: 0.597.
  const mean = onRamp.reduce((sum, at) => sum + at / 1e9, 0) / onRamp.length
  expect(error(mean, 59.7)).toBeLessThan(0.01)
})

test('after a ramp to 0 nobody comes', () => {
  const found = times(ramp.create({ from: 10, to: 0, over: seconds(10) }, stream('1')), 1000)
  // 10/s · 10 s / 2 = 50 expected, ± 7.
  expect(Math.abs(found.length - 50)).toBeLessThan(36)
  expect(found.at(-1)).toBeLessThan(seconds(10))
})
