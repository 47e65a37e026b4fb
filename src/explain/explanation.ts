// Why B is slower, or faster, than A: all that was found, as plain data.

import type { Unit as MetricUnit, Nanos } from '../units.ts'
import { type Attribution, attribute, type Laboratory } from './attribution.ts'
import { type Change, changesBetween, type Data, decisive, filledIn } from './configuration.ts'
import { type CountDifferences, countDifferences } from './counts.ts'
import { BLOCK, type Divergence, divergenceOf, firstDifferentBlock, type SeenEvent } from './event-log.ts'
import { definitionsOf, figureNamed, firstOtherRequest, metricOf, type Side, slowestOf } from './side.ts'
import { type Difference, differenceOf, FIGURES, ranked } from './take-apart.ts'
import type { Waterfall } from './waterfall.ts'

export interface Explanation {
  readonly seeds: readonly string[]
  readonly metric: string
  readonly unit: MetricUnit
  /** Of the metric; `null`: absent. */
  readonly a: number | null
  readonly b: number | null
  /** Other figures that differ: throughput, errors, those asked for. */
  readonly beside: readonly Beside[]
  /** Whether every run had the same events on both sides. */
  readonly same: boolean
  /** Of the scenario; and of the code, where the sides are of two revisions: at `CODE`. */
  readonly changes: readonly Change[]
  /** `null`: both sides were run by this build. */
  readonly code: CodeDifference | null
  /** `null`: nobody counted. */
  readonly counts: CountDifferences | null
  readonly divergence: FirstDivergence | null
  /** Of the mean and the percentiles; none where no request was answered on a side. */
  readonly differences: readonly Difference[]
  /** `null`: there is nothing to attribute, or the figure is absent on a side. */
  readonly attribution: Attribution | null
  readonly slowest: { readonly a: Waterfall | null; readonly b: Waterfall | null }
}

/** Of a metric on both sides; `null`: absent. */
export interface Beside {
  readonly metric: string
  readonly unit: MetricUnit
  readonly a: number | null
  readonly b: number | null
}

export interface FirstDivergence extends Divergence {
  readonly seed: string
  /** Events that both have in common. */
  readonly events: number
  /** The first request that took another time; left out: they are not asked at the same times, or all take the same. */
  readonly request: { number: number; at: Nanos; a: Nanos; b: Nanos } | undefined
}

/** The two revisions of the code that the sides were run by. */
export interface CodeDifference {
  /** As it was asked for: `origin/main`. */
  readonly revision: string
  readonly commit: string
  /** Of its commit, one line. */
  readonly subject: string
  /** What differs between it and what stands here, of the files that may decide how a coordinator behaves; sorted. */
  readonly files: readonly string[]
}

/** Where a side's data says which code it is run by; no scenario has such a key. */
export const CODE = 'code'

export const isCode = ({ path }: Change): boolean => path.length === 1 && path[0] === CODE

/** A side to be explained: what its scenario says, and what came of it. */
export interface Explained {
  readonly data: Data
  readonly side: Side
  /** The events of the first seed from one to before another, as `eventsOf` gives them. */
  events(from: number, until: number): Promise<readonly SeenEvent[]>
}

export interface ExplainTerms {
  readonly seeds: readonly string[]
  readonly metric: string
  /** Metrics that are told of beside it, the throughput and the errors, where they differ. */
  readonly beside?: readonly string[]
  readonly laboratory: Laboratory
  readonly code?: CodeDifference | undefined
}

/** Figures beside that differ by less than this share are the same to whoever reads them. */
const NO_DIFFERENCE = 0.001

/** How many events before the first that differs are told. */
const BEFORE = 5

export async function explanationOf(
  a: Explained,
  b: Explained,
  { seeds, metric, beside = [], laboratory, code }: ExplainTerms,
): Promise<Explanation> {
  const [left, right] = [decisive(a.data), decisive(b.data)]
  const changes = filledIn(changesBetween(left, right), left, right)
  const same = a.side.records.every(({ fingerprint }, i) => fingerprint === b.side.records[i]!.fingerprint)
  const figures = { a: metricOf(a.side, metric), b: metricOf(b.side, metric) }
  const requests = [ranked(a.side.logs), ranked(b.side.logs)] as const
  const attributed = async (): Promise<Attribution | null> => {
    const { a: x, b: y } = figures
    if (x === null || y === null || x === y || changes.length === 0) return null
    return attribute({ data: left, figure: x }, { data: right, figure: y }, changes, laboratory)
  }
  return {
    seeds,
    metric,
    unit: unitOf(a.side, metric),
    ...figures,
    beside: same ? [] : besideOf(a.side, b.side, metric, beside),
    same,
    changes,
    code: code ?? null,
    counts: a.side.counts && b.side.counts ? countDifferences(a.side.counts, b.side.counts) : null,
    divergence: same ? null : await firstDivergence(a, b, seeds[0]!),
    differences: same ? [] : FIGURES.flatMap((figure) => differenceOf(figure, ...requests) ?? []),
    attribution: await attributed(),
    slowest: { a: slowestOf(a.side), b: slowestOf(b.side) },
  }
}

function besideOf(a: Side, b: Side, asked: string, others: readonly string[]): readonly Beside[] {
  return [...new Set(['throughput', 'errors', ...others])]
    .filter((metric) => metric !== asked && figureNamed(metric) === undefined)
    .map((metric) => ({ metric, unit: unitOf(a, metric), a: metricOf(a, metric), b: metricOf(b, metric) }))
    .filter(({ a, b }) =>
      a === null || b === null ? a !== b : Math.abs(b - a) > NO_DIFFERENCE * Math.abs(a),
    )
}

const unitOf = (side: Side, metric: string): MetricUnit =>
  figureNamed(metric) ? 'ns' : (definitionsOf(side)[metric]?.unit ?? 'number')

/** Runs the first seed of both again, as far as the block in which they part; `null`: that seed's events are the same by name. */
async function firstDivergence(a: Explained, b: Explained, seed: string): Promise<FirstDivergence | null> {
  const block = firstDifferentBlock(a.side.marks!, b.side.marks!)
  if (block === undefined) return null
  const from = Math.max(0, block * BLOCK - BEFORE)
  const until = (block + 1) * BLOCK
  const found = divergenceOf(await a.events(from, until), await b.events(from, until), BEFORE)
  const request = firstOtherRequest(a.side.logs[0]!, b.side.logs[0]!)
  const events = (found.a ?? found.b)?.index ?? until
  return { seed, events, ...found, request }
}
