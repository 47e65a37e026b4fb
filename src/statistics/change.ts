// Whether B differs from A: three answers, each with what it rests on. What one seed found is exact: it is equal or it is not.
// Over several seeds a difference is called one only where the interval of the paired difference leaves out 0, that of its median does
// (one outlier moves a mean, not a median), the p of the flipped signs (after Holm, over all metrics compared) is small, and it
// is at least the smallest that matters; it is called none only
// where the whole interval is smaller than that. Between the two nobody can tell, and how many seeds would is said.

import { sampleStandardDeviation } from 'simple-statistics'
import type { Interval, Uniform } from './bootstrap.ts'
import { pairedDifference } from './paired.ts'
import { pairsNeeded } from './power.ts'
import { quantileInterval } from './quantile-interval.ts'

export interface Change {
  /** Means over the pairs. */
  readonly a: number
  readonly b: number
  readonly pairs: number
  /** Of B − A; `null` with one pair. */
  readonly interval: Interval | null
  /** Of the median of the differences, whatever their distribution; `null` with fewer than six pairs. */
  readonly median: Interval | null
  /** Of no difference; `null` with one pair. Not yet corrected for how many were tested. */
  readonly p: number | null
  /** How the differences deviate; 0 with one pair. */
  readonly deviation: number
}

export type Answer =
  | { readonly kind: 'different' }
  | { readonly kind: 'alike' }
  /** So many pairs in all would show a change of the smallest size that matters; Infinity: more than anyone runs. */
  | { readonly kind: 'untold'; readonly pairs: number }

export interface ChangeTerms {
  /** The smallest difference that matters, as a share of A. */
  readonly minimum: number
  readonly significance: number
  /** The smallest difference that matters in the figure's own unit, instead of the share. */
  readonly least?: number
}

/** A and B on the same seeds in the same order, at least one. */
export function changeOf(a: readonly number[], b: readonly number[], uniform: Uniform): Change {
  const mean = (samples: readonly number[]): number => samples.reduce((x, y) => x + y, 0) / samples.length
  const means = { a: mean(a), b: mean(b), pairs: a.length }
  if (a.length < 2) return { ...means, interval: null, median: null, p: null, deviation: 0 }
  const { interval, p } = pairedDifference(a, b, uniform)
  const differences = b.map((value, i) => value - a[i]!)
  return {
    ...means,
    interval,
    median: quantileInterval(differences, 0.5),
    p,
    deviation: sampleStandardDeviation(differences),
  }
}

/** @param p after the correction */
export function answerOf(
  change: Change,
  p: number | null,
  { minimum, significance, ...given }: ChangeTerms,
): Answer {
  const { a, b, interval, median, deviation } = change
  const least = given.least ?? minimum * Math.abs(a)
  const difference = Math.abs(b - a)
  if (interval === null || deviation === 0)
    return { kind: difference > 0 && difference >= least ? 'different' : 'alike' }
  const { low, high } = interval
  const apart = [interval, ...(median ? [median] : [])].every((each) => each.low > 0 || each.high < 0)
  if (difference >= least && apart && p! <= significance) return { kind: 'different' }
  if (-least < low && high < least) return { kind: 'alike' }
  const needed = pairsNeeded(Math.max(least, difference / 2), deviation, { significance })
  return { kind: 'untold', pairs: Math.max(change.pairs + 1, needed) }
}
