// What is asked of an excerpt by more than one diagram.

import type { Excerpt } from '../../results/result.ts'
import { label } from '../charts/labels.ts'

export type Message = Excerpt['messages'][number]

/** The messages that it is about; all, where none are marked. */
export function strongOf({ messages }: Excerpt): readonly boolean[] {
  const own = messages.map(({ own }) => own)
  return own.includes(true) ? own : own.map(() => true)
}

/** When a message was last heard of. */
const endOf = ({ sent, begun, done }: Message): number => done ?? begun ?? sent

/**
 * Until when each message keeps whoever took it: to the end of its handling, or to the last message that it sent because of it,
 * as a service answers long after it took a request; `null` where nobody took it.
 */
export function keptUntil({ messages, until }: Excerpt): readonly (number | null)[] {
  const kept = messages.map(({ begun, done }) => (begun === null ? null : (done ?? until)))
  for (const { cause, from, sent } of messages) {
    const before = kept[cause]
    if (before !== undefined && before !== null && messages[cause]!.to === from)
      kept[cause] = Math.max(before, sent)
  }
  return kept
}

/** The messages that led, one by one, to the end of what the excerpt is about: places, oldest first. */
export function chainOf({ messages }: Excerpt): readonly number[] {
  let last = -1
  messages.forEach((message, place) => {
    if (message.own && (last < 0 || endOf(message) >= endOf(messages[last]!))) last = place
  })
  const chain: number[] = []
  const seen = new Set<number>()
  while (last >= 0 && messages[last] && !seen.has(last)) {
    seen.add(last)
    chain.push(last)
    last = messages[last]!.cause
  }
  return chain.reverse()
}

/** Processes in the order in which the messages come to them, the strong ones' first. */
export function firstMet(excerpt: Excerpt): readonly number[] {
  const strong = strongOf(excerpt)
  const met = new Set<number>()
  for (const wanted of [true, false])
    excerpt.messages.forEach(({ from, to }, place) => {
      if (strong[place] !== wanted) return
      met.add(from)
      met.add(to)
    })
  return [...met].filter((process) => excerpt.processes[process] !== undefined)
}

export const nameIn = ({ processes }: Excerpt, process: number, length = 40): string =>
  label(processes[process]?.name ?? '?', length)

export const kindIn = ({ kinds }: Excerpt, kind: number, length = 40): string =>
  label(kinds[kind] ?? '?', length)

export const ANSWERED = / answered$/

/** An answer is drawn dashed. */
export const isAnswer = ({ kinds }: Excerpt, { kind }: Message): boolean => ANSWERED.test(kinds[kind] ?? '')
