// What every process did and when, as a trace that Perfetto (ui.perfetto.dev) and chrome://tracing open: a lane a process, grouped
// by host; a slice for each thing it handled; an arrow for each message from the slice that sent it to the one that took it; requests
// and faults as spans of their own.
// The format is Chrome's "Trace Event Format" (Google, 2016): a JSON object with `traceEvents`; times in microseconds, here with
// three decimals, so that they are whole nanoseconds.
// Left out: counters, which the report has as charts.

import type { Nanos } from '../units.ts'

/** A lane of the timeline: a process on its host. */
export interface Lane {
  readonly pid: number
  readonly tid: number
}

/** Beyond so many events nothing more is taken down. */
const MOST_EVENTS = 2_000_000

export class Timeline {
  readonly #events: string[] = []
  readonly #hosts = new Map<string, { readonly pid: number; lanes: number }>()
  readonly #sent = new WeakMap<object, { readonly lane: Lane; readonly at: Nanos }>()
  #flows = 0
  #spans = 0
  /** What did not fit in. */
  dropped = 0

  /** What happens before `from` or after `until` is not taken down. */
  constructor(
    readonly from: Nanos = 0,
    readonly until: Nanos = Number.POSITIVE_INFINITY,
  ) {}

  get events(): number {
    return this.#events.length
  }

  /** A new lane in the group of its host; groups and lanes stand in the order in which they came. */
  lane(host: string, process: string): Lane {
    let group = this.#hosts.get(host)
    if (!group) {
      group = { pid: this.#hosts.size + 1, lanes: 0 }
      this.#hosts.set(host, group)
      this.#name('process_name', group.pid, 0, host)
      this.#sort('process_sort_index', group.pid, 0, group.pid)
    }
    const lane = { pid: group.pid, tid: ++group.lanes }
    this.#name('thread_name', lane.pid, lane.tid, process)
    this.#sort('thread_sort_index', lane.pid, lane.tid, lane.tid)
    return lane
  }

  /** Something handled in a lane; slices of a lane do not overlap. One that took no time is shown as its last nanosecond. */
  slice(
    lane: Lane,
    name: string,
    begin: Nanos,
    end: Nanos,
    details?: Readonly<Record<string, unknown>>,
  ): void {
    if (!this.#within(begin, end)) return
    const from = shownFrom(begin, end)
    const args = details ? `,"args":${JSON.stringify(details)}` : ''
    this.#push(
      `{"ph":"X",${at(lane, from)},"dur":${micros(end - from)},"name":${JSON.stringify(name)}${args}}`,
    )
  }

  /** A message leaves a lane, in the slice that ends now. */
  sent(message: object, lane: Lane, now: Nanos): void {
    this.#sent.set(message, { lane, at: now })
  }

  /** … and is taken in another, by the slice from `begin` to `end`: an arrow between the two. */
  arrived(message: object, lane: Lane, begin: Nanos, end: Nanos, name: string): void {
    const sent = this.#sent.get(message)
    if (!sent || !this.#within(sent.at, begin)) return
    const head = `"cat":"message","name":${JSON.stringify(name)},"id":${++this.#flows}`
    // An arrow's end belongs to the slice that is open there, and a slice is closed at its end.
    this.#push(`{"ph":"s",${head},${at(sent.lane, shownFrom(sent.at, sent.at))}}`)
    this.#push(`{"ph":"f","bp":"e",${head},${at(lane, shownFrom(begin, end))}}`)
  }

  /** Something that lasts and may overlap others of its kind: a request, a fault. */
  span(
    lane: Lane,
    category: string,
    name: string,
    begin: Nanos,
    end: Nanos,
    details?: Readonly<Record<string, unknown>>,
  ): void {
    if (!this.#within(begin, end)) return
    const head = `"cat":${JSON.stringify(category)},"name":${JSON.stringify(name)},"id":${++this.#spans}`
    const args = details ? `,"args":${JSON.stringify(details)}` : ''
    this.#push(`{"ph":"b",${head},${at(lane, begin)}${args}}`)
    this.#push(`{"ph":"e",${head},${at(lane, end)}}`)
  }

  /** The trace's text, in pieces. */
  *pieces(): Iterable<string> {
    yield '{"displayTimeUnit":"ms","traceEvents":[\n'
    const step = 10_000
    for (let i = 0; i < this.#events.length; i += step)
      yield `${i === 0 ? '' : ',\n'}${this.#events.slice(i, i + step).join(',\n')}`
    yield '\n]}\n'
  }

  #within(begin: Nanos, end: Nanos): boolean {
    return end >= this.from && begin <= this.until
  }

  #push(event: string): void {
    if (this.#events.length < MOST_EVENTS) this.#events.push(event)
    else this.dropped++
  }

  #name(kind: string, pid: number, tid: number, name: string): void {
    this.#push(
      `{"ph":"M","pid":${pid},"tid":${tid},"name":"${kind}","args":{"name":${JSON.stringify(name)}}}`,
    )
  }

  #sort(kind: string, pid: number, tid: number, index: number): void {
    this.#push(`{"ph":"M","pid":${pid},"tid":${tid},"name":"${kind}","args":{"sort_index":${index}}}`)
  }
}

const shownFrom = (begin: Nanos, end: Nanos): Nanos => Math.max(0, Math.min(begin, end - 1))

const at = ({ pid, tid }: Lane, time: Nanos): string => `"pid":${pid},"tid":${tid},"ts":${micros(time)}`

/** Microseconds with their nanoseconds, exactly: 1,234,567 ns is `1234.567`. */
function micros(time: Nanos): string {
  const rest = time % 1000
  const whole = (time - rest) / 1000
  return rest === 0 ? String(whole) : `${whole}.${String(rest).padStart(3, '0')}`
}
