// A simulation in which somebody sees every event before it takes effect. What happens in it is the same to the last bit: each
// event's target is wrapped, and the wrapping has the target's own number. A simulation that is not watched pays nothing.

import type { Nanos } from '../units.ts'
import type { EventHandle } from './event-slots.ts'
import { type EventTarget, Simulation } from './simulation.ts'

/** Sees an event that is about to happen, at `simulation.now`. */
export type Watcher = (target: EventTarget, kind: number) => void

export class WatchedSimulation extends Simulation {
  constructor(readonly watcher: Watcher) {
    super()
  }

  override schedule(at: Nanos, target: EventTarget, kind: number): EventHandle {
    return super.schedule(at, new Watched(this.watcher, target), kind)
  }
}

class Watched implements EventTarget {
  readonly id: number

  constructor(
    readonly watcher: Watcher,
    readonly target: EventTarget,
  ) {
    this.id = target.id
  }

  fire(kind: number): void {
    this.watcher(this.target, kind)
    this.target.fire(kind)
  }
}
