// A figure of the latency taken apart by cause, in whole nanoseconds that sum to it exactly: of the mean, and of the 50th, 95th and
// 99th percentile (nearest rank, exactly; the result file has them from a histogram, within 0.8 %). A percentile is one request, and
// one request tells of itself alone: so its parts are those of the requests around it, scaled to it, and rounded by the largest
// remainder so that nothing is lost.

import { PARTS } from '../env/account.ts'
import type { RequestLog } from '../observe/request-log.ts'
import type { Nanos } from '../units.ts'

export const FIGURES = ['mean', 'p50', 'p95', 'p99'] as const
export type Figure = (typeof FIGURES)[number]

const FRACTIONS: Readonly<Record<Exclude<Figure, 'mean'>, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 }

/** As in observe/breakdown.ts: this much of all requests on either side, or half of those above it where they are fewer. */
const AROUND = 0.025

/** A cause: `queue at redis, for job`. */
export interface Cause {
  /** A part of the account. */
  readonly part: string
  /** The part of the scenario where the time was spent; empty: it is not known. */
  readonly place: string
  /** What was handled there; empty: it is not known. */
  readonly what: string
}

export interface Apart {
  readonly latency: Nanos
  /** Whose parts they are. */
  readonly requests: number
  /** By `keyOf`. */
  readonly times: ReadonlyMap<string, Nanos>
}

const BETWEEN = '\t'
const keyOf = ({ part, place, what }: Cause): string => [part, place, what].join(BETWEEN)
function causeOf(key: string): Cause {
  const [part, place, what] = key.split(BETWEEN)
  return { part: part!, place: place!, what: what! }
}

interface Ranked {
  readonly log: RequestLog
  readonly request: number
  readonly latency: Nanos
}

/** Requests of all seeds, the fastest first. */
export function ranked(logs: readonly RequestLog[]): readonly Ranked[] {
  return logs
    .flatMap((log) => log.latencies.map((latency, request): Ranked => ({ log, request, latency })))
    .sort((x, y) => x.latency - y.latency)
}

/** The figure alone; `null`: no request was answered. */
export function figureOf(requests: readonly Ranked[], figure: Figure): Nanos | null {
  const count = requests.length
  if (count === 0) return null
  if (figure === 'mean') return Math.round(requests.reduce((sum, { latency }) => sum + latency, 0) / count)
  return requests[rankOf(FRACTIONS[figure], count) - 1]!.latency
}

const rankOf = (fraction: number, count: number): number => Math.max(1, Math.ceil(fraction * count))

export function takeApart(requests: readonly Ranked[], figure: Figure): Apart | null {
  const latency = figureOf(requests, figure)
  if (latency === null) return null
  const around = figure === 'mean' ? requests : aroundPercentile(requests, FRACTIONS[figure])
  const sums = new Map<string, Nanos>()
  for (const { log, request } of around)
    log.eachTime(request, (cell, time) => {
      const { part, of = '', what = '' } = log.cells[cell]!
      const key = keyOf({ part: PARTS[part]!, place: of, what })
      sums.set(key, (sums.get(key) ?? 0) + time)
    })
  return { latency, requests: around.length, times: scaled(sums, latency) }
}

function aroundPercentile(requests: readonly Ranked[], fraction: number): readonly Ranked[] {
  const around = Math.min(AROUND, (1 - fraction) / 2)
  const first = rankOf(fraction - around, requests.length)
  return requests.slice(first - 1, Math.max(first, rankOf(fraction + around, requests.length)))
}

/** The sums as shares of a whole, in whole numbers that sum to it: what is lost by rounding down goes to the largest remainders. */
export function scaled(sums: ReadonlyMap<string, number>, whole: number): ReadonlyMap<string, number> {
  const entries = [...sums].sort(([x], [y]) => (x < y ? -1 : 1))
  const total = entries.reduce((sum, [, value]) => sum + BigInt(value), 0n)
  if (total === 0n) return new Map()
  const shares = entries.map(([key, value]) => {
    const product = BigInt(value) * BigInt(whole)
    return { key, share: Number(product / total), rest: product % total }
  })
  const left = whole - shares.reduce((sum, { share }) => sum + share, 0)
  const largest = shares.toSorted((x, y) => (x.rest === y.rest ? 0 : x.rest > y.rest ? -1 : 1)).slice(0, left)
  for (const each of largest) each.share++
  return new Map(shares.map(({ key, share }) => [key, share]))
}

export interface Part {
  readonly a: Nanos
  readonly b: Nanos
}

/** Two figures side by side. The parts of each side sum to it, and so do the differences. */
export interface Difference extends Part {
  readonly figure: Figure
  readonly requests: Part
  /** Largest difference first. */
  readonly causes: readonly (Cause & Part)[]
}

/** `null`: no request was answered on one side. */
export function differenceOf(figure: Figure, a: readonly Ranked[], b: readonly Ranked[]): Difference | null {
  const [left, right] = [takeApart(a, figure), takeApart(b, figure)]
  if (!left || !right) return null
  const keys = [...new Set([...left.times.keys(), ...right.times.keys()])].sort()
  const causes = keys.map((key) => ({
    ...causeOf(key),
    a: left.times.get(key) ?? 0,
    b: right.times.get(key) ?? 0,
  }))
  return {
    figure,
    a: left.latency,
    b: right.latency,
    requests: { a: left.requests, b: right.requests },
    causes: causes.sort((x, y) => Math.abs(y.b - y.a) - Math.abs(x.b - x.a)),
  }
}

/** The causes put together by what `of` says of them, largest difference first. */
export function together(
  causes: readonly (Cause & Part)[],
  of: (cause: Cause) => Cause,
): readonly (Cause & Part)[] {
  const sums = new Map<string, Part>()
  for (const cause of causes) {
    const key = keyOf(of(cause))
    const before = sums.get(key) ?? { a: 0, b: 0 }
    sums.set(key, { a: before.a + cause.a, b: before.b + cause.b })
  }
  return [...sums]
    .map(([key, part]) => ({ ...causeOf(key), ...part }))
    .sort((x, y) => Math.abs(y.b - y.a) - Math.abs(x.b - x.a))
}
