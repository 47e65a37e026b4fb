// A heap of four children a node: half as deep as a binary one, with more comparisons on the way down.

import { EventSlots, grown, slotOf } from '../../kernel/event-slots.ts'
import type { PendingEventSet } from './pending-event-set.ts'

export class FourAryHeap implements PendingEventSet {
  time = 0
  readonly #slots = new EventSlots()
  /** Three numbers an event: time, sequence number, slot. */
  #entries = new Float64Array(3 * 64)
  #length = 0
  #sequence = 0

  get size(): number {
    return this.#slots.live
  }

  push(time: number): number {
    const slot = this.#slots.take(time)
    let at = this.#length++
    if (3 * at === this.#entries.length) this.#entries = grown(this.#entries, Float64Array, 6 * at)
    const entries = this.#entries
    while (at > 0) {
      const above = (at - 1) >> 2
      if (entries[3 * above]! <= time) break
      put(entries, at, entries[3 * above]!, entries[3 * above + 1]!, entries[3 * above + 2]!)
      at = above
    }
    put(entries, at, time, this.#sequence++, slot)
    return this.#slots.handleOf(slot)
  }

  pop(limit: number): number {
    const entries = this.#entries
    while (this.#length > 0 && entries[0]! <= limit) {
      const time = entries[0]!
      const slot = entries[2]!
      if (--this.#length > 0) this.#sink(0, this.#length)
      if (!this.#slots.release(slot)) continue
      this.time = time
      return slot
    }
    return -1
  }

  cancel(handle: number): number {
    const slots = this.#slots
    if (!slots.cancel(handle)) return -1
    if (slots.dead > slots.live + 64) this.#sweep()
    return slotOf(handle)
  }

  #sink(place: number, from: number): void {
    const entries = this.#entries
    const length = this.#length
    const time = entries[3 * from]!
    const sequence = entries[3 * from + 1]!
    const slot = entries[3 * from + 2]!
    let at = place
    for (let child = 4 * at + 1; child < length; child = 4 * at + 1) {
      let least = child
      const end = Math.min(child + 4, length)
      for (let other = child + 1; other < end; other++)
        if (precedes(entries, other, entries[3 * least]!, entries[3 * least + 1]!)) least = other
      if (!precedes(entries, least, time, sequence)) break
      put(entries, at, entries[3 * least]!, entries[3 * least + 1]!, entries[3 * least + 2]!)
      at = least
    }
    put(entries, at, time, sequence, slot)
  }

  #sweep(): void {
    const entries = this.#entries
    let kept = 0
    for (let i = 0; i < this.#length; i++) {
      const slot = entries[3 * i + 2]!
      if (this.#slots.isLive(slot)) put(entries, kept++, entries[3 * i]!, entries[3 * i + 1]!, slot)
      else this.#slots.release(slot)
    }
    this.#length = kept
    for (let at = (kept - 2) >> 2; at >= 0; at--) this.#sink(at, at)
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
