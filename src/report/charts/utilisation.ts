// Utilisation: over virtual time as a heat map with a row for each of what is used, or its averages as bars.

import type { Result, Variant } from '../../results/result.ts'
import { format } from '../../units.ts'
import { independent, labelOf, worst } from '../axes.ts'
import { scaleOf, titleWithUnit } from '../figures.ts'
import { headlineMetrics } from '../key-metrics.ts'
import { naturally } from '../natural-order.ts'
import { type Named, pointsOf, seriesNamed, summaryOf } from '../series.ts'
import { SHARES } from './axis.ts'
import type { Drawing, Spec } from './chart.ts'
import { column, timeTable } from './columns.ts'
import { label, labels } from './labels.ts'
import { HEAT_COLOURS, SERIES_COLOURS, WIDTH } from './theme.ts'

const MOST_ROWS = 32
const MOST_CELLS = 96
const ROW_HEIGHT = 18

interface Subject {
  readonly name: string
  /** Such as `core`. */
  readonly noun: string
  /** Whether they are alike, so that their average says something. */
  readonly alike: boolean
  /** Of series and metrics alike. */
  readonly pattern: RegExp
}

/** One drawing of what matches, of the worst variant; none where nothing matches, or nothing of it was ever in use. */
export function drawUtilisation(result: Result, subject: Subject): readonly Drawing[] {
  const { name, noun, pattern } = subject
  const having = result.variants.filter((variant) => usesOf(variant, pattern).length > 0)
  const [metric] = headlineMetrics(result, 1)
  const variant = worst({ ...result, variants: having }, metric)
  if (variant === undefined) return []
  const uses = usesOf(variant, pattern)
  if (uses.every(({ mean }) => mean === 0)) return []
  const shown = busiest(uses)
  const timed = shown.flatMap(({ label, named }) =>
    named === undefined ? [] : [{ name: label, series: named.series }],
  )
  const several = result.variants.length > 1
  const notes = [
    ...(uses.length > shown.length ? [`The ${shown.length} busiest of ${uses.length}.`] : []),
    ...(several
      ? [
          `Of the worst variant by ${label(metric ?? '')}, ${label(labelOf(variant, independent(result.variants)), 120)}.`,
        ]
      : []),
  ]
  const how =
    timed.length > 0
      ? 'Share in use over virtual time, of the first seed; the stronger the blue, the busier; orange where nothing is left.'
      : 'Share in use, averaged over the run.'
  return [
    {
      name,
      title: `${titleOf(uses, subject)}${several ? ', in the worst variant' : ''}`,
      caption: [how, ...notes].join(' '),
      spec: timed.length > 0 ? heatMap(timed) : bars(shown),
      table:
        timed.length > 0
          ? timeTable(
              labels(timed.map((each) => each.name)),
              timed.map(({ series }) => pointsOf(series, MOST_CELLS)),
              'ratio',
            )
          : {
              columns: [noun, column('in use', 'ratio')],
              rows: shown.map((use) => [label(use.label), use.mean]),
            },
    },
  ]
}

function titleOf(uses: readonly Use[], { noun, alike }: Subject): string {
  const most = uses.reduce((most, use) => (use.mean > most.mean ? use : most))
  const share = `in use ${format(most.mean, 'ratio')} of the time`
  if (uses.length === 1) return `${label(most.label)} is ${share}`
  const average = uses.reduce((sum, use) => sum + use.mean, 0) / uses.length
  const all = alike ? `, all ${uses.length} on average ${format(average, 'ratio')}` : ''
  return `The busiest ${noun}, ${label(most.label)}, is ${share}${all}`
}

interface Use {
  readonly label: string
  readonly mean: number
  readonly named: Named | undefined
}

/** What is used: by its series where there are any, else by its metrics. */
function usesOf(variant: Variant, pattern: RegExp): readonly Use[] {
  const series = seriesNamed(variant, pattern)
  if (series.length > 0)
    return series.map((named) => ({
      label: shortened(named.name),
      mean: summaryOf(named.series)!.mean,
      named,
    }))
  return Object.keys(variant.metrics)
    .filter((name) => pattern.test(name) && variant.metrics[name]!.value !== null)
    .sort(naturally)
    .map((name) => ({ label: shortened(name), mean: variant.metrics[name]!.value!, named: undefined }))
}

