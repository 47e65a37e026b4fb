// From what was recorded in each seed to the figures of a variant: the mean over the seeds with its interval.

import { invariant } from '../errors.ts'
import { mergeHistograms } from '../observe/histogram.ts'
import type { Recorded } from '../observe/recorded.ts'
import { batchMeans } from '../statistics/batch-means.ts'
import { overSeeds } from './over-seeds.ts'
import type { Breakdown, HistogramData, MetricValue, Variant } from './result.ts'

/** What `combine` knows of a variant. */
export type Figures = Pick<
  Variant,
  'seeds' | 'metrics' | 'series' | 'histograms' | 'breakdown' | 'traffic' | 'excerpt'
>

/**
 * The figures of a variant from its records, one a seed and in the order of the seeds; at least one.
 * Metrics are exact with one seed and sampled with several; series and messages are of the first seed, histograms and breakdowns
 * over all of them.
 */
export function combine(records: readonly Recorded[], seeds: readonly string[]): Figures {
  invariant(
    records.length === seeds.length && seeds.length > 0,
    `${records.length} records for ${seeds.length} seeds`,
  )
  const { series, traffic, excerpt } = records[0]!
  return {
    seeds,
    metrics: byName(
      records.map(({ metrics }) => metrics),
      combineMetric,
    ),
    series,
    histograms: byName<Recorded['histograms'][string], HistogramData>(
      records.map(({ histograms }) => histograms),
      (found) => mergeHistograms(found.filter((histogram) => histogram !== undefined)),
    ),
    breakdown: combineBreakdowns(records.flatMap(({ breakdown }) => breakdown)),
    ...(traffic ? { traffic } : {}),
    ...(excerpt ? { excerpt } : {}),
  }
}

/** Applies `combined` to what each record has under a name (`undefined` where it has not), for all names. */
function byName<T, R>(
  records: readonly Readonly<Record<string, T>>[],
  combined: (found: readonly (T | undefined)[], name: string) => R,
): Readonly<Record<string, R>> {
  const names = new Set(records.flatMap((record) => Object.keys(record)))
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      combined(
        records.map((record) => record[name]),
        name,
      ),
    ]),
  )
}

function combineMetric(
  found: readonly (Recorded['metrics'][string] | undefined)[],
  name: string,
): MetricValue {
  const first = found.find((metric) => metric !== undefined)!
  for (const metric of found)
    invariant(
      metric === undefined || (metric.unit === first.unit && metric.better === first.better),
      () => `${name} is of ${first.unit} in one seed and of ${metric!.unit} in another, or better otherwise`,
    )
  const { class: kind, value, interval, samples } = overSeeds(found.map((metric) => metric?.value ?? null))
  return {
    class: kind,
    unit: first.unit,
    better: first.better,
    meaning: first.meaning,
    value,
    interval: found.length === 1 ? batchInterval(first.batches) : interval,
    samples,
  }
}

/** Of one long run, if it is long enough. */
function batchInterval(batches: readonly number[] | undefined): MetricValue['interval'] {
  const interval = batches && batchMeans(batches).interval
  return interval ? [interval.low, interval.high] : null
}

/** The means over the requests of all seeds, each breakdown weighing as many as it is of. */
function combineBreakdowns(breakdowns: readonly Breakdown[]): Breakdown[] {
  return [...new Set(breakdowns.map(({ of }) => of))].map((of) => {
    const same = breakdowns.filter((breakdown) => breakdown.of === of)
    const requests = same.reduce((sum, breakdown) => sum + breakdown.requests, 0)
    const over = (value: (breakdown: Breakdown) => number): number =>
      same.reduce((sum, breakdown) => sum + value(breakdown) * breakdown.requests, 0) / requests
    const parts = [...new Set(same.flatMap((breakdown) => Object.keys(breakdown.parts)))]
    return {
      of,
      requests,
      latency: over(({ latency }) => latency),
      parts: Object.fromEntries(parts.map((part) => [part, over((breakdown) => breakdown.parts[part] ?? 0)])),
    }
  })
}
