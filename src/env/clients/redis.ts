// Commands to a Redis server, alone or in a pipeline (one message, replies in order).

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
