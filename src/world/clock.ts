// The wall clock of a host: virtual time, off by an offset, fast or slow by a drift, and stepped by whoever sets it.
// Timers and sleeps of its processes run on the same crystal: with a drift of 100 ppm one of 10 s ends 1 ms early.
// Left out: a time service that disciplines it; temperature. `Env.now` is virtual time, exact and the same everywhere.

import type { Simulation } from '../kernel/simulation.ts'
import { duration, number } from '../parameters.ts'
import { hours, type Nanos } from '../units.ts'

export const clockParameters = {
  clockOffset: duration({
    meaning: 'how far the wall clock is ahead when the run begins; negative: behind',
    default: 0,
    min: -hours(24 * 365),
  }),
  clockDrift: number({
    meaning: 'parts per million by which the clock and the timers are fast; negative: slow',
    default: 0,
    min: -100_000,
    max: 100_000,
    source: '[P] crystals of servers are off by up to 50 to 200 ppm',
  }),
} as const

export class HostClock {
  readonly #simulation: Simulation
  readonly #drift: number
  #offset: Nanos

  /** @param drift parts per million */
  constructor(simulation: Simulation, offset: Nanos, drift: number) {
    this.#simulation = simulation
    this.#offset = offset
    this.#drift = drift / 1e6
  }

  /** What the wall clock shows, nanoseconds since the run began by a right clock. */
  now(): Nanos {
    const { now } = this.#simulation
    return now + this.#offset + Math.round(now * this.#drift)
  }

  /** Somebody sets it: so much forward, or back where negative. Timers go on. */
  jump(by: Nanos): void {
    this.#offset += by
  }

  /** How long it really takes until the clock has gone on by so much. */
  lasts(delay: Nanos): Nanos {
    return this.#drift === 0 ? delay : Math.round(delay / (1 + this.#drift))
  }
}
