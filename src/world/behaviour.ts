// What a process does, and what is done with it: the two sides that a process knows of itself.

import type { Nanos } from '../units.ts'
import type { Envelope } from './envelope.ts'

/** What waits in a mailbox. */
export interface MailboxItem {
  /** Its turn has come. False if nobody wants it any more: then it costs nothing. */
  begin(): boolean
  /** The handler's cost, in nanoseconds of time on the core, has been held. */
  paid(cost: Nanos): void
  /** Takes effect. */
  run(): void
  /**
   * Where messages are kept: the number of the message, or, of a timer and of what a task has waited for, that of the one in whose
   * handling it was set. -1: none.
   */
  readonly logged: number
  /** What the timeline calls it. */
  readonly label: string
}

/** What a process does: a service's model, or a coordinator on its Env. */
export interface Behaviour {
  /** Core time for handling a message, a reply or a timer (`undefined`). */
  cost(envelope: Envelope | undefined): Nanos
  /** A message of the process, of known size, is on its way. */
  sent?(envelope: Envelope): void
  /** The process starts, or starts again. */
  begin(): void
  /** A one-way message or a request takes effect. */
  deliver(envelope: Envelope): void
  /** The caller of a request that was delivered has given up. */
  abandon?(request: Envelope): void
  /** The process has ended where it stood: volatile state is gone. */
  crash?(): void
  /** What can go wrong inside it, by name. */
  readonly faults?: Readonly<Record<string, string>> | undefined
  /** One of these faults sets in; what is returned ends it. */
  fault?(name: string): () => void
}

/** How a process ends while its host goes on: by a signal from outside, by the kernel for want of memory, before memory is wanting, by its own fault. */
export type EndReason = 'killed' | 'out-of-memory' | 'evicted' | 'crashed'

/** Who starts a process and starts it again, as a container does. */
export interface Supervisor {
  /** It has begun, by whomever it was started. */
  began?(): void
  /** It has ended where it stood, its memory and cores are free, and who waited for it has been told. */
  ended(reason: EndReason): void
  /** It has ended with its host, which has crashed. */
  halted?(): void
  /** The host is back from a crash; whether and when the process starts is the supervisor's. Left out: it starts now. */
  booted?(): void
}
