// The ladder queue as published (Tang, Goh and Thng, ACM TOMACS 15(3), 2005): a list for the far future (top), rungs of
// ever finer buckets, and a sorted list for the near one (bottom), into which an early event is inserted by shifting what
// is later. Many equal times in the bottom make that shift long.

import { EventSlots, NONE, slotOf } from '../../kernel/event-slots.ts'
import { extent, sweep, unlink } from './bucket-lists.ts'
import type { PendingEventSet } from './pending-event-set.ts'

/** What the authors recommend: a longer bucket becomes a rung, a longer bottom too. */
const THRESHOLD = 50

interface Rung {
  start: number
  density: number
  next: number
  last: number
  readonly heads: Int32Array
}

export class LadderQueue implements PendingEventSet {
  time = 0
  readonly #slots = new EventSlots()
  #top = NONE
  #topStart = 0
  readonly #rungs: Rung[] = []
  /** In order of time from `#first` on. */
  #bottom: number[] = []
  #first = 0
  #scratch: number[] = []

  get size(): number {
    return this.#slots.live
  }

  push(time: number): number {
    const slots = this.#slots
    const slot = slots.take(time)
    if (time >= this.#topStart) {
      slots.links[slot] = this.#top
      this.#top = slot
    } else if (!this.#pushIntoRung(time, slot)) {
      this.#insert(time, slot)
      if (this.#bottom.length - this.#first > THRESHOLD) this.#spread(this.#bottom.splice(this.#first))
    }
    return slots.handleOf(slot)
  }

  pop(limit: number): number {
    const slots = this.#slots
    for (;;) {
      while (this.#first === this.#bottom.length) if (!this.#refill()) return -1
      const slot = this.#bottom[this.#first]!
      const time = slots.timeOf(slot)
      if (time > limit) return -1
      this.#first++
      if (!slots.release(slot)) continue
      this.time = time
      return slot
    }
  }

  cancel(handle: number): number {
    const slots = this.#slots
    if (!slots.cancel(handle)) return -1
    if (slots.dead > slots.live + THRESHOLD) {
      this.#bottom = this.#bottom
        .slice(this.#first)
        .filter((slot) => slots.isLive(slot) || slots.release(slot))
      this.#first = 0
      this.#top = sweep(slots, this.#top)
      for (const { heads, next, last } of this.#rungs)
        for (let i = next; i <= last; i++) heads[i] = sweep(slots, heads[i]!)
    }
    return slotOf(handle)
  }

  #pushIntoRung(time: number, slot: number): boolean {
    for (const { start, density, next, last, heads } of this.#rungs) {
      const place = (time - start) * density
      if (place < next) continue
      const bucket = Math.min(place, last) | 0
      this.#slots.links[slot] = heads[bucket]!
      heads[bucket] = slot
      return true
    }
    return false
  }

  #insert(time: number, slot: number): void {
    const bottom = this.#bottom
    let at = bottom.length
    bottom.push(slot)
    for (; at > this.#first && this.#slots.timeOf(bottom[at - 1]!) > time; at--) bottom[at] = bottom[at - 1]!
    bottom[at] = slot
  }

  /** Moves the next bucket, or the top, towards the bottom; false if there is nothing. */
  #refill(): boolean {
    const rung = this.#rungs.at(-1)
    if (!rung && this.#top === NONE) return false
    const waiting = this.#scratch
    if (rung) {
      while (rung.next < rung.last && rung.heads[rung.next] === NONE) rung.next++
      unlink(this.#slots, rung.heads[rung.next]!, waiting)
      rung.heads[rung.next] = NONE
      if (rung.next++ === rung.last) this.#rungs.pop()
    } else {
      unlink(this.#slots, this.#top, waiting)
      this.#top = NONE
      this.#topStart = waiting.length === 0 ? 0 : extent(this.#slots, waiting)[1]
    }
    if (waiting.length > THRESHOLD) this.#spread(waiting)
    else this.#settle(waiting)
    return true
  }

  /** A new rung, unless all times are equal. */
  #spread(waiting: number[]): void {
    const slots = this.#slots
    const [start, end] = extent(slots, waiting)
    if (start === end) {
      this.#settle(waiting)
      return
    }
    const density = Math.min(1, waiting.length / (end - start + 1))
    const heads = new Int32Array(waiting.length + 1).fill(NONE)
    for (const slot of waiting) {
      const bucket = ((slots.timeOf(slot) - start) * density) | 0
      slots.links[slot] = heads[bucket]!
      heads[bucket] = slot
    }
    this.#rungs.push({ start, density, next: 0, last: Math.floor((end - start) * density), heads })
  }

  #settle(waiting: number[]): void {
    const slots = this.#slots
    // Sorting is stable: equal times stay in order.
    waiting.sort((a, b) => slots.timeOf(a) - slots.timeOf(b))
    this.#scratch = this.#bottom
    this.#bottom = waiting
    this.#first = 0
  }
}
