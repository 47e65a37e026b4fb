// The port: all that a coordinator knows of the world, simulated, benched or live.

import type { Nanos } from '../units.ts'
import type { Fact } from './fact.ts'
import type { Running, Task } from './task.ts'

/** A process by name; compare by name, never by identity. */
export interface Address {
  readonly name: string
}

/** Plain data. Once sent it is the sender's no more. */
export interface Message {
  readonly kind: string
  /** Size on the wire; by default the length of the message as JSON. */
  readonly bytes?: number
  /** Sent one way: it may be lost or overtaken on a bad link, as over UDP, even where the network sends such messages as streams. */
  readonly datagram?: boolean
}

/** A message that asks for a reply of type R. */
export interface Request<R> extends Message {
  /** Never set; carries the type of the reply. */
  readonly reply?: R
}

/** One named stream of random numbers. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number
  /** A whole number in [0, below). */
  integer(below: number): number
  /** Exponential with the given mean. */
  exponential(mean: number): number
}

export interface Timer {
  /** Does nothing once the timer has fired. */
  cancel(): void
}

/** Work for a core of nominal speed: nanoseconds, or an operation by its name, which costs what the cost table says of it. */
export type Work =
  | { readonly cost: Nanos }
  | {
      /** As the cost table has it: `hungarian`. */
      readonly operation: string
      /** How large the input is, in the operation's own terms: rows, peers, keys. Default 1. */
      readonly size?: number
    }

/** What metrics, checkers and traces see. The metric is declared by the module (see MetricDefinition). */
export type Observation =
  /** One sample of a distribution: a duration, a size. */
  | { readonly kind: 'value'; readonly metric: string; readonly value: number }
  /** `by` (default 1) more of something. */
  | { readonly kind: 'count'; readonly metric: string; readonly by?: number }
  /** A quantity that holds until the next observation: a queue's length, a pool's size. */
  | { readonly kind: 'level'; readonly metric: string; readonly value: number }
  /** What the checkers hold against their invariants. */
  | ({ readonly kind: 'fact' } & Fact)

export interface Env {
  readonly self: Address
  /** Whole nanoseconds since the run began: for durations. Never set, never off. */
  now(): Nanos
  /** The wall clock of this host, in whole nanoseconds since the run began by a right one: off, drifting, and at times set back. */
  clock(): Nanos
  /** A named stream of this process: one more draw here moves nothing there. */
  random(stream: string): Random
  uuid(): string
  /** One way; may be lost, late, cut off. */
  send(to: Address, message: Message): void
  /** Ends with the reply, or throws TimeoutError, UnreachableError or RefusedError in the task. */
  call<R>(to: Address, request: Request<R>, timeout: Nanos): Task<R>
  sleep(duration: Nanos): Task<void>
  after(delay: Nanos, then: () => void): Timer
  /** Runs a task beside this one; an error that nobody joins ends in the run's report. */
  spawn<T>(task: Task<T>, name: string): Running<T>
  /** Holds a core of this host; live, the work itself costs and this returns at once. */
  compute(work: Work): Task<void>
  /** What this process last saved on its host's disk, in this life or an earlier one; undefined: nothing yet. */
  saved(): unknown
  /** Saves plain data in its place. Once the task has ended a crash leaves it; before, what was saved last. Throws RefusedError (507) where the disk is full. */
  save(state: unknown): Task<void>
  observe(observation: Observation): void
  /** Promises of this process go on at this instant, before anything else does; where they do so by themselves, it is left out. */
  settle?(): void
}
