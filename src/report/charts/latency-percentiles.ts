// Times by percentile, the tail stretched out: the axis is logarithmic in 1 - p, a line a variant.

import type { HistogramData } from '../../results/result.ts'
import { format, formatNumber } from '../../units.ts'
import { independent, namesOf, placeOf, representatives } from '../axes.ts'
import { quantileOf, timesShown } from '../histogram.ts'
import { headlineMetrics } from '../key-metrics.ts'
import { figureAxis } from './axis.ts'
import type { Chart } from './chart.ts'
import { column } from './columns.ts'
import { label, labels, seriesColour } from './labels.ts'
import { HEIGHT, MOST_SERIES, WIDTH } from './theme.ts'

/** Points per factor of ten in 1 - p. */
const RESOLUTION = 20
/** The axis of times begins at those that one in so many exceeds, p20: a few that take next to nothing would stretch it. */
const FASTEST = 1.25

export const latencyPercentiles: Chart = {
  name: 'latency-percentiles',
  meaning: 'How long do the slowest of requests take?',
  shows: 'all seeds',
  draw(result) {
    const name = timesShown(result)
    if (name === undefined) return []
    const having = result.variants.filter((variant) => (variant.histograms[name]?.count ?? 0) >= 10)
    if (having.length === 0) return []
    const shown = representatives(having, headlineMetrics(result, 1)[0], MOST_SERIES)
    const axes = independent(result.variants)
    const names = labels(shown.map((variant) => placeOf(variant, axes)))
    const histograms = shown.map((variant) => variant.histograms[name]!)
    const curves = histograms.map(points)
    const times = curves
      .flatMap((curve) => curve.filter(({ odds }) => odds >= FASTEST))
      .map(({ time }) => time)
    const farthest = Math.max(...curves.flat().map((point) => point.odds))
    const y = figureAxis(times, 'ns', name)
    const values = curves.flatMap((curve, i) =>
      curve.map(({ odds, time }) => ({ odds, time: time / y.size, series: names[i] })),
    )
    const left = result.variants.length - shown.length
    return [
      {
        name: 'latency-percentiles',
        title: titleOf(name, histograms),
        caption: `Read upwards from a percentile: so many of all took no longer. To the right the axis is stretched: each step leaves a tenth of the requests.${
          left > 0
            ? ` ${shown.length} of ${result.variants.length} variants, evenly from the best to the worst.`
            : ''
        }`,
        spec: {
          width: WIDTH,
          height: HEIGHT,
          data: { values },
          mark: { type: 'line', clip: true },
          encoding: {
            x: {
              field: 'odds',
              type: 'quantitative',
              scale: { type: 'log', domain: [1, farthest], nice: false },
              axis: {
                title: 'percentile',
                grid: true,
                values: [2, 10, 100, 1000, 1e4, 1e5, 1e6].filter((odds) => odds <= farthest * 1.001),
                labelExpr: "'p'+format(100-100/datum.value,'~r')",
              },
            },
            y: {
              field: 'time',
              type: 'quantitative',
              scale: y.scale,
              axis: y.axis,
            },
            color: seriesColour(names, WIDTH, namesOf(axes)),
          },
        },
        table: {
          columns: ['percentile', ...names.map((each) => column(each, 'ns'))],
          rows: curves
            .reduce((most, curve) => (curve.length > most.length ? curve : most))
            .map(({ odds }, i) => [100 - 100 / odds, ...curves.map((curve) => curve[i]?.time ?? null)]),
        },
      },
    ]
  },
}

/** Up to the last percentile that the number of values tells. `odds`: one in so many is above. */
function points(data: HistogramData): readonly { readonly odds: number; readonly time: number }[] {
  const last = Math.min(1e6, data.count)
  const count = Math.floor(Math.log10(last) * RESOLUTION)
  return Array.from({ length: count + 1 }, (_, i) => {
    const odds = Math.exp((i / RESOLUTION) * Math.LN10)
    return { odds, time: Math.max(quantileOf(data, 1 - 1 / odds)!, 1) }
  })
}

function titleOf(name: string, histograms: readonly HistogramData[]): string {
  const ratios = histograms.map((data) => quantileOf(data, 0.99)! / Math.max(1, quantileOf(data, 0.5)!))
  if (histograms.length === 1)
    return `One in a hundred takes ${formatNumber(Number(ratios[0]!.toPrecision(2)))} times the median or more`
  // The last of these that every curve reaches.
  const p = histograms.every((data) => data.count >= 100) ? 99 : 90
  const tails = histograms.map((data) => quantileOf(data, p / 100)!)
  return `${label(name)}: the ${p}th percentile goes from ${format(Math.min(...tails), 'ns')} to ${format(Math.max(...tails), 'ns')}`
}
