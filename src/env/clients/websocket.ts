// Requests and messages of a WebSocket hub (RFC 6455), as far as coordinators use it. A connection is a call to `ws.open` that
// is held for as long as it lasts; what goes over it one way bears its name, and from the hub a number (see `InOrder`).

import type { Nanos } from '../../units.ts'
import type { Message, Request } from '../env.ts'
import type { Numbered } from './stream.ts'

/** Opens a connection and subscribes to topics. Held; it ends in an error when the hub closes it. */
export interface WsOpenRequest extends Request<never> {
  readonly kind: 'ws.open'
  /** Unique among all there ever are. */
  readonly connection: string
  readonly topics: readonly string[]
  /** Bytes that the kernels on both sides hold for it while it does not read. */
  readonly window: number
}

/** Adds topics to those of a connection, and takes others away. */
export interface WsSubscribeRequest extends Request<WsDone> {
  readonly kind: 'ws.subscribe'
  readonly connection: string
  readonly add?: readonly string[]
  readonly remove?: readonly string[]
}

/** Sends something to all that have subscribed to a topic; answered when it has gone out to the last of them. */
export interface WsPublishRequest extends Request<WsPublished> {
  readonly kind: 'ws.publish'
  readonly topic: string
  /** Size of what is sent. */
  readonly size: number
  readonly body?: Message
}

export interface WsPublished extends Message {
  readonly kind: 'ws.published'
  /** How many clients it went out to. */
  readonly clients: number
}

export interface WsDone extends Message {
  readonly kind: 'ws.done'
}

interface OnConnection extends Message {
  readonly connection: string
}

/** Something published on a topic; the same for all clients. */
export interface WsNews {
  readonly topic: string
  /** Counts what is published on the topic, from 1: who misses one has a gap. */
  readonly sequence: number
  /** When it was published. */
  readonly publishedAt: Nanos
  readonly body: Message | undefined
}

export interface WsEvent extends OnConnection, Numbered {
  readonly kind: 'ws.event'
  readonly news: WsNews
}

export interface WsPing extends OnConnection, Numbered {
  readonly kind: 'ws.ping'
}

/** What the hub sends over a connection. */
export type FromHub = WsEvent | WsPing

/** So many bytes have been taken in: there is room for as many more. */
export interface WsWindow extends OnConnection {
  readonly kind: 'ws.window'
  readonly taken: number
}

export interface WsPong extends OnConnection {
  readonly kind: 'ws.pong'
}

/** What a client sends over a connection. */
export type ToHub = WsWindow | WsPong
