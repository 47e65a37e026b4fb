// Virtual time: jumps from event to event in order of (time, sequence number) and never ticks.

import { InvariantError, invariant } from '../errors.ts'
import type { Nanos } from '../units.ts'
import { EventQueue } from './event-queue.ts'
import { type EventHandle, slotOf } from './event-slots.ts'
import { Fingerprint } from './fingerprint.ts'

export type { EventHandle } from './event-slots.ts'

/** What an event happens to. */
export interface EventTarget {
  /** Small, stable within a run; enters the fingerprint. */
  readonly id: number
  /** `kind` is the target's own word for what happens: a whole number below 2^31. */
  fire(kind: number): void
}

/**
 * Why a run ended: nothing left, the time limit, the event limit, `stop()`, or whoever polls for interruption. One that is
 * `suspended` has not ended: it goes on with the next call.
 */
export type StopReason = 'idle' | 'until' | 'events' | 'stopped' | 'interrupted' | 'suspended'

export interface RunLimits {
  /** Events at exactly this time are executed; `now` ends here. */
  readonly until?: Nanos
  /** At most so many events. */
  readonly events?: number
  /** Polled every 65,536 events. */
  readonly interrupted?: () => boolean
}

const POLL_EVENTS = 65_536

/** What stands in the place of an event's target once it has fired, so that nothing is kept alive. */
const NOBODY: EventTarget = { id: -1, fire() {} }

export class Simulation {
  /** Whole nanoseconds since the run began. A plain field because everybody reads it; written here only. */
  now: Nanos = 0
  /** Events executed so far; written here only. */
  processed = 0
  /** Covers every event executed: its time, kind and target. */
  readonly fingerprint = new Fingerprint()
  readonly #queue = new EventQueue()
  #targets: EventTarget[] = []
  #kinds: number[] = []
  #stopped: 'stopped' | 'suspended' | undefined

  /** Events scheduled and neither executed nor cancelled. */
  get pending(): number {
    return this.#queue.size
  }

  /**
   * Lets `target` fire at `at`, after all that is already scheduled for then.
   * Throws an InvariantError for the past and for what is not a whole number of nanoseconds below 2^53.
   */
  schedule(at: Nanos, target: EventTarget, kind: number): EventHandle {
    if (!(at >= this.now && Number.isSafeInteger(at))) throw unschedulable(at, this.now, target, kind)
    const handle = this.#queue.push(at)
    const slot = slotOf(handle)
    this.#targets[slot] = target
    this.#kinds[slot] = kind
    return handle
  }

  /** Takes an event back; whether it was still pending. */
  cancel(handle: EventHandle): boolean {
    const slot = this.#queue.cancel(handle)
    if (slot < 0) return false
    this.#targets[slot] = NOBODY
    return true
  }

  /** Executes the next event; false if there is none. */
  step(): boolean {
    return this.#execute(Number.POSITIVE_INFINITY)
  }

  /** Executes events in order until a limit is reached; can be called again to go on from there. */
  run({
    until = Number.POSITIVE_INFINITY,
    events = Number.POSITIVE_INFINITY,
    interrupted,
  }: RunLimits = {}): StopReason {
    invariant(until >= 0, () => `cannot run until ${until} ns: expected a time, such as 60e9`)
    this.#stopped = undefined
    for (let count = 0; count < events; ) {
      if (!this.#execute(until)) {
        if (until !== Number.POSITIVE_INFINITY && until > this.now) this.now = until
        return this.pending > 0 ? 'until' : 'idle'
      }
      count++
      if (this.#stopped !== undefined) return this.#stopped
      if (interrupted && count % POLL_EVENTS === 0 && interrupted()) return 'interrupted'
    }
    return 'events'
  }

  /** Ends the run after the event being executed. */
  stop(): void {
    this.#stopped = 'stopped'
  }

  /** Lets the run pause after the event being executed, for what happens at this instant outside of it; `run` goes on. */
  suspend(): void {
    this.#stopped ??= 'suspended'
  }

  /** What it was suspended for has happened. */
  resume(): void {
    if (this.suspended) this.#stopped = undefined
  }

  /** Whether something happens at this instant, before the next event. */
  get suspended(): boolean {
    return this.#stopped === 'suspended'
  }

  #execute(limit: Nanos): boolean {
    const slot = this.#queue.pop(limit)
    if (slot < 0) return false
    const target = this.#targets[slot]!
    const kind = this.#kinds[slot]!
    this.#targets[slot] = NOBODY
    this.now = this.#queue.time
    this.processed++
    this.fingerprint.event(this.now, kind, target.id)
    target.fire(kind)
    return true
  }
}

function unschedulable(at: Nanos, now: Nanos, target: EventTarget, kind: number): InvariantError {
  const why = at < now ? 'in the past' : 'not a whole number of nanoseconds below 2^53'
  return new InvariantError(
    `cannot schedule kind ${kind} of ${target.constructor.name} ${target.id} at ${at} ns: ${why} (now is ${now} ns)`,
  )
}
