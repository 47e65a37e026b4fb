// The result file, `rehearsal/result/1`: what one `run` found. Everything outside `provenance` is the same bytes
// for the same scenario, seeds and build.

import type { Better } from '../env/metric.ts'
import type {
  RecordedBreakdown,
  RecordedExcerpt,
  RecordedHistogram,
  RecordedSeries,
  RecordedTraffic,
} from '../observe/recorded.ts'
import type { Nanos, Unit } from '../units.ts'

export const RESULT_SCHEMA = 'rehearsal/result/1'

/** exact: virtual time and counts of one seed; sampled: over several seeds; wall: the machine's time. */
export type MetricClass = 'exact' | 'sampled' | 'wall'

export type Scalar = string | number | boolean

export interface MetricValue {
  readonly class: MetricClass
  readonly unit: Unit
  readonly better: Better
  readonly meaning: string
  /** The mean over the seeds, in base units; `null` when nothing was observed (never 0). */
  readonly value: number | null
  /** 95 % Student interval over the seeds; with one seed, of a mean, over batches of the run if it is long enough; else `null`. */
  readonly interval: readonly [number, number] | null
  /** One figure a seed, in the order of `seeds`; `null` where nothing was observed. */
  readonly samples: readonly (number | null)[]
}

/** Over virtual time, of the first seed. */
export type Series = RecordedSeries

/** Merged over the seeds. */
export type HistogramData = RecordedHistogram

/** Where the time of requests went, over all seeds; the parts sum to the mean latency. */
export type Breakdown = RecordedBreakdown

/** Who sent how much to whom. */
export type Traffic = RecordedTraffic

/** Messages one by one, around something that matters. */
export type Excerpt = RecordedExcerpt

/** Something that went wrong, as planned. */
export interface Fault {
  readonly at: Nanos
  /** When it was over; `null`: it lasted for good. */
  readonly until: Nanos | null
  /** `crash`, `partition` … */
  readonly kind: string
  readonly befalls: 'host' | 'process' | 'network' | 'protocol'
  /** Whom it befell. */
  readonly target: string
  /** In words: `factor 2, for 30 s`; may be empty. */
  readonly detail: string
}

export interface Check {
  /** Such as `Little's law` or `expect: latency.p95 below 30 s`. */
  readonly name: string
  readonly kind: 'law' | 'expect'
  /** `null`: it could not be told (a metric was absent). */
  readonly pass: boolean | null
  /** The figures. */
  readonly detail: string
  /** Of a law that a checker saw violated: the first seed's. */
  readonly violation?: Violation
}

/** What a checker saw, and how to see it again. */
export interface Violation {
  readonly seed: string
  /** Virtual time, nanoseconds. */
  readonly at: number
  /** In words. */
  readonly what: string
  /** What led to it, oldest first. */
  readonly events: readonly { readonly at: number; readonly process: string; readonly event: string }[]
  /** Violations of the kind in the same run after this one. */
  readonly further: number
  /** Seeds with one, this one included. */
  readonly seeds: number
  /** The command that runs this seed of this variant again. */
  readonly replay: string
}

export interface ChargedCosts {
  /** Its name: `nominal`, or that of the scenario's own, which lies over the nominal one. */
  readonly table: string
  /** SHA-256 of its entries, 16 hexadecimal digits: whether two results were charged by the same figures. */
  readonly hash: string
  readonly scale: number
}

export interface Variant {
  /** `agents=54 mode=concurrent`, or the scenario's name where there is no matrix. */
  readonly name: string
  readonly parameters: Readonly<Record<string, Scalar>>
  readonly seeds: readonly string[]
  /** What computing was charged by, where there are coordinators. */
  readonly costs?: ChargedCosts
  readonly metrics: Readonly<Record<string, MetricValue>>
  readonly series: Readonly<Record<string, Series>>
  readonly histograms: Readonly<Record<string, HistogramData>>
  readonly breakdown: readonly Breakdown[]
  /** Of the first seed, in the order of time. */
  readonly faults: readonly Fault[]
  /** Of the first seed; older results have none. */
  readonly traffic?: Traffic
  readonly excerpt?: Excerpt
  readonly checks: readonly Check[]
  /** Seed → 16 hexadecimal digits. */
  readonly fingerprints: Readonly<Record<string, string>>
}

