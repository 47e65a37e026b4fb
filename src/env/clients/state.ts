// What is asked of the coordination state of a fleet: what an agent is, what waits to be done, what has been said. One
// operation, or many that are carried out together though each may end in its own way.

import type { Message, Request } from '../env.ts'
import type { RedisValue } from './redis.ts'

/** Of agent_states: read, write, increment; of task_queues: push, take; of coordination_logs: append, tail (the last ones). */
export type StateAction = 'read' | 'write' | 'increment' | 'push' | 'take' | 'append' | 'tail'

export interface StateOperation {
  readonly action: StateAction
  readonly key: string
  /** What is written, pushed or appended. Default: nothing. */
  readonly value?: string
  /** By how much it is incremented; how many of a log are read. Default 1. */
  readonly count?: number
}

/** How an operation ended; `failed`: it has had no effect and never will; `unknown`: it had it once or not at all, or will. */
export type StateOutcome =
  | { readonly outcome: 'done'; readonly value: RedisValue }
  | { readonly outcome: 'failed' | 'unknown'; readonly reason: string }

export interface StateRequest extends Request<StateReply> {
  readonly kind: 'state'
  readonly operations: readonly StateOperation[]
}

export interface StateReply extends Message {
  readonly kind: 'state.reply'
  /** Of the operations, in their order. */
  readonly outcomes: readonly StateOutcome[]
}
