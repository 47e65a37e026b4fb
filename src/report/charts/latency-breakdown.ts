// Where the time of requests went: stacked bars by part, of the percentiles of one variant, or of variants.

import type { Breakdown, Result } from '../../results/result.ts'
import { format } from '../../units.ts'
import { independent, namesOf, placeOf, representatives } from '../axes.ts'
import { OF, overall } from '../breakdown.ts'
import { percent, scaleOf, titleWithUnit } from '../figures.ts'
import { headlineMetrics } from '../key-metrics.ts'
import type { Chart, DataTable, Drawing, Spec } from './chart.ts'
import { column } from './columns.ts'
import { label, labels, rowAxis, widthBeside } from './labels.ts'
import { partColour, partsInOrder } from './part-colours.ts'
import { MOST_SERIES, PAPER, SERIES_COLOURS, WIDTH } from './theme.ts'

const MOST_ROWS = 16
const MOST_PARTS = SERIES_COLOURS.length

interface Row {
  readonly name: string
  readonly breakdown: Breakdown
}

export const latencyBreakdown: Chart = {
  name: 'latency-breakdown',
  meaning: 'Where does the time go?',
  shows: 'all seeds',
  draw: (result) => [...ofVariants(result), ...ofPercentiles(result)],
}

function ofVariants(result: Result): readonly Drawing[] {
  const having = result.variants.filter((variant) => overall(variant.breakdown) !== undefined)
  if (having.length < 2) return []
  const axes = independent(result.variants)
  const shown = representatives(having, headlineMetrics(result, 1)[0], MOST_ROWS)
  const rows = shown.map((variant) => ({
    name: placeOf(variant, axes),
    breakdown: overall(variant.breakdown)!,
  }))
  const worst = rows.reduce((worst, row) => (row.breakdown.latency > worst.breakdown.latency ? row : worst))
  const left = result.variants.length - shown.length
  return [
    {
      name: 'latency-breakdown',
      title: `Where the time goes: in the slowest variant ${largestShare(worst.breakdown)}`,
      caption: `Mean time of all requests by part; the parts sum to the mean latency.${
        left > 0
          ? ` ${shown.length} of ${result.variants.length} variants, evenly from the best to the worst.`
          : ''
      }`,
      spec: stacked(rows, namesOf(axes)),
      table: partsTable(rows, namesOf(axes) ?? 'variant'),
    },
  ]
}

function ofPercentiles(result: Result): readonly Drawing[] {
  if (result.variants.length !== 1) return []
  const rows = result.variants[0]!.breakdown.filter(({ latency }) => latency > 0).map((breakdown) => ({
    name: OF[breakdown.of],
    breakdown,
  }))
  if (rows.length === 0) return []
  return [
    {
      name: 'latency-breakdown',
      title:
        `Where the time goes: ${largestShare(rows.at(-1)!.breakdown)} ${rows.length > 1 ? rows.at(-1)!.name : ''}`.trim(),
      caption:
        'Mean time by part, of all requests and of those around a percentile; the parts sum to the whole.',
      spec: stacked(rows, null),
      table: partsTable(rows, 'of'),
    },
  ]
}

/** `queue takes 62 % of 8.31 s`. */
function largestShare({ parts, latency }: Breakdown): string {
  const [part, time] = Object.entries(parts).reduce((most, part) => (part[1] > most[1] ? part : most))
  return `${label(part, 40)} takes ${percent(time / latency)} of ${format(latency, 'ns')}`
}

/** All parts, those that are put together in the drawing too. */
function partsTable(rows: readonly Row[], title: string): DataTable {
  const parts = partsInOrder([
    ...new Set(rows.flatMap(({ breakdown }) => Object.keys(breakdown.parts))),
  ]).filter((part) => rows.some(({ breakdown }) => (breakdown.parts[part] ?? 0) > 0))
  return {
    columns: [label(title), column('latency', 'ns'), ...labels(parts).map((part) => column(part, 'ns'))],
    rows: rows.map(({ name, breakdown }) => [
      label(name, 160),
      breakdown.latency,
      ...parts.map((part) => breakdown.parts[part] ?? 0),
    ]),
  }
}

/** The parts of all rows in their order; beyond the most, the smallest over all rows are put together. */
function partsOf(rows: readonly Row[]): { readonly kept: readonly string[]; readonly others: number } {
  const totals = new Map<string, number>()
  for (const { breakdown } of rows)
    for (const [part, time] of Object.entries(breakdown.parts))
      if (time > 0) totals.set(part, (totals.get(part) ?? 0) + time)
  const all = partsInOrder([...totals.keys()])
  if (all.length <= MOST_PARTS) return { kept: all, others: 0 }
  const largest = new Set(
    [...totals]
      .sort(([, x], [, y]) => y - x)
      .slice(0, MOST_SERIES)
      .map(([part]) => part),
  )
  return { kept: all.filter((part) => largest.has(part)), others: all.length - largest.size }
}

function stacked(rows: readonly Row[], title: string | null): Spec {
  const { kept, others } = partsOf(rows)
  const names = labels([...kept, ...(others > 0 ? [`${others} other parts`] : [])], 40)
  const rowNames = labels(
    rows.map(({ name }) => name),
    44,
  )
  const scale = scaleOf(Math.max(...rows.map(({ breakdown }) => breakdown.latency)), 'ns')
  const values = rows.flatMap(({ breakdown }, row) => {
    const known = kept.map((part) => breakdown.parts[part] ?? 0)
    const rest =
      Object.values(breakdown.parts).reduce((sum, time) => sum + time, 0) - known.reduce((a, b) => a + b, 0)
    return [...known, ...(others > 0 ? [rest] : [])].map((time, i) => ({
      row: rowNames[row],
      series: names[i],
      order: i,
      time: time / scale.size,
    }))
  })
  const totals = rows.map(({ breakdown }, row) => ({
    row: rowNames[row],
    time: breakdown.latency / scale.size,
    text: format(breakdown.latency, 'ns'),
  }))
  const y = { field: 'row', type: 'nominal', sort: rowNames, axis: rowAxis(title) }
  return {
    width: widthBeside(rowNames),
    height: { step: rows.length > 8 ? 22 : 32 },
    layer: [
      {
        data: { values },
        mark: { type: 'bar', stroke: PAPER.light, strokeWidth: 0.5 },
        encoding: {
          y,
          x: {
            field: 'time',
            type: 'quantitative',
            axis: { title: titleWithUnit('mean time', scale), tickCount: 6, grid: true },
          },
          color: partColour(names, WIDTH + 60),
          order: { field: 'order', type: 'quantitative' },
        },
      },
      {
        data: { values: totals },
        mark: { type: 'text', align: 'left', dx: 5 },
        encoding: { y, x: { field: 'time', type: 'quantitative' }, text: { field: 'text' } },
      },
    ],
  }
}
