// Lists of events through the links of their slots, newest first: what the bucketed candidates keep the far future in.

import { type EventSlots, NONE } from '../../kernel/event-slots.ts'

/** The live events of a list, oldest first; the slots of the dead are released. */
export function unlink(slots: EventSlots, list: number, into: number[]): void {
  into.length = 0
  for (let slot = list; slot !== NONE; ) {
    const next = slots.links[slot]!
    if (slots.isLive(slot)) into.push(slot)
    else slots.release(slot)
    slot = next
  }
  into.reverse()
}

/** The list without its dead events. */
export function sweep(slots: EventSlots, list: number): number {
  const kept: number[] = []
  unlink(slots, list, kept)
  let head = NONE
  for (const slot of kept) {
    slots.links[slot] = head
    head = slot
  }
  return head
}

/** The earliest and the latest time of some slots. */
export function extent(slots: EventSlots, some: readonly number[]): readonly [first: number, last: number] {
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (const slot of some) {
    const time = slots.timeOf(slot)
    if (time < first) first = time
    if (time > last) last = time
  }
  return [first, last]
}
