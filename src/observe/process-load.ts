// What a process has to do, where the messages of a run are kept: what it handles, and the time in which it has work on the cores.
// The figures of all processes are in one array, as every message changes some of them.

import type { Nanos } from '../units.ts'
import type { MessageLog } from './message-log.ts'

/** Figures of a process: messages handled, jobs that hold a core or wait for one, since when there is one, time with one before that. */
const FIGURES = 4
const JOBS = 1
const SINCE = 2
const BUSY = 3

/** The figures of the processes, by their places. */
export class LoadFigures {
  values = new Float64Array(64 * FIGURES)

  makeRoom(places: number): void {
    if (places * FIGURES <= this.values.length) return
    const before = this.values
    this.values = new Float64Array(2 * places * FIGURES)
    this.values.set(before)
  }
}

export class ProcessLoad {
  readonly #figures: LoadFigures
  readonly #at: number

  constructor(
    readonly log: MessageLog,
    /** By which the log knows it. */
    readonly place: number,
    readonly name: string,
    readonly part: string,
    readonly host: string,
    figures: LoadFigures,
  ) {
    figures.makeRoom(place + 1)
    this.#figures = figures
    this.#at = place * FIGURES
  }

  /** Messages that it has handled since the last reset. */
  get handled(): number {
    return this.#figures.values[this.#at]!
  }

  /** It has handled a message. */
  count(): void {
    this.#figures.values[this.#at]! += 1
  }

  /** A job of it goes to the cores. */
  begin(now: Nanos): void {
    const { values } = this.#figures
    const at = this.#at
    if (values[at + JOBS] === 0) values[at + SINCE] = now
    values[at + JOBS]! += 1
  }

  /** … and has its work, or is taken off. */
  end(now: Nanos): void {
    const { values } = this.#figures
    const at = this.#at
    values[at + JOBS]! -= 1
    if (values[at + JOBS] === 0) values[at + BUSY]! += now - values[at + SINCE]!
  }

  reset(now: Nanos): void {
    const { values } = this.#figures
    values[this.#at] = 0
    values[this.#at + BUSY] = 0
    values[this.#at + SINCE] = now
  }

  /** For how long it has had a job there since the last reset. */
  busy(now: Nanos): Nanos {
    const { values } = this.#figures
    const at = this.#at
    return values[at + BUSY]! + (values[at + JOBS]! > 0 ? now - values[at + SINCE]! : 0)
  }
}
