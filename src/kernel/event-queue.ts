// The pending events of a simulation in order of (time, sequence number): ties are first in, first out.
//
// A ladder queue (Tang, Goh and Thng, ACM TOMACS 15(3), 2005) whose lowest part is a sorted run and a heap. What is far
// lies unsorted in the `top` or in the buckets of a rung; a bucket whose time has come is sorted into the run if it is
// small, and otherwise spread over the buckets of a finer rung. An event that comes too late for its bucket goes into the
// heap. Every event is moved a few times at most, so that push and pop take constant time on average, and O(log n) at worst.
// Of all queues tried it is the fastest from 100 to 1,000,000 pending events: see src/bench/kernel-queue.ts.

import type { Nanos } from '../units.ts'
import { EventHeap } from './event-heap.ts'
import { type EventHandle, EventSlots, grown, NONE, slotOf } from './event-slots.ts'

/** A list of at most so many events is sorted, by insertion; a longer one is spread over a rung. */
const RUN_EVENTS = 32
/** With more events than so many, and than the run, the heap is spread over a rung too. */
const HEAP_EVENTS = 64
/** Buckets of a rung for each event spread over it. */
const BUCKETS_PER_EVENT = 0.5
/** So few that the heads of a rung's lists stay in the processor's second cache. */
const MAX_BUCKETS = 4096

/** Equal stretches of time, each with the list of the events in it, newest first. */
class Rung {
  /** Where the first bucket begins. */
  start: Nanos = 0
  /** Buckets a nanosecond, at most 1. */
  density = 0
  /** The first bucket not taken yet; events before it have left the rung. */
  next = 0
  /** The last bucket, which also takes whatever is later. */
  last = 0
  heads = new Int32Array(64).fill(NONE)
}

export class EventQueue {
  /** Time of the event popped last. */
  time: Nanos = 0
  readonly #slots = new EventSlots()

  /** Latest first, so that the earliest is taken from the end. */
  #runTimes = new Float64Array(64)
  #runSlots = new Int32Array(64)
  #runLength = 0
  /** Events that came when their bucket had been taken. */
  readonly #late = new EventHeap()

  /** From coarse to fine: each covers the bucket of the one before that was taken last. */
  readonly #rungs: Rung[] = []
  #depth = 0

  /** A list, newest first, of what lies at or beyond `topStart`: not before anything in the rungs. */
  #top = NONE
  #topStart: Nanos = 0

  /** How many events are pending. */
  get size(): number {
    return this.#slots.live
  }

