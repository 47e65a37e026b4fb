// A level: something that has a value at every instant, such as a queue's length. Its mean is over time and exact.

import type { MetricDefinition, MetricDefinitions } from '../env/metric.ts'
import { InvariantError } from '../errors.ts'
import type { Nanos } from '../units.ts'
import { binsFor, type Instrument, type InstrumentOptions } from './instrument.ts'
import type { RecordedSeries } from './recorded.ts'
import type { Bins } from './series.ts'
import { Sum } from './sum.ts'

const levelFigures = (definition: MetricDefinition): MetricDefinitions => ({
  '.mean': { ...definition, meaning: `${definition.meaning}, mean over time` },
  '.max': { ...definition, meaning: `${definition.meaning}, highest` },
})

export class Level implements Instrument {
  readonly definition: MetricDefinition
  readonly figureDefinitions: MetricDefinitions
  readonly #bins: Bins | undefined
  readonly #area = new Sum()
  #value = 0
  #at: Nanos = 0
  #max = Number.NEGATIVE_INFINITY
  /** When the measured time begins. */
  #start: Nanos
  /** Since when the value is known: -1 as long as it is not. */
  #knownFrom: Nanos = -1
  /** Whoever watches it is told of values above this. */
  #bound = Number.POSITIVE_INFINITY
  #exceeded: ((now: Nanos, value: number) => void) | undefined

  /** `start`: when the measured time begins. */
  constructor(definition: MetricDefinition, options: InstrumentOptions, bins: number, start: Nanos) {
    this.definition = definition
    this.figureDefinitions = levelFigures(definition)
    this.#bins = binsFor(options, bins)
    this.#start = start
  }

  get hasSeries(): boolean {
    return this.#bins !== undefined
  }

  /** The present value; 0 before the first one. */
  get value(): number {
    return this.#value
  }

  /** The level is `value` from now on. Before the first `set` it is unknown, and that time counts for nothing. */
  set(now: Nanos, value: number): void {
    if (this.#knownFrom < 0) this.#begin(now)
    else this.#advance(now)
    this.#assign(value)
  }

  /** The level is `delta` higher from now on. A level that begins with `add` was 0 since the run began. */
  add(now: Nanos, delta: number): void {
    if (this.#knownFrom < 0) this.#begin(0)
    this.#advance(now)
    this.#assign(this.#value + delta)
  }

  /** Calls back whenever the level comes to exceed a bound. */
  watch(bound: number, exceeded: (now: Nanos, value: number) => void): void {
    this.#bound = bound
    this.#exceeded = exceeded
  }

  /** Level times nanoseconds of the measured time up to now, a past instant being refused. */
  integral(now: Nanos): number {
    if (this.#knownFrom >= 0) this.#advance(now)
    return this.#area.value
  }

  reset(now: Nanos): void {
    if (this.#knownFrom >= 0) this.#advance(now)
    this.#area.clear()
    this.#max = Number.NEGATIVE_INFINITY
    this.#start = now
  }

  figures(now: Nanos): Readonly<Record<string, number | null>> {
    const area = this.integral(now)
    const from = Math.max(this.#start, this.#knownFrom)
    if (this.#knownFrom < 0 || now <= from) return { '.mean': null, '.max': null }
    return { '.mean': area / (now - from), '.max': this.#max }
  }

  series(now: Nanos): RecordedSeries | null {
    if (this.#bins === undefined) return null
    const knownFrom = this.#knownFrom < 0 ? now : this.#knownFrom
    this.integral(now)
    const { unit, meaning } = this.definition
    const values = this.#bins.map(now, (sum, from, to) =>
      to > knownFrom ? sum / (to - Math.max(from, knownFrom)) : null,
    )
    return { unit, meaning, start: 0, width: this.#bins.width, values }
  }

  histogram(): null {
    return null
  }

  #begin(from: Nanos): void {
    if (!(from >= 0)) throw new InvariantError(`a level got the instant ${from}`)
    this.#knownFrom = from
    this.#at = Math.max(from, this.#start)
  }

  /** Accounts for the time since the last change. A value that held for no time at all is not a maximum either. */
  #advance(now: Nanos): void {
    const held = now - this.#at
    if (held === 0) return
    if (!(held > 0)) throw new InvariantError(`a level went back in time, from ${this.#at} ns to ${now} ns`)
    this.#area.add(this.#value * held)
    if (this.#value > this.#max) this.#max = this.#value
    // A level of 0 adds nothing to any bin, and leaves the series' memory in peace.
    if (this.#bins !== undefined && this.#value !== 0) this.#bins.hold(this.#at, now, this.#value)
    this.#at = now
  }

  #assign(value: number): void {
    if (!Number.isFinite(value)) throw new InvariantError(`a level was set to ${value}`)
    if (value > this.#bound && this.#value <= this.#bound) this.#exceeded!(this.#at, value)
    this.#value = value
  }
}
