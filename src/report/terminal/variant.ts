// One variant for a terminal: its key metrics, its series as sparklines, where the time went.

import type { Breakdown, Result, Series, Variant } from '../../results/result.ts'
import { format } from '../../units.ts'
import { largestParts, overall } from '../breakdown.ts'
import { ABSENT, counted, figure, percent } from '../figures.ts'
import { keyMetrics, metricNames } from '../key-metrics.ts'
import { seriesNamed, summaryOf } from '../series.ts'
import { faultLines } from './faults.ts'
import { bar, sparkline } from './sparkline.ts'
import { notes, table } from './table.ts'
import { cut, type Line, oneLine, quiet, strong, toned, widthOf } from './text.ts'

const SPARKS = 4
const MOST_SPARK = 48
const PARTS = 8

export function variantLines(result: Result, variant: Variant, columns: number): readonly Line[] {
  const all = overall(variant.breakdown)
  return [
    ...metricLines(result, variant, columns),
    ...seriesLines(variant, columns),
    ...faultLines(variant, columns),
    ...(all === undefined ? [] : breakdownLines(all, columns)),
  ]
}

function metricLines(result: Result, variant: Variant, columns: number): readonly Line[] {
  const names = keyMetrics(result)
  if (names.length === 0) return [[], ...notes(['no metric was observed'], columns)]
  const metrics = names.map((name) => variant.metrics[name])
  const more = metricNames(result).length - names.length
  const explanations = [
    ...(metrics.some((metric) => metric?.interval != null)
      ? [
          variant.seeds.length > 1
            ? `± 95 % interval over ${counted(variant.seeds.length, 'seed')}`
            : '± 95 % interval over batches of the run',
        ]
      : []),
    ...(more > 0 ? [`${counted(more, 'more metric')} in the result file`] : []),
  ]
  return [
    [],
    ...table(
      [
        { title: '', align: 'left', least: 12, cells: names.map((name) => cut(name, 34)) },
        {
          title: '',
          align: 'right',
          cells: metrics.map((metric) => (metric?.value == null ? quiet(ABSENT) : strong(figure(metric)))),
        },
        { title: '', align: 'left', least: 0, cells: metrics.map((metric) => quiet(metric?.meaning ?? '')) },
      ],
      columns,
    ),
    ...notes([explanations.join('; ')], columns),
  ]
}

function seriesLines(variant: Variant, columns: number): readonly Line[] {
  const shown = [
    ...seriesNamed(variant, /(^|\.)throughput$/),
    ...seriesNamed(variant, /^in-system$/),
    ...seriesNamed(variant, /\.queue$/),
  ].slice(0, SPARKS)
  if (shown.length === 0) return []
  const names = shown.map(({ name }) => cut(oneLine(name), 26))
  const figures = shown.map(({ series }) => meanAndPeak(series))
  const taken = Math.max(...names.map(widthOf)) + Math.max(...figures.map(widthOf)) + 6
  const width = Math.min(MOST_SPARK, Math.max(8, columns - taken))
  const sparks = shown.map(({ series }) => toned('accent', sparkline(series.values, width)))
  const { start, width: bin, values } = shown[0]!.series
  return [
    [],
    ...table(
      [
        { title: '', align: 'left', cells: names },
        { title: '', align: 'left', cells: sparks },
        { title: '', align: 'left', least: 0, cells: figures.map(quiet) },
      ],
      columns,
    ),
    ...notes(
      [
        `virtual time ${start === 0 ? 0 : format(start, 'ns')} to ${format(start + bin * values.length, 'ns')}`,
      ],
      columns,
    ),
  ]
}

function meanAndPeak(series: Series): string {
  const summary = summaryOf(series)
  if (summary === null) return ABSENT
  return `mean ${format(summary.mean, series.unit)}, peak ${format(summary.peak, series.unit)}`
}

function breakdownLines(breakdown: Breakdown, columns: number): readonly Line[] {
  const parts = largestParts(breakdown, PARTS)
  if (parts.length === 0 || breakdown.latency <= 0) return []
  const width = Math.min(40, Math.max(8, columns - 44))
  return [
    [],
    [
      strong('where the time goes'),
      quiet(`  mean of ${counted(breakdown.requests, 'request')}, ${format(breakdown.latency, 'ns')}`),
    ],
    ...table(
      [
        { title: '', align: 'left', least: 8, cells: parts.map(([name]) => cut(name, 26)) },
        { title: '', align: 'right', cells: parts.map(([, time]) => percent(time / breakdown.latency)) },
        { title: '', align: 'right', cells: parts.map(([, time]) => quiet(format(time, 'ns'))) },
        {
          title: '',
          align: 'left',
          least: 0,
          cells: parts.map(([, time]) => toned('accent', bar(time / breakdown.latency, width))),
        },
      ],
      columns,
    ),
  ]
}
