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

/** Nanoseconds by part; index with MAILBOX … IDLE. */
export class Account {
  // An array, as one is made for every request and a typed array costs ten times as much to make.
  readonly parts: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0]

  add(part: number, duration: Nanos): void {
    this.parts[part]! += duration
  }

  addAll(other: Account): void {
    for (let i = 0; i < this.parts.length; i++) this.parts[i]! += other.parts[i]!
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
