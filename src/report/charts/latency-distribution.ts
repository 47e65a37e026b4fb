// How times are distributed: a histogram on a logarithmic axis, one panel a variant.

import type { HistogramData, Result, Variant } from '../../results/result.ts'
import { format } from '../../units.ts'
import { independent, labelOf, representatives } from '../axes.ts'
import { counted } from '../figures.ts'
import { binned, positiveExtent, quantileOf, timesShown } from '../histogram.ts'
import { headlineMetrics } from '../key-metrics.ts'
import { labelExpression, logarithmicTicks, SHARES } from './axis.ts'
import type { Chart, Drawing } from './chart.ts'
import { column } from './columns.ts'
import { label, labels } from './labels.ts'
import { HEIGHT, INK, PAPER, SERIES_COLOURS, WIDTH } from './theme.ts'

const MOST_PANELS = 6
const BINS = 48
/** A share this small, that takes next to nothing, would stretch the axis: it stands in the first bar. */
const FASTEST = 0.002
const MARKS = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
] as const
/** What the name of a mark takes, in pixels. */
const NAME = { width: 28, height: 12 }

export const latencyDistribution: Chart = {
  name: 'latency-distribution',
  meaning: 'How are the times of requests distributed?',
  shows: 'all seeds',
  draw(result) {
    const name = timesShown(result)
    if (name === undefined) return []
    const having = result.variants.filter((variant) => (variant.histograms[name]?.count ?? 0) > 0)
    const shown = representatives(having, headlineMetrics(result, 1)[0], MOST_PANELS)
    const axes = independent(result.variants)
    const panels = labels(
      shown.map((variant) => labelOf(variant, axes)),
      60,
    )
    return [drawing(result, name, shown, panels)]
  },
}

function drawing(
  result: Result,
  name: string,
  shown: readonly Variant[],
  panels: readonly string[],
): Drawing {
  const histograms = shown.map((variant) => variant.histograms[name]!)
  const [least, high] = positiveExtent(histograms)
  const fast = Math.min(...histograms.map((data) => quantileOf(data, FASTEST)!))
  const low = fast > 10 * least && fast < high ? fast : least
  const height = histograms.length === 1 ? HEIGHT : 84
  const bins = histograms.map((data) => binned(data, [low, high], BINS))
  const values = histograms.flatMap((data, i) => [
    ...bins[i]!.map((bin) => ({ ...bin, panel: panels[i] })),
    ...marksOf(data, [low, high]).map((mark) => ({ ...mark, panel: panels[i] })),
  ])
  const marks = { transform: [{ filter: 'isValid(datum.mark)' }] }
  const x = {
    type: 'quantitative',
    scale: { type: 'log', domain: [low, high], nice: false },
    axis: { title: label(name), values: logarithmicTicks(low, high, 'ns'), labelExpr: labelExpression('ns') },
  }
  const layer = [
    {
      transform: [{ filter: 'isValid(datum.share)' }],
      mark: { type: 'rect', color: SERIES_COLOURS[0] },
      encoding: {
        x: { field: 'low', ...x },
        x2: { field: 'high' },
        y2: { datum: 0 },
        y: {
          field: 'share',
          type: 'quantitative',
          axis: {
            title: histograms.length === 1 ? 'share of requests' : null,
            ...SHARES,
            tickCount: height / 45,
          },
        },
      },
    },
    {
      ...marks,
      mark: { type: 'rule', strokeDash: [4, 3] },
      encoding: { x: { field: 'at', ...x } },
    },
    // On paper of their own, since they may stand on a bar.
    ...[
      { color: PAPER.light, stroke: PAPER.light, strokeWidth: 3, strokeJoin: 'round' },
      { color: INK.light },
    ].map((look) => ({
      ...marks,
      mark: { type: 'text', align: 'left', dx: 4, baseline: 'top', fontSize: 11, ...look },
      encoding: {
        x: { field: 'at', ...x },
        y: { field: 'top', type: 'quantitative', scale: null, axis: null },
        text: { field: 'mark' },
      },
    })),
  ]
  const left = result.variants.length - histograms.length
  return {
    name: 'latency-distribution',
    title: titleOf(name, shown),
    caption: `Histogram of ${label(name)} (${counted(
      histograms.reduce((sum, data) => sum + data.count, 0),
      'value',
    )}) on a logarithmic axis; dashed lines are the 50th, 95th and 99th percentile.${
      low > least ? ` The first bar has what is shorter, too, down to ${format(least, 'ns')}.` : ''
    }${
      left > 0
        ? ` ${histograms.length} of ${result.variants.length} variants, evenly from the best to the worst.`
        : ''
    }`,
    spec:
      histograms.length === 1
        ? { width: WIDTH, height, data: { values }, layer }
        : {
            data: { values },
            facet: { field: 'panel', type: 'nominal', sort: panels, columns: 1 },
            columns: 1,
            spacing: 14,
            spec: { width: WIDTH, height, layer },
          },
    table: {
      columns: [
        column('from', 'ns'),
        column('to', 'ns'),
        ...panels.map((panel) => column(`share of ${panel}`, 'ratio')),
      ],
      rows: bins[0]!.map((bin, i) => [bin.low, bin.high, ...bins.map((each) => each[i]!.share)]),
    },
  }
}

/** Percentiles with their names, each below the one before where that would be in its way. */
function marksOf(data: HistogramData, [low, high]: readonly [number, number]) {
  let [top, end] = [0, Number.NEGATIVE_INFINITY]
  return MARKS.map(([mark, p]) => {
    const at = Math.max(low, quantileOf(data, p)!)
    const x = (WIDTH * Math.log(at / low)) / Math.log(high / low)
    top = x < end ? top + NAME.height : 0
    end = x + NAME.width
    return { mark, at, top }
  })
}

function titleOf(name: string, shown: readonly Variant[]): string {
  const [medians, tails] = [told(0.5), told(0.99)]
  if (shown.length === 1)
    return `Half of all requests take under ${format(medians[0]!, 'ns')}, one in a hundred over ${format(tails[0]!, 'ns')}`
  return `${label(name)}: the median goes from ${format(Math.min(...medians), 'ns')} to ${format(Math.max(...medians), 'ns')}`

  /** What the figures say, where there is one: a bucket of a histogram tells less. */
  function told(p: number): number[] {
    return shown.map(
      ({ metrics, histograms }) => metrics[`${name}.p${100 * p}`]?.value ?? quantileOf(histograms[name]!, p)!,
    )
  }
}
