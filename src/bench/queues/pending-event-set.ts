// What every candidate for the kernel's event queue can do; one conformance test and one measurement hold them all.

import type { EventHandle } from '../../kernel/event-slots.ts'
import type { Nanos } from '../../units.ts'

export interface PendingEventSet {
  /** Time of the event popped last. */
  readonly time: Nanos
  /** How many events are pending. */
  readonly size: number
  push(time: Nanos): EventHandle
  /** The slot of the earliest event if it is due by `limit`, else -1. */
  pop(limit: Nanos): number
  /** The slot of the event cancelled, or -1 if it is pending no more. */
  cancel(handle: EventHandle): number
}
