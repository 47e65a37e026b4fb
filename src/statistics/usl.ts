// The Universal Scalability Law, X(N) = λN / (1 + α(N − 1) + βN(N − 1)): contention α is what must be done one after the other,
// coherency β what each must agree on with each. Source: Gunther, "Guerrilla Capacity Planning", 2007, chapters 4 to 6. With
// β = 0 it is Amdahl's law. Fitted by least squares of the throughput, α and β at least 0 (Levenberg-Marquardt; Moré 1978),
// as R's package usl does by `nls`, against whose published coefficients it is tested.

import { invariant } from '../errors.ts'

/** [concurrency, throughput]. */
export type ThroughputPoint = readonly [concurrency: number, throughput: number]

export interface UslFit {
  /** Throughput of one alone, λ. */
  readonly one: number
  /** Contention, α. */
  readonly contention: number
  /** Coherency, β. */
  readonly coherency: number
  /** The largest |fit − throughput| / throughput. */
  readonly residual: number
  /** Share of the throughput's variance that the law explains, at most 1. */
  readonly explained: number
  /** Concurrency with the most throughput; `null`: it rises for ever. */
  readonly peak: number | null
}

type Coefficients = readonly [one: number, contention: number, coherency: number]

const ROUNDS = 500

/** `null` for want of four different concurrencies: three fit any three unknowns. */
export function fitUsl(points: readonly ThroughputPoint[]): UslFit | null {
  if (new Set(points.map(([n]) => n)).size < 4) return null
  for (const [n, x] of points) invariant(n > 0 && x > 0, `a throughput of ${x} at a concurrency of ${n}`)
  const best = STARTS.map((start) => descend(points, startAt(points, start))).reduce((a, b) =>
    squares(points, b) < squares(points, a) ? b : a,
  )
  const [one, contention, coherency] = best
  const mean = points.reduce((sum, [, x]) => sum + x, 0) / points.length
  const total = points.reduce((sum, [, x]) => sum + (x - mean) ** 2, 0)
  return {
    one,
    contention,
    coherency,
    residual: Math.max(...points.map(([n, x]) => Math.abs(throughputOf(best, n) - x) / x)),
    explained: total === 0 ? 1 : 1 - squares(points, best) / total,
    peak: coherency > 0 && contention < 1 ? Math.sqrt((1 - contention) / coherency) : null,
  }
}

/** What the law says of a concurrency. */
export const uslThroughput = ({ one, contention, coherency }: UslFit, n: number): number =>
  throughputOf([one, contention, coherency], n)

const throughputOf = ([one, contention, coherency]: Coefficients, n: number): number =>
  (one * n) / (1 + contention * (n - 1) + coherency * n * (n - 1))

const squares = (points: readonly ThroughputPoint[], at: Coefficients): number =>
  points.reduce((sum, [n, x]) => sum + (throughputOf(at, n) - x) ** 2, 0)

/** Where the descent begins: the law has one minimum nearly always, and what is nearly is tried from more than one side. */
const STARTS = [
  [0.01, 0],
  [0.1, 1e-4],
  [0.5, 1e-2],
] as const

const startAt = (
  points: readonly ThroughputPoint[],
  [contention, coherency]: readonly [number, number],
): Coefficients => {
  const [n, x] = points.reduce((a, b) => (b[0] < a[0] ? b : a))
  return [x / throughputOf([1, contention, coherency], n), contention, coherency]
}

function descend(points: readonly ThroughputPoint[], start: Coefficients): Coefficients {
  let at = start
  let error = squares(points, at)
  let damping = 1e-3
  for (let round = 0; round < ROUNDS && damping < 1e12; round++) {
    const next = step(points, at, damping)
    const lower = next && squares(points, next)
    if (next && lower! < error) {
      const gain = error - lower!
      at = next
      error = lower!
      damping = Math.max(1e-12, damping / 10)
      if (gain <= 1e-15 * error) break
    } else damping *= 10
  }
  return at
}

/** One step of the damped normal equations; what would go below 0 stays there. */
function step(
  points: readonly ThroughputPoint[],
  at: Coefficients,
  damping: number,
): Coefficients | undefined {
  const free = [true, at[1] > 0, at[2] > 0]
  const gradient = [0, 0, 0]
  const hessian = [0, 0, 0].map(() => [0, 0, 0])
  const rows = points.map(([n, x]) => {
    const below = 1 + at[1] * (n - 1) + at[2] * n * (n - 1)
    const share = n / below
    const slope = (-at[0] * share) / below
    return { slopes: [share, slope * (n - 1), slope * n * (n - 1)], off: x - at[0] * share }
  })
  for (const { slopes, off } of rows) for (let i = 0; i < 3; i++) gradient[i]! += slopes[i]! * off
  // At its bound a coefficient moves only inwards.
  for (let i = 1; i < 3; i++) free[i] ||= gradient[i]! > 0
  for (const { slopes } of rows)
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) hessian[i]![j]! += free[i] && free[j] ? slopes[i]! * slopes[j]! : 0
  for (let i = 0; i < 3; i++) {
    if (!free[i]) gradient[i] = 0
    hessian[i]![i] = free[i] ? hessian[i]![i]! * (1 + damping) : 1
  }
  const move = solve(hessian, gradient)
  if (!move) return undefined
  const next = at.map((value, i) => Math.max(0, value + move[i]!)) as unknown as Coefficients
  return next[0] > 0 ? next : undefined
}

/** Cramer's rule for three; `undefined` where there is no one answer. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] | undefined {
  const determinant = det(matrix)
  if (determinant === 0 || !Number.isFinite(determinant)) return undefined
  return right.map((_, column) => {
    const replaced = matrix.map((row, i) => row.map((value, j) => (j === column ? right[i]! : value)))
    return det(replaced) / determinant
  })
}

const det = ([a, b, c]: readonly (readonly number[])[]): number =>
  a![0]! * (b![1]! * c![2]! - b![2]! * c![1]!) -
  a![1]! * (b![0]! * c![2]! - b![2]! * c![0]!) +
  a![2]! * (b![0]! * c![1]! - b![1]! * c![0]!)
