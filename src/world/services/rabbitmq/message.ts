// A message within the broker: what every queue it went to shares of it, and its place in one queue.

import type { AmqpContent } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Consumer } from './consumer.ts'

/** Why a message left a queue without having been acknowledged. */
export type DeathReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit'

export interface Death {
  readonly queue: string
  readonly reason: DeathReason
}

/** Never changed once it is made. */
export interface StoredMessage {
  readonly exchange: string
  readonly routingKey: string
  readonly content: AmqpContent
  /** When it came to the broker. */
  readonly timestamp: Nanos
  /** Its publisher asked for a confirm, or it was dead-lettered by a queue that was responsible for it. */
  readonly promised: boolean
  /** The queues it died in, first to last. */
  readonly deaths: readonly Death[]
}

/** A message in a queue. */
export class Entry {
  /** Times it has come back from a consumer. */
  returns = 0
  /** Who has it; undefined: it waits. */
  holder: Consumer | undefined
  /** It is being taken out of the queue. */
  leaving = false

  constructor(
    /** Later ones are higher. */
    readonly position: number,
    readonly message: StoredMessage,
    /** Infinity: never. */
    readonly expiresAt: Nanos,
    /** It may have been delivered before. */
    public redelivered = false,
  ) {}
}
