// A client that consumes from one queue of a RabbitMQ broker for as long as it lives: it connects, to the next of several
// nodes if one fails, sends heartbeats, gives up a connection that is silent or has lost something, and connects again.
// It has one thread: work that takes longer than the heartbeat holds back the heartbeat too, and the broker gives it up.

import {
  type Address,
  all,
  type ConsumeRequest,
  type Delivery,
  type Env,
  type FromBroker,
  InOrder,
  type Message,
  type OpenRequest,
  Outcome,
  type SettleMessage,
  type Settlement,
  type Task,
  UnreachableError,
} from '../../env/index.ts'
import type { Nanos } from '../../units.ts'

export interface AmqpConsumerTerms {
  /** The nodes of the broker, tried in turn. */
  readonly brokers: readonly Address[]
  readonly queue: string
  /** Deliveries that may be unacknowledged; 0: any number. */
  readonly prefetch: number
  readonly autoAck: boolean
  /** After so long without a sign of life the connection is given up; 0: never. */
  readonly heartbeat: Nanos
  /** Time limit of a request to the broker. */
  readonly timeout: Nanos
  /** Pause before it connects again. */
  readonly reconnect: Nanos
  /** Called for each delivery. */
  readonly take: (delivery: Received) => void
  /** Called when a connection has ended. */
  readonly lost?: () => void
}

/** A delivery, and the connection over which it came. */
export interface Received {
  readonly delivery: Delivery
  readonly connection: string
}

export class AmqpConsumer {
  readonly #env: Env
  readonly #terms: AmqpConsumerTerms
  #broker!: Address
  /** The name of the connection there is, or was last. */
  #connection = ''
  #connections = 0
  #incoming!: InOrder<FromBroker>
  #sent = 0
  #heardAt: Nanos = 0

  constructor(env: Env, terms: AmqpConsumerTerms) {
    this.#env = env
    this.#terms = terms
  }

  /** Consumes, connection after connection. */
  *run(): Task<never> {
    for (;;) {
      try {
        yield* this.#connect()
      } catch (error) {
        if (!(error instanceof Outcome)) throw error
      }
      this.#connection = ''
      this.#terms.lost?.()
      yield* this.#env.sleep(this.#terms.reconnect)
    }
  }

  /** Takes a one-way message; whether it was the broker's. */
  receive(message: Message): boolean {
    if (message.kind !== 'amqp.deliver' && message.kind !== 'amqp.heartbeat') return false
    const fromBroker = message as FromBroker
    if (fromBroker.connection !== this.#connection) return true
    this.#heardAt = this.#env.now()
    this.#incoming.accept(fromBroker)
    return true
  }

  /** Whether a delivery can still be acknowledged. */
  isCurrent({ connection }: Received): boolean {
    return connection === this.#connection
  }

  /** Says what becomes of a delivery; nothing if its connection is no more. */
  settle(received: Received, outcome: Settlement): void {
    if (!this.isCurrent(received)) return
    const message: SettleMessage = {
      kind: 'amqp.settle',
      connection: this.#connection,
      n: ++this.#sent,
      tag: received.delivery.tag,
      outcome,
      bytes: 30,
    }
    this.#env.send(this.#broker, message)
  }

  /** One connection; ends in what ended it. */
  *#connect(): Task<void> {
    const env = this.#env
    const { brokers, queue, prefetch, autoAck, heartbeat, timeout } = this.#terms
    const connection = `${env.self.name}/${env.now()}/${++this.#connections}`
    this.#broker = brokers[(this.#connections - 1) % brokers.length]!
    this.#connection = connection
    this.#sent = 0
    this.#heardAt = env.now()
    this.#incoming = new InOrder((message) => {
      if (message.kind === 'amqp.deliver') this.#terms.take({ delivery: message.delivery, connection })
    })
    const open: OpenRequest = { kind: 'amqp.open', connection, heartbeat, bytes: 60 }
    const consume: ConsumeRequest = { kind: 'amqp.consume', connection, queue, prefetch, autoAck, bytes: 60 }
    const tasks: Task<unknown>[] = [
      env.call(this.#broker, open, Number.POSITIVE_INFINITY),
      env.call(this.#broker, consume, timeout),
    ]
    if (heartbeat > 0) tasks.push(this.#beat(connection))
    yield* all(tasks)
  }

  /** Sends heartbeats, and looks whether the broker lives. */
  *#beat(connection: string): Task<never> {
    const { heartbeat } = this.#terms
    let hole: number | undefined
    for (;;) {
      yield* this.#env.sleep(Math.round(heartbeat / 2))
      const { missing } = this.#incoming
      if (this.#env.now() - this.#heardAt >= heartbeat)
        throw new UnreachableError(`${this.#broker.name} has missed its heartbeats`)
      if (missing !== undefined && missing === hole)
        throw new UnreachableError(`${this.#broker.name}: connection reset`)
      hole = missing
      const message = { kind: 'amqp.heartbeat', connection, n: ++this.#sent, bytes: 8 } as const
      this.#env.send(this.#broker, message)
    }
  }
}