/** `host.worker.1.core.0.utilisation` as `worker.1 core 0`. */
const shortened = (name: string): string =>
  name
    .replace(/^(host|service)\./, '')
    .replace(/\.utilisation$/, '')
    .replace(/\.core\.(\d+)$/, ' core $1')

function busiest(uses: readonly Use[]): readonly Use[] {
  if (uses.length <= MOST_ROWS) return uses
  const kept = new Set(uses.toSorted((a, b) => b.mean - a.mean).slice(0, MOST_ROWS))
  return uses.filter((use) => kept.has(use))
}

/** The step of the heat scale that a ratio falls in: ten below one, and one for wholly used. */
const step = (ratio: number): number => Math.min(10, Math.max(0, Math.floor(ratio * 10 + 1e-9)))

function heatMap(rows: readonly Named[]): Spec {
  const end = Math.max(...rows.map(({ series }) => series.start + series.width * series.values.length))
  const time = scaleOf(end, 'ns')
  const names = labels(
    rows.map(({ name }) => name),
    28,
  )
  const values = rows.flatMap(({ series }, row) => {
    // Neighbours of the same step are one rectangle: the same picture in a fraction of the bytes.
    const runs: { from: number; to: number; step: number; row: string }[] = []
    for (const { from, to, value } of pointsOf(series, MOST_CELLS)) {
      if (value === null) continue
      const last = runs.at(-1)
      if (last !== undefined && last.step === step(value) && last.to === from / time.size)
        last.to = to / time.size
      else runs.push({ from: from / time.size, to: to / time.size, step: step(value), row: names[row]! })
    }
    return runs
  })
  return {
    width: WIDTH,
    height: { step: names.length > 6 ? ROW_HEIGHT : ROW_HEIGHT + 8 },
    data: { values },
    mark: { type: 'rect', strokeWidth: 0 },
    encoding: {
      x: {
        field: 'from',
        type: 'quantitative',
        scale: {
          nice: false,
          zero: false,
          domain: [Math.min(...values.map(({ from }) => from)), end / time.size],
        },
        axis: { title: titleWithUnit('virtual time', time), tickCount: 8 },
      },
      x2: { field: 'to' },
      y: {
        field: 'row',
        type: 'nominal',
        sort: names,
        scale: { paddingInner: 0.12, paddingOuter: 0 },
        axis: { title: null, grid: false },
      },
      color: {
        field: 'step',
        type: 'ordinal',
        scale: { domain: HEAT_COLOURS.map((_, i) => i), range: HEAT_COLOURS },
        legend: {
          title: 'share in use:  0 %',
          titleOrient: 'left',
          direction: 'horizontal',
          columns: 11,
          symbolType: 'square',
          symbolSize: 220,
          symbolStrokeWidth: 0,
          columnPadding: 0,
          labelExpr: "datum.value==10?'100 %':''",
        },
      },
    },
  }
}

function bars(uses: readonly Use[]): Spec {
  const names = labels(
    uses.map((use) => use.label),
    28,
  )
  const values = uses.map((use, i) => ({ row: names[i], mean: use.mean, text: format(use.mean, 'ratio') }))
  const y = { field: 'row', type: 'nominal', sort: names, axis: { title: null, grid: false } }
  const x = {
    field: 'mean',
    type: 'quantitative',
    scale: { domain: [0, Math.max(1, ...uses.map((use) => use.mean))] },
    axis: { title: 'share in use', ...SHARES, tickCount: 5, grid: true },
  }
  return {
    width: WIDTH - 60,
    height: { step: ROW_HEIGHT + 4 },
    data: { values },
    layer: [
      { mark: { type: 'bar', color: SERIES_COLOURS[0] }, encoding: { x, y } },
      { mark: { type: 'text', align: 'left', dx: 5 }, encoding: { x, y, text: { field: 'text' } } },
    ],
  }
}
