// In what the counts of two sides differ, a request of the clients or, where there are none, a run: messages more or fewer, handlers that
// run more often or hold their process longer.

import type { Nanos } from '../units.ts'
import { CLIENTS, type Counts, type Handled, type Sent } from './counting.ts'

/** A count of either side, of as many as it is counted by. */
export interface CountDifference extends Omit<Sent, 'messages' | 'bytes'> {
  readonly a: number
  readonly b: number
  /** Mean size of a message; `null`: none was sent. */
  readonly bytes: { readonly a: number | null; readonly b: number | null }
}

export interface WorkDifference extends Pick<Handled, 'part' | 'what'> {
  /** How often. */
  readonly a: number
  readonly b: number
  /** How long each held its process, in the mean; `null`: there was none. */
  readonly each: { readonly a: Nanos | null; readonly b: Nanos | null }
}

export interface CountDifferences {
  /** What everything is counted by: a request of the clients, failed ones among them, or a run. */
  readonly per: 'request' | 'run'
  /** How many of them there were. */
  readonly units: { readonly a: number; readonly b: number }
  /** Requests that were not answered: so many of them may lack some of their messages. */
  readonly open: { readonly a: number; readonly b: number }
  /** How long the runs of a side lasted together. */
  readonly lasted: { readonly a: Nanos; readonly b: Nanos }
  /** Those that differ, the largest difference first. */
  readonly sent: readonly CountDifference[]
  /** Those that differ, the largest difference of the time in all first. */
  readonly handled: readonly WorkDifference[]
}

const SENT = ({ kind, role, from, to }: Omit<Sent, 'messages' | 'bytes'>): string =>
  JSON.stringify([kind, role, from, to])
const HANDLED = ({ part, what }: Pick<Handled, 'part' | 'what'>): string => JSON.stringify([part, what])

/** The counts of several runs as those of one. */
export function together(all: readonly Counts[]): Counts {
  return {
    runs: all.reduce((sum, { runs }) => sum + runs, 0),
    sent: summed(
      all.flatMap(({ sent }) => sent),
      SENT,
      (x, y) => ({ ...x, messages: x.messages + y.messages, bytes: x.bytes + y.bytes }),
    ),
    handled: summed(
      all.flatMap(({ handled }) => handled),
      HANDLED,
      (x, y) => ({ ...x, times: x.times + y.times, held: x.held + y.held }),
    ),
    open: all.reduce((sum, { open }) => sum + open, 0),
    lasted: all.reduce((sum, { lasted }) => sum + lasted, 0),
  }
}

function summed<T>(all: readonly T[], keyOf: (one: T) => string, add: (x: T, y: T) => T): readonly T[] {
  const sums = new Map<string, T>()
  for (const one of all) {
    const key = keyOf(one)
    const sum = sums.get(key)
    sums.set(key, sum ? add(sum, one) : one)
  }
  return [...sums].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, sum]) => sum)
}

export function countDifferences(a: Counts, b: Counts): CountDifferences {
  const asked = [askedIn(a), askedIn(b)] as const
  const per = asked[0] > 0 && asked[1] > 0 ? 'request' : 'run'
  const [left, right] = per === 'request' ? asked : [a.runs, b.runs]
  const mean = (sum: number, of: number): number | null => (of === 0 ? null : sum / of)
  const sent = paired(a.sent, b.sent, SENT).map(([any, x, y]): CountDifference => {
    const [before, after] = [x?.messages ?? 0, y?.messages ?? 0]
    return {
      kind: any.kind,
      role: any.role,
      from: any.from,
      to: any.to,
      a: before / left,
      b: after / right,
      bytes: { a: mean(x?.bytes ?? 0, before), b: mean(y?.bytes ?? 0, after) },
    }
  })
  const handled = paired(a.handled, b.handled, HANDLED).map(([any, x, y]): WorkDifference => {
    const [before, after] = [x?.times ?? 0, y?.times ?? 0]
    return {
      part: any.part,
      what: any.what,
      a: before / left,
      b: after / right,
      each: { a: mean(x?.held ?? 0, before), b: mean(y?.held ?? 0, after) },
    }
  })
  return {
    per,
    units: { a: left, b: right },
    open: { a: a.open, b: b.open },
    lasted: { a: a.lasted, b: b.lasted },
    sent: largestFirst(
      sent.filter((each) => each.a !== each.b || each.bytes.a !== each.bytes.b),
      (each) => each.b - each.a,
    ),
    handled: largestFirst(
      handled.filter((each) => each.a !== each.b || each.each.a !== each.each.b),
      (each) => each.b * (each.each.b ?? 0) - each.a * (each.each.a ?? 0),
    ),
  }
}

/** Requests of the clients. */
const askedIn = ({ sent }: Counts): number =>
  sent.reduce(
    (sum, { role, from, messages }) => sum + (role === 'request' && from === CLIENTS ? messages : 0),
    0,
  )

function paired<T>(
  a: readonly T[],
  b: readonly T[],
  keyOf: (one: T) => string,
): readonly (readonly [any: T, a: T | undefined, b: T | undefined])[] {
  const [left, right] = [a, b].map((side) => new Map(side.map((one) => [keyOf(one), one])))
  const keys = [...new Set([...left!.keys(), ...right!.keys()])].sort()
  return keys.map((key) => [(left!.get(key) ?? right!.get(key))!, left!.get(key), right!.get(key)])
}

const largestFirst = <T>(all: readonly T[], by: (one: T) => number): readonly T[] =>
  all.toSorted((x, y) => Math.abs(by(y)) - Math.abs(by(x)))