/** Of a fitted coefficient, 95 %, by the bootstrap over the seeds; `null` with fewer than five of them. */
export type FitInterval = readonly [number, number] | null

export interface Efficiency {
  /** Speedup by processor. */
  readonly efficiency: number
  /** The serial fraction that Karp and Flatt tell from this point alone; `null` at 1. */
  readonly serial: number | null
}

/** Where lost speedup goes to, in the order in which it is shown. */
export const CAUSES = ['contention', 'serial', 'network', 'coherency', 'stragglers', 'idle', 'down'] as const
export type Cause = (typeof CAUSES)[number]

/** Shares of the worker time P·T; `useful` and the losses sum to 1. */
export interface Attribution {
  /** What one worker would have needed for the same work. */
  readonly useful: number
  readonly lost: Readonly<Record<Cause, number>>
}

/** How a metric falls or grows with a numeric axis of the matrix, with the laws of speedup that fit it. */
export interface Speedup {
  readonly axis: string
  readonly metric: string
  /** What the other axes were. */
  readonly where: Readonly<Record<string, Scalar>>
  /** [P, T(P), speedup against the first point], ascending in P. */
  readonly points: readonly (readonly [number, number, number])[]
  /** Of each point; older results have none. */
  readonly efficiencies?: readonly Efficiency[]
  /** Of each point, what the time of its workers went to; left out where nobody asked, or it could not be told. */
  readonly attribution?: readonly Attribution[]
  /** Serial fraction of a fixed amount of work; `null` where the law does not fit. Residuals are the largest relative ones. */
  readonly amdahl: {
    readonly serial: number
    readonly interval: FitInterval
    readonly residual: number
  } | null
  /** Serial fraction of work that grows with P; of throughput only. `null` where the law does not fit. */
  readonly gustafson: {
    readonly serial: number
    readonly interval: FitInterval
    readonly residual: number
  } | null
  /** The Universal Scalability Law: contention, coherency, and the P with the highest speedup, if there is one. */
  readonly usl: {
    readonly contention: number
    readonly contentionInterval: FitInterval
    readonly coherency: number
    readonly coherencyInterval: FitInterval
    readonly peak: number | null
    readonly residual: number
  } | null
}

export type Verdict = 'reproduced' | 'refuted' | 'out of reach'

export interface Claim {
  readonly id: string
  readonly text: string
  readonly verdict: Verdict
  /** The figures found, in words: `300 ms with 56 slots, 8.31 s with 1`. */
  readonly found: string
  /** Under which conditions it holds and where it breaks. */
  readonly conditions: string
  /** Left out: nothing was run, or nothing observed, that could settle it. */
  readonly extent?: Extent
  readonly source?: string
}

/** Of the variants that a claim speaks of, and in which something was observed: how many there are, and in how many it holds. */
export interface Extent {
  readonly variants: number
  readonly holds: number
  /** Those that meet the claim's own condition, where not all do: they alone decide on the verdict. */
  readonly own?: { readonly condition: string; readonly variants: number; readonly holds: number }
}

/** What is not deterministic, or not of the scenario; no comparison reads it. */
export interface Provenance {
  readonly tool: string
  readonly version: string
  readonly node: string
  readonly platform: string
  readonly commit: string | null
  readonly created: string
  readonly wallSeconds: number
  readonly events: number
}

export interface Result {
  readonly schema: typeof RESULT_SCHEMA
  readonly scenario: {
    readonly name: string
    readonly title: string
    readonly description: string
    /** SHA-256 of the resolved scenario, 16 hexadecimal digits. */
    readonly hash: string
    /** The resolved scenario: defaults, `extends` and `--set` applied, before the matrix. */
    readonly resolved: unknown
  }
  readonly variants: readonly Variant[]
  readonly speedups: readonly Speedup[]
  readonly claims: readonly Claim[]
  readonly provenance: Provenance
}
