// What a page keeps of a result to draw its charts and tables anew for some of its variants and seeds, small enough to stand
// within it: each name is there once, and nothing that neither a chart nor a table reads. Of a campaign of a thousand runs
// series and histograms are coarser than in the result file, and metrics beyond a number are left to it.

import type {
  Breakdown,
  Check,
  Fault,
  HistogramData,
  MetricValue,
  Result,
  Scalar,
  Series,
  Variant,
} from '../results/result.ts'
import { timesShown } from './histogram.ts'
import { headlineMetrics, keyMetrics, metricNames } from './key-metrics.ts'
import { pointsOf } from './series.ts'

type Definition = readonly [name: string, Pick<MetricValue, 'class' | 'unit' | 'better' | 'meaning'>]
type PackedMetric = readonly [
  definition: number,
  value: number | null,
  interval: MetricValue['interval'],
  samples: readonly (number | null)[],
]
type PackedSeries = readonly [
  definition: number,
  start: number,
  width: number,
  values: readonly (number | null)[],
]

interface PackedVariant {
  readonly name: string
  readonly parameters: Readonly<Record<string, Scalar>>
  readonly seeds: readonly string[]
  readonly failed: number
  readonly metrics: readonly PackedMetric[]
  readonly series: readonly PackedSeries[]
  readonly histograms: Readonly<Record<string, HistogramData>>
  readonly breakdown: readonly Breakdown[]
  /** Its place among the plans. */
  readonly faults: number
}

/** Plain data. */
export interface Packed {
  readonly scenario: Result['scenario']
  readonly metrics: readonly Definition[]
  readonly series: readonly (readonly [name: string, Pick<Series, 'unit' | 'meaning'>])[]
  readonly plans: readonly (readonly Fault[])[]
  readonly variants: readonly PackedVariant[]
  readonly speedups: Result['speedups']
}

export interface Room {
  /** Samples of metrics, of all variants. */
  readonly samples: number
  /** Points of series. */
  readonly points: number
  /** Up to so many points are kept as they are. */
  readonly exact: number
  /** Buckets of histograms. */
  readonly buckets: number
}

const ROOM: Room = { samples: 120_000, points: 120_000, exact: 20_000, buckets: 30_000 }
/** A series of fewer points says too little of a run. */
const FEWEST_POINTS = 24
/** Of the values of series that are made coarser: an axis shows fewer. */
const DIGITS = 5

/** The series that charts draw, those that matter most first. */
const DRAWN: readonly RegExp[] = [
  /(^|\.)throughput$/,
  /^in-system$/,
  /\.queue$/,
  /^service\..+\.utilisation$/,
  /^host\..+\.core\.\d+\.utilisation$/,
]

/** Same result, same data. */
export function packed(result: Result, room = ROOM): Packed {
  const metrics = new Index<Definition>()
  const series = new Index<Packed['series'][number]>()
  const plans = new Index<readonly Fault[]>()
  const names = keptMetrics(result, room)
  const kept = keptSeries(result, room)
  const histogram = timesShown(result)
  const together = Math.ceil(bucketsOf(result, histogram) / room.buckets)
  const variants = result.variants.map((variant) => ({
    name: variant.name,
    parameters: variant.parameters,
    seeds: variant.seeds,
    failed: variant.checks.filter(({ pass }) => pass === false).length,
    metrics: names.flatMap((name): PackedMetric[] => {
      const metric = variant.metrics[name]
      if (!metric) return []
      const { class: kind, unit, better, meaning, value, interval, samples } = metric
      return [[metrics.place([name, { class: kind, unit, better, meaning }]), value, interval, samples]]
    }),
    series: kept.names(variant).map((name): PackedSeries => {
      const { unit, meaning, ...one } = variant.series[name]!
      const { start, width, values } = kept.coarser(one)
      return [series.place([name, { unit, meaning }]), start, width, values]
    }),
    histograms:
      histogram === undefined || !variant.histograms[histogram]
        ? {}
        : { [histogram]: coarser(variant.histograms[histogram], together) },
    breakdown: variant.breakdown,
    faults: plans.place(variant.faults),
  }))
  return {
    scenario: { ...result.scenario, description: '', resolved: asked(result.scenario.resolved) },
    metrics: metrics.entries,
    series: series.entries,
    plans: plans.entries,
    variants,
    speedups: result.speedups,
  }
}

