// The pending events of a simulation, in order of (time, sequence number): ties are first in, first out.

import type { Nanos } from '../units.ts'
import { EventSlots, slotOf } from './event-slots.ts'

/** Names one pending event; a safe integer. Once the event has fired or been cancelled its handle is stale, and harmless. */
export type EventHandle = number

export class EventQueue {
  /** Time of the event popped last. */
  time: Nanos = 0
  readonly #slots = new EventSlots()
  #heap: { time: Nanos; order: number; slot: number }[] = []
  #order = 0

  /** The slot of an event: a small integer, its own until it fires or is cancelled and its entry has left. */
  static slotOf(handle: EventHandle): number {
    return slotOf(handle)
  }

  /** How many events are pending. */
  get size(): number {
    return this.#slots.live
  }

  push(time: Nanos): EventHandle {
    const handle = this.#slots.take()
    const heap = this.#heap
    const entry = { time, order: this.#order++, slot: slotOf(handle) }
    let at = heap.length
    while (at > 0) {
      const above = (at - 1) >> 1
      if (heap[above]!.time <= time) break
      heap[at] = heap[above]!
      at = above
    }
    heap[at] = entry
    return handle
  }

  /** The slot of the earliest event if it is due by `limit`, else -1; sets `time`. */
  pop(limit: Nanos): number {
    const heap = this.#heap
    while (heap.length > 0 && heap[0]!.time <= limit) {
      const { slot, time } = heap[0]!
      this.#removeFirst()
      if (this.#slots.release(slot)) {
        this.time = time
        return slot
      }
    }
    return -1
  }

  /** The slot of the event cancelled, or -1 if it is pending no more. */
  cancel(handle: EventHandle): number {
    const slot = this.#slots.cancel(handle)
    if (this.#slots.dead > this.#slots.live + 64) this.#compact()
    return slot
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length > 0) sink(heap, 0, last)
  }

  #compact(): void {
    this.#heap = this.#heap.filter(({ slot }) => {
      const live = this.#slots.isLive(slot)
      if (!live) this.#slots.release(slot)
      return live
    })
    this.#heap.sort((a, b) => a.time - b.time || a.order - b.order)
  }
}

function sink(
  heap: { time: Nanos; order: number; slot: number }[],
  start: number,
  entry: { time: Nanos; order: number; slot: number },
) {
  let at = start
  for (;;) {
    let below = 2 * at + 1
    if (below >= heap.length) break
    if (below + 1 < heap.length && before(heap[below + 1]!, heap[below]!)) below++
    if (!before(heap[below]!, entry)) break
    heap[at] = heap[below]!
    at = below
  }
  heap[at] = entry
}

const before = (a: { time: Nanos; order: number }, b: { time: Nanos; order: number }) =>
  a.time < b.time || (a.time === b.time && a.order < b.order)
