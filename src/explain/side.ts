// One side run with all its seeds: the log of its requests, its metrics, its fingerprints, what it sent and handled. As plain data it
// comes from another build just as well.

import type { MetricDefinitions } from '../env/metric.ts'
import { MIRROR } from '../kernel/random.ts'
import { Simulation } from '../kernel/simulation.ts'
import { type KeptRequests, RequestLog } from '../observe/request-log.ts'
import { type ReplicationTerms, type RunRecord, replicateAsync } from '../run/replication.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { World } from '../world/world.ts'
import { Counting, type Counts } from './counting.ts'
import { together } from './counts.ts'
import { EventLog, type SeenEvent } from './event-log.ts'
import { FIGURES, type Figure, figureOf, ranked } from './take-apart.ts'
import { type Waterfall, waterfallOf } from './waterfall.ts'

export type SideTerms = Omit<ReplicationTerms, 'seed' | 'bins' | 'requests' | 'watch' | 'timeline'>

/** What is known of a run beside its requests. */
export interface SideRecord extends Pick<RunRecord, 'seed' | 'fingerprint' | 'stopped' | 'ended' | 'events'> {
  readonly metrics: RunRecord['recorded']['metrics']
}

export interface Side {
  readonly logs: readonly RequestLog[]
  readonly records: readonly SideRecord[]
  /** Of the events of the first seed (`EventLog.marks`); left out: nobody asked. */
  readonly marks: readonly string[] | undefined
  /** Of all runs; left out: nobody asked. */
  readonly counts: Counts | undefined
}

export async function runSide(
  scenario: Scenario,
  seeds: readonly string[],
  terms: SideTerms,
  watched: boolean,
): Promise<Side> {
  const logs: RequestLog[] = []
  const records: SideRecord[] = []
  const events = watched ? new EventLog() : undefined
  const counts: Counts[] = []
  for (const [i, seed] of runsOf(scenario, seeds).entries()) {
    const requests = new RequestLog()
    const counting = watched ? new CountedRun(i === 0 ? events : undefined) : undefined
    const record = await replicateAsync(scenario, { ...terms, ...counting?.terms, seed, bins: 2, requests })
    records.push(recordOf(record))
    logs.push(requests)
    if (counting) counts.push(counting.counts())
  }
  events?.finish()
  return { logs, records, marks: events?.marks, counts: watched ? together(counts) : undefined }
}

/** Antithetic seeds run twice, as they are and mirrored. */
const runsOf = ({ measure }: Scenario, seeds: readonly string[]): readonly string[] =>
  measure.antithetic ? seeds.flatMap((seed) => [seed, MIRROR + seed]) : seeds

function recordOf({ recorded, seed, fingerprint, stopped, ended, events }: RunRecord): SideRecord {
  return { seed, fingerprint, stopped, ended, events, metrics: recorded.metrics }
}

/** A run whose messages are counted, and whose events are seen where a log of them is given. */
class CountedRun {
  readonly #counting = new Counting()
  readonly #events: EventLog | undefined
  #world!: World

  constructor(events: EventLog | undefined) {
    this.#events = events
  }

  get terms(): Pick<ReplicationTerms, 'watch' | 'timeline'> {
    const wired = (world: World): void => {
      this.#world = world
      this.#events?.wired(world)
    }
    return {
      timeline: this.#counting,
      watch: { simulation: this.#events?.simulation ?? new Simulation(), wired },
    }
  }

  counts(): Counts {
    return this.#counting.counts(this.#world)
  }
}

/** A seed again, keeping the events from `from` to before `until`; no more is run. */
export async function eventsOf(
  scenario: Scenario,
  seed: string,
  terms: SideTerms,
  from: number,
  until: number,
): Promise<readonly SeenEvent[]> {
  const log = new EventLog(from, until)
  await replicateAsync(scenario, { ...terms, seed, bins: 2, watch: log })
  return log.kept
}

/** A side as plain data. */
export interface KeptSide extends Omit<Side, 'logs'> {
  readonly requests: readonly KeptRequests[]
}

export const keptSide = ({ logs, ...side }: Side): KeptSide => ({
  ...side,
  requests: logs.map((log) => log.kept()),
})

export const sideOf = ({ requests, ...side }: KeptSide): Side => ({
  ...side,
  logs: requests.map((kept) => RequestLog.of(kept)),
})

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
  const values = records.flatMap(({ metrics }) => metrics[metric]?.value ?? [])
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}

export const definitionsOf = ({ records }: Side): MetricDefinitions => records[0]!.metrics

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
