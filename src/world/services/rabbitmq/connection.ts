// A connection over which a client consumes, with its channel: deliveries out, acknowledgements in, heartbeats both ways.
// It ends when the client's kernel closes it, when nothing has come from the client for the heartbeat's time, when a hole
// in what came does not fill, or when a delivery has not been acknowledged for too long. Then all that was delivered over
// it and not acknowledged is delivered again, to whoever there is. A client that has been started anew meanwhile resets
// the connection that it no longer knows. Source: rabbitmq.com/docs/heartbeats, /consumers, /confirms.

import {
  amqpBytes,
  type FromBroker,
  type FromClient,
  InOrder,
  type OpenRequest,
  type SettleMessage,
  UnreachableError,
} from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import type { Process } from '../../process.ts'
import type { ServiceContext } from '../../service.ts'
import type { ErlangProcess } from './erlang-process.ts'
import type { StoredMessage } from './message.ts'
import type { QueueClient } from './queue-client.ts'
import { Subscription } from './subscription.ts'

export interface ConnectionTerms {
  readonly context: ServiceContext
  readonly process: ErlangProcess
  readonly deliveryCost: Nanos
  readonly settleCost: Nanos
  /** After what time without an acknowledgement it is closed. */
  readonly deliveryTimeout: Nanos
  nextSubscription(): number
  closed(connection: Connection): void
}

/** A delivery that has not been acknowledged. */
interface Unacked {
  readonly queue: QueueClient
  readonly subscription: Subscription
  readonly position: number
  readonly at: Nanos
}

type Unnumbered<M> = M extends FromBroker ? Omit<M, 'n' | 'connection'> : never

export class Connection {
  readonly name: string
  /** The broker has given it up. */
  givenUp = false
  readonly #terms: ConnectionTerms
  readonly #heartbeat: Nanos
  readonly #client: Process
  /** The life of the client that opened it. */
  readonly #epoch: number
  readonly #incoming: InOrder<FromClient>
  readonly #subscriptions = new Map<
    string,
    { readonly queue: QueueClient; readonly subscription: Subscription }
  >()
  /** By tag, in the order of delivery. */
  readonly #unacked = new Map<number, Unacked>()
  #sent = 0
  #tag = 0
  #heardAt: Nanos
  /** The hole there was when last looked. */
  #hole: number | undefined
  #closed = false
  #timing = false

  constructor(
    readonly request: Envelope,
    terms: ConnectionTerms,
  ) {
    const { connection, heartbeat } = request.message as OpenRequest
    this.name = connection
    this.#terms = terms
    this.#heartbeat = heartbeat
    this.#client = request.from
    this.#epoch = request.from.epoch
    this.#heardAt = terms.context.now()
    this.#incoming = new InOrder((message) => this.#take(message))
    if (heartbeat > 0) this.#beat()
  }

  accept(message: FromClient): void {
    this.#heardAt = this.#terms.context.now()
    this.#incoming.accept(message)
  }

  consume(queue: QueueClient, prefetch: number, autoAck: boolean): void {
    queue.subscribe(
      this.#subscription(`consume/${queue.name}`, queue, prefetch || Number.POSITIVE_INFINITY, autoAck),
    )
  }

  /** Its place at a queue for messages that it takes one by one. */
  getting(queue: QueueClient): Subscription {
    const key = `get/${queue.name}`
    const known = this.#subscriptions.get(key)
    if (known) return known.subscription
    const subscription = this.#subscription(key, queue, 0, false)
    queue.subscribe(subscription)
    return subscription
  }

  /** A message goes out over it; gives its tag. */
  hold(queue: QueueClient, subscription: Subscription, position: number): number {
    const tag = ++this.#tag
    const at = this.#terms.context.now()
    subscription.positions.add(position)
    this.#unacked.set(tag, { queue, subscription, position, at })
    this.#watchDeliveries()
    return tag
  }

