// How a coordinator introduces itself: its parameters, its metrics, and how one is made on an Env.

import type { Parameters, Values } from '../parameters.ts'
import type { Address, Env, Message, Request } from './env.ts'
import type { ObservedMetrics } from './metric.ts'
import type { Task } from './task.ts'

/** One instance of a coordinator, in one process. */
export interface Coordinator {
  /** Begins, when the process starts and again (in a new instance) when it restarts. */
  start?(): Task<void>
  /** Takes a one-way message. */
  receive?(from: Address, message: Message): void
  /** Answers a request; what it throws (a RefusedError, say) the caller gets. */
  handle?(from: Address, request: Request<unknown>): Task<unknown>
}

export interface CoordinatorDefinition<P extends Parameters = Parameters> {
  /** Kebab-case; what a scenario writes as `kind`. */
  readonly name: string
  /** One line: what it does. */
  readonly meaning: string
  readonly parameters: P
  readonly metrics?: ObservedMetrics
  /** Whether it waits on promises: see `defineAsyncCoordinator`. */
  readonly promises?: boolean
  create(env: Env, values: Values<P>): Coordinator
}

/** Declares a coordinator; the identity, for its types. */
export const defineCoordinator = <const P extends Parameters>(
  definition: CoordinatorDefinition<P>,
): CoordinatorDefinition<P> => definition
