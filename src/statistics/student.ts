// Student's t: its distribution, its quantiles, and the confidence interval of a mean.
// By the regularised incomplete beta function in its continued fraction (Press et al., Numerical Recipes, 6.4, after
// Lentz); the quantile by Newton's method within a bracket. Good to about 1e-12 relative over 1 … 1000 degrees of freedom.

import { gammaln, mean, sampleStandardDeviation } from 'simple-statistics'
import { invariant } from '../errors.ts'

export interface MeanInterval {
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly halfWidth: number
}

/** The interval that covers the mean of normal samples with this confidence; of at least two samples. */
export function meanInterval(samples: readonly number[], confidence = 0.95): MeanInterval {
  invariant(samples.length >= 2, `an interval of ${samples.length} samples; it takes two`)
  const values = [...samples]
  const centre = mean(values)
  const t = studentQuantile((1 + confidence) / 2, values.length - 1)
  const halfWidth = (t * sampleStandardDeviation(values)) / Math.sqrt(values.length)
  return { mean: centre, low: centre - halfWidth, high: centre + halfWidth, halfWidth }
}

/** The t below which the probability is `probability` (0 … 1, both excluded), for `degrees` of freedom from 1 on. */
export function studentQuantile(probability: number, degrees: number): number {
  invariant(
    probability > 0 && probability < 1 && degrees >= 1,
    `a quantile of Student's t at ${probability} with ${degrees} degrees of freedom`,
  )
  if (probability === 0.5) return 0
  if (probability < 0.5) return -studentQuantile(1 - probability, degrees)
  const tail = 1 - probability
  let low = 0
  let high = 1
  while (studentTail(high, degrees) > tail) {
    low = high
    high *= 2
  }
  let t = (low + high) / 2
  for (let i = 0; i < 200; i++) {
    const excess = studentTail(t, degrees) - tail
    if (excess > 0) low = t
    else high = t
    const step = t + excess / studentDensity(t, degrees)
    const next = step > low && step < high ? step : (low + high) / 2
    if (Math.abs(next - t) <= 1e-14 * t) return next
    t = next
  }
  return t
}

/** The probability of more than t, for t from 0 on. */
export function studentTail(t: number, degrees: number): number {
  const square = t * t
  return incompleteBeta(degrees / (degrees + square), square / (degrees + square), degrees / 2, 0.5) / 2
}

function studentDensity(t: number, degrees: number): number {
  const scale = gammaln((degrees + 1) / 2) - gammaln(degrees / 2)
  const shape = ((degrees + 1) / 2) * Math.log1p((t * t) / degrees)
  return Math.exp(scale - shape) / Math.sqrt(degrees * Math.PI)
}

/** Regularised incomplete beta function I_x(a, b); `y` is 1 - x, given apart because it may be tiny. */
function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (y === 0) return 1
  const front = Math.exp(gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log(y))
  // The fraction converges fast below the mean of the beta distribution; above it the complement does.
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(y, b, a)) / b
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    const change = d * c
    fraction *= change
    if (Math.abs(change - 1) < 1e-16) break
  }
  return fraction
}
