// A distribution as an instrument: percentiles, mean, extremes and spread of the values recorded.

import type { Better, MetricDefinition, MetricDefinitions } from '../env/metric.ts'
import type { Nanos, Unit } from '../units.ts'
import { Batches } from './batches.ts'
import { Histogram } from './histogram.ts'
import { binsFor, type Instrument, type InstrumentOptions } from './instrument.ts'
import type { RecordedHistogram, RecordedSeries } from './recorded.ts'
import type { Bins } from './series.ts'

const PERCENTILES = { '.p50': 0.5, '.p90': 0.9, '.p95': 0.95, '.p99': 0.99, '.p999': 0.999 } as const

const distributionFigures = (definition: MetricDefinition): MetricDefinitions => {
  const { unit, better, meaning } = definition
  const figure = (what: string, of: Unit = unit, direction: Better = better): MetricDefinition => ({
    unit: of,
    better: direction,
    meaning: `${meaning}, ${what}`,
  })
  return {
    '.mean': figure('mean'),
    '.p50': figure('median'),
    '.p90': figure('90th percentile'),
    '.p95': figure('95th percentile'),
    '.p99': figure('99th percentile'),
    '.p999': figure('99.9th percentile'),
    '.max': figure('largest'),
    '.min': figure('least'),
    '.count': figure('how many', 'count', 'neither'),
    '.sd': figure('standard deviation', unit, 'neither'),
  }
}

export class Recording implements Instrument {
  readonly definition: MetricDefinition
  readonly figureDefinitions: MetricDefinitions
  readonly #values = new Histogram()
  readonly #batches = new Batches()
  readonly #sums: Bins | undefined
  readonly #counts: Bins | undefined

  constructor(definition: MetricDefinition, options: InstrumentOptions, bins: number) {
    this.definition = definition
    this.figureDefinitions = distributionFigures(definition)
    this.#sums = binsFor(options, bins)
    this.#counts = binsFor(options, bins)
  }

  get hasSeries(): boolean {
    return this.#sums !== undefined
  }

  /** Takes a value from 0 to 2^53, observed now; anything else is an InvariantError. */
  record(now: Nanos, value: number): void {
    this.#values.record(value)
    this.#batches.add(value)
    if (this.#sums !== undefined) {
      this.#sums.add(now, value)
      this.#counts!.add(now, 1)
    }
  }

  reset(): void {
    this.#values.clear()
    this.#batches.clear()
  }

  figures(): Readonly<Record<string, number | null>> {
    const values = this.#values
    const figures: Record<string, number | null> = {
      '.mean': values.mean,
      '.max': values.max,
      '.min': values.min,
      '.count': values.count,
      '.sd': values.variance === null ? null : Math.sqrt(values.variance),
    }
    for (const [suffix, fraction] of Object.entries(PERCENTILES))
      figures[suffix] = values.percentile(fraction)
    return figures
  }

  batches(): Readonly<Record<string, readonly number[]>> {
    const means = this.#batches.means()
    return means ? { '.mean': means } : {}
  }

  /** The mean of the values recorded in each bin. */
  series(now: Nanos): RecordedSeries | null {
    if (this.#sums === undefined) return null
    const counts = this.#counts!.map(now, (sum) => sum)
    const values = this.#sums.map(now, (sum, _from, _to, bin) =>
      counts[bin]! > 0 ? sum / counts[bin]! : null,
    )
    const { unit, meaning } = this.definition
    return { unit, meaning, start: 0, width: this.#sums.width, values }
  }

  histogram(): RecordedHistogram | null {
    return this.#values.data(this.definition.unit, this.definition.meaning)
  }
}
