// What the servers of a group send one another, one way.

import type { Message } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Written } from './backlog.ts'
import type { History } from './history.ts'
import type { Keyspace } from './keyspace.ts'
import type { View } from './shards.ts'

/** A replica asks its master for what comes after what it has. */
export interface PsyncMessage extends Message {
  readonly kind: 'redis.psync'
  readonly history: History
  readonly offset: number
}

/** A master's writes, in their order. */
export interface StreamMessage extends Message {
  readonly kind: 'redis.stream'
  readonly history: History
  /** The offset before the first of the writes. */
  readonly from: number
  readonly writes: readonly Written[]
  readonly wantsAck: boolean
  /** The master's time. */
  readonly clock: Nanos
}

/** All that a master has, for a replica that cannot go on from where it is. */
export interface SnapshotMessage extends Message {
  readonly kind: 'redis.snapshot'
  readonly history: History
  readonly offset: number
  readonly data: Keyspace
  readonly clock: Nanos
}

/** How far a replica is. */
export interface AckMessage extends Message {
  readonly kind: 'redis.ack'
  readonly offset: number
}

/** What was published elsewhere in the group. */
export interface ForwardMessage extends Message {
  readonly kind: 'redis.forward'
  readonly channel: string
  readonly message: string
}

/** What servers tell one another as a sign of life; a ping wants one back. */
export interface PingMessage extends Message {
  readonly kind: 'redis.ping' | 'redis.pong'
  readonly node: number
  readonly epoch: number
  readonly view: View
  readonly suspects: ReadonlySet<number>
  readonly offset: number
  readonly history: History
  /** What the receiver has been sent as a replica. */
  readonly sentTo: number | undefined
  readonly clock: Nanos
}

/** Most of those who vote suspect it. */
export interface FailMessage extends Message {
  readonly kind: 'redis.fail'
  readonly node: number
}

/** A replica asks to take its failed master's place. */
export interface VoteRequest extends Message {
  readonly kind: 'redis.vote-request'
  readonly epoch: number
  readonly node: number
  /** The epoch of the master that is to be replaced, as the candidate knows it. */
  readonly replaces: number
  /** The master has let go, though it has not failed. */
  readonly agreed: boolean
}

/** It may. */
export interface Vote extends Message {
  readonly kind: 'redis.vote'
  readonly epoch: number
  readonly node: number
}

/** A replica wants to take over in good order, or is told to. */
export interface HandoverMessage extends Message {
  readonly kind: 'redis.handover' | 'redis.takeover'
}

export type GroupMessage = PingMessage | FailMessage | HandoverMessage | VoteRequest | Vote

/** All that a server takes notice of. */
export type NoticeMessage =
  | PsyncMessage
  | StreamMessage
  | SnapshotMessage
  | AckMessage
  | ForwardMessage
  | GroupMessage
