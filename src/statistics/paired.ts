// A and B under common random numbers: the same seeds on both sides, so that what chance does to one it does to the other and
// the difference of each pair shows the change alone. The interval of the mean difference is Student's over the pairs, beside
// the test of flipped signs (Fisher 1935; Phipson and Smyth 2010: (b + 1) / (k + 1), never 0), which assumes no distribution.
// Both must agree before a difference is called one.

import { sum } from 'simple-statistics'
import { invariant } from '../errors.ts'
import type { Interval, Uniform } from './bootstrap.ts'
import { meanInterval } from './student.ts'

export interface PairedDifference {
  readonly pairs: number
  /** Mean of B − A. */
  readonly difference: number
  readonly interval: Interval
  /** Of no difference, two-sided. */
  readonly p: number
}

/** Up to so many pairs every way to flip the signs is tried. */
const ENUMERATED = 12
const FLIPS = 9999

/** Compares at least two pairs; `a` and `b` are of the same seeds in the same order. */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
  uniform: Uniform,
  confidence = 0.95,
): PairedDifference {
  invariant(
    a.length === b.length && a.length >= 2,
    `a paired comparison of ${a.length} with ${b.length} samples`,
  )
  const differences = b.map((value, i) => value - a[i]!)
  const { mean, low, high } = meanInterval(differences, confidence)
  return {
    pairs: a.length,
    difference: mean,
    interval: { low, high },
    p: signFlips(differences, uniform),
  }
}

/** How probable a mean so far from 0 is if the sign of each difference is chance. */
export function signFlips(differences: readonly number[], uniform: Uniform): number {
  const n = differences.length
  const found = Math.abs(sum([...differences]))
  // Sums of the same numbers in another order differ in their last bits.
  const least = found * (1 - 1e-12)
  const extreme = (flipped: (i: number) => boolean): boolean => {
    let total = 0
    for (let i = 0; i < n; i++) total += flipped(i) ? -differences[i]! : differences[i]!
    return Math.abs(total) >= least
  }
  let hits = 0
  if (n <= ENUMERATED) {
    // With every sign the other way a sum is as far from 0: half of the ways tell of all.
    const ways = 2 ** (n - 1)
    for (let way = 0; way < ways; way++) if (extreme((i) => ((way >> i) & 1) === 1)) hits++
    return hits / ways
  }
  for (let k = 0; k < FLIPS; k++) if (extreme(() => uniform() < 0.5)) hits++
  return (hits + 1) / (FLIPS + 1)
}

/** Holm's correction (1979): each p as it is among all that were tested; in the same order. */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((a, b) => ps[a]! - ps[b]!)
  const adjusted = ps.slice()
  let largest = 0
  for (const [rank, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (ps.length - rank) * ps[i]!))
    adjusted[i] = largest
  }
  return adjusted
}
