// What the workers of a scaled part do with their time: at every instant each is in one state, a share of it where a core is shared,
// so that the states sum to the workers, and over time to the worker time P·T.
// After the idea of lost cycles analysis (Crovella and LeBlanc, "Parallel performance prediction using lost cycles analysis", 1994):
// whatever is not useful has exactly one cause.

import type { MetricDefinition } from '../env/metric.ts'
import type { Nanos } from '../units.ts'
import type { Counter } from './counter.ts'
import type { Level } from './level.ts'
import type { Recorder } from './recorder.ts'

/** State → what a worker does in it. */
const OCCUPATIONS = {
  computing: 'holds a core, or serves in a station of its own',
  served: 'waits for a service that it asked: its own work, done elsewhere',
  contention: 'can run, and waits for a core',
  serial: 'waits for what only a coordinator or a serial part does',
  network: 'waits for a message that is on its way',
  coherency: 'agrees with its peers: handles their messages, or waits for them',
  stragglers: 'has nothing left to do while others of its part still work',
  idle: 'is not asked for anything',
  down: 'is not up',
} as const

export type OccupationState = keyof typeof OCCUPATIONS

export const STATES = Object.keys(OCCUPATIONS) as readonly OccupationState[]

export const COMPUTING = 0
export const SERVED = 1
export const CONTENTION = 2
export const SERIAL = 3
export const ON_NETWORK = 4
export const COHERENCY = 5
export const STRAGGLERS = 6
export const UNASKED = 7
export const DOWN = 8

/** Rounding of shares of a core, relative to the whole. */
const ROUNDING = 1e-9

const definitionOf = (state: OccupationState): MetricDefinition => ({
  unit: 'count',
  better: state === 'computing' || state === 'served' || state === 'idle' ? 'neither' : 'lower',
  meaning: `workers of which each ${OCCUPATIONS[state]}`,
})

export class Occupation {
  readonly #levels: readonly Level[]
  readonly #time: Counter
  /** Of the last instant. */
  readonly #shown: number[]
  #at: Nanos = 0
  #measuredFrom: Nanos = 0

  constructor(
    recorder: Recorder,
    readonly workers: number,
  ) {
    this.#levels = STATES.map((state) => recorder.level(`workers.${state}`, definitionOf(state)))
    this.#time = recorder.counter('workers.time', {
      unit: 'ns',
      better: 'neither',
      meaning: 'worker time: workers times the measured time',
    })
    this.#shown = STATES.map(() => Number.NaN)
  }

  /** From now on so many workers are in each state, in the order of `STATES`; together they are all. */
  set(now: Nanos, counts: readonly number[]): void {
    this.advance(now)
    for (let state = 0; state < counts.length; state++) {
      const count = counts[state]!
      if (count === this.#shown[state]) continue
      this.#shown[state] = count
      this.#levels[state]!.set(now, count)
    }
  }

  /** Time has passed without a change. */
  advance(now: Nanos): void {
    if (now > this.#at) this.#time.add(now, this.workers * (now - this.#at))
    this.#at = now
  }

  /** The warm-up is over. */
  measure(now: Nanos): void {
    this.#at = now
    this.#measuredFrom = now
  }

  /** Whether every worker-nanosecond of the measured time has its state. */
  check(now: Nanos): { readonly pass: boolean; readonly detail: string } {
    const whole = this.workers * (now - this.#measuredFrom)
    const sum = this.#levels.reduce((sum, level) => sum + level.integral(now), 0)
    return {
      pass: Math.abs(sum - whole) <= ROUNDING * whole,
      detail: `${sum / 1e9} s of ${whole / 1e9} s of ${this.workers} workers`,
    }
  }
}
