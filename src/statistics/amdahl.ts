// Amdahl's law fitted to measured times, T(P) = T1 (s + (1 - s) / P): what of the work stays serial.
// Source: Amdahl 1967; Karp and Flatt, "Measuring parallel processor performance", CACM 33(5), 1990.
// The fit weighs every point by its own size (least squares of relative residuals), since times span orders of magnitude.

import { invariant } from '../errors.ts'

/** [processors, time]; for a throughput X, its time is 1 / X. */
export type ScalingPoint = readonly [processors: number, time: number]

export interface AmdahlFit {
  /** The serial fraction s, from 0 to 1. */
  readonly serial: number
  /** The largest relative residual |fit - time| / time. */
  readonly residual: number
  /** T1 of the fit. */
  readonly time: number
}

/** The law fitted to `points` (times above 0); `null` for want of three different numbers of processors. */
export const fitAmdahl = (points: readonly ScalingPoint[]): AmdahlFit | null =>
  isTestable(points) ? leastSquares(points) : null

/** The serial fraction that a speedup on so many processors (above 1) tells; rising with P it tells of overhead. */
export function karpFlatt(speedup: number, processors: number): number {
  invariant(
    speedup > 0 && processors > 1,
    `Karp-Flatt of a speedup of ${speedup} on ${processors} processors`,
  )
  return (1 / speedup - 1 / processors) / (1 - 1 / processors)
}

// Two numbers of processors always fit two unknowns.
const isTestable = (points: readonly ScalingPoint[]): boolean =>
  new Set(points.map(([processors]) => processors)).size >= 3

/** T = serial time + parallel time / P, neither below 0, by least squares of the relative residuals. */
function leastSquares(points: readonly ScalingPoint[]): AmdahlFit {
  // Divided by the time measured, the model is a·x + b·y ≈ 1 with x = 1 / time, y = 1 / (P · time).
  let xx = 0
  let xy = 0
  let yy = 0
  let x1 = 0
  let y1 = 0
  for (const [processors, time] of points) {
    invariant(processors > 0 && time > 0, `a time of ${time} on ${processors} processors`)
    const x = 1 / time
    const y = x / processors
    xx += x * x
    xy += x * y
    yy += y * y
    x1 += x
    y1 += y
  }
  const determinant = xx * yy - xy * xy
  let serialTime = (x1 * yy - y1 * xy) / determinant
  let parallelTime = (y1 * xx - x1 * xy) / determinant
  if (serialTime < 0) {
    serialTime = 0
    parallelTime = y1 / yy
  } else if (parallelTime < 0) {
    parallelTime = 0
    serialTime = x1 / xx
  }
  const total = serialTime + parallelTime
  const residuals = points.map(
    ([processors, time]) => Math.abs(serialTime + parallelTime / processors - time) / time,
  )
  return { serial: serialTime / total, time: total, residual: Math.max(...residuals) }
}
