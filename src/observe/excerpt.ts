// Messages one by one, around something that matters: those that belong to it first, then the others of the time, evenly.

import type { Nanos } from '../units.ts'
import type { Held, MessageLog } from './message-log.ts'
import type { ExcerptMessage, RecordedExcerpt } from './recorded.ts'

const MOST_MESSAGES = 250

export interface ExcerptTerms extends Pick<RecordedExcerpt, 'seed' | 'of' | 'what' | 'from' | 'until'> {
  /** The messages of the time, from the first to the last. */
  readonly first: number
  readonly last: number
  /** Those of them that are still kept. */
  readonly held: Held
  /** Those that belong to what it is about. */
  readonly own: ReadonlySet<number>
  /** Those of them that are shown whatever else there is. */
  readonly chain: readonly number[]
}

/**
 * What belongs to a request, by its message and its number: whatever bears its number, and whatever was sent in handling such a
 * message, and so on, unless it bears another's.
 */
export function ownOf(held: Held, first: number, last: number, request: number): ReadonlySet<number> {
  const own = new Set<number>()
  for (let message = Math.max(first, held.first); message <= last; message++) {
    const of = held.request(message)
    if (of === request || (of === 0 && own.has(held.cause(message)))) own.add(message)
  }
  return own
}

/** A message and what it goes back to, last first, as far as that is kept. */
export function chainOf(held: Held, message: number): readonly number[] {
  const chain: number[] = []
  for (let each = message; each >= held.first && each <= held.last; each = held.cause(each)) chain.push(each)
  return chain
}

export function excerptOf(log: MessageLog, terms: ExcerptTerms): RecordedExcerpt {
  const { seed, of, what, from, until, first, last, held, own } = terms
  const shown = chosen(terms)
  const placeOf = new Map(shown.map((message, i) => [message, i]))
  const places = <T>(values: readonly T[], order: (a: T, b: T) => number): ReadonlyMap<T, number> =>
    new Map([...new Set(values)].sort(order).map((value, i) => [value, i]))
  const ascending = (a: number, b: number): number => a - b
  const processes = places(
    shown.flatMap((message) => [held.from(message), held.to(message)]),
    ascending,
  )
  const kinds = places(
    shown.map((message) => held.kind(message)),
    ascending,
  )
  return {
    seed,
    of,
    what,
    from,
    until,
    processes: [...processes.keys()].map((place) => {
      const { name, host } = log.loads[place]!
      return { name, host }
    }),
    kinds: [...kinds.keys()].map((kind) => log.kinds[kind]!),
    messages: shown.map(
      (message): ExcerptMessage => ({
        sent: held.sent(message),
        begun: known(held.begun(message)),
        done: known(held.done(message)),
        from: processes.get(held.from(message))!,
        to: processes.get(held.to(message))!,
        kind: kinds.get(held.kind(message))!,
        bytes: held.bytes(message),
        cause: placeOf.get(held.cause(message)) ?? -1,
        own: own.has(message),
      }),
    ),
    omitted: last - first + 1 - shown.length,
  }
}

const known = (instant: Nanos): Nanos | null => (instant < 0 ? null : instant)

/** In the order in which they were sent. */
function chosen({ held, first, last, own, chain }: ExcerptTerms): readonly number[] {
  const shown = new Set(chain.slice(0, MOST_MESSAGES))
  const fill = (from: readonly number[]): void => {
    for (const message of evenly(from, MOST_MESSAGES - shown.size)) shown.add(message)
  }
  fill([...own].filter((message) => !shown.has(message)))
  const others: number[] = []
  for (let message = Math.max(first, held.first); message <= last; message++)
    if (!own.has(message)) others.push(message)
  fill(others)
  return [...shown].sort((a, b) => a - b)
}

/** So many of them at most, at equal steps from the first. */
const evenly = (all: readonly number[], most: number): readonly number[] =>
  all.length <= most ? all : Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!)
