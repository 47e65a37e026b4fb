// The course of one thing that is to make progress: who waits for it, since when it is due, whether it is late.

import type { Nanos } from '../../units.ts'
import type { Evidence, Speaker } from './checker.ts'

export class Course {
  /** How many wait for it. */
  waiting = 0
  /** Somebody has waited for it: then it is due as long as somebody does. Otherwise it is due once after each fault. */
  awaited = false
  /** Since when progress is due; -1: it is not. */
  dueSince: Nanos = -1
  /** How often progress was made. */
  made = 0
  #lastAt: Nanos = -1
  #lastBy: Speaker | undefined
  #firstBy: Speaker | undefined
  #told = false

  constructor(readonly name: string) {}

  /** One more waits for it. */
  wait(at: Nanos, by: Speaker): void {
    this.awaited = true
    if (this.waiting++ > 0) return
    this.due(at)
    this.#firstBy = by
  }

  /** One waits no more; `progress`: because there was some. */
  leave(at: Nanos, by: Speaker, progress: boolean): void {
    if (this.waiting > 0) this.waiting--
    if (progress) this.progress(at, by)
    else if (this.waiting === 0) this.dueSince = -1
  }

  progress(at: Nanos, by: Speaker): void {
    this.made++
    this.#lastAt = at
    this.#lastBy = by
    this.#told = false
    this.dueSince = this.waiting > 0 ? at : -1
  }

  due(at: Nanos): void {
    this.dueSince = at
    this.#told = false
  }

  /** Whether it is due, and nobody has been told yet that it is late. */
  get open(): boolean {
    return this.dueSince >= 0 && !this.#told
  }

  /** Whether there was progress at or after this instant; -1: at all. */
  progressedSince(at: Nanos): boolean {
    return this.#lastAt >= 0 && this.#lastAt >= at
  }

  /** Somebody is told that it is late. */
  tell(): void {
    this.#told = true
  }

  /** Why it is due, oldest first. */
  get evidence(): Evidence[] {
    const events: Evidence[] = []
    if (this.#lastBy)
      events.push({
        at: this.#lastAt,
        process: this.#lastBy.name,
        event: `the last progress of ${this.name}`,
      })
    if (this.waiting > 0 && this.#firstBy && this.dueSince > this.#lastAt)
      events.push({ at: this.dueSince, process: this.#firstBy.name, event: `began to wait for ${this.name}` })
    return events
  }
}
