// What the recorder asks of every instrument (counter, level, distribution). The figures of an instrument are named
// by the suffix they add to its name: '' and '.rate' of a counter, '.mean' of a level, '.p95' of a distribution.

import type { MetricDefinition, MetricDefinitions } from '../env/metric.ts'
import type { Nanos, Unit } from '../units.ts'
import type { RecordedHistogram, RecordedSeries } from './recorded.ts'
import { Bins } from './series.ts'

export interface InstrumentOptions {
  /** Also keeps a time series; default false. */
  readonly series?: boolean
}

export interface Instrument {
  readonly definition: MetricDefinition
  /** Whether it keeps a time series. */
  readonly hasSeries: boolean
  /** Suffix → definition of the figure. */
  readonly figureDefinitions: MetricDefinitions
  /** Forgets everything observed so far but the time series. */
  reset(now: Nanos): void
  /** Suffix → figure since the last reset; `null` when nothing was observed. */
  figures(now: Nanos): Readonly<Record<string, number | null>>
  /** Suffix → means of batches of what the figure is the mean of, where there are enough. */
  batches?(): Readonly<Record<string, readonly number[]>>
  series(now: Nanos): RecordedSeries | null
  histogram(): RecordedHistogram | null
}

export const binsFor = (options: InstrumentOptions, bins: number): Bins | undefined =>
  options.series ? new Bins(bins) : undefined

/** The unit of so much a second: bytes/s for bytes, /s for everything that is counted. */
export const rateUnit = (unit: Unit): Unit => (unit === 'bytes' ? 'bytes/s' : '/s')
