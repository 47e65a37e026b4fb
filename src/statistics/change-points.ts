// Where a series changes: E-divisive (Matteson and James, "A Nonparametric Approach for Multiple Change Point Analysis of
// Multivariate Data", JASA 109, 2014) for one variable and α = 1. The energy distance between the values on both sides of a split is
// scaled by their sizes; the split at which it is largest, over all segments, is tested by permuting the values within each segment,
// and kept while the test calls it none of chance: p = (b + 1) / (k + 1), never 0. It assumes neither a distribution nor how many there are.
// In place of the matrix of all distances one row is kept: a scan takes n² steps and memory for n. Left out: other α, several variables.
// A change within the last `least` values cannot be seen yet.

import { invariant } from '../errors.ts'
import type { Uniform } from './bootstrap.ts'

export interface ChangePoint {
  /** The first value of the new. */
  readonly at: number
  /** That values in any order have a split as strong, when this was the strongest left. */
  readonly p: number
}

export interface ChangePointTerms {
  readonly uniform: Uniform
  /** Of each test; default 1 %. */
  readonly significance?: number
  /** Default 999. */
  readonly permutations?: number
  /** Values on each side of a split; at least and by default 2. */
  readonly least?: number
}

/** What a test is made with where nothing else is asked for. */
export const CHANGE_POINT_SIGNIFICANCE = 0.01
const PERMUTATIONS = 999
const LEAST = 2

interface Split {
  /** -1: the segment is too short, or of equal values. */
  readonly at: number
  readonly strength: number
}

interface Segment {
  readonly from: number
  readonly to: number
  readonly split: Split
}

/** In the order of the series; empty where nothing changes. */
export function changePoints(
  series: readonly number[],
  {
    uniform,
    significance = CHANGE_POINT_SIGNIFICANCE,
    permutations = PERMUTATIONS,
    least = LEAST,
  }: ChangePointTerms,
): readonly ChangePoint[] {
  invariant(least >= 2, `change points with ${least} values on a side; it takes two`)
  invariant(series.every(Number.isFinite), 'change points of a series with values that are no numbers')
  const values = Float64Array.from(series)
  const scan = new Scan(values.length, least)
  const segment = (from: number, to: number): Segment => ({
    from,
    to,
    split: scan.strongest(values, from, to),
  })
  const segments = [segment(0, values.length)]
  const found: ChangePoint[] = []
  for (;;) {
    const strongest = segments.reduce((a, b) => (b.split.strength > a.split.strength ? b : a))
    const { from, to, split } = strongest
    if (split.at < 0) break
    const p = probability(values, segments, split.strength, { scan, uniform, significance, permutations })
    if (p > significance) break
    found.push({ at: split.at, p })
    segments.splice(segments.indexOf(strongest), 1, segment(from, split.at), segment(split.at, to))
  }
  return found.sort((a, b) => a.at - b.at)
}

/** The strongest split of a segment, in memory that is used again and again. */
class Scan {
  readonly #least: number
  /** Of each value, the sum of its distances to those between the split and it. */
  readonly #row: Float64Array
  /** Of each end, the sum of distances between all values from the segment's beginning. */
  readonly #within: Float64Array

  constructor(length: number, least: number) {
    this.#least = least
    this.#row = new Float64Array(length)
    this.#within = new Float64Array(length + 1)
  }

  /** The split at which what is before it differs most from what comes after it up to some end, the first of equals. */
  strongest(values: Float64Array, from: number, to: number): Split {
    const least = this.#least
    const row = this.#row.fill(0, from, to)
    const within = this.#within
    within[from] = 0
    for (let end = from; end < to; end++) {
      let sum = 0
      for (let i = from; i < end; i++) sum += Math.abs(values[i]! - values[end]!)
      within[end + 1] = within[end]! + sum
    }
    let at = -1
    let strength = 0
    for (let split = to - 1; split >= from + least; split--) {
      const value = values[split]!
      const before = split - from
      const left = within[split]!
      let right = 0
      for (let last = split; last < to; last++) {
        row[last]! += Math.abs(value - values[last]!)
        right += row[last]!
        const after = last + 1 - split
        if (after < least) continue
        const between = within[last + 1]! - left - right
        const energy =
          (2 * between) / (before * after) -
          (2 * left) / (before * (before - 1)) -
          (2 * right) / (after * (after - 1))
        const found = ((before * after) / (before + after)) * energy
        // What differs in its last bits alone is equal.
        if (found > strength * (1 + 1e-9) || (at >= 0 && found >= strength * (1 - 1e-9))) {
          at = split
          strength = Math.max(strength, found)
        }
      }
    }
    return { at, strength }
  }
}

interface TestTerms {
  readonly scan: Scan
  readonly uniform: Uniform
  readonly significance: number
  readonly permutations: number
}

/** Of a split so strong in any order of each segment's values. Ends as soon as it is certain to be above the significance. */
function probability(
  values: Float64Array,
  segments: readonly Segment[],
  strength: number,
  { scan, uniform, significance, permutations }: TestTerms,
): number {
  const permuted = values.slice()
  const enough = strength * (1 - 1e-9)
  let stronger = 0
  for (let k = 0; k < permutations && stronger + 1 <= significance * (permutations + 1); k++) {
    for (const { from, to } of segments) shuffle(permuted, from, to, uniform)
    if (segments.some(({ from, to }) => scan.strongest(permuted, from, to).strength >= enough)) stronger++
  }
  return (stronger + 1) / (permutations + 1)
}

/** Fisher and Yates. */
function shuffle(values: Float64Array, from: number, to: number, uniform: Uniform): void {
  for (let i = to - 1; i > from; i--) {
    const j = from + Math.floor(uniform() * (i - from + 1))
    const value = values[i]!
    values[i] = values[j]!
    values[j] = value
  }
}