  /** `time` must not lie before that of the event popped last. */
  push(time: Nanos): EventHandle {
    const slots = this.#slots
    const slot = slots.take(time)
    if (time >= this.#topStart) {
      slots.links[slot] = this.#top
      this.#top = slot
      return slots.handleOf(slot)
    }
    for (let depth = 0; depth < this.#depth; depth++) {
      const rung = this.#rungs[depth]!
      const place = (time - rung.start) * rung.density
      if (place < rung.next) continue
      const bucket = place < rung.last ? place | 0 : rung.last
      slots.links[slot] = rung.heads[bucket]!
      rung.heads[bucket] = slot
      return slots.handleOf(slot)
    }
    this.#late.push(time, slot)
    if (this.#late.length > HEAP_EVENTS && this.#late.length > this.#runLength) this.#spill()
    return slots.handleOf(slot)
  }

  /** Removes the earliest event if it is due by `limit`, sets `time` and gives its slot; else -1. */
  pop(limit: Nanos): number {
    for (;;) {
      const length = this.#runLength
      const late = this.#late
      let time: Nanos
      let slot: number
      // An event in the heap came after all those of the run, and must wait for its equals there.
      if (late.length > 0 && (length === 0 || late.first < this.#runTimes[length - 1]!)) {
        time = late.first
        if (time > limit) return NONE
        slot = late.pop()
      } else if (length > 0) {
        time = this.#runTimes[length - 1]!
        if (time > limit) return NONE
        slot = this.#runSlots[length - 1]!
        this.#runLength = length - 1
      } else if (this.#refill()) continue
      else return NONE
      if (this.#slots.release(slot)) {
        this.time = time
        return slot
      }
    }
  }

  /** The slot of the event cancelled, or -1 if the handle is stale. */
  cancel(handle: EventHandle): number {
    const slots = this.#slots
    if (!slots.cancel(handle)) return NONE
    if (slots.dead > slots.live + RUN_EVENTS) this.#sweep()
    return slotOf(handle)
  }

  /** Fills the run from the first bucket that has events; false if there is none. */
  #refill(): boolean {
    do {
      if (this.#depth === 0 && this.#top === NONE) return false
    } while (this.#depth === 0 ? !this.#takeTop() : !this.#takeBucket(this.#rungs[this.#depth - 1]!))
    return true
  }

  #takeTop(): boolean {
    const list = this.#top
    this.#top = NONE
    const count = this.#gather(list)
    this.#topStart = count === 0 ? 0 : latest(this.#runTimes, count)
    return this.#settle(count)
  }

  #takeBucket(rung: Rung): boolean {
    const { heads, last } = rung
    let bucket = rung.next
    while (bucket < last && heads[bucket] === NONE) bucket++
    const list = heads[bucket]!
    heads[bucket] = NONE
    rung.next = bucket + 1
    if (bucket === last) this.#depth--
    return this.#settle(this.#gather(list))
  }

  /** Writes the live events of a list into the run, unsorted; how many. */
  #gather(list: number): number {
    const slots = this.#slots
    let count = 0
    for (let slot = list; slot !== NONE; ) {
      const next = slots.links[slot]!
      if (slots.isLive(slot)) {
        if (count === this.#runSlots.length) this.#growRun(2 * count)
        this.#runTimes[count] = slots.timeOf(slot)
        this.#runSlots[count++] = slot
      } else slots.release(slot)
      slot = next
    }
    return count
  }

  /** Sorts the `count` events gathered, or spreads them over a new rung if they are many; whether they are the run now. */
  #settle(count: number): boolean {
    if (count <= RUN_EVENTS) sort(this.#runTimes, this.#runSlots, count)
    else {
      const first = earliest(this.#runTimes, count)
      const last = latest(this.#runTimes, count)
      if (first !== last) {
        this.#spread(count, first, last)
        return false
      }
    }
    this.#runLength = count
    return count > 0
  }

  /** Moves what was gathered into a new rung, finest of all. */
  #spread(count: number, first: Nanos, last: Nanos): void {
    if (this.#depth === this.#rungs.length) this.#rungs.push(new Rung())
    const rung = this.#rungs[this.#depth++]!
    const buckets = Math.min(MAX_BUCKETS, Math.ceil(count * BUCKETS_PER_EVENT))
    if (rung.heads.length <= buckets) rung.heads = new Int32Array(2 * buckets).fill(NONE)
    const { heads } = rung
    const density = Math.min(1, buckets / (last - first + 1))
    rung.start = first
    rung.density = density
    rung.next = 0
    rung.last = Math.floor((last - first) * density)
    const { links } = this.#slots
    for (let i = count - 1; i >= 0; i--) {
      const bucket = ((this.#runTimes[i]! - first) * density) | 0
      const slot = this.#runSlots[i]!
      links[slot] = heads[bucket]!
      heads[bucket] = slot
    }
  }

  /**
   * Moves run and heap into a rung: else, where one outlier has made a bucket wide, the heap would do all the work from
   * then on. The heap is longer than the run, so that its own pushes have paid for moving both.
   */
  #spill(): void {
    const late = this.#late
    const lateCount = late.length
    const count = this.#runLength + lateCount
    if (count > this.#runSlots.length) this.#growRun(2 * count)
    // Towards the end is older: the run stays behind the heap.
    this.#runTimes.copyWithin(lateCount, 0, this.#runLength)
    this.#runSlots.copyWithin(lateCount, 0, this.#runLength)
    for (let i = lateCount - 1; i >= 0; i--) {
      this.#runTimes[i] = late.first
      this.#runSlots[i] = late.pop()
    }
    this.#runLength = 0
    this.#settle(count)
  }

  /** Removes every dead event, so that they are never many more than the live. */
  #sweep(): void {
    const slots = this.#slots
    const keep = (slot: number) => slots.isLive(slot) || slots.release(slot)
    this.#top = this.#sweepList(this.#top)
    for (let depth = 0; depth < this.#depth; depth++) {
      const { heads, next, last } = this.#rungs[depth]!
      for (let bucket = next; bucket <= last; bucket++) heads[bucket] = this.#sweepList(heads[bucket]!)
    }
    this.#late.filter(keep)
    let kept = 0
    for (let i = 0; i < this.#runLength; i++) {
      if (!keep(this.#runSlots[i]!)) continue
      this.#runTimes[kept] = this.#runTimes[i]!
      this.#runSlots[kept++] = this.#runSlots[i]!
    }
    this.#runLength = kept
  }

  /** The list without its dead events. */
  #sweepList(list: number): number {
    const slots = this.#slots
    let head = NONE
    let tail = NONE
    for (let slot = list; slot !== NONE; ) {
      const next = slots.links[slot]!
      if (slots.isLive(slot)) {
        if (tail === NONE) head = slot
        else slots.links[tail] = slot
        tail = slot
      } else slots.release(slot)
      slot = next
    }
    if (tail !== NONE) slots.links[tail] = NONE
    return head
  }

  #growRun(length: number): void {
    this.#runTimes = grown(this.#runTimes, Float64Array, length)
    this.#runSlots = grown(this.#runSlots, Int32Array, length)
  }
}

function earliest(times: Float64Array, count: number): Nanos {
  let least = times[0]!
  for (let i = 1; i < count; i++) if (times[i]! < least) least = times[i]!
  return least
}

function latest(times: Float64Array, count: number): Nanos {
  let greatest = times[0]!
  for (let i = 1; i < count; i++) if (times[i]! > greatest) greatest = times[i]!
  return greatest
}

/** Latest first; equal times stay in order. */
function sort(times: Float64Array, slots: Int32Array, count: number): void {
  for (let i = 1; i < count; i++) {
    const time = times[i]!
    const slot = slots[i]!
    let at = i
    for (; at > 0 && times[at - 1]! < time; at--) {
      times[at] = times[at - 1]!
      slots[at] = slots[at - 1]!
    }
    times[at] = time
    slots[at] = slot
  }
}
