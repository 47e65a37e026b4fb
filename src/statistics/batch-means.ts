// The interval of a mean from one long run: its samples depend on one another, but means of long enough batches hardly do.
// Source: Law, "Simulation Modeling and Analysis", 9.5.3; that batches are long enough is told by von Neumann's ratio of their
// means (Fishman 1978). Too short batches make the interval too narrow, so where the test says so there is no interval.

import { invariant } from '../errors.ts'
import { normalQuantile } from './normal.ts'
import { type MeanInterval, meanInterval } from './student.ts'

export interface BatchMeans {
  readonly batches: number
  /** Lag-1 correlation of the batches' means. */
  readonly correlation: number
  /** `null`: they depend on one another still, so the run is too short. */
  readonly interval: MeanInterval | null
}

/** Fewer than this tell nothing of their own spread. */
const FEWEST = 10
/** Put together no further than to so many (Schmeiser 1982: 10 to 30), or the test cannot tell. */
const FEWEST_POOLED = 20
/** Of taking dependent batches for independent ones. */
const SIGNIFICANCE = 0.05

/** Of at least ten means of batches alike in length, in their order; pairs are put together while they depend on one another. */
export function batchMeans(means: readonly number[], confidence = 0.95): BatchMeans {
  invariant(means.length >= FEWEST, `an interval of ${means.length} batches; it takes ${FEWEST}`)
  let current = means
  let correlation = lagOne(current)
  while (correlation > critical(current.length) && current.length >= 2 * FEWEST_POOLED) {
    current = pairs(current)
    correlation = lagOne(current)
  }
  const independent = correlation <= critical(current.length)
  return {
    batches: current.length,
    correlation,
    interval: independent ? meanInterval(current, confidence) : null,
  }
}

/** The correlation above which independent means would lie one time in twenty. */
const critical = (n: number): number => normalQuantile(1 - SIGNIFICANCE) * Math.sqrt((n - 2) / (n * n - 1))

/** 1 − half of von Neumann's ratio, which corrects the lag-1 correlation for the ends. */
function lagOne(means: readonly number[]): number {
  const n = means.length
  const mean = means.reduce((a, b) => a + b, 0) / n
  let squares = 0
  let steps = 0
  for (let i = 0; i < n; i++) {
    squares += (means[i]! - mean) ** 2
    if (i > 0) steps += (means[i]! - means[i - 1]!) ** 2
  }
  return squares === 0 ? 0 : 1 - steps / (2 * squares)
}

/** Batches twice as long; an odd one at the beginning is left out, where what is left of the warm-up is. */
function pairs(means: readonly number[]): number[] {
  const from = means.length % 2
  return Array.from({ length: (means.length - from) / 2 }, (_, i) => {
    const at = from + 2 * i
    return (means[at]! + means[at + 1]!) / 2
  })
}
