// A token bucket: it holds `burst` at most, refills all the time at so much a minute, and gives what is asked for or nothing.
// So in a time t at most rate · t + burst can leave it, in every window and exactly: it counts in whole parts, of which a
// nanosecond brings `perMinute` and one of what is limited is as many as a minute has nanoseconds.

import type { Nanos } from '../../../units.ts'

/** Parts of one. */
const ONE = 60_000_000_000n

export class TokenBucket {
  readonly #perMinute: bigint
  readonly #capacity: bigint
  #level: bigint
  #at: Nanos

  /** Full at first. */
  constructor(perMinute: number, burst: number, now: Nanos) {
    this.#perMinute = BigInt(perMinute)
    this.#capacity = BigInt(burst) * ONE
    this.#level = this.#capacity
    this.#at = now
  }

  /** Time until so much is there; 0: now, Infinity: never, as the bucket does not hold it. */
  wait(now: Nanos, amount: number): Nanos {
    this.#refill(now)
    const parts = BigInt(amount) * ONE
    if (parts > this.#capacity) return Number.POSITIVE_INFINITY
    const missing = parts - this.#level
    return missing <= 0n ? 0 : Number((missing + this.#perMinute - 1n) / this.#perMinute)
  }

  /** Takes what `wait` has said is there. */
  take(amount: number): void {
    this.#level -= BigInt(amount) * ONE
  }

  /** Nothing is left. */
  empty(now: Nanos): void {
    this.#at = now
    this.#level = 0n
  }

  #refill(now: Nanos): void {
    const level = this.#level + BigInt(now - this.#at) * this.#perMinute
    this.#level = level < this.#capacity ? level : this.#capacity
    this.#at = now
  }
}
