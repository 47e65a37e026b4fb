// Why B is slower, or faster, than A: all that was found, as plain data.

import type { Scenario } from '../scenario/scenario.ts'
import type { Unit as MetricUnit, Nanos } from '../units.ts'
import { type Attribution, attribute, type Laboratory } from './attribution.ts'
import { type Change, changesBetween, type Data, decisive } from './configuration.ts'
import { BLOCK, type Divergence, divergenceOf, firstDifferentBlock } from './event-log.ts'
import {
  definitionsOf,
  eventsOf,
  figureNamed,
  firstOtherRequest,
  metricOf,
  type Side,
  type SideTerms,
  slowestOf,
} from './side.ts'
import { type Difference, differenceOf, FIGURES, ranked } from './take-apart.ts'
import type { Waterfall } from './waterfall.ts'

export interface Explanation {
  readonly seeds: readonly string[]
  readonly metric: string
  readonly unit: MetricUnit
  /** Of the metric; `null`: absent. */
  readonly a: number | null
  readonly b: number | null
  /** Whether every run had the same events on both sides. */
  readonly same: boolean
  readonly changes: readonly Change[]
  readonly divergence: FirstDivergence | null
  /** Of the mean and the percentiles; none where no request was answered on a side. */
  readonly differences: readonly Difference[]
  /** `null`: there is nothing to attribute, or the figure is absent on a side. */
  readonly attribution: Attribution | null
  readonly slowest: { readonly a: Waterfall | null; readonly b: Waterfall | null }
}

export interface FirstDivergence extends Divergence {
  readonly seed: string
  /** Events that both have in common. */
  readonly events: number
  /** The first request that took another time; left out: they are not asked at the same times, or all take the same. */
  readonly request: { number: number; at: Nanos; a: Nanos; b: Nanos } | undefined
}

/** A side to be explained: its scenario, what it says, and what came of it. */
export interface Explained {
  readonly scenario: Scenario
  readonly data: Data
  readonly side: Side
  readonly terms: SideTerms
}

export interface ExplainTerms {
  readonly seeds: readonly string[]
  readonly metric: string
  readonly laboratory: Laboratory
}

/** How many events before the first that differs are told. */
const BEFORE = 5

export async function explanationOf(
  a: Explained,
  b: Explained,
  { seeds, metric, laboratory }: ExplainTerms,
): Promise<Explanation> {
  const [left, right] = [decisive(a.data), decisive(b.data)]
  const changes = changesBetween(left, right)
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
    same,
    changes,
    divergence: same ? null : await firstDivergence(a, b, seeds[0]!),
    differences: same ? [] : FIGURES.flatMap((figure) => differenceOf(figure, ...requests) ?? []),
    attribution: await attributed(),
    slowest: { a: slowestOf(a.side), b: slowestOf(b.side) },
  }
}

const unitOf = (side: Side, metric: string): MetricUnit =>
  figureNamed(metric) ? 'ns' : (definitionsOf(side)[metric]?.unit ?? 'number')

/** Runs the first seed of both again, as far as the block in which they part; `null`: that seed's events are the same by name. */
async function firstDivergence(a: Explained, b: Explained, seed: string): Promise<FirstDivergence | null> {
  const block = firstDifferentBlock(a.side.events!.marks, b.side.events!.marks)
  if (block === undefined) return null
  const from = Math.max(0, block * BLOCK - BEFORE)
  const until = (block + 1) * BLOCK
  const left = await eventsOf(a.scenario, seed, a.terms, from, until)
  const right = await eventsOf(b.scenario, seed, b.terms, from, until)
  const found = divergenceOf(left.kept, right.kept, BEFORE)
  const request = firstOtherRequest(a.side.logs[0]!, b.side.logs[0]!)
  const events = (found.a ?? found.b)?.index ?? until
  return { seed, events, ...found, request }
}
