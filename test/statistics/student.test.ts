import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvariantError } from '../../src/errors.ts'
import { meanInterval, studentQuantile, studentTail } from '../../src/statistics/student.ts'

// [degrees of freedom, 90 %, 95 %, 97.5 %, 99.5 %], by the incomplete beta function of mpmath at 30 digits.
const EXACT = [
  [1, 3.07768353717525, 6.31375151467504, 12.7062047361747, 63.6567411628716],
  [2, 1.88561808316413, 2.91998558035373, 4.30265272974946, 9.92484320091829],
  [3, 1.63774435369621, 2.35336343480182, 3.18244630528371, 5.84090930973336],
  [4, 1.53320627405894, 2.13184678632665, 2.77644510519779, 4.60409487134999],
  [5, 1.47588404882448, 2.01504837333302, 2.57058183563632, 4.03214298355523],
  [6, 1.43975574726515, 1.9431802805153, 2.44691185114497, 3.70742802132478],
  [7, 1.41492392765051, 1.89457860509001, 2.36462425159279, 3.49948329735049],
  [8, 1.39681530974386, 1.8595480375309, 2.30600413520417, 3.3553873313334],
  [9, 1.38302873839663, 1.83311293265624, 2.26215716279821, 3.24983554159213],
  [10, 1.37218364111034, 1.81246112281168, 2.22813885198627, 3.16927267261695],
  [15, 1.34060560785046, 1.75305035569257, 2.13144954555978, 2.94671288347524],
  [29, 1.31143364730155, 1.6991270265335, 2.0452296421327, 2.75638590367061],
  [60, 1.29582109351573, 1.67064886490464, 2.00029782201426, 2.66028302885504],
  [100, 1.29007476134652, 1.66023432608534, 1.98397151852355, 2.62589052143802],
  [500, 1.28324702071037, 1.64790685392951, 1.96471983746737, 2.58569783514194],
  [1000, 1.28239872146092, 1.64637881728546, 1.96233908082641, 2.58075469806595],
] as const

// The same columns as printed in the NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
const PRINTED = [
  [1, 3.078, 6.314, 12.706, 63.657],
  [2, 1.886, 2.92, 4.303, 9.925],
  [5, 1.476, 2.015, 2.571, 4.032],
  [9, 1.383, 1.833, 2.262, 3.25],
  [12, 1.356, 1.782, 2.179, 3.055],
  [17, 1.333, 1.74, 2.11, 2.898],
  [23, 1.319, 1.714, 2.069, 2.807],
  [30, 1.31, 1.697, 2.042, 2.75],
  [60, 1.296, 1.671, 2.0, 2.66],
  [100, 1.29, 1.66, 1.984, 2.626],
] as const
const PROBABILITIES = [0.9, 0.95, 0.975, 0.995]

const degrees = fc.integer({ min: 1, max: 1000 })

describe("Student's t", () => {
  test('has the quantiles of the tables', () => {
    for (const [df, ...row] of PRINTED)
      row.forEach((t, i) => {
        expect(studentQuantile(PROBABILITIES[i]!, df)).toBeCloseTo(t, 3)
      })
  })

  test('has its quantiles to ten digits from 1 to 1000 degrees of freedom', () => {
    for (const [df, ...row] of EXACT)
      row.forEach((t, i) => {
        expect(Math.abs(studentQuantile(PROBABILITIES[i]!, df) / t - 1)).toBeLessThan(1e-10)
      })
  })

  test('has the closed forms of one and two degrees of freedom', () => {
    // One: the Cauchy distribution, t = tan(π (p - 1/2)). Two: t = (2p - 1) · sqrt(2 / (4p (1 - p))).
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (p) => {
        expect(studentQuantile(p, 1)).toBeCloseTo(Math.tan(Math.PI * (p - 0.5)), 7)
        expect(studentQuantile(p, 2)).toBeCloseTo((2 * p - 1) * Math.sqrt(2 / (4 * p * (1 - p))), 9)
      }),
    )
  })

  test('a quantile is where the distribution reaches the probability, and is odd about a half', () => {
    fc.assert(
      fc.property(degrees, fc.double({ min: 0.5001, max: 0.9999, noNaN: true }), (df, p) => {
        const t = studentQuantile(p, df)
        expect(studentTail(t, df)).toBeCloseTo(1 - p, 12)
        expect(studentQuantile(1 - p, df)).toBeCloseTo(-t, 8)
      }),
    )
    expect(studentQuantile(0.5, 7)).toBe(0)
  })

  test('comes down to the normal distribution', () => {
    // z(0.975) = 1.959964; t - z is about (z³ + z) / 4 df = 2.37 / df.
    expect(studentQuantile(0.975, 1e6)).toBeCloseTo(1.959963985 + 2.372e-6, 8)
  })
})

describe('the interval of a mean', () => {
  test('is t · s / √n on either side', () => {
    // 1 … 5: mean 3, s² = 10/4 = 2.5, s/√5 = √0.5; t(0.975, 4) = 2.77644510519779; half 1.963243.
    const { mean, low, high, halfWidth } = meanInterval([3, 1, 4, 2, 5])
    expect(mean).toBe(3)
    expect(halfWidth).toBeCloseTo(2.77644510519779 * Math.SQRT1_2, 12)
    expect([low, high]).toEqual([3 - halfWidth, 3 + halfWidth])
  })

  test('has no width where all samples are equal, and grows with confidence', () => {
    expect(meanInterval([7, 7, 7])).toEqual({ mean: 7, low: 7, high: 7, halfWidth: 0 })
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2 }), (samples) => {
        const usual = meanInterval(samples)
        expect(meanInterval(samples, 0.99).halfWidth).toBeGreaterThanOrEqual(usual.halfWidth)
        expect(usual.low <= usual.mean && usual.mean <= usual.high).toBe(true)
      }),
    )
  })

  test('takes two samples', () => {
    expect(() => meanInterval([1])).toThrow(InvariantError)
  })
})
