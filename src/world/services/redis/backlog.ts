// The latest writes of a server, so that a replica that was away for a while need not be sent everything.

import type { Nanos } from '../../../units.ts'
import type { Invocation } from './commands/registry.ts'

/** A write, and when it was made. */
export interface Written {
  readonly invocation: Invocation
  readonly at: Nanos
}

/** So many dropped ones may stay in memory before those that are left are moved up. */
const IDLE_HEAD = 1024

export class Backlog {
  readonly #limit: number
  #writes: Written[] = []
  /** Place of the oldest that is kept. */
  #head = 0
  /** Offset before the oldest that is kept. */
  #start = 0
  #bytes = 0

  /** @param limit bytes kept of what every replica has been sent */
  constructor(limit: number) {
    this.#limit = limit
  }

  append(write: Written): void {
    this.#writes.push(write)
    this.#bytes += write.invocation.bytes
  }

  /** Drops the oldest as far as there are too many bytes, but none after an offset. */
  trim(sentTo: number): void {
    while (this.#bytes > this.#limit && this.#start < sentTo) {
      this.#bytes -= this.#writes[this.#head]!.invocation.bytes
      this.#head++
      this.#start++
    }
    if (this.#head < IDLE_HEAD || this.#head * 2 < this.#writes.length) return
    this.#writes = this.#writes.slice(this.#head)
    this.#head = 0
  }

  /** All writes after an offset; `undefined` where they are not all kept. */
  since(offset: number): readonly Written[] | undefined {
    if (offset < this.#start) return undefined
    return this.#writes.slice(this.#head + offset - this.#start)
  }

  /** Empty, and going on from an offset. */
  restart(offset: number): void {
    this.#writes = []
    this.#head = 0
    this.#start = offset
    this.#bytes = 0
  }
}
