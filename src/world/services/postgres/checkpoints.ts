// Checkpoints, as far as recovery needs them: from where in the WAL a replay would begin. One begins when its time has come, or
// when so much WAL was written since the last, and counts once it is finished. Left out: the pages they write, full-page images.

import type { Nanos } from '../../../units.ts'

export interface CheckpointTerms {
  readonly checkpointTimeout: Nanos
  readonly checkpointCompletionTarget: number
  readonly maxWalSize: number
}

export class Checkpoints {
  /** Where a replay would begin. */
  redo: number
  readonly #terms: CheckpointTerms
  #begunAt: Nanos
  #nextAt: Nanos
  /** Where the last one began, finished or not, and when it is. */
  #last: number
  #finishedAt: Nanos

  constructor(terms: CheckpointTerms, now: Nanos, position: number) {
    this.#terms = terms
    this.redo = position
    this.#last = position
    this.#begunAt = now
    this.#finishedAt = now
    this.#nextAt = now + terms.checkpointTimeout
  }

  /** WAL up to here was written before `now`, all of it since the last call at this very time. */
  advance(now: Nanos, position: number): void {
    const { checkpointTimeout, checkpointCompletionTarget, maxWalSize } = this.#terms
    if (this.#nextAt <= now) {
      // Between two calls nothing was written: all but the first of the checkpoints since have nothing to do.
      this.#begin(this.#nextAt, position, checkpointTimeout)
      const missed = Math.floor((now - this.#nextAt) / checkpointTimeout)
      this.#nextAt += (missed + 1) * checkpointTimeout
    } else if (position - this.#last >= maxWalSize / (1 + checkpointCompletionTarget)) {
      this.#begin(now, position, now - this.#begunAt)
      this.#nextAt = now + checkpointTimeout
    }
    if (this.#finishedAt <= now) this.redo = this.#last
  }

  #begin(at: Nanos, position: number, pace: Nanos): void {
    if (this.#finishedAt <= at) this.redo = this.#last
    this.#last = position
    this.#begunAt = at
    this.#finishedAt = at + Math.round(this.#terms.checkpointCompletionTarget * pace)
  }
}
