// The recorder: hands out instruments by name and gathers what they saw as metrics, series, histograms and a breakdown.
// One a run. Instruments of one name are one instrument: the instances of a service share theirs.

import type { MetricDefinition, MetricDefinitions } from '../env/metric.ts'
import { invariant } from '../errors.ts'
import type { Nanos } from '../units.ts'
import { BreakdownRecording } from './breakdown.ts'
import { Counter } from './counter.ts'
import type { Instrument, InstrumentOptions } from './instrument.ts'
import { Level } from './level.ts'
import type { Recorded, RecordedHistogram, RecordedMetric, RecordedSeries } from './recorded.ts'
import { Recording } from './recording.ts'

export type { BreakdownRecording, Counter, Level, Recorded, Recording }

export class Recorder {
  readonly #bins: number
  readonly #instruments = new Map<string, Instrument>()
  readonly #owners = new Map<string, string>()
  #breakdown: BreakdownRecording | undefined
  #start: Nanos = 0

  /** `bins`: how many bins a time series has at most, at least 2; default 240. */
  constructor(options: { readonly bins?: number } = {}) {
    this.#bins = options.bins ?? 240
    invariant(Number.isInteger(this.#bins) && this.#bins >= 2, `a time series of ${this.#bins} bins`)
  }

  /** `x` (how many) and `x.rate`; the series is the rate. */
  counter(name: string, definition: MetricDefinition, options: InstrumentOptions = {}): Counter {
    return this.#instrument(name, Counter, definition, options)
  }

  /** `x.mean` (over time) and `x.max`; the series is the mean. */
  level(name: string, definition: MetricDefinition, options: InstrumentOptions = {}): Level {
    return this.#instrument(name, Level, definition, options)
  }

  /** `x.mean`, `.p50`, `.p90`, `.p95`, `.p99`, `.p999`, `.max`, `.min`, `.count`, `.sd`; the series is the mean. */
  distribution(name: string, definition: MetricDefinition, options: InstrumentOptions = {}): Recording {
    return this.#instrument(name, Recording, definition, options)
  }

  /** All levels there are, with their names. */
  *levels(): Iterable<readonly [name: string, level: Level]> {
    for (const [name, instrument] of this.#instruments)
      if (instrument instanceof Level) yield [name, instrument]
  }

  /** The one breakdown of the run; `parts` names an account's parts in their order. */
  breakdown(parts: readonly string[]): BreakdownRecording {
    this.#breakdown ??= new BreakdownRecording(parts)
    return this.#breakdown
  }

  /** The metrics that `finish` will give, known before anything ran. */
  definitions(): MetricDefinitions {
    const definitions: Record<string, MetricDefinition> = {}
    for (const [name, { figureDefinitions }] of this.#instruments)
      for (const [suffix, definition] of Object.entries(figureDefinitions))
        definitions[name + suffix] = definition
    return definitions
  }

  /** The end of warm-up: all that was observed is forgotten but the time series, and levels keep their value. */
  reset(now: Nanos): void {
    for (const instrument of this.#instruments.values()) instrument.reset(now)
    this.#breakdown?.reset()
    this.#start = now
  }

  /** What was seen from the last reset until now, and the time series from the beginning. */
  finish(now: Nanos): Recorded {
    const metrics: Record<string, RecordedMetric> = {}
    const series: Record<string, RecordedSeries> = {}
    const histograms: Record<string, RecordedHistogram> = {}
    for (const [name, instrument] of this.#instruments) {
      const figures = instrument.figures(now)
      for (const [suffix, definition] of Object.entries(instrument.figureDefinitions))
        metrics[name + suffix] = { ...definition, value: figures[suffix]! }
      for (const [suffix, batches] of Object.entries(instrument.batches?.() ?? {}))
        metrics[name + suffix] = { ...metrics[name + suffix]!, batches }
      const ownSeries = instrument.series(now)
      if (ownSeries) series[name] = ownSeries
      const histogram = instrument.histogram()
      if (histogram) histograms[name] = histogram
    }
    return {
      measured: now - this.#start,
      metrics,
      series,
      histograms,
      breakdown: this.#breakdown?.data() ?? [],
    }
  }

  #instrument<I extends Instrument>(
    name: string,
    kind: new (definition: MetricDefinition, options: InstrumentOptions, bins: number, start: Nanos) => I,
    definition: MetricDefinition,
    options: InstrumentOptions,
  ): I {
    const known = this.#instruments.get(name)
    if (known === undefined)
      return this.#register(name, new kind(definition, options, this.#bins, this.#start))
    invariant(known instanceof kind, () => `${name} is both a ${known.constructor.name} and a ${kind.name}`)
    const { unit, better } = known.definition
    invariant(
      unit === definition.unit && better === definition.better,
      () =>
        `${name} is declared as ${unit} (better: ${better}) and as ${definition.unit} (better: ${definition.better})`,
    )
    invariant(
      known.hasSeries === (options.series ?? false),
      () => `${name} is declared with and without a time series`,
    )
    return known
  }

  #register<I extends Instrument>(name: string, instrument: I): I {
    for (const suffix of Object.keys(instrument.figureDefinitions)) {
      const owner = this.#owners.get(name + suffix)
      invariant(owner === undefined, () => `the metric ${name}${suffix} is both of ${owner} and of ${name}`)
      this.#owners.set(name + suffix, name)
    }
    this.#instruments.set(name, instrument)
    return instrument
  }
}
