// What the nodes of a cluster tell one another, over connections that keep order (`Peer`): about queues that are led
// elsewhere, and about the logs of quorum queues.

import type { Binding, ExchangeTerms, Message, Numbered, QueueTerms, Settlement } from '../../../env/index.ts'
import type { StoredMessage } from './message.ts'
import type { LogEntry } from './raft-log.ts'

export interface NodeMessage extends Message, Numbered {
  readonly kind: 'rabbitmq.node'
  /** The sender's session, and the receiver's as the sender knows it. */
  readonly session: number
  readonly echo: number
  readonly payload: NodePayload
}

/** A consumer that another node looks after. */
export interface RemoteConsumerTerms {
  readonly consumer: number
  readonly prefetch: number
  readonly autoAck: boolean
  /** Positions of the messages it holds. */
  readonly holds: readonly number[]
}

export interface Declarations {
  readonly exchanges: Readonly<Record<string, ExchangeTerms>>
  readonly queues: Readonly<Record<string, QueueTerms>>
  readonly bindings: readonly Binding[]
}

/** What was declared by a request, at which node. */
export interface Declared {
  readonly declarations: Declarations
  readonly home: string
}

interface Of<K extends string> {
  readonly of: K
}

interface OfQueue<K extends string> extends Of<K> {
  readonly queue: string
}

export interface Enqueue extends OfQueue<'enqueue'> {
  /** The leadership it is meant for: who has led before and leads again is told everything anew. */
  readonly term: number
  readonly enqueuer: string
  readonly sequence: number
  readonly message: StoredMessage
}

export interface Enqueued extends OfQueue<'enqueued'> {
  readonly sequence: number
  /** Why it was not taken. */
  readonly refused?: string
}

export interface Append extends OfQueue<'append'> {
  readonly term: number
  /** The entry before the first of these. */
  readonly previous: number
  readonly previousTerm: number
  readonly entries: readonly LogEntry[]
  readonly commit: number
  /** Everybody has the log up to here: it may be forgotten. */
  readonly everywhere: number
}

export interface Appended extends OfQueue<'appended'> {
  readonly term: number
  readonly ok: boolean
  /** The last entry that is the same as the leader's and synced; or, where it is not ok, the last that there is. */
  readonly match: number
}

export interface Vote extends OfQueue<'vote'> {
  readonly term: number
  readonly last: number
  readonly lastTerm: number
}

export interface Voted extends OfQueue<'voted'> {
  readonly term: number
  readonly granted: boolean
}

export type RaftPayload = Append | Appended | Vote | Voted

export type NodePayload =
  | Of<'tick'>
  | (Of<'declare'> & Declared)
  /** Nobody may publish anywhere, as this node has an alarm; or has none any more. */
  | (Of<'alarm'> & { readonly up: boolean })
  /** Who leads a queue. */
  | (OfQueue<'leader'> & { readonly term: number })
  /** The consumers of a node at a queue: all of them (an answer to `leader`), or one more. */
  | (OfQueue<'attach'> & {
      readonly term: number
      readonly consumers: readonly RemoteConsumerTerms[]
      readonly all: boolean
    })
  | (OfQueue<'detach'> & { readonly consumer: number })
  | (OfQueue<'deliver'> & {
      readonly consumer: number
      readonly position: number
      readonly message: StoredMessage
      readonly redelivered: boolean
    })
  | (OfQueue<'settle'> & {
      readonly consumer: number
      readonly position: number
      readonly outcome: Settlement
    })
  | Enqueue
  | Enqueued
  | RaftPayload
