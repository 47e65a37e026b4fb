// What the broker takes of the memory, and the alarm: above the watermark nobody may publish until it is below again.
// Source: rabbitmq.com/docs/memory. The runtime looks at its memory from time to time, so that the alarm comes late on
// both sides, and does not keep the kernel from killing it. Left out: paging messages out, garbage that lingers.

import type { Nanos } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'

/** Memory is taken from the host in pieces of this size. */
const PIECE = 64 * 1024

export class MemoryGauge {
  alarm = false
  readonly #context: ServiceContext
  readonly #interval: Nanos
  readonly #changed: () => void
  readonly #level
  /** Bytes above which the alarm is raised. */
  #limit = Number.POSITIVE_INFINITY
  #used = 0
  /** Taken from the host. */
  #taken = 0
  /** Faults that hold the alarm up, whatever is used. */
  #forced = 0
  #watching = false

  /** @param interval time between two looks @param changed called when the alarm is raised or ends */
  constructor(context: ServiceContext, interval: Nanos, changed: () => void) {
    this.#context = context
    this.#interval = interval
    this.#changed = changed
    this.#level = context.level('memory', 'bytes', 'lower', 'memory that is taken by')
    this.#level.set(context.now(), 0)
  }

  begin(limit: number, used: number): void {
    this.#limit = limit
    this.add(used)
  }

  /** So many bytes more, or less. */
  add(bytes: number): void {
    this.#used += bytes
    const taken = Math.ceil(this.#used / PIECE) * PIECE
    const more = taken - this.#taken
    if (more === 0) return
    const now = this.#context.now()
    this.#taken = taken
    this.#level.set(now, taken)
    this.#watch()
    if (more < 0) this.#context.release(-more)
    else this.#context.process.memory.grow(now, more)
  }

  /** Holds the alarm up until what is returned is called. */
  force(): () => void {
    this.#forced++
    this.#look()
    return () => {
      this.#forced--
      this.#look()
    }
  }

  crash(): void {
    this.#level.set(this.#context.now(), 0)
  }

  get #high(): boolean {
    return this.#forced > 0 || this.#used > this.#limit
  }

  /** Looks at the next full interval, where it matters. */
  #watch(): void {
    if (this.#watching || this.#high === this.alarm) return
    this.#watching = true
    this.#context.later(this.#interval - (this.#context.now() % this.#interval), () => {
      this.#watching = false
      this.#look()
    })
  }

  #look(): void {
    if (this.#high === this.alarm) return
    this.alarm = this.#high
    this.#changed()
  }
}
