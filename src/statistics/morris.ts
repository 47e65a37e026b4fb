// Screening by elementary effects: which inputs a figure hangs on, told from few runs. Source: Morris, "Factorial Sampling Plans for
// Preliminary Computational Experiments", Technometrics 33(2), 1991; μ* after Campolongo, Cariboni and Saltelli 2007. A trajectory
// moves one input at a time from a random point of a grid; each move is one elementary effect.

import type { Uniform } from './bootstrap.ts'

/** A point of the unit cube, one coordinate an input. */
export type Point = readonly number[]

export interface MorrisEffect {
  /** Mean of the absolute elementary effects, μ*: how much the figure moves over the input's whole range. */
  readonly size: number
  /** Mean with signs, μ: which way. */
  readonly direction: number
  /** Their deviation, σ: large where the effect bends or depends on other inputs. */
  readonly spread: number
}

/** Grid of four levels, a step of two thirds, as Morris advises. */
const LEVELS = 4
const STEP = LEVELS / (2 * (LEVELS - 1))

/** Trajectories of `inputs` + 1 points each; every point differs from the one before in one coordinate. */
export function morrisDesign(
  inputs: number,
  trajectories: number,
  uniform: Uniform,
): readonly (readonly Point[])[] {
  return Array.from({ length: trajectories }, () => {
    const below = Array.from({ length: inputs }, () => Math.floor(uniform() * (LEVELS / 2)) / (LEVELS - 1))
    const up = below.map(() => uniform() < 0.5)
    const point = below.map((value, i) => (up[i] ? value : value + STEP))
    const points = [point.slice()]
    for (const input of shuffled(inputs, uniform)) {
      point[input] = up[input] ? below[input]! + STEP : below[input]!
      points.push(point.slice())
    }
    return points
  })
}

/** One effect an input; `figures` are those of the design's points, in its order. */
export function morrisEffects(
  design: readonly (readonly Point[])[],
  figures: readonly (readonly number[])[],
): readonly MorrisEffect[] {
  const inputs = design[0]![0]!.length
  const effects: number[][] = Array.from({ length: inputs }, () => [])
  for (const [t, points] of design.entries())
    for (let i = 1; i < points.length; i++) {
      const [from, to] = [points[i - 1]!, points[i]!]
      const moved = to.findIndex((value, input) => value !== from[input])
      effects[moved]!.push((figures[t]![i]! - figures[t]![i - 1]!) / (to[moved]! - from[moved]!))
    }
  return effects.map((all) => {
    const mean = all.reduce((a, b) => a + b, 0) / all.length
    const squares = all.reduce((sum, each) => sum + (each - mean) ** 2, 0)
    return {
      size: all.reduce((sum, each) => sum + Math.abs(each), 0) / all.length,
      direction: mean,
      spread: all.length < 2 ? 0 : Math.sqrt(squares / (all.length - 1)),
    }
  })
}

function shuffled(n: number, uniform: Uniform): number[] {
  const order = Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1))
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}
