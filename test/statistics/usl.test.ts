// Against published data and the coefficients that R's package usl gives for it (its tests and vignette; method nls).

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitGustafson } from '../../src/statistics/gustafson.ts'
import { fitUsl, type ThroughputPoint, uslThroughput } from '../../src/statistics/usl.ts'

/** Ray tracing on an SGI Origin 2000; Gunther 2007. */
const RAYTRACER: readonly ThroughputPoint[] = [
  [1, 20],
  [4, 78],
  [8, 130],
  [12, 170],
  [16, 190],
  [20, 200],
  [24, 210],
  [28, 230],
  [32, 260],
  [48, 280],
  [64, 310],
]

/** SPEC SDM91 on a Sun SPARCcenter 2000, October 1994. */
const SDM91: readonly ThroughputPoint[] = [
  [1, 64.9],
  [18, 995.9],
  [36, 1652.4],
  [72, 1853.2],
  [108, 1828.9],
  [144, 1775],
  [216, 1702.2],
]

test('the raytracer has the published coefficients, and no coherency', () => {
  const fit = fitUsl(RAYTRACER)!
  expect(fit.contention).toBeCloseTo(0.057771, 5)
  expect(fit.coherency).toBeLessThan(1e-9)
  expect(fit.one).toBeCloseTo(21.848843, 4)
  expect(fit.peak === null || fit.peak > 1e4).toBe(true)
})

test('SPEC SDM91 has the published coefficients, and its peak at 96.5 users', () => {
  const fit = fitUsl(SDM91)!
  expect(fit.contention).toBeCloseTo(0.0277285, 6)
  expect(fit.coherency).toBeCloseTo(0.0001044, 7)
  expect(fit.one).toBeCloseTo(89.9952, 3)
  expect(fit.peak).toBeCloseTo(96.5, 1)
})

test('what follows the law is given back', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 1e4, noNaN: true }),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      fc.double({ min: 0, max: 0.01, noNaN: true }),
      (one, contention, coherency) => {
        const law = { one, contention, coherency, residual: 0, explained: 1, peak: null }
        const fit = fitUsl([1, 2, 4, 8, 16, 32, 64].map((n) => [n, uslThroughput(law, n)] as const))!
        expect(fit.residual).toBeLessThan(1e-4)
        expect(fit.contention).toBeCloseTo(contention, 3)
        expect(fit.coherency).toBeCloseTo(coherency, 4)
      },
    ),
    { seed: 1, numRuns: 200 },
  )
})

test('three concurrencies fit anything, so they are not fitted', () => {
  expect(fitUsl(RAYTRACER.slice(0, 3))).toBeNull()
})

test('work that grows with the processors follows Gustafson’s law', () => {
  // Gustafson 1988: s of 0.4 to 0.8 % gave 1,021, 1,020 and 1,016 on 1,024 processors.
  const fit = fitGustafson([2, 32, 1024].map((p) => [p, p - 0.004 * (p - 1)] as const))!
  expect(fit.serial).toBeCloseTo(0.004, 12)
  expect(1024 - fit.serial * 1023).toBeCloseTo(1020, 0)
  expect(fitGustafson([[1, 1]])).toBeNull()
})
