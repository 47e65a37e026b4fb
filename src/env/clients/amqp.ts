// Requests and messages of an AMQP broker (RabbitMQ, AMQP 0-9-1), as far as coordinators use it. A connection with its
// channel is a call to `amqp.open` that is held for as long as it lasts: its end is the closing, on either side. What
// goes over it one way (deliveries, acknowledgements, heartbeats) bears its name and is numbered; see `InOrder`.
// Requests name the connection they belong to only where it matters. Publishing needs none.

import type { Nanos } from '../../units.ts'
import type { Message, Request } from '../env.ts'
import type { Numbered } from './stream.ts'

/** Bytes that frames and properties add to a message's body. */
const FRAME_BYTES = 60

/** What a publisher says of its message; the broker hands it on as it is. */
export interface AmqpContent {
  readonly body: Message
  /** Size of the body. */
  readonly size: number
  /** Written to the disk by durable queues. */
  readonly persistent?: boolean
  /** Time to live. */
  readonly expiration?: Nanos
  /** Who published it, and as the how-manieth of its messages: then its way is told as facts. */
  readonly producer?: string
  readonly sequence?: number
  /** The task that it stands for: then the broker's responsibility for it, and its end, are told as facts. */
  readonly task?: string
}

export interface PublishRequest extends Request<PublishReply> {
  readonly kind: 'amqp.publish'
  /** '' is the default exchange: the routing key is the queue's name. */
  readonly exchange: string
  readonly routingKey: string
  readonly content: AmqpContent
  /** Whether to answer only when every queue it was routed to has it safe. */
  readonly confirm: boolean
  /** Refused with 404 where no queue gets it; otherwise it is dropped without a word. */
  readonly mandatory?: boolean
}

export interface PublishReply extends Message {
  readonly kind: 'amqp.published'
}

/** Opens a connection. Held; it ends in an error when the broker closes it. */
export interface OpenRequest extends Request<never> {
  readonly kind: 'amqp.open'
  /** Unique among all there ever are. */
  readonly connection: string
  /** After so long without a message either side takes the other for dead; 0: never. */
  readonly heartbeat: Nanos
}

export interface ConsumeRequest extends Request<AmqpDone> {
  readonly kind: 'amqp.consume'
  readonly connection: string
  readonly queue: string
  /** Deliveries that may be unacknowledged; 0: any number. */
  readonly prefetch: number
  /** A delivery counts as acknowledged when it is sent. */
  readonly autoAck?: boolean
}

/** Takes the first message of a queue, if there is one. */
export interface GetRequest extends Request<GetReply> {
  readonly kind: 'amqp.get'
  readonly queue: string
  /** The connection on which it will be acknowledged; left out: it counts as acknowledged. */
  readonly connection?: string
}

export interface GetReply extends Message {
  readonly kind: 'amqp.got'
  readonly delivery: Delivery | undefined
  /** Messages left in the queue. */
  readonly left: number
}

export type QueueType = 'classic' | 'quorum'
export type ExchangeType = 'direct' | 'fanout' | 'topic'
export type Overflow = 'drop-head' | 'reject-publish'

/** What can be said of a queue when it is declared. */
export interface QueueTerms {
  readonly type: QueueType
  /** Survives a restart of the broker, and so do its persistent messages. A quorum queue always does. */
  readonly durable: boolean
  /** How long a message may wait. */
  readonly ttl?: Nanos | undefined
  /** Messages that may wait. */
  readonly maxLength?: number | undefined
  readonly overflow: Overflow
  readonly deadLetterExchange?: string | undefined
  readonly deadLetterRoutingKey?: string | undefined
  /** Deliveries after which a message that comes back is given up. */
  readonly deliveryLimit?: number | undefined
}

export interface ExchangeTerms {
  readonly type: ExchangeType
  readonly durable: boolean
}

export interface Binding {
  readonly exchange: string
  readonly queue: string
  /** Words between dots; of a topic exchange `*` stands for one, `#` for any number of them. */
  readonly key: string
}

/** Declares what is not there yet; refused with 406 where it is there and different. */
export interface DeclareRequest extends Request<AmqpDone> {
  readonly kind: 'amqp.declare'
  readonly exchanges?: Readonly<Record<string, ExchangeTerms>>
  readonly queues?: Readonly<Record<string, QueueTerms>>
  readonly bindings?: readonly Binding[]
}

export interface DepthRequest extends Request<DepthReply> {
  readonly kind: 'amqp.depth'
  readonly queue: string
}

export interface DepthReply extends Message {
  readonly kind: 'amqp.depth'
  readonly ready: number
  readonly unacked: number
}

export interface AmqpDone extends Message {
  readonly kind: 'amqp.done'
}

/** A message as it is handed to a consumer. */
export interface Delivery {
  /** Its number on the connection, by which it is acknowledged. */
  readonly tag: number
  readonly queue: string
  readonly exchange: string
  readonly routingKey: string
  readonly content: AmqpContent
  /** It may have been delivered before. */
  readonly redelivered: boolean
  /** When it came to the broker, by the broker's clock. */
  readonly timestamp: Nanos
}

interface OnConnection extends Message, Numbered {
  readonly connection: string
}

export interface DeliverMessage extends OnConnection {
  readonly kind: 'amqp.deliver'
  readonly delivery: Delivery
}

export interface HeartbeatMessage extends OnConnection {
  readonly kind: 'amqp.heartbeat'
}

/** What the broker sends over a connection. */
export type FromBroker = DeliverMessage | HeartbeatMessage

export interface SettleMessage extends OnConnection {
  readonly kind: 'amqp.settle'
  readonly tag: number
  /** Done with; to be delivered again; not wanted: dead-lettered, or dropped. */
  readonly outcome: Settlement
  /** All up to this one. */
  readonly multiple?: boolean
}

export type Settlement = 'ack' | 'requeue' | 'reject'

/** What a client sends over a connection. */
export type FromClient = SettleMessage | HeartbeatMessage

export type AmqpRequest =
  | PublishRequest
  | OpenRequest
  | ConsumeRequest
  | GetRequest
  | DeclareRequest
  | DepthRequest

/** How many bytes such a message takes on the wire. */
export const amqpBytes = (size: number): number => size + FRAME_BYTES

/** A publish as it goes over the wire. */
export const publish = (
  to: { readonly exchange?: string; readonly routingKey: string },
  content: AmqpContent,
  terms: { readonly confirm?: boolean; readonly mandatory?: boolean } = {},
): PublishRequest => ({
  kind: 'amqp.publish',
  exchange: to.exchange ?? '',
  routingKey: to.routingKey,
  content,
  confirm: terms.confirm ?? true,
  ...(terms.mandatory ? { mandatory: true } : {}),
  bytes: amqpBytes(content.size),
})
