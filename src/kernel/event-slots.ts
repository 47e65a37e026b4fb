// Where events live while they are pending: a slot is a small integer that indexes whatever is kept of an event.
// A cancelled event keeps its slot until its entry leaves the queue, so that no entry ever points at another's slot.

const SLOT_BITS = 26
const SLOT_MASK = 2 ** SLOT_BITS - 1
const GENERATION = 2 ** SLOT_BITS
/** A slot whose generations are used up is never given out again, so that no handle ever comes back. */
const LAST_GENERATION = 2 ** 53 - GENERATION

/** The low bits of a handle. */
export const slotOf = (handle: number): number => handle & SLOT_MASK

export class EventSlots {
  /** Events pending. */
  live = 0
  /** Events cancelled whose entries are still in the queue. */
  dead = 0
  /** By slot: the handle of the event there, or of the next one; negative while the event is cancelled. */
  #handles = new Float64Array(1024)
  #free = new Int32Array(1024)
  #freeCount = 0
  #used = 0

  /** The handle of a new event. */
  take(): number {
    this.live++
    if (this.#freeCount > 0) return this.#handles[this.#free[--this.#freeCount]!]!
    if (this.#used === this.#handles.length) this.#grow()
    const slot = this.#used++
    const handle = GENERATION + slot
    this.#handles[slot] = handle
    return handle
  }

  isLive(slot: number): boolean {
    return this.#handles[slot]! > 0
  }

  /** Marks an event cancelled; its slot, or -1 if the handle is stale. */
  cancel(handle: number): number {
    const slot = handle & SLOT_MASK
    if (!(slot < this.#used) || this.#handles[slot] !== handle) return -1
    this.#handles[slot] = -handle
    this.live--
    this.dead++
    return slot
  }

  /** Frees the slot of an entry that has left the queue; whether its event was still pending. */
  release(slot: number): boolean {
    const handle = this.#handles[slot]!
    const live = handle > 0
    const next = (live ? handle : -handle) + GENERATION
    this.#handles[slot] = next
    if (next < LAST_GENERATION) this.#free[this.#freeCount++] = slot
    if (live) this.live--
    else this.dead--
    return live
  }

  #grow(): void {
    const size = this.#used * 2
    if (size > GENERATION) throw new RangeError(`more than ${GENERATION} events pending`)
    const handles = new Float64Array(size)
    handles.set(this.#handles)
    this.#handles = handles
    const free = new Int32Array(size)
    free.set(this.#free)
    this.#free = free
  }
}
