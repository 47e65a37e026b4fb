// A counter: how many, and how many a second of the measured time. Nothing counted is a real 0.

import type { MetricDefinition, MetricDefinitions } from '../env/metric.ts'
import { InvariantError } from '../errors.ts'
import type { Nanos } from '../units.ts'
import { binsFor, type Instrument, type InstrumentOptions, rateUnit } from './instrument.ts'
import type { RecordedSeries } from './recorded.ts'
import type { Bins } from './series.ts'

const counterFigures = (definition: MetricDefinition): MetricDefinitions => ({
  '': definition,
  '.rate': { ...definition, unit: rateUnit(definition.unit), meaning: `${definition.meaning}, per second` },
})

export class Counter implements Instrument {
  readonly definition: MetricDefinition
  readonly figureDefinitions: MetricDefinitions
  readonly #bins: Bins | undefined
  #count = 0
  #start: Nanos

  /** `start`: when the measured time begins. */
  constructor(definition: MetricDefinition, options: InstrumentOptions, bins: number, start: Nanos) {
    this.definition = definition
    this.figureDefinitions = counterFigures(definition)
    this.#bins = binsFor(options, bins)
    this.#start = start
  }

  get hasSeries(): boolean {
    return this.#bins !== undefined
  }

  /** Since the last reset. */
  get count(): number {
    return this.#count
  }

  /** Counts `by` more, at least 0. */
  add(now: Nanos, by = 1): void {
    if (!(by >= 0)) throw new InvariantError(`a counter only goes up, got ${by}`)
    this.#count += by
    if (this.#bins !== undefined) this.#bins.add(now, by)
  }

  reset(now: Nanos): void {
    this.#count = 0
    this.#start = now
  }

  figures(now: Nanos): Readonly<Record<string, number | null>> {
    const measured = now - this.#start
    return { '': this.#count, '.rate': measured > 0 ? (this.#count / measured) * 1e9 : null }
  }

  series(now: Nanos): RecordedSeries | null {
    if (this.#bins === undefined) return null
    const values = this.#bins.map(now, (sum, from, to) => (sum / (to - from)) * 1e9)
    const { unit, meaning } = this.figureDefinitions['.rate']!
    return { unit, meaning, start: 0, width: this.#bins.width, values }
  }

  histogram(): null {
    return null
  }
}
