// Where events live while they are pending. A slot is a small integer, its event's own until it has left the queue; it
// indexes the event's time and handle here, and whatever else is kept of an event elsewhere. A cancelled event keeps its
// slot until the queue comes across it, so that the queue never holds a slot that has become another's.

import { invariant } from '../errors.ts'
import type { Nanos } from '../units.ts'

/** Names one pending event: a safe integer above 0. Once the event has fired or been cancelled its handle is stale, and harmless. */
export type EventHandle = number

/** A handle is the slot plus its generation: how many events have lived there. */
const GENERATION = 2 ** 26
/** A slot whose generations are used up is left unused, so that no handle ever comes back. */
const LAST = 2 ** 53 - GENERATION

/** The slot of an event, from 0 to 2^26 - 1. */
export const slotOf = (handle: EventHandle): number => handle & (GENERATION - 1)

/** The end of a list of slots. */
export const NONE = -1

export class EventSlots {
  /** Events pending. */
  live = 0
  /** Events cancelled that are still in the queue. */
  dead = 0
  /** By slot, the next one of the list that it is in: a bucket of the queue, or the free slots. */
  links = new Int32Array(256)
  /** By slot, side by side: the handle (negative once cancelled) and the time. */
  #records = new Float64Array(2 * 256)
  #free = NONE
  #used = 0

  /** A slot for a new event. */
  take(time: Nanos): number {
    let slot = this.#free
    if (slot !== NONE) {
      this.#free = this.links[slot]!
    } else {
      slot = this.#used
      if (slot === this.links.length) this.#grow()
      this.#used++
      this.#records[2 * slot] = GENERATION + slot
    }
    this.#records[2 * slot + 1] = time
    this.live++
    return slot
  }

  handleOf(slot: number): EventHandle {
    return this.#records[2 * slot]!
  }

  timeOf(slot: number): Nanos {
    return this.#records[2 * slot + 1]!
  }

  isLive(slot: number): boolean {
    return this.#records[2 * slot]! > 0
  }

  /** Marks an event as dead; false if its handle is stale. */
  cancel(handle: EventHandle): boolean {
    const at = 2 * slotOf(handle)
    if (this.#records[at] !== handle) return false
    this.#records[at] = -handle
    this.live--
    this.dead++
    return true
  }

  /** Takes back the slot of an event that has left the queue; whether the event was live. */
  release(slot: number): boolean {
    const handle = this.#records[2 * slot]!
    const live = handle > 0
    if (live) this.live--
    else this.dead--
    const next = (live ? handle : -handle) + GENERATION
    this.#records[2 * slot] = next
    if (next < LAST) {
      this.links[slot] = this.#free
      this.#free = slot
    }
    return live
  }

  #grow(): void {
    const size = 2 * this.links.length
    invariant(size <= GENERATION, `more than ${GENERATION} events are pending`)
    this.links = grown(this.links, Int32Array, size)
    this.#records = grown(this.#records, Float64Array, 2 * size)
  }
}

/** A longer array with the same beginning. */
export function grown<A extends Int32Array | Float64Array>(
  array: A,
  type: new (length: number) => A,
  length: number,
): A {
  const longer = new type(length)
  longer.set(array)
  return longer
}
