// A heap for the near future and one row of buckets for the far one; what lies beyond the buckets waits in a list, from
// which the next row is made. One outlier makes the buckets so wide that the heap does all the work.

import { EventHeap } from '../../kernel/event-heap.ts'
import { EventSlots, NONE, slotOf } from '../../kernel/event-slots.ts'
import { extent, sweep, unlink } from './bucket-lists.ts'
import type { PendingEventSet } from './pending-event-set.ts'

const EVENTS_PER_BUCKET = 1

export class NearHeap implements PendingEventSet {
  time = 0
  readonly #slots = new EventSlots()
  readonly #near = new EventHeap()
  #heads = new Int32Array(64).fill(NONE)
  #start = 0
  #density = 0
  /** The first bucket that is not in the heap yet, and the last. */
  #next = 0
  #last = -1
  #beyond = NONE
  #beyondStart = 0
  readonly #scratch: number[] = []

  get size(): number {
    return this.#slots.live
  }

  push(time: number): number {
    const slots = this.#slots
    const slot = slots.take(time)
    if (time >= this.#beyondStart) {
      slots.links[slot] = this.#beyond
      this.#beyond = slot
      return slots.handleOf(slot)
    }
    const place = (time - this.#start) * this.#density
    if (place >= this.#next && this.#next <= this.#last) {
      const bucket = Math.min(place, this.#last) | 0
      slots.links[slot] = this.#heads[bucket]!
      this.#heads[bucket] = slot
    } else this.#near.push(time, slot)
    return slots.handleOf(slot)
  }

  pop(limit: number): number {
    const near = this.#near
    for (;;) {
      if (near.length === 0) {
        if (this.#next > this.#last && this.#beyond === NONE) return -1
        this.#refill()
        continue
      }
      const time = near.first
      if (time > limit) return -1
      const slot = near.pop()
      if (!this.#slots.release(slot)) continue
      this.time = time
      return slot
    }
  }

  cancel(handle: number): number {
    const slots = this.#slots
    if (!slots.cancel(handle)) return -1
    if (slots.dead > slots.live + 64) {
      this.#near.filter((slot) => slots.isLive(slot) || slots.release(slot))
      this.#beyond = sweep(slots, this.#beyond)
      for (let i = this.#next; i <= this.#last; i++) this.#heads[i] = sweep(slots, this.#heads[i]!)
    }
    return slotOf(handle)
  }

  #refill(): void {
    if (this.#next > this.#last) this.#layOut()
    if (this.#next > this.#last) return
    let list = this.#heads[this.#next]!
    while (list === NONE && this.#next < this.#last) list = this.#heads[++this.#next]!
    this.#heads[this.#next++] = NONE
    unlink(this.#slots, list, this.#scratch)
    for (const slot of this.#scratch) this.#near.push(this.#slots.timeOf(slot), slot)
  }

  /** A new row of buckets over what lay beyond the last. */
  #layOut(): void {
    const slots = this.#slots
    const waiting = this.#scratch
    unlink(slots, this.#beyond, waiting)
    this.#beyond = NONE
    this.#next = 0
    this.#last = -1
    this.#beyondStart = 0
    if (waiting.length === 0) return
    const [first, last] = extent(slots, waiting)
    const buckets = Math.ceil(waiting.length / EVENTS_PER_BUCKET)
    if (this.#heads.length <= buckets) this.#heads = new Int32Array(2 * buckets).fill(NONE)
    this.#start = first
    this.#density = Math.min(1, buckets / (last - first + 1))
    this.#last = Math.floor((last - first) * this.#density)
    this.#beyondStart = last
    for (const slot of waiting) {
      const bucket = ((slots.timeOf(slot) - first) * this.#density) | 0
      slots.links[slot] = this.#heads[bucket]!
      this.#heads[bucket] = slot
    }
  }
}
