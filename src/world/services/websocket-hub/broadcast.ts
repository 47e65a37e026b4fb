// A message on its way to all that have subscribed: made once, then sent to one after the other by the one thread, so that the
// last of n gets it n sends after the beginning.

import type { WsPublishRequest } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Client, Frame } from './client.ts'
import type { Work } from './thread.ts'

export interface BroadcastTerms {
  /** Core time of making it; undefined: it needs none. */
  readonly making: Nanos
  readonly sendCost: Nanos
  send(client: Client, frame: Frame): void
  /** The last has it. */
  done(clients: number): void
}

/** What is published: without its number on each connection. */
export type Published = Pick<WsPublishRequest, 'topic' | 'size' | 'body'>

export class Broadcast implements Work {
  readonly #clients: readonly Client[]
  readonly #frame: Frame
  readonly #terms: BroadcastTerms
  #next = -1
  #over = false

  constructor(clients: readonly Client[], frame: Frame, terms: BroadcastTerms) {
    this.#clients = clients
    this.#frame = frame
    this.#terms = terms
  }

  next(): Nanos | undefined {
    if (this.#next < 0) return this.#terms.making
    // Those who have gone meanwhile cost nothing.
    while (this.#clients[this.#next]?.closed) this.#next++
    if (this.#next < this.#clients.length) return this.#terms.sendCost
    if (!this.#over) this.#terms.done(this.#clients.length)
    this.#over = true
    return undefined
  }

  step(): void {
    const client = this.#clients[this.#next++]
    if (client && !client.closed) this.#terms.send(client, this.#frame)
  }
}
