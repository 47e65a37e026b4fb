// One side run with all its seeds: the log of its requests, its metrics, its fingerprints.

import type { MetricDefinitions } from '../env/metric.ts'
import { RequestLog } from '../observe/request-log.ts'
import { type ReplicationTerms, type RunRecord, replicateAsync } from '../run/replication.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { EventLog } from './event-log.ts'
import { FIGURES, type Figure, figureOf, ranked } from './take-apart.ts'
import { type Waterfall, waterfallOf } from './waterfall.ts'

export type SideTerms = Omit<ReplicationTerms, 'seed' | 'bins' | 'requests' | 'watch' | 'timeline'>

export interface Side {
  readonly logs: readonly RequestLog[]
  readonly records: readonly RunRecord[]
  /** What the first seed did; left out: nobody asked. */
  readonly events: EventLog | undefined
}

export async function runSide(
  scenario: Scenario,
  seeds: readonly string[],
  terms: SideTerms,
  watched: boolean,
): Promise<Side> {
  const logs: RequestLog[] = []
  const records: RunRecord[] = []
  const events = watched ? new EventLog() : undefined
  for (const [i, seed] of seeds.entries()) {
    const requests = new RequestLog()
    const watch = i === 0 && events ? { watch: events } : {}
    records.push(await replicateAsync(scenario, { ...terms, ...watch, seed, bins: 2, requests }))
    logs.push(requests)
  }
  events?.finish()
  return { logs, records, events }
}

/** A seed again, keeping the events from `from` to before `until`; no more is run. */
export async function eventsOf(
  scenario: Scenario,
  seed: string,
  terms: SideTerms,
  from: number,
  until: number,
): Promise<EventLog> {
  const log = new EventLog(from, until)
  await replicateAsync(scenario, { ...terms, seed, bins: 2, watch: log })
  return log
}

const LATENCY = /^latency\.(.*)$/

/** The figure of the latency that a metric is, if it is one that can be taken apart. */
export function figureNamed(metric: string): Figure | undefined {
  const [, name] = LATENCY.exec(metric) ?? []
  return FIGURES.find((figure) => figure === name)
}

/** Over all seeds: of the latency all requests together, exactly; of other metrics the mean of the seeds that have it. */
export function metricOf({ logs, records }: Side, metric: string): number | null {
  const figure = figureNamed(metric)
  if (figure) return figureOf(ranked(logs), figure)
  const values = records.flatMap(({ recorded }) => recorded.metrics[metric]?.value ?? [])
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}

export const definitionsOf = ({ records }: Side): MetricDefinitions => records[0]!.recorded.metrics

export function slowestOf({ logs, records }: Side): Waterfall | null {
  let slowest: Waterfall | null = null
  for (const [i, { slowest: request }] of logs.entries())
    if (request && (!slowest || request.latency > slowest.latency))
      slowest = waterfallOf(records[i]!.seed, request)
  return slowest
}

/** The first request, in the order of asking, that took another time; those asked at the same instant are taken in the order of their answers. */
export function firstOtherRequest(a: RequestLog, b: RequestLog) {
  const [left, right] = [inOrder(a), inOrder(b)]
  const length = Math.min(left.length, right.length)
  for (let i = 0; i < length; i++) {
    const [x, y] = [left[i]!, right[i]!]
    if (x.at !== y.at) return undefined
    if (x.latency !== y.latency) return { number: i + 1, at: x.at, a: x.latency, b: y.latency }
  }
  return undefined
}

const inOrder = ({ askedAt, latencies }: RequestLog) =>
  askedAt.map((at, i) => ({ at, latency: latencies[i]! })).sort((x, y) => x.at - y.at)
