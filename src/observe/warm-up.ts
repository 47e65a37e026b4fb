// MSER-5: where the warm-up of a run ends. Observations are batched by five; the warm-up is the prefix of batches whose
// removal makes the standard error of the mean of the rest least. Source: White, Cobb and Spratt, "A comparison of five
// steady-state truncation heuristics for simulation", Winter Simulation Conference 2000; the last five batches are not
// judged and a minimum in the second half counts as none, after Hoad, Robinson and Davies 2010.
// Memory is flat: beyond 4,096 batches, pairs merge and a batch is twice as large.

import type { Nanos } from '../units.ts'

const BATCH = 5
const MOST_BATCHES = 4096
const UNJUDGED = 5
const FEWEST_BATCHES = 10

export type Truncation =
  /** `time`: that of the first observation kept; `dropped`: how many come before it. */
  | { readonly found: true; readonly time: Nanos; readonly dropped: number }
  | { readonly found: false; readonly reason: string }

export class WarmUp {
  readonly #means = new Float64Array(MOST_BATCHES)
  readonly #times = new Float64Array(MOST_BATCHES)
  #batches = 0
  #size = BATCH
  #sum = 0
  #filled = 0

  record(now: Nanos, value: number): void {
    if (this.#filled === 0) this.#times[this.#batches] = now
    this.#sum += value
    this.#filled += 1
    if (this.#filled < this.#size) return
    this.#means[this.#batches] = this.#sum / this.#size
    this.#batches += 1
    this.#sum = 0
    this.#filled = 0
    if (this.#batches === MOST_BATCHES) this.#mergePairs()
  }

  /** Where to cut what was recorded so far; an incomplete last batch is left out of it. */
  truncation(): Truncation {
    const batches = this.#batches
    if (batches < FEWEST_BATCHES)
      return { found: false, reason: `fewer than ${FEWEST_BATCHES * BATCH} observations` }
    const first = this.#leastError()
    if (first > batches / 2)
      return {
        found: false,
        reason: 'the run does not settle in its first half: it is too short or has no steady state',
      }
    return { found: true, time: this.#times[first]!, dropped: first * this.#size }
  }

  /** The first batch kept, of those whose removal of all before gives the least standard error. */
  #leastError(): number {
    let best = 0
    let least = Number.POSITIVE_INFINITY
    let mean = 0
    let squares = 0
    for (let first = this.#batches - 1, count = 1; first >= 0; first--, count++) {
      const deviation = this.#means[first]! - mean
      mean += deviation / count
      squares += deviation * (this.#means[first]! - mean)
      const error = squares / (count * count)
      if (count > UNJUDGED && error <= least) {
        least = error
        best = first
      }
    }
    return best
  }

  #mergePairs(): void {
    this.#batches /= 2
    this.#size *= 2
    for (let i = 0; i < this.#batches; i++) {
      this.#means[i] = (this.#means[2 * i]! + this.#means[2 * i + 1]!) / 2
      this.#times[i] = this.#times[2 * i]!
    }
  }
}
