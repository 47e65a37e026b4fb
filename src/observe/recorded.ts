// What a recorder has seen, as plain data: it can be sent to another thread and written into a result file.
// The shapes of series, histograms and breakdowns are those of the result file.

import type { MetricDefinition } from '../env/metric.ts'
import type { Nanos, Unit } from '../units.ts'

export interface RecordedMetric extends MetricDefinition {
  /** In base units; `null` when nothing was observed. */
  readonly value: number | null
  /** Of a mean over many values: the means of consecutive batches of them. */
  readonly batches?: readonly number[]
}

/** A quantity over virtual time; bin i covers [start + i·width, start + (i+1)·width). */
export interface RecordedSeries {
  readonly unit: Unit
  readonly meaning: string
  readonly start: Nanos
  readonly width: Nanos
  /** Mean (levels, distributions) or rate (counters) in each bin; `null` where nothing is known. */
  readonly values: readonly (number | null)[]
}

export interface RecordedHistogram {
  readonly unit: Unit
  readonly meaning: string
  readonly count: number
  readonly min: number
  readonly max: number
  readonly mean: number
  /** Half a bucket's width relative to its value, at most. */
  readonly relativeError: number
  /** [lower edge, upper edge, count], ascending, without empty buckets. */
  readonly buckets: readonly (readonly [number, number, number])[]
}

export interface RecordedBreakdown {
  readonly of: 'all' | 'p50' | 'p95' | 'p99'
  /** How many requests the means are over. */
  readonly requests: number
  /** Mean latency of these requests. */
  readonly latency: Nanos
  /** Mean nanoseconds by part; they sum to `latency`. */
  readonly parts: Readonly<Record<string, Nanos>>
}

export interface Recorded {
  /** From the end of warm-up to the end. */
  readonly measured: Nanos
  readonly metrics: Readonly<Record<string, RecordedMetric>>
  readonly series: Readonly<Record<string, RecordedSeries>>
  /** Of the distributions that observed something. */
  readonly histograms: Readonly<Record<string, RecordedHistogram>>
  readonly breakdown: readonly RecordedBreakdown[]
}
