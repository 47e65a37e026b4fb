import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitAmdahl, karpFlatt, type ScalingPoint } from '../../src/statistics/amdahl.ts'

const times = (serial: number, time: number, processors = [1, 2, 5, 10, 54]): ScalingPoint[] =>
  processors.map((p) => [p, time * (serial + (1 - serial) / p)])

describe("a fit of Amdahl's law", () => {
  test('finds the serial fraction and T1 of times that obey the law', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1, max: 1e12, noNaN: true }),
        (serial, time) => {
          const fit = fitAmdahl(times(serial, time))!
          expect(fit.serial).toBeCloseTo(serial, 9)
          expect(fit.time / time).toBeCloseTo(1, 9)
          expect(fit.residual).toBeLessThan(1e-9)
          expect(fit.interval).toBeNull()
        },
      ),
    )
  })

  test('does not fit times that rise again with contention', () => {
    expect(
      fitAmdahl([
        [1, 100],
        [2, 60],
        [4, 50],
        [8, 70],
        [16, 120],
      ]),
    ).toBeNull()
  })

  test('does not fit where one point is off by 15 %, and fits where it is off by 5 %', () => {
    const off = (factor: number): ScalingPoint[] =>
      times(0.1, 1000).map(([p, time]) => [p, p === 5 ? time * factor : time])
    expect(fitAmdahl(off(1.15))).toBeNull()
    const fit = fitAmdahl(off(1.05))!
    expect(fit.residual).toBeGreaterThan(0.02)
    expect(fit.residual).toBeLessThan(0.05)
    expect(fit.serial).toBeCloseTo(0.1, 2)
  })

  test('a serial fraction stays from 0 to 1 where the times are better or worse than any law', () => {
    expect(
      fitAmdahl([
        [1, 100],
        [2, 49],
        [4, 24.3],
      ])!.serial,
    ).toBe(0)
    expect(
      fitAmdahl([
        [1, 100],
        [2, 101],
        [4, 102],
      ])!.serial,
    ).toBe(1)
  })

  test('the interval is over the seeds', () => {
    // s of 0.1, 0.12, 0.14: mean 0.12, deviation 0.02, t(0.975, 2) = 4.302653: half 4.302653 · 0.02 / √3 = 0.049683.
    const seeds = [0.1, 0.12, 0.14].map((serial) => times(serial, 1000))
    const { interval } = fitAmdahl(times(0.12, 1000), seeds)!
    expect(interval![0]).toBeCloseTo(0.12 - 0.049683, 6)
    expect(interval![1]).toBeCloseTo(0.12 + 0.049683, 6)
  })

  test('is not told from fewer than three numbers of processors', () => {
    expect(fitAmdahl(times(0.1, 1000, [1, 54]))).toBeNull()
    expect(fitAmdahl(times(0.1, 1000, [1, 54, 54, 1]))).toBeNull()
  })
})

test('Karp and Flatt find the serial fraction of any one point that obeys the law', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 2, max: 1000 }),
      (serial, processors) => {
        const speedup = 1 / (serial + (1 - serial) / processors)
        expect(karpFlatt(speedup, processors)).toBeCloseTo(serial, 9)
      },
    ),
  )
})
