// Gustafson's law, S(P) = P − s(P − 1): the speedup of work that grows with the processors, as fleets mostly do. Source:
// Gustafson, "Reevaluating Amdahl's Law", CACM 31(5), 1988. Fitted by least squares of the relative residuals.

import { invariant } from '../errors.ts'

/** [processors, speedup], the speedup of P times the work: P · T(1) / T(P). */
export type ScaledPoint = readonly [processors: number, speedup: number]

export interface GustafsonFit {
  /** Share of the time on P processors that is serial, from 0 to 1. */
  readonly serial: number
  /** The largest relative residual. */
  readonly residual: number
}

/** `null` for want of three different numbers of processors. */
export function fitGustafson(points: readonly ScaledPoint[]): GustafsonFit | null {
  if (new Set(points.map(([processors]) => processors)).size < 3) return null
  let above = 0
  let below = 0
  for (const [processors, speedup] of points) {
    invariant(processors > 0 && speedup > 0, `a speedup of ${speedup} on ${processors} processors`)
    const lost = (processors - 1) / speedup
    above += lost * (processors / speedup - 1)
    below += lost * lost
  }
  const serial = below === 0 ? 0 : Math.min(1, Math.max(0, above / below))
  const residuals = points.map(
    ([processors, speedup]) => Math.abs(processors - serial * (processors - 1) - speedup) / speedup,
  )
  return { serial, residual: Math.max(...residuals) }
}
