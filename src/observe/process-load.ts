// What a process has to do, where the messages of a run are kept: what it handles, and the time in which it has work on the cores.

import type { Nanos } from '../units.ts'
import type { MessageLog } from './message-log.ts'

export class ProcessLoad {
  /** Messages that it has handled since the last reset. */
  handled = 0
  /** Its jobs that hold a core, or wait for one. */
  #jobs = 0
  #since: Nanos = 0
  #busy: Nanos = 0

  constructor(
    readonly log: MessageLog,
    /** By which the log knows it. */
    readonly place: number,
    readonly name: string,
    readonly part: string,
    readonly host: string,
  ) {}

  /** A job of it goes to the cores. */
  begin(now: Nanos): void {
    if (this.#jobs++ === 0) this.#since = now
  }

  /** … and has its work, or is taken off. */
  end(now: Nanos): void {
    if (--this.#jobs === 0) this.#busy += now - this.#since
  }

  reset(now: Nanos): void {
    this.handled = 0
    this.#busy = 0
    this.#since = now
  }

  /** For how long it has had a job there since the last reset. */
  busy(now: Nanos): Nanos {
    return this.#busy + (this.#jobs > 0 ? now - this.#since : 0)
  }
}
