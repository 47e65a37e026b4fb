// How messages come into a broker: the connections of its publishers, their routes, confirms, and alarms that hold them back.

import { type PublishRequest, RefusedError } from '../../../env/index.ts'
import type { Envelope } from '../../envelope.ts'
import type { Process } from '../../process.ts'
import type { ServiceContext } from '../../service.ts'
import { ErlangProcess } from './erlang-process.ts'
import type { MemoryGauge } from './memory-gauge.ts'
import type { StoredMessage } from './message.ts'
import type { RabbitMqValues } from './parameters.ts'
import { PUBLISHED, Publication } from './publication.ts'
import { PublishingConnection } from './publishing-connection.ts'
import type { Queues } from './queues.ts'

export interface PublishingTerms {
  readonly context: ServiceContext
  readonly values: RabbitMqValues
  readonly memory: MemoryGauge
  readonly queues: Queues
  /** Whether an alarm is up. */
  alarm(): boolean
}

export class Publishing {
  readonly #terms: PublishingTerms
  readonly #connections = new Map<Process, PublishingConnection>()
  /** Those that an alarm holds back. */
  readonly #heldBack = new Set<PublishingConnection>()
  readonly #published
  readonly #unroutable
  readonly #confirmLatency
  readonly #blocked

  constructor(terms: PublishingTerms) {
    const { context } = terms
    this.#terms = terms
    this.#published = context.counter('published')
    this.#unroutable = context.counter('unroutable')
    this.#confirmLatency = context.recording('confirm.latency')
    this.#blocked = context.level(
      'blocked',
      'count',
      'lower',
      'publishing connections that an alarm holds back at',
    )
    this.#blocked.set(context.now(), 0)
  }

  receive(client: Process, message: PublishRequest, request?: Envelope): void {
    this.#connectionOf(client).receive(message, request)
  }

  /** Puts a message into queues; `request` waits for the confirm. */
  publishTo(
    queues: readonly string[],
    message: StoredMessage,
    request?: Envelope,
    from?: PublishingConnection,
  ): void {
    const publication = new Publication(queues.length, request, from, this.#confirm)
    for (const name of queues) {
      const queue = this.#terms.queues.get(name)!
      from?.spend(queue.terms.type)
      queue.publish(message, queues.length === 1 ? request : undefined, publication)
    }
  }

  /** An alarm was raised or has ended. */
  alarmChanged(): void {
    const heldBack = [...this.#heldBack]
    this.#heldBack.clear()
    for (const connection of heldBack) connection.read()
    this.#blocked.set(this.#terms.context.now(), this.#heldBack.size)
  }

  crash(): void {
    this.#blocked.set(this.#terms.context.now(), 0)
  }

  #connectionOf(client: Process): PublishingConnection {
    const known = this.#connections.get(client)
    if (known) return known
    const { context, memory } = this.#terms
    const { publishCost, credit, quorumCredit, connectionMemory } = this.#terms.values
    const connection = new PublishingConnection({
      process: new ErlangProcess(context),
      cost: publishCost,
      credit: { classic: credit, quorum: quorumCredit },
      blocked: (waiting) => this.#isBlocked(waiting),
      route: (from, message, request) => this.#route(from, message, request),
    })
    this.#connections.set(client, connection)
    memory.add(connectionMemory)
    return connection
  }

  #isBlocked(connection: PublishingConnection): boolean {
    if (!this.#terms.alarm()) return false
    this.#heldBack.add(connection)
    this.#blocked.set(this.#terms.context.now(), this.#heldBack.size)
    return true
  }

  #route(from: PublishingConnection, publish: PublishRequest, request: Envelope | undefined): void {
    const { exchange, routingKey, content, confirm, mandatory } = publish
    const now = this.#terms.context.now()
    const queues = this.#terms.queues.topology.route(exchange, routingKey)
    this.#published.add(now)
    if (!queues || queues.length === 0) {
      this.#unroutable.add(now)
      if (queues && !mandatory) request?.reply(PUBLISHED)
      else
        request?.refuse(
          new RefusedError(404, queues ? `no queue for ${routingKey}` : `no exchange ${exchange}`),
        )
      return
    }
    const promised = confirm && request !== undefined
    const message = { exchange, routingKey, content, timestamp: now, promised, deaths: [] }
    this.publishTo(queues, message, promised ? request : undefined, from)
    if (!confirm) request?.reply(PUBLISHED)
  }

  readonly #confirm = (request: Envelope): void => {
    const now = this.#terms.context.now()
    this.#confirmLatency.record(now, now - request.arrivedAt)
    request.reply(PUBLISHED)
  }
}
