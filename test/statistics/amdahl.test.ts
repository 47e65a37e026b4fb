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
        },
      ),
    )
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
