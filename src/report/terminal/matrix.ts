// Variants against each other for a terminal: a row a variant, its place on the axes, the metrics that fit.
// Where these are too many rows, one metric over two directions: an axis across, the others down.

import type { Result, Variant } from '../../results/result.ts'
import { type Axis, axesOf, labelOf, positionOn, representatives } from '../axes.ts'
import { counted, figure, plainFigure } from '../figures.ts'
import { headlineMetrics, keyMetrics, metricNames } from '../key-metrics.ts'
import { type Column, naturalWidth, notes, table, tableWidth } from './table.ts'
import { cut, type Line, quiet, type Span, strong, toned } from './text.ts'

const MOST_ROWS = 24
const MOST_METRICS = 12
/** Below so many metrics that fit, the intervals are left out to make room. */
const FEW_METRICS = 3

const failures = (variant: Variant): number => variant.checks.filter((check) => check.pass === false).length

export function matrixLines(result: Result, columns: number): readonly Line[] {
  const metrics = headlineMetrics(result, MOST_METRICS)
  const pivots = result.variants.length > MOST_ROWS ? pivotLines(result, metrics, columns) : []
  return pivots.length > 0 ? pivots : listLines(result, metrics, columns)
}

function listLines(result: Result, metrics: readonly string[], columns: number): readonly Line[] {
  const failing = result.variants.filter((variant) => failures(variant) > 0)
  const shown = representatives(result.variants, metrics[0], MOST_ROWS, failing)
  const places = placeColumns(result, shown)
  const count = (intervals: boolean) => fitting(places, metricColumns(shown, metrics, intervals), columns)
  const intervals = count(true) >= Math.min(FEW_METRICS, count(false))
  const chosen = new Set(metrics.slice(0, count(intervals)))
  const ordered = [...new Set([...keyMetrics(result), ...metrics])].filter((name) => chosen.has(name))
  const left = result.variants.length - shown.length
  return [
    [],
    ...table([...places, ...metricColumns(shown, ordered, intervals)], columns),
    ...notes(
      [
        ...(left > 0
          ? [
              `${left} of ${result.variants.length} variants left out (shown: failures, then evenly from best to worst by ${metrics[0]}): see the result file or the HTML report`,
            ]
          : []),
        whatElse(result, ordered, intervals),
      ],
      columns,
    ),
  ]
}

/** What the table does not show, and what `±` means. */
function whatElse(result: Result, shown: readonly string[], intervals: boolean): string {
  const more = metricNames(result).length - shown.length
  const seeds = Math.max(...result.variants.map((variant) => variant.seeds.length))
  const any = result.variants.some((variant) => shown.some((name) => variant.metrics[name]?.interval != null))
  return [
    ...(any && intervals ? [`± 95 % interval over ${seeds > 1 ? 'the seeds' : 'batches of each run'}`] : []),
    ...(more > 0 || (any && !intervals)
      ? [
          `${[...(more > 0 ? [counted(more, 'more metric')] : []), ...(any && !intervals ? ['intervals'] : [])].join(' and ')} in the result file`,
        ]
      : []),
  ].join('; ')
}

function placeColumns(result: Result, shown: readonly Variant[]): readonly Column[] {
  const axes = axesOf(result.variants)
  const places: Column[] =
    axes.length === 0
      ? [{ title: 'variant', align: 'left', least: 8, cells: shown.map((variant) => cut(variant.name, 40)) }]
      : axes.map((axis) => axisColumn(axis, shown))
  if (!shown.some((variant) => failures(variant) > 0)) return places
  const verdicts = shown.map((variant) =>
    failures(variant) === 0 ? '' : toned('bad', `${failures(variant)} FAIL`),
  )
  return [...places, { title: 'checks', align: 'left', cells: verdicts }]
}

const axisColumn = (axis: Axis, shown: readonly Variant[]): Column => ({
  title: cut(axis.name, 24),
  align: axis.numeric ? 'right' : 'left',
  least: 4,
  cells: shown.map((variant) => cut(positionOn(variant, axis), 24)),
})

function cell(variant: Variant | undefined, name: string, intervals: boolean): Span | string {
  const metric = variant?.metrics[name]
  if (metric?.value == null) return quiet('–')
  return intervals ? figure(metric) : plainFigure(metric)
}

const metricColumns = (
  shown: readonly Variant[],
  metrics: readonly string[],
  intervals: boolean,
): readonly Column[] =>
  metrics.map((name) => ({
    title: cut(name, 24),
    align: 'right',
    cells: shown.map((variant) => cell(variant, name, intervals)),
  }))

/** How many of the metrics, in order, fit beside the places; at least one, then cut. */
function fitting(places: readonly Column[], metrics: readonly Column[], columns: number): number {
  let room = columns - tableWidth(places)
  const fit = metrics.findIndex((column) => {
    room -= naturalWidth(column) + 2
    return room < 0
  })
  return fit === -1 ? metrics.length : Math.max(1, fit)
}

/** For each of the first metrics a table with one axis across; none where no axis fits or the rows would be too many. */
function pivotLines(result: Result, metrics: readonly string[], columns: number): readonly Line[] {
  const axes = axesOf(result.variants)
  const lines: Line[] = []
  const shown: string[] = []
  let rows = 0
  for (const name of metrics) {
    const pivot = axes
      .toReversed()
      .map((across) => pivotOf(result, name, across, axes))
      .find((pivot) => tableWidth(pivot) <= columns && pivot[0]!.cells.length <= MOST_ROWS)
    if (pivot === undefined) break
    rows += pivot[0]!.cells.length
    if (rows > MOST_ROWS) break
    shown.push(name)
    lines.push([], [strong(name), quiet(`  ${meaningOf(result, name)}`)], ...table(pivot, columns))
  }
  return lines.length === 0 ? [] : [...lines, ...notes([whatElse(result, shown, false)], columns)]
}

const meaningOf = (result: Result, name: string): string =>
  result.variants.map((variant) => variant.metrics[name]?.meaning).find((meaning) => meaning !== undefined) ??
  ''

function pivotOf(result: Result, name: string, across: Axis, axes: readonly Axis[]): readonly Column[] {
  const down = axes.filter((axis) => axis !== across)
  const rows = new Map<string, Variant[]>()
  for (const variant of result.variants) {
    const key = down.length === 0 ? '' : labelOf(variant, down)
    rows.set(key, [...(rows.get(key) ?? []), variant])
  }
  const heads = [...rows.values()].map(([first]) => first!)
  return [
    ...down.map((axis) => axisColumn(axis, heads)),
    ...across.values.map(
      (value): Column => ({
        title: `${across.name}=${value}`,
        align: 'right',
        cells: [...rows.values()].map((row) => {
          const found = row.filter((variant) => variant.parameters[across.name] === value)
          const content = cell(found[0], name, false)
          return found.some((variant) => failures(variant) > 0) && typeof content === 'string'
            ? toned('bad', content)
            : content
        }),
      }),
    ),
  ]
}