/** A result with all that charts and tables of figures read; of checks only how many failed. */
export function unpacked({ scenario, metrics, series, plans, variants, speedups }: Packed): Result {
  return {
    schema: 'rehearsal/result/1',
    scenario,
    variants: variants.map(
      (variant): Variant => ({
        name: variant.name,
        parameters: variant.parameters,
        seeds: variant.seeds,
        metrics: Object.fromEntries(
          variant.metrics.map(([place, value, interval, samples]) => {
            const [name, definition] = metrics[place]!
            return [name, { ...definition, value, interval, samples }]
          }),
        ),
        series: Object.fromEntries(
          variant.series.map(([place, start, width, values]) => {
            const [name, definition] = series[place]!
            return [name, { ...definition, start, width, values }]
          }),
        ),
        histograms: variant.histograms,
        breakdown: variant.breakdown,
        faults: plans[variant.faults]!,
        checks: Array.from({ length: variant.failed }, () => FAILED),
        fingerprints: {},
      }),
    ),
    speedups,
    claims: [],
    provenance: {
      tool: '',
      version: '',
      node: '',
      platform: '',
      commit: null,
      created: '',
      wallSeconds: 0,
      events: 0,
    },
  }
}

const FAILED: Check = { name: '', kind: 'law', pass: false, detail: '' }

/** Each thing once, by what it says. */
class Index<T> {
  readonly entries: T[] = []
  readonly #places = new Map<string, number>()

  place(entry: T): number {
    const key = JSON.stringify(entry)
    const known = this.#places.get(key)
    if (known !== undefined) return known
    this.#places.set(key, this.entries.length)
    return this.entries.push(entry) - 1
  }
}

/** What decides which metrics matter: those that claims and expectations name. */
function asked(resolved: unknown): unknown {
  const names = (section: string): unknown => {
    const list = (resolved as Record<string, unknown> | null | undefined)?.[section]
    return Array.isArray(list)
      ? list.map((each) => ({ metric: (each as { metric?: unknown } | null)?.metric }))
      : []
  }
  return { claims: names('claims'), expect: names('expect') }
}

/** In the order in which variants name them, as many as there is room for; those that matter most always. */
function keptMetrics(result: Result, room: Room): readonly string[] {
  const all = metricNames(result)
  const each = result.variants.reduce((sum, { seeds }) => sum + seeds.length, 0)
  const kept = new Set([...keyMetrics(result), ...headlineMetrics(result, 12)])
  for (const name of all) if ((kept.size + 1) * each <= room.samples) kept.add(name)
  return all.filter((name) => kept.has(name))
}

function keptSeries({ variants }: Result, room: Room) {
  const ranks: RegExp[] = []
  let count = 0
  // All of a kind or none: a chart that looks for the worst variant must see all of them.
  for (const pattern of DRAWN) {
    const more = variants.reduce(
      (sum, { series }) => sum + Object.keys(series).filter((name) => pattern.test(name)).length,
      0,
    )
    if ((count + more) * FEWEST_POINTS > room.points) break
    ranks.push(pattern)
    count += more
  }
  const names = ({ series }: Variant): readonly string[] =>
    Object.keys(series).filter((name) => ranks.some((pattern) => pattern.test(name)))
  const points = variants.reduce(
    (sum, variant) =>
      sum + names(variant).reduce((all, name) => all + variant.series[name]!.values.length, 0),
    0,
  )
  const most = Math.max(FEWEST_POINTS, Math.floor(room.points / Math.max(1, count)))
  const coarser = (one: Pick<Series, 'start' | 'width' | 'values'>): typeof one =>
    points <= room.exact ? one : condensed(one, most)
  return { names, coarser }
}

function condensed({ start, width, values }: Pick<Series, 'start' | 'width' | 'values'>, most: number) {
  const points = pointsOf({ unit: 'number', meaning: '', start, width, values }, most)
  const digits = (value: number | null): number | null =>
    value === null ? null : Number(value.toPrecision(DIGITS))
  return {
    start,
    width: points.length === 0 ? width : points[0]!.to - points[0]!.from,
    values: points.map(({ value }) => digits(value)),
  }
}

const bucketsOf = ({ variants }: Result, name: string | undefined): number =>
  variants.reduce(
    (sum, { histograms }) => sum + (name === undefined ? 0 : (histograms[name]?.buckets.length ?? 0)),
    0,
  )

/** So many neighbouring buckets as one. */
function coarser(data: HistogramData, together: number): HistogramData {
  if (together <= 1) return data
  const buckets: [number, number, number][] = []
  data.buckets.forEach(([low, high, count], i) => {
    const last = buckets.at(-1)
    if (last === undefined || i % together === 0) buckets.push([low, high, count])
    else {
      last[1] = high
      last[2] += count
    }
  })
  return { ...data, buckets }
}
