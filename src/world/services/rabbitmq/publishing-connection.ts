// A connection over which a client publishes. Its process reads one message after the other, as long as the queues keep up
// (credit flow: only so many may be on their way to them) and no alarm is up; the rest waits in the socket.
// Source: rabbitmq.com/blog/2015/10/06/new-credit-flow-settings-on-rabbitmq-3-5-5; quorum_commands_soft_limit.
// Left out: who publishes and consumes over one connection, whose acknowledgements are then held up too; setting it up.

import { Fifo, type PublishRequest, type QueueType } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import type { ErlangProcess } from './erlang-process.ts'

export interface PublishingTerms {
  readonly process: ErlangProcess
  /** Core time of reading and routing a message. */
  readonly cost: Nanos
  /** Messages on their way to queues of each type at most. */
  readonly credit: Readonly<Record<QueueType, number>>
  /** Whether an alarm holds it back; when that is over it is told to read again. */
  blocked(connection: PublishingConnection): boolean
  /** Sends a message to its queues, each of which `spend`s. */
  route(connection: PublishingConnection, message: PublishRequest, request: Envelope | undefined): void
}

export class PublishingConnection {
  readonly #terms: PublishingTerms
  readonly #socket = new Fifo<{ readonly message: PublishRequest; readonly request: Envelope | undefined }>()
  readonly #underWay: Record<QueueType, number> = { classic: 0, quorum: 0 }
  #reading = false

  constructor(terms: PublishingTerms) {
    this.#terms = terms
  }

  receive(message: PublishRequest, request?: Envelope): void {
    this.#socket.push({ message, request })
    this.read()
  }

  /** Goes on reading, if it may. */
  read(): void {
    const { process, cost, credit, blocked, route } = this.#terms
    const { classic, quorum } = this.#underWay
    if (this.#reading || classic >= credit.classic || quorum >= credit.quorum) return
    if (this.#socket.length === 0 || blocked(this)) return
    const { message, request } = this.#socket.shift()!
    this.#reading = true
    process.send(
      cost,
      () => {
        this.#reading = false
        route(this, message, request)
        this.read()
      },
      request,
    )
  }

  spend(type: QueueType): void {
    this.#underWay[type]++
  }

  giveCredit(type: QueueType): void {
    this.#underWay[type]--
    this.read()
  }
}
