// A message on its way into one or several queues, and its publisher's wait for all of them.

import type { PublishReply, QueueType, RefusedError } from '../../../env/index.ts'
import type { Envelope } from '../../envelope.ts'
import type { PublishingConnection } from './publishing-connection.ts'

export const PUBLISHED: PublishReply = { kind: 'amqp.published', bytes: 20 }

export class Publication {
  #left: number
  #error: RefusedError | undefined

  constructor(
    /** How many queues are to take it. */
    queues: number,
    /** The publisher's, where it waits for a confirm. */
    readonly request: Envelope | undefined,
    readonly from: PublishingConnection | undefined,
    /** Called when every queue has it safe. */
    readonly confirmed: (request: Envelope) => void,
  ) {
    this.#left = queues
  }

  /** A queue of this type has room for another of this publisher. */
  taken(type: QueueType): void {
    this.from?.giveCredit(type)
  }

  safe(): void {
    if (--this.#left > 0 || !this.request) return
    if (this.#error) this.request.refuse(this.#error)
    else this.confirmed(this.request)
  }

  refused(error: RefusedError): void {
    this.#error ??= error
    this.safe()
  }
}
