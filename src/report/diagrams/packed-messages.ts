// What a page keeps of traffic and excerpts, to draw other variants and to replay messages: plain data, small enough to stand
// within it. Where there is no room for all variants, those in front.

import type { Excerpt, Fault, Result, Traffic, Variant } from '../../results/result.ts'
import type { Chosen, Drawable } from './draft.ts'
import type { Message } from './excerpt.ts'

/** In characters, before they are compressed. */
const ROOM = 3_000_000

/** [since the one before, until begun, until done, from, to, kind, bytes, cause, own]; -1: never. */
type PackedMessage = readonly [number, number, number, number, number, number, number, number, 0 | 1]

interface PackedVariant {
  /** Among the result's variants. */
  readonly place: number
  readonly name: string
  readonly faults: readonly Fault[]
  readonly traffic: Traffic | null
  readonly excerpt: (Omit<Excerpt, 'messages'> & { readonly messages: readonly PackedMessage[] }) | null
}

export interface PackedMessages {
  /** The one that is drawn at first, then the others. */
  readonly variants: readonly PackedVariant[]
  /** Why that one. */
  readonly why: string
  /** How many variants the result has. */
  readonly of: number
}

export interface MessagesOf extends Drawable {
  /** Among the result's variants. */
  readonly place: number
}

/** The chosen variant first. */
export function packedMessages(result: Result, { variant: first, why }: Chosen): PackedMessages {
  const variants: PackedVariant[] = []
  let room = ROOM
  for (const variant of [first, ...result.variants.filter((other) => other !== first)]) {
    if (!variant.traffic && !variant.excerpt) continue
    const packed = packedVariant(variant, result.variants.indexOf(variant))
    room -= JSON.stringify(packed).length
    if (room < 0 && variants.length > 0) break
    variants.push(packed)
  }
  return { variants, why, of: result.variants.length }
}

const packedVariant = ({ name, faults, traffic, excerpt }: Variant, place: number): PackedVariant => ({
  place,
  name,
  faults,
  traffic: traffic ?? null,
  excerpt: excerpt ? { ...excerpt, messages: packedList(excerpt) } : null,
})

const packedList = ({ messages, from }: Excerpt): readonly PackedMessage[] =>
  messages.map(({ sent, begun, done, own, ...message }, i) => [
    sent - (messages[i - 1]?.sent ?? from),
    begun === null ? -1 : begun - sent,
    done === null ? -1 : done - (begun ?? sent),
    message.from,
    message.to,
    message.kind,
    message.bytes,
    message.cause,
    own ? 1 : 0,
  ])

export function unpackedMessages({ variants }: Pick<PackedMessages, 'variants'>): readonly MessagesOf[] {
  return variants.map(({ place, name, faults, traffic, excerpt }) => ({
    place,
    name,
    faults,
    ...(traffic ? { traffic } : {}),
    ...(excerpt ? { excerpt: { ...excerpt, messages: unpackedList(excerpt.messages, excerpt.from) } } : {}),
  }))
}

function unpackedList(messages: readonly PackedMessage[], start: number): readonly Message[] {
  let sent = start
  return messages.map(([since, begin, end, from, to, kind, bytes, cause, own]) => {
    sent += since
    const begun = begin < 0 ? null : sent + begin
    const done = end < 0 ? null : (begun ?? sent) + end
    return { sent, begun, done, from, to, kind, bytes, cause, own: own === 1 }
  })
}
