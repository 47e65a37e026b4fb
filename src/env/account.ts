// Where a request's time went: one account a request, in parts that sum to the whole exactly.

import type { Nanos } from '../units.ts'

/**
 * The parts of a latency, in the order they are shown.
 * mailbox: waiting for a single-threaded process; core: waiting for a core; compute: holding one; network: on links;
 * queue: waiting at a service or for a permit; service: being served; retry: attempts that failed and back-off;
 * quorum: waiting for enough peers; idle: sleeping by its own will.
 */
export const PARTS = [
  'mailbox',
  'core',
  'compute',
  'network',
  'queue',
  'service',
  'retry',
  'quorum',
  'idle',
] as const
export type Part = (typeof PARTS)[number]

export const MAILBOX = 0
export const CORE = 1
export const COMPUTE = 2
export const NETWORK = 3
export const QUEUE = 4
export const SERVICE = 5
export const RETRY = 6
export const QUORUM = 7
export const IDLE = 8

/** Where time was spent, and on what; told to those accounts alone that keep it. */
export interface Where {
  readonly process: { readonly name: string; readonly part: string }
  readonly label: string
}

/** Nanoseconds by part; index with MAILBOX … IDLE. */
export class Account {
  // An array, as one is made for every request and a typed array costs ten times as much to make.
  readonly parts: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0]
  /** The request of the clients whose time it is, by its number; 0: of none, or nobody counts them. */
  request = 0

  /** `where`: not kept here. */
  add(part: number, duration: Nanos, _where?: Where): void {
    this.parts[part]! += duration
  }

  /** `where`: of those of its times that do not say. */
  addAll(other: Account, _where?: Where): void {
    for (let i = 0; i < this.parts.length; i++) this.parts[i]! += other.parts[i]!
  }

  /** Adds what `other` gained since `before`, without the first `excess` nanoseconds of it, taken off its first parts. */
  addGained(other: Account, before: Account | undefined, excess: Nanos): void {
    let left = excess
    for (let part = 0; part < other.parts.length; part++) {
      const gained = other.parts[part]! - (before?.parts[part] ?? 0)
      const dropped = Math.max(0, Math.min(gained, left))
      left -= dropped
      this.parts[part]! += gained - dropped
    }
  }

  /** An empty one that keeps as much as this one does. */
  fresh(): Account {
    const account = new Account()
    account.request = this.request
    return account
  }

  get total(): Nanos {
    let sum = 0
    for (const part of this.parts) sum += part
    return sum
  }

  clear(): void {
    this.parts.fill(0)
  }
}
