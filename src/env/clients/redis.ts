// Commands to a Redis server, alone, in a pipeline (one message, replies in order) or as a transaction; and what it sends
// to its subscribers.

import type { Nanos } from '../../units.ts'
import type { Message, Request } from '../env.ts'

export type RedisValue = string | number | null | readonly RedisValue[] | RedisError

/** What a command says that fails, such as `WRONGTYPE Operation against …`; in a pipeline the others go on. */
export interface RedisError {
  readonly error: string
}

export const isRedisError = (value: RedisValue): value is RedisError =>
  typeof value === 'object' && value !== null && 'error' in value

/** Such as `{ command: 'HSET', args: ['agent:7', 'state', 'ready'] }`. */
export interface RedisCommand {
  readonly command: string
  readonly args: readonly (string | number)[]
}

export interface RedisRequest extends Request<RedisReply> {
  readonly kind: 'redis'
  readonly commands: readonly RedisCommand[]
  /** MULTI … EXEC: all of them or, where one is no command at all, none. Default false. */
  readonly atomic?: boolean
  /** A replica of a cluster may answer, with what it has got so far (READONLY). Default false. */
  readonly readonly?: boolean
}

export interface RedisReply extends Message {
  readonly kind: 'redis.reply'
  readonly values: readonly RedisValue[]
}

/** One command. */
export const redis = (command: string, ...args: (string | number)[]): RedisRequest => ({
  kind: 'redis',
  commands: [{ command, args }],
})

/** Several commands in one message, executed one after the other without others in between being excluded. */
export const pipeline = (commands: readonly RedisCommand[]): RedisRequest => ({ kind: 'redis', commands })

/** The same as one transaction. */
export const transaction = (commands: readonly RedisCommand[]): RedisRequest => ({
  kind: 'redis',
  commands,
  atomic: true,
})

/** One way, to a subscriber. */
export interface RedisPublished extends Message {
  readonly kind: 'redis.published'
  readonly channel: string
  readonly message: string
  /** Of a subscription by PSUBSCRIBE: the pattern that the channel matches. */
  readonly pattern?: string
  /** When the server carried out PUBLISH; Redis does not say so. */
  readonly publishedAt: Nanos
}

/** One way, to a subscriber who reads too slowly: the server has closed the connection, all subscriptions are gone. */
export interface RedisDisconnected extends Message {
  readonly kind: 'redis.disconnected'
}
