// Shares of a figure's variance by input: of each alone (first order) and with all others (total). Source: Saltelli et al.,
// "Variance based sensitivity analysis of model output", Computer Physics Communications 181, 2010, table 2: (b) for the first
// order, (f, Jansen's) for the total. Points are a Latin hypercube (McKay, Beckman and Conover 1979).

import { bootstrap, type Interval, type Uniform } from './bootstrap.ts'
import type { Point } from './morris.ts'

export interface SobolDesign {
  readonly a: readonly Point[]
  readonly b: readonly Point[]
  /** One list an input: `a` with that input taken from `b`. */
  readonly mixed: readonly (readonly Point[])[]
}

export interface SobolIndices {
  /** Share of the variance that goes if this input alone is known. */
  readonly first: number
  readonly firstInterval: Interval
  /** Share that stays if all but this input are known. */
  readonly total: number
  readonly totalInterval: Interval
}

/** `points` · (inputs + 2) runs in all. */
export function sobolDesign(inputs: number, points: number, uniform: Uniform): SobolDesign {
  const both = latinHypercube(2 * inputs, points, uniform)
  const a = both.map((point) => point.slice(0, inputs))
  const b = both.map((point) => point.slice(inputs))
  const mixed = Array.from({ length: inputs }, (_, input) =>
    a.map((point, i) => point.map((value, j) => (j === input ? b[i]![j]! : value))),
  )
  return { a, b, mixed }
}

/** The figures of the design's points, in its order. */
export interface SobolFigures {
  readonly a: readonly number[]
  readonly b: readonly number[]
  readonly mixed: readonly (readonly number[])[]
}

/** One pair of indices an input, with the bootstrap's 95 % intervals; `null` where the figure never changes. */
export function sobolIndices(
  { a, b, mixed }: SobolFigures,
  uniform: Uniform,
): readonly SobolIndices[] | null {
  if (varianceOf(a.map((value, i) => [value, b[i]!, 0])) === 0) return null
  return mixed.map((own) => {
    const rows = a.map((value, i): Row => [value, b[i]!, own[i]!])
    const terms = { uniform, resamples: 500, kind: 'percentile' as const }
    return {
      first: firstOf(rows),
      firstInterval: bootstrap(rows, firstOf, terms),
      total: totalOf(rows),
      totalInterval: bootstrap(rows, totalOf, terms),
    }
  })
}

type Row = readonly [a: number, b: number, mixed: number]

function varianceOf(rows: readonly Row[]): number {
  let sum = 0
  let squares = 0
  for (const [a, b] of rows) {
    sum += a + b
    squares += a * a + b * b
  }
  const n = 2 * rows.length
  return Math.max(0, squares / n - (sum / n) ** 2)
}

/** About the mean, which changes nothing of what is estimated and takes most of the noise away. */
const firstOf = (rows: readonly Row[]): number => {
  const variance = varianceOf(rows)
  const mean = rows.reduce((sum, [, b]) => sum + b, 0) / rows.length
  const sum = rows.reduce((total, [a, b, mixed]) => total + (b - mean) * (mixed - a), 0)
  return variance === 0 ? 0 : sum / rows.length / variance
}

const totalOf = (rows: readonly Row[]): number => {
  const variance = varianceOf(rows)
  const sum = rows.reduce((total, [a, , mixed]) => total + (a - mixed) ** 2, 0)
  return variance === 0 ? 0 : sum / (2 * rows.length) / variance
}

/** In each dimension one point in each of as many slices. */
function latinHypercube(dimensions: number, points: number, uniform: Uniform): number[][] {
  const columns = Array.from({ length: dimensions }, () => {
    const slices = Array.from({ length: points }, (_, i) => (i + uniform()) / points)
    for (let i = points - 1; i > 0; i--) {
      const j = Math.floor(uniform() * (i + 1))
      const kept = slices[i]!
      slices[i] = slices[j]!
      slices[j] = kept
    }
    return slices
  })
  return Array.from({ length: points }, (_, i) => columns.map((column) => column[i]!))
}
