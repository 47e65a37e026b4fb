// Quantiles and a summary of samples that are all at hand. For a stream too long to keep, see observe/histogram.ts.

import { mean, quantileSorted, sampleStandardDeviation } from 'simple-statistics'
import { invariant } from '../errors.ts'

export interface Summary {
  readonly count: number
  readonly mean: number
  /** Of the sample, over n - 1; `null` with fewer than two. */
  readonly deviation: number | null
  readonly min: number
  readonly lowerQuartile: number
  readonly median: number
  readonly upperQuartile: number
  readonly max: number
}

const ascending = (samples: readonly number[]): number[] => samples.toSorted((a, b) => a - b)

/** Type 7 of Hyndman and Fan 1996 (linear between order statistics; the default of R and NumPy); of at least one sample. */
export function quantile(samples: readonly number[], fraction: number): number {
  invariant(
    samples.length > 0 && fraction >= 0 && fraction <= 1,
    `the quantile ${fraction} of ${samples.length} samples`,
  )
  return quantileSorted(ascending(samples), fraction)
}

/** Of at least one sample. */
export function summary(samples: readonly number[]): Summary {
  invariant(samples.length > 0, 'a summary of no samples')
  const sorted = ascending(samples)
  return {
    count: sorted.length,
    mean: mean(sorted),
    deviation: sorted.length < 2 ? null : sampleStandardDeviation(sorted),
    min: sorted[0]!,
    lowerQuartile: quantileSorted(sorted, 0.25),
    median: quantileSorted(sorted, 0.5),
    upperQuartile: quantileSorted(sorted, 0.75),
    max: sorted.at(-1)!,
  }
}
