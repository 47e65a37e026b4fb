// The append-only file: write commands in their order, and how many of them have reached the disk.

import { Fifo } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Invocation } from './commands/registry.ts'
import type { Keyspace } from './keyspace.ts'

export class Journal {
  /** What a restart would find: the state after the commands that have reached the disk. */
  readonly #durable: Keyspace
  readonly #period: Nanos
  readonly #pending = new Fifo<readonly [invocation: Invocation, at: Nanos]>()

  /** @param period between two writes to the disk, counted from 0; Infinity: only when `sync` is called */
  constructor(durable: Keyspace, period: Nanos) {
    this.#durable = durable
    this.#period = period
  }

  /** How many commands have not reached the disk. */
  get pending(): number {
    return this.#pending.length
  }

  append(invocation: Invocation, now: Nanos): void {
    this.#writeBack(now)
    this.#pending.push([invocation, now])
  }

  /** All that was appended is on the disk. */
  sync(): void {
    this.#replay(Number.POSITIVE_INFINITY)
  }

  /** The kernel has had its time up to now. */
  writeBack(now: Nanos): void {
    this.#writeBack(now)
  }

  #writeBack(now: Nanos): void {
    if (this.#period !== Number.POSITIVE_INFINITY) this.#replay(Math.floor(now / this.#period) * this.#period)
  }

  /** Carries out again what was appended before an instant, at its own time. */
  #replay(before: Nanos): void {
    for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
      const [invocation, at] = next
      if (at >= before) {
        this.#pending.unshift(next)
        return
      }
      invocation.run(this.#durable, at)
    }
  }
}
