// A consumer as its queue knows it: how many messages it may hold, which it holds, and how it gets one.

import type { Entry } from './message.ts'

export class Consumer {
  /** Unacknowledged, by position. */
  readonly held = new Map<number, Entry>()
  closed = false
  /** Stands in the queue's line of those who can take a message. */
  inLine = false

  constructor(
    /** Infinity: no limit. */
    readonly prefetch: number,
    readonly autoAck: boolean,
    /** Hands it a message. */
    readonly take: (entry: Entry) => void,
  ) {}

  get hasCredit(): boolean {
    return !this.closed && this.held.size < this.prefetch
  }
}
