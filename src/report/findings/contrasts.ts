// Variants that differ in one choice, everything else held: the best and the worst of them, and whether that is more than chance.

import type { Variant } from '../../results/result.ts'
import { type Axis, positionOn, ranked } from '../axes.ts'
import { isTold, ratioOf } from './pairs.ts'

export interface Contrast {
  /** From the best to the worst. */
  readonly order: readonly Variant[]
  readonly metric: string
  /** How many times the worse figure the better is, or the other way round; infinite against 0. */
  readonly factor: number
  readonly told: boolean
  /** Those that are the same as the best within 5 %, and those near it that the seeds cannot tell from it. */
  readonly equals: readonly Variant[]
}

/** What differs by less is the same for whoever decides. */
export const SAME = 1.05
/** What is further from the best is not called as good, however few seeds there are. */
const NEAR = 1.25

/** Variants that differ in the given axes alone, of each setting of the rest; only where there are two or more. */
export function groupsBy(
  having: readonly Variant[],
  axes: readonly Axis[],
  varied: readonly Axis[],
): readonly (readonly Variant[])[] {
  const rest = axes.filter((axis) => !varied.includes(axis))
  const groups = new Map<string, Variant[]>()
  for (const variant of having) {
    const key = JSON.stringify(rest.map(({ name }) => variant.parameters[name] ?? null))
    groups.set(key, [...(groups.get(key) ?? []), variant])
  }
  return [...groups.values()].filter((group) => group.length > 1)
}

/** Of at least two variants that have the metric. */
export function contrastOf(group: readonly Variant[], metric: string): Contrast {
  const order = ranked(group, metric)
  const [best, worst] = [order[0]!, order.at(-1)!]
  const value = (variant: Variant): number => variant.metrics[metric]!.value!
  // As many comparisons with the best as there are others: each at its share of 5 %.
  const confidence = 1 - 0.05 / (order.length - 1)
  const isWorse = (other: Variant): boolean => {
    const ratio = ratioOf(best, other, metric, confidence)
    return ratio === null ? value(best) !== value(other) : isTold(ratio)
  }
  const factorOf = (other: Variant): number =>
    value(best) === value(other) ? 1 : (ratioOf(best, other, metric)?.factor ?? Number.POSITIVE_INFINITY)
  const differ = value(best) !== value(worst)
  return {
    order,
    metric,
    factor: ratioOf(best, worst, metric)?.factor ?? (differ ? Number.POSITIVE_INFINITY : 1),
    told: isWorse(worst),
    equals: order
      .slice(1)
      .filter((other) => factorOf(other) <= SAME || (factorOf(other) <= NEAR && !isWorse(other))),
  }
}

/** Whether there is a difference that somebody would choose by. */
export const matters = ({ told, factor }: Contrast): boolean => told && factor >= SAME

/** The same with the one named best that, being the same as the best here within 5 %, is the best or as good in most of all settings. */
export function steadiest(contrast: Contrast, all: readonly Contrast[], axis: Axis): Contrast {
  const { order, equals, metric } = contrast
  const [first, worst] = [order[0]!, order.at(-1)!]
  const wins = (variant: Variant): number =>
    all.filter(({ order, equals }) =>
      [order[0]!, ...equals].some((each) => positionOn(each, axis) === positionOn(variant, axis)),
    ).length
  const best = equals
    .filter((variant) => variant !== worst && (ratioOf(first, variant, metric)?.factor ?? 1) <= SAME)
    .reduce((best, variant) => (wins(variant) > wins(best) ? variant : best), first)
  if (best === first) return contrast
  return {
    ...contrast,
    order: [best, ...order.filter((variant) => variant !== best)],
    equals: [first, ...equals.filter((variant) => variant !== best)],
    factor: ratioOf(best, worst, metric)?.factor ?? contrast.factor,
  }
}
