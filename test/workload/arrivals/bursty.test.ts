import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bursty } from '../../../src/workload/arrivals/bursty.ts'
import { poisson } from '../../../src/workload/arrivals/poisson.ts'
import { error, gaps, moments, stream, times } from './observed.ts'

const found = (cv: number, seed: string, n = 400_000) =>
  moments(gaps(times(bursty.create({ rate: 20, cv }, stream(seed)), n)))

// The standard error of the mean is cv / sqrt(400,000) = cv · 0.0016; that of the squared cv grows with the fourth moment.
test.each([
  [0.1, 0.002, 0.02],
  [0.25, 0.003, 0.02],
  [0.5, 0.005, 0.02],
  [0.6, 0.005, 0.02],
  [0.8, 0.008, 0.03],
  [0.99, 0.008, 0.03],
  [1, 0.008, 0.03],
  [1.09, 0.01, 0.04],
  [2, 0.016, 0.06],
  [4, 0.03, 0.08],
])('with cv %d the gaps have that spread, and the mean of the rate', (cv, meanError, spreadError) => {
  const { mean, squaredCv } = found(cv, `cv ${cv}`)
  expect(error(mean, 1e9 / 20)).toBeLessThan(meanError)
  expect(error(squaredCv, cv * cv)).toBeLessThan(spreadError)
})

test('the burstiest traffic of record, cv 13.2, keeps its rate and its spread', () => {
  const { mean, squaredCv } = found(13.2, 'code', 2_000_000)
  // Standard error of the mean: 13.2 / sqrt(2,000,000) = 0.9 %.
  expect(error(mean, 1e9 / 20)).toBeLessThan(0.04)
  // The long branch is 0.29 % of the gaps, some 5,700 of them: its second moment is known to 2 · 1/sqrt(5,700) or 3 %.
  expect(error(squaredCv, 13.2 ** 2)).toBeLessThan(0.12)
})

test('balanced means: above 1, half of the time is spent in the long gaps', () => {
  fc.assert(
    fc.property(fc.double({ min: 1.001, max: 200, noNaN: true }), (cv) => {
      // With a draw of 0 the first branch is taken, with the largest the second; the exponential is replaced by its mean.
      const gap = (uniform: number) =>
        bursty
          .create(
            { rate: 0.01, cv },
            { uniform: () => uniform, integer: () => 0, exponential: (mean) => mean },
          )
          .next(0)!
      const short = gap(0)
      const long = gap(1 - 2 ** -53)
      // share · short = (1 - share) · long = half the mean gap of 100 s; the squared cv of the mixture follows.
      const half = 50e9
      const share = half / short
      expect(error((1 - share) * long, half)).toBeLessThan(1e-4)
      expect(error((2 * (half * short + half * long)) / (2 * half) ** 2 - 1, cv * cv)).toBeLessThan(1e-4)
    }),
  )
})

test('cv 1 is Poisson in law: the same share of gaps is below each multiple of the mean', () => {
  const below = (found: number[], limit: number) => found.filter((gap) => gap < limit).length / found.length
  const a = gaps(times(bursty.create({ rate: 1, cv: 1 }, stream('a')), 100_000))
  const b = gaps(times(poisson.create({ rate: 1 }, stream('b')), 100_000))
  for (const multiple of [0.1, 0.5, 1, 2, 4]) {
    // 1 - exp(-x); standard error at most 0.5 / sqrt(100,000) = 0.0016.
    const law = 1 - Math.exp(-multiple)
    expect(Math.abs(below(a, multiple * 1e9) - law)).toBeLessThan(0.008)
    expect(Math.abs(below(b, multiple * 1e9) - law)).toBeLessThan(0.008)
  }
})

test('with rate 0 nobody comes', () => {
  for (const cv of [0.5, 1, 2]) expect(bursty.create({ rate: 0, cv }, stream('1')).next(0)).toBeUndefined()
})
