// The whole queue as one binary heap: what the kernel uses for late-comers only.

import { EventHeap } from '../../kernel/event-heap.ts'
import { EventSlots, slotOf } from '../../kernel/event-slots.ts'
import type { PendingEventSet } from './pending-event-set.ts'

export class BinaryHeap implements PendingEventSet {
  time = 0
  readonly #slots = new EventSlots()
  readonly #heap = new EventHeap()

  get size(): number {
    return this.#slots.live
  }

  push(time: number): number {
    const slot = this.#slots.take(time)
    this.#heap.push(time, slot)
    return this.#slots.handleOf(slot)
  }

  pop(limit: number): number {
    const heap = this.#heap
    while (heap.length > 0 && heap.first <= limit) {
      const time = heap.first
      const slot = heap.pop()
      if (!this.#slots.release(slot)) continue
      this.time = time
      return slot
    }
    return -1
  }

  cancel(handle: number): number {
    const slots = this.#slots
    if (!slots.cancel(handle)) return -1
    if (slots.dead > slots.live + 64) this.#heap.filter((slot) => slots.isLive(slot) || slots.release(slot))
    return slotOf(handle)
  }
}
