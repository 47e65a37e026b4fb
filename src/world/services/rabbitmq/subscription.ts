// A consumer's place at one queue, on the node it is connected to: what it holds, by the queue's positions.

import type { StoredMessage } from './message.ts'

export class Subscription {
  /** Unacknowledged, by position. */
  readonly positions = new Set<number>()

  constructor(
    /** Unique on its node. */
    readonly id: number,
    readonly queue: string,
    /** Infinity: no limit. */
    readonly prefetch: number,
    readonly autoAck: boolean,
    /** Hands a message on to the connection. */
    readonly deliver: (position: number, message: StoredMessage, redelivered: boolean) => void,
    /** The queue is no longer there for it. */
    readonly cancel: () => void,
  ) {}
}
