// Sums gaps of fractional nanoseconds into whole ones. The remainder is carried, so each arrival is its exact time
// rounded down: rounding neither accumulates nor biases the rate, and a year of arrivals loses no precision.

import type { Nanos } from '../../units.ts'
import type { ArrivalProcess } from './arrival-process.ts'

/** The last virtual time that is exact: 104 days. What would come later never comes. */
export const LAST: Nanos = Number.MAX_SAFE_INTEGER

class ArrivalClock {
  #whole: Nanos = 0
  #fraction = 0

  /** Nanoseconds since the run began, with their fraction. */
  get time(): number {
    return this.#whole + this.#fraction
  }

  /** Goes on by `gap` (ns, at least 0, any fraction; Infinity: for ever); `undefined` past the last exact time. */
  advance(gap: number): Nanos | undefined {
    const sum = this.#fraction + gap
    const whole = Math.floor(sum)
    this.#whole += whole
    this.#fraction = sum - whole
    return this.#whole <= LAST ? this.#whole : undefined
  }
}

/** The process whose gaps (ns) are what `gap` says, given the time of the arrival before. */
export function processOfGaps(meanRate: number, gap: (time: number) => number): ArrivalProcess {
  const clock = new ArrivalClock()
  return {
    meanRate,
    next(now) {
      const at = clock.advance(gap(clock.time))
      return at === undefined ? undefined : Math.max(at, now)
    },
  }
}
