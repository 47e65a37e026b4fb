import { expect, test } from 'vitest'
import { seconds } from '../../../src/units.ts'
import { ramp } from '../../../src/workload/arrivals/ramp.ts'
import { counts, stream, times } from './observed.ts'

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

test.each([
  [0, 1],
  [1, 0],
  [0.1, 0.3],
])('from %d to %d over 10 s: the first and the second arrival have their exact laws', (from, to) => {
  const random = stream(`${from} to ${to}`)
  const runs = 100_000
  const found = Array.from({ length: runs }, () =>
    times(ramp.create({ from, to, over: seconds(10) }, random), 2),
  )
  const above = (nth: number, limit: number) =>
    found.filter((at) => at.length <= nth || at[nth]! > limit).length / runs
  for (const second of [0.5, 1, 2, 5, 9, 12]) {
    // With m expected until then, nobody has come with probability exp(-m), and fewer than two with (1 + m) exp(-m).
    const m = integral(from, to, 10, 0, second)
    // Standard error of a share: at most 0.5 / sqrt(100,000) = 0.0016.
    expect(Math.abs(above(0, seconds(second)) - Math.exp(-m))).toBeLessThan(0.008)
    expect(Math.abs(above(1, seconds(second)) - (1 + m) * Math.exp(-m))).toBeLessThan(0.008)
  }
})

test('after a ramp to 0 nobody comes', () => {
  const found = times(ramp.create({ from: 10, to: 0, over: seconds(10) }, stream('1')), 1000)
  // 10/s · 10 s / 2 = 50 expected, ± 7.
  expect(Math.abs(found.length - 50)).toBeLessThan(36)
  expect(found.at(-1)).toBeLessThan(seconds(10))
})
