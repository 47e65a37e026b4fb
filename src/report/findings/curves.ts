// A metric over a numeric axis with everything else held: the curves in which a knee is looked for.

import type { MetricValue, Result, Variant } from '../../results/result.ts'
import { type Axis, numberOn } from '../axes.ts'
import { costOf, isTold, ratioOf } from './pairs.ts'
import { placed, tellingAxes } from './wording.ts'

export interface Curve {
  readonly axis: Axis
  readonly metric: string
  readonly points: readonly Point[]
  /** What the other axes are, in words; empty where there are none. */
  readonly where: string
}

export interface Point {
  readonly variant: Variant
  readonly at: number
  readonly value: MetricValue
  /** Lower is better. */
  readonly cost: number
}

/** All curves of the metric over the axis with at least `least` points, in the order of the variants. */
export function curvesOf(result: Result, axis: Axis, metric: string, least: number): readonly Curve[] {
  const others = tellingAxes(result).filter(({ name }) => name !== axis.name)
  const groups = new Map<string, { where: string; points: Point[] }>()
  for (const variant of result.variants) {
    const at = numberOn(variant, axis)
    const value = variant.metrics[metric]
    const cost = costOf(value)
    if (cost === null || !Number.isFinite(at)) continue
    const where = others.length === 0 ? '' : placed(variant, others)
    const key = JSON.stringify(others.map(({ name }) => variant.parameters[name] ?? null))
    const group = groups.get(key) ?? { where, points: [] }
    groups.set(key, group)
    group.points.push({ variant, at, value: value!, cost })
  }
  return [...groups.values()]
    .filter(
      ({ points }) => points.length >= least && new Set(points.map(({ at }) => at)).size === points.length,
    )
    .map(({ where, points }) => ({ axis, metric, where, points: points.sort((a, b) => a.at - b.at) }))
}

/** Whether the second is worse than the first by more than chance. */
export function differs(better: Point, worse: Point, metric: string): boolean {
  const ratio = ratioOf(better.variant, worse.variant, metric)
  return ratio !== null && isTold(ratio)
}
