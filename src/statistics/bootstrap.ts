// The bootstrap: what a figure would be of other samples, told from resamples of those there are. Percentile intervals and the
// bias-corrected and accelerated ones (BCa). Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 13 and 14.
// BCa is exact to second order where the percentile interval is to first; both are too short for a handful of samples, where
// Student's interval of a mean is the better one (see test/statistics/coverage.test.ts).

import { invariant } from '../errors.ts'
import { normalProbability, normalQuantile } from './normal.ts'

export interface Interval {
  readonly low: number
  readonly high: number
}

/** Uniform in [0, 1): where resamples come from. */
export type Uniform = () => number

export interface BootstrapTerms {
  readonly uniform: Uniform
  /** Default 0.95. */
  readonly confidence?: number
  /** Default 2,000. */
  readonly resamples?: number
  /** Default BCa. */
  readonly kind?: 'percentile' | 'bca'
}

const RESAMPLES = 2000

/** The interval of `statistic` of at least two samples; numbers or whole observations, which are drawn as they are. */
export function bootstrap<T>(
  samples: readonly T[],
  statistic: (samples: readonly T[]) => number,
  { uniform, confidence = 0.95, resamples = RESAMPLES, kind = 'bca' }: BootstrapTerms,
): Interval {
  invariant(samples.length >= 2, `a bootstrap of ${samples.length} samples; it takes two`)
  const n = samples.length
  const figures = new Float64Array(resamples)
  const drawn = samples.slice()
  for (let b = 0; b < resamples; b++) {
    for (let i = 0; i < n; i++) drawn[i] = samples[Math.floor(uniform() * n)]!
    figures[b] = statistic(drawn)
  }
  figures.sort()
  const tail = (1 - confidence) / 2
  if (kind === 'percentile') return { low: at(figures, tail), high: at(figures, 1 - tail) }
  const adjusted = adjustment(samples, statistic, figures)
  return { low: at(figures, adjusted(tail)), high: at(figures, adjusted(1 - tail)) }
}

/** Which share of the resamples to look at in place of a nominal one: corrects for bias and skew. */
function adjustment<T>(
  samples: readonly T[],
  statistic: (samples: readonly T[]) => number,
  figures: Float64Array,
): (share: number) => number {
  const figure = statistic(samples)
  // Of figures that are equal half are counted as less, so that a discrete statistic is not taken for a biased one.
  let less = 0
  for (const each of figures) less += each < figure ? 1 : each === figure ? 0.5 : 0
  const below = less / figures.length
  if (below === 0 || below === 1) return (share) => share
  const bias = normalQuantile(below)
  const acceleration = accelerationOf(samples, statistic)
  return (share) => {
    const z = bias + normalQuantile(share)
    return normalProbability(bias + z / (1 - acceleration * z))
  }
}

/** The skewness of the jackknife's influence, over six. */
function accelerationOf<T>(samples: readonly T[], statistic: (samples: readonly T[]) => number): number {
  const without = samples.map((_, i) => statistic(samples.filter((_, j) => j !== i)))
  const mean = without.reduce((a, b) => a + b, 0) / without.length
  let squares = 0
  let cubes = 0
  for (const each of without) {
    const off = mean - each
    squares += off * off
    cubes += off * off * off
  }
  return squares === 0 ? 0 : cubes / (6 * squares * Math.sqrt(squares))
}

/** The quantile of sorted figures, interpolated. */
function at(sorted: Float64Array, share: number): number {
  const place = Math.min(Math.max(share, 0), 1) * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!)
}
