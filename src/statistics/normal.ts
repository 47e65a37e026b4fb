// The standard normal distribution. Its function by the Taylor series of the density's integral near 0 and Laplace's continued
// fraction in the tails (Abramowitz and Stegun 26.2.10 and 26.2.14), good to about 1e-15 absolute; its quantile by
// Newton's method from there.

import { invariant } from '../errors.ts'

/** Beyond this the continued fraction converges fast. */
const TAIL = 3

/** The probability of at most `z`. */
export function normalProbability(z: number): number {
  if (z > 0) return 1 - normalProbability(-z)
  const x = -z
  if (x > 38) return 0
  return x < TAIL ? 0.5 - normalDensity(x) * series(x) : normalDensity(x) / fraction(x)
}

/** The z below which the probability is `probability`, above 0 and below 1. */
export function normalQuantile(probability: number): number {
  invariant(probability > 0 && probability < 1, `a normal quantile at ${probability}`)
  if (probability > 0.5) return -normalQuantile(1 - probability)
  let low = -38
  let high = 0
  let z = -1
  for (let i = 0; i < 200; i++) {
    const excess = normalProbability(z) - probability
    if (excess > 0) high = z
    else low = z
    const next = z - excess / normalDensity(z)
    const inside = next > low && next < high ? next : (low + high) / 2
    if (Math.abs(inside - z) <= 1e-15 * Math.max(1, Math.abs(z))) return inside
    z = inside
  }
  return z
}

const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)

/** x + x³/3 + x⁵/15 + … */
function series(x: number): number {
  let term = x
  let sum = x
  for (let n = 3; term > 1e-17 * sum; n += 2) {
    term *= (x * x) / n
    sum += term
  }
  return sum
}

/** x + 1/(x + 2/(x + 3/(x + …))) */
function fraction(x: number): number {
  let value = x
  for (let n = 100; n >= 1; n--) value = x + n / value
  return value
}
