// The laws of speedup held against points, each with the bootstrap's intervals over the seeds. A law whose curve is off by more than
// a twentieth at some point does not fit, and is not told.

import type { FitInterval, Speedup } from '../results/result.ts'
import { fitAmdahl } from '../statistics/amdahl.ts'
import { bootstrap, type Uniform } from '../statistics/bootstrap.ts'
import { fitGustafson } from '../statistics/gustafson.ts'
import { fitUsl } from '../statistics/usl.ts'

/** Beyond this relative residual a law does not fit. */
const LARGEST_RESIDUAL = 0.05
/** Fewer seeds than this resample to the same few figures again and again. */
const FEWEST_SEEDS = 5
const RESAMPLES = 400

/** What was found on P of something: the speedup against the first, of each seed. */
export interface Scaling {
  readonly processors: readonly number[]
  /** In the order of the processors. */
  readonly speedups: readonly number[]
  readonly perSeed: readonly (readonly number[])[]
}

type Points = readonly (readonly [processors: number, speedup: number])[]

/** @param grows whether the work grows with P, as where a throughput is measured */
export function fitsOf(
  { processors, speedups, perSeed }: Scaling,
  grows: boolean,
  uniform: Uniform,
): Pick<Speedup, 'amdahl' | 'gustafson' | 'usl'> {
  const pointsOf = (values: readonly number[]): Points => processors.map((p, i) => [p, values[i]!])
  const close = <F extends { residual: number }>(fit: F | null): F | null =>
    fit && fit.residual <= LARGEST_RESIDUAL ? fit : null
  const intervalOf = (coefficient: (points: Points) => number | undefined): FitInterval => {
    if (perSeed.length < FEWEST_SEEDS) return null
    const statistic = (seeds: readonly (readonly number[])[]): number =>
      coefficient(pointsOf(processors.map((_, i) => meanAt(seeds, i)))) ?? Number.NaN
    const { low, high } = bootstrap(perSeed, statistic, { uniform, resamples: RESAMPLES, kind: 'percentile' })
    return Number.isNaN(low) || Number.isNaN(high) ? null : [low, high]
  }
  const points = pointsOf(speedups)
  const amdahl = close(fitAmdahl(times(points)))
  const gustafson = grows ? close(fitGustafson(points)) : null
  const usl = close(fitUsl(points))
  return {
    amdahl: amdahl && {
      serial: amdahl.serial,
      interval: intervalOf((own) => fitAmdahl(times(own))?.serial),
      residual: amdahl.residual,
    },
    gustafson: gustafson && { ...gustafson, interval: intervalOf((own) => fitGustafson(own)?.serial) },
    usl: usl && {
      contention: usl.contention,
      contentionInterval: intervalOf((own) => fitUsl(own)?.contention),
      coherency: usl.coherency,
      coherencyInterval: intervalOf((own) => fitUsl(own)?.coherency),
      peak: usl.peak,
      residual: usl.residual,
    },
  }
}

const times = (points: Points): Points => points.map(([p, speedup]) => [p, 1 / speedup])

const meanAt = (seeds: readonly (readonly number[])[], i: number): number =>
  seeds.reduce((sum, values) => sum + values[i]!, 0) / seeds.length