  /** Ends it; with a reason, it is the broker that gives it up, and the client is told. */
  close(reason?: string): void {
    if (this.#closed) return
    this.#closed = true
    this.givenUp = reason !== undefined
    for (const { queue, subscription } of this.#subscriptions.values()) queue.unsubscribe(subscription)
    this.#unacked.clear()
    this.#terms.process.end()
    this.#terms.closed(this)
    if (reason !== undefined) this.request.refuse(new UnreachableError(reason))
  }

  #subscription(key: string, queue: QueueClient, prefetch: number, autoAck: boolean): Subscription {
    const subscription: Subscription = new Subscription(
      this.#terms.nextSubscription(),
      queue.name,
      prefetch,
      autoAck,
      (position, message, redelivered) => this.#deliver(queue, subscription, position, message, redelivered),
      () => this.close(`queue ${queue.name} is down`),
    )
    this.#subscriptions.set(key, { queue, subscription })
    return subscription
  }

  #deliver(
    queue: QueueClient,
    subscription: Subscription,
    position: number,
    { exchange, routingKey, content, timestamp }: StoredMessage,
    redelivered: boolean,
  ): void {
    const tag = subscription.autoAck ? ++this.#tag : this.hold(queue, subscription, position)
    this.#terms.process.send(this.#terms.deliveryCost, () => {
      const delivery = { tag, queue: queue.name, exchange, routingKey, content, redelivered, timestamp }
      this.#send({ kind: 'amqp.deliver', delivery, bytes: amqpBytes(content.size) })
    })
  }

  #take(message: FromClient): void {
    if (message.kind === 'amqp.settle')
      this.#terms.process.send(this.#terms.settleCost, () => this.#settle(message))
  }

  #settle({ tag, outcome, multiple }: SettleMessage): void {
    if (!multiple) {
      this.#settleOne(tag, outcome)
      return
    }
    for (const held of this.#unacked.keys()) {
      if (held > tag) return
      this.#settleOne(held, outcome)
    }
  }

  #settleOne(tag: number, outcome: SettleMessage['outcome']): void {
    const unacked = this.#unacked.get(tag)
    if (!unacked) return
    const { queue, subscription, position } = unacked
    this.#unacked.delete(tag)
    subscription.positions.delete(position)
    queue.settle(subscription, position, outcome)
  }

  #send(message: Unnumbered<FromBroker>): void {
    const client = this.#client
    if (client.epoch !== this.#epoch && client.up) {
      this.close()
      return
    }
    this.#terms.context.send(client.address, {
      ...message,
      connection: this.name,
      n: ++this.#sent,
    } as FromBroker)
  }

  /** Sends a heartbeat, and looks whether the other side lives. */
  #beat(): void {
    const { context } = this.#terms
    context.later(Math.round(this.#heartbeat / 2), () => {
      if (this.#closed) return
      const { missing } = this.#incoming
      if (context.now() - this.#heardAt >= this.#heartbeat) this.close('missed heartbeats from client')
      else if (missing !== undefined && missing === this.#hole) this.close('connection reset')
      if (this.#closed) return
      this.#hole = missing
      this.#send({ kind: 'amqp.heartbeat', bytes: 8 })
      this.#beat()
    })
  }

  /** Sees to the time by which the oldest delivery must have been acknowledged. */
  #watchDeliveries(): void {
    const { context, deliveryTimeout } = this.#terms
    if (this.#timing || deliveryTimeout === 0) return
    for (const { at } of this.#unacked.values()) {
      this.#timing = true
      context.later(Math.max(0, at + deliveryTimeout - context.now()), () => {
        this.#timing = false
        if (!this.#closed) this.#timeOut()
      })
      return
    }
  }

  #timeOut(): void {
    const { context, deliveryTimeout } = this.#terms
    for (const { at } of this.#unacked.values()) {
      if (context.now() - at >= deliveryTimeout) this.close('delivery acknowledgement timed out')
      break
    }
    if (!this.#closed) this.#watchDeliveries()
  }
}
