// Two variants under the same seeds: what the second is to the first, and whether that may be chance.

import type { MetricValue, Result, Variant } from '../../results/result.ts'
import { meanInterval } from '../../statistics/student.ts'
import { headlineMetrics } from '../key-metrics.ts'

export interface Ratio {
  /** How many times as good the better is, from the means; at least 1. */
  readonly factor: number
  /** Of the logarithm's mean over the pairs, back as a factor; of one seed, from the intervals over batches; `null`: neither. */
  readonly interval: readonly [number, number] | null
  readonly seeds: number
}

/** How bad: lower is better whatever the metric's direction; `null` where it is not known or not above 0. */
export function costOf(metric: MetricValue | undefined): number | null {
  const value = metric?.value
  if (metric === undefined || value == null || !Number.isFinite(value) || value <= 0) return null
  return metric.better === 'higher' ? 1 / value : value
}

/**
 * How many times as bad `worse` is as `better`, by a metric that both have above 0. Of several seeds with an interval of
 * `confidence`: a factor is told by the mean logarithm of the pairs, since the seeds are the same on both sides.
 */
export function ratioOf(better: Variant, worse: Variant, metric: string, confidence = 0.95): Ratio | null {
  const [a, b] = [better.metrics[metric], worse.metrics[metric]]
  const [low, high] = [costOf(a), costOf(b)]
  if (low === null || high === null) return null
  const logs = pairsOf(better, worse, metric).map(
    ([x, y]) => Math.log(y / x) * (a!.better === 'higher' ? -1 : 1),
  )
  // Of one seed each, a long run has an interval over its batches.
  const batches = logs.length < 2 ? betweenBatches(a!, b!) : null
  const interval = logs.length < 2 ? null : meanInterval(logs, confidence)
  return {
    factor: high / low,
    interval: interval ? [Math.exp(interval.low), Math.exp(interval.high)] : batches,
    seeds: logs.length,
  }
}

/** The least and the most that the worse may be of the better, where each is anywhere in its interval. */
function betweenBatches(a: MetricValue, b: MetricValue): readonly [number, number] | null {
  if (a.interval === null || b.interval === null) return null
  const [better, worse] = a.better === 'higher' ? [b.interval, a.interval] : [a.interval, b.interval]
  return better[0] > 0 && worse[0] > 0 ? [worse[0] / better[1], worse[1] / better[0]] : null
}

/** Samples of the seeds that both have, where both are above 0. */
function pairsOf(a: Variant, b: Variant, metric: string): readonly (readonly [number, number])[] {
  const of = (variant: Variant, seed: string): number | null =>
    variant.metrics[metric]!.samples[variant.seeds.indexOf(seed)] ?? null
  return a.seeds.flatMap((seed) => {
    const [x, y] = [of(a, seed), b.seeds.includes(seed) ? of(b, seed) : null]
    return x !== null && y !== null && x > 0 && y > 0 ? [[x, y] as const] : []
  })
}

/** Whether one is worse for certain as far as these seeds tell; one seed tells of itself alone and is believed. */
export const isTold = ({ factor, interval }: Ratio): boolean =>
  factor > 1 && (interval === null || interval[0] > 1)

/** The telling metrics that have a direction, are never negative, and differ between variants; most telling first. */
export function headlines(result: Result): readonly string[] {
  const found = headlineMetrics(result, 12).filter((name) => {
    const metrics = result.variants.flatMap(({ metrics }) => metrics[name] ?? [])
    const values = metrics.flatMap(({ value }) => (value === null ? [] : [value]))
    return (
      metrics.some(({ better }) => better !== 'neither') &&
      values.every((value) => Number.isFinite(value) && value >= 0) &&
      new Set(values).size > 1
    )
  })
  const rank = (name: string): number =>
    name === 'errors' && manyErrors(result) ? 0 : 1 + askedRank(result, name)
  return found.toSorted((a, b) => rank(a) - rank(b))
}

/** From here on, who gets no answer matters more than how quick the others are. */
const MANY = 0.05

/** Whether the variants differ by many errors. */
function manyErrors({ variants }: Result): boolean {
  const errors = variants.flatMap(({ metrics }) => metrics.errors?.value ?? [])
  return errors.length > 0 && Math.max(...errors) - Math.min(...errors) >= MANY
}

/** What the scenario makes a claim or a curve of is what it is about; of what it expects, counts are mostly mere checks. */
function askedRank(result: Result, name: string): number {
  const { claims, expect } = (result.scenario.resolved ?? {}) as { claims?: unknown; expect?: unknown }
  const isIn = (list: unknown): boolean =>
    Array.isArray(list) && list.some((entry: { metric?: unknown } | null) => entry?.metric === name)
  if (isIn(claims) || result.speedups.some(({ metric }) => metric === name)) return 0
  return isIn(expect) ? (isCount(result, name) ? 2 : 1) : 3
}

/** Whether the scenario itself names the metric. */
export const isAskedAbout = (result: Result, name: string): boolean => askedRank(result, name) < 3

const isCount = ({ variants }: Result, name: string): boolean =>
  variants.some(({ metrics }) => metrics[name]?.unit === 'count')

/**
 * Whether one would choose by it alone: not by a count of what is good, which is mostly one of what happened, nor by how many there are
 * of something at a time, nor by a figure of one of several alike.
 */
export const isGoal = ({ metrics }: Variant, name: string): boolean =>
  !/\.\d+\./.test(name) &&
  (metrics[name]?.unit !== 'count' || (metrics[name]?.better === 'lower' && !/\.(mean|max)$/.test(name)))
