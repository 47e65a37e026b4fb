// A binary heap of events by (time, sequence number). The three numbers of an entry lie side by side in one typed array.

import type { Nanos } from '../units.ts'
import { grown } from './event-slots.ts'

export class EventHeap {
  length = 0
  /** Three numbers an event: time, sequence number, slot. */
  #entries = new Float64Array(3 * 64)
  #sequence = 0

  /** Time of the earliest; meaningless when empty. */
  get first(): Nanos {
    return this.#entries[0]!
  }

  push(time: Nanos, slot: number): void {
    let at = this.length++
    if (3 * at === this.#entries.length) this.#entries = grown(this.#entries, Float64Array, 6 * at)
    const entries = this.#entries
    while (at > 0) {
      const above = (at - 1) >> 1
      // What is already there came first, so that equal times stay in order.
      if (entries[3 * above]! <= time) break
      move(entries, above, at)
      at = above
    }
    put(entries, at, time, this.#sequence++, slot)
  }

  /** Removes the earliest; its slot. */
  pop(): number {
    const slot = this.#entries[2]!
    const last = --this.length
    if (last > 0) this.#sink(0, last)
    return slot
  }

  /** Removes every event whose slot is not to be kept. */
  filter(keep: (slot: number) => boolean): void {
    const entries = this.#entries
    const before = this.length
    this.length = 0
    for (let i = 0; i < before; i++) if (keep(entries[3 * i + 2]!)) move(entries, i, this.length++)
    for (let at = (this.length >> 1) - 1; at >= 0; at--) this.#sink(at, at)
  }

  /** Lets the entry at `from` sink, from `place` downwards. */
  #sink(place: number, from: number): void {
    const entries = this.#entries
    const length = this.length
    const time = entries[3 * from]!
    const sequence = entries[3 * from + 1]!
    const slot = entries[3 * from + 2]!
    let at = place
    for (let below = 2 * at + 1; below < length; below = 2 * at + 1) {
      const right = below + 1
      if (right < length && precedes(entries, right, entries[3 * below]!, entries[3 * below + 1]!))
        below = right
      if (!precedes(entries, below, time, sequence)) break
      move(entries, below, at)
      at = below
    }
    put(entries, at, time, sequence, slot)
  }
}

function precedes(entries: Float64Array, at: number, time: number, sequence: number): boolean {
  const difference = entries[3 * at]! - time
  return difference < 0 || (difference === 0 && entries[3 * at + 1]! < sequence)
}

function put(entries: Float64Array, at: number, time: number, sequence: number, slot: number): void {
  entries[3 * at] = time
  entries[3 * at + 1] = sequence
  entries[3 * at + 2] = slot
}

function move(entries: Float64Array, from: number, to: number): void {
  put(entries, to, entries[3 * from]!, entries[3 * from + 1]!, entries[3 * from + 2]!)
}
