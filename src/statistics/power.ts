// How small a change so many pairs can show, and how many pairs a change needs. Source: the usual two-sided t test, with the
// approximation that its noncentral t is a shifted one (Kupper and Hafner, "How appropriate are popular sample size
// formulas?", The American Statistician 43, 1989), good to a pair or two.

import { invariant } from '../errors.ts'
import { studentQuantile } from './student.ts'

export interface PowerTerms {
  /** Of a false alarm; default 0.05. */
  readonly significance?: number
  /** Of seeing a change that is there; default 0.8. */
  readonly power?: number
}

/** Pairs beyond which nobody asks. */
const MOST_PAIRS = 1_000_000

/** The smallest mean difference that `pairs` (2 or more) show, whose differences deviate so much. */
export function detectable(
  pairs: number,
  deviation: number,
  { significance = 0.05, power = 0.8 }: PowerTerms = {},
): number {
  invariant(pairs >= 2, `a comparison of ${pairs} pairs; it takes two`)
  const degrees = pairs - 1
  const t = studentQuantile(1 - significance / 2, degrees) + studentQuantile(power, degrees)
  return (t * deviation) / Math.sqrt(pairs)
}

/** The least number of pairs that show a mean difference of `change` (not 0); Infinity: more than a million. */
export function pairsNeeded(change: number, deviation: number, terms: PowerTerms = {}): number {
  const size = Math.abs(change)
  if (deviation === 0) return 2
  let low = 1
  let high = 2
  while (detectable(high, deviation, terms) > size) {
    low = high
    high *= 2
    if (high > MOST_PAIRS) return Number.POSITIVE_INFINITY
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (detectable(middle, deviation, terms) > size) low = middle
    else high = middle
  }
  return high
}
