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

/** Who sent how much to whom, from the end of warm-up to the end of a run. */
export interface RecordedTraffic {
  readonly seed: string
  readonly measured: Nanos
  readonly hosts: readonly { readonly name: string; readonly cores: number; readonly utilisation: number }[]
  /** At most 2,000: of more, those that have sent and got most messages. */
  readonly processes: readonly {
    readonly name: string
    /** The scenario's part that it is an instance of. */
    readonly part: string
    /** Its place in `hosts`. */
    readonly host: number
    /** Messages, replies and requests that it handled. */
    readonly handled: number
    /** The share of the time in which something of it held a core, or waited for one. */
    readonly busy: number
  }[]
  /**
   * [from, to, messages, bytes]: places in `processes`; those with most messages first, at most 2,000. Replies count from who answers;
   * bytes are those on the wire.
   */
  readonly links: readonly (readonly [number, number, number, number])[]
  /** What the other links carried. */
  readonly further: { readonly links: number; readonly messages: number; readonly bytes: number }
}

/** A message of an excerpt. */
export interface ExcerptMessage {
  readonly sent: Nanos
  /** When its handling began and ended; `null`: it never came, or nobody took it. */
  readonly begun: Nanos | null
  readonly done: Nanos | null
  /** Places in `processes`. */
  readonly from: number
  readonly to: number
  /** Its place in `kinds`. */
  readonly kind: number
  /** On the wire. */
  readonly bytes: number
  /**
   * The message in whose handling it was sent, if by a timer or a task that was begun there; of a connection that is refused, the request,
   * which nobody took. Its place in `messages`; -1: none of the excerpt.
   */
  readonly cause: number
  /** It belongs to the request that the excerpt is about; to a violation, what the last message before it goes back to. */
  readonly own: boolean
}

/** What was sent and handled around something that matters, message by message. */
export interface RecordedExcerpt {
  readonly seed: string
  /** What it is about. */
  readonly of: 'slowest request' | 'violation' | 'beginning'
  /** In words: `8.31 s, asked at 3.2 s`. */
  readonly what: string
  readonly from: Nanos
  readonly until: Nanos
  /** Those that sent or took something in it. */
  readonly processes: readonly { readonly name: string; readonly host: string }[]
  /** Kinds of messages: `redis.get`, `redis.get answered`. */
  readonly kinds: readonly string[]
  /** In the order in which they were sent. */
  readonly messages: readonly ExcerptMessage[]
  /** Messages of the time that are left out. */
  readonly omitted: number
}

export interface Recorded {
  /** From the end of warm-up to the end. */
  readonly measured: Nanos
  readonly metrics: Readonly<Record<string, RecordedMetric>>
  readonly series: Readonly<Record<string, RecordedSeries>>
  /** Of the distributions that observed something. */
  readonly histograms: Readonly<Record<string, RecordedHistogram>>
  readonly breakdown: readonly RecordedBreakdown[]
  /** Of a run whose messages are kept. */
  readonly traffic?: RecordedTraffic
  readonly excerpt?: RecordedExcerpt
}
