// Variants against each other: a key metric, with its interval, over the first numeric axis of the matrix, a line for
// each combination of the others; without a numeric axis a row a variant.

import type { MetricValue, Result, Variant } from '../../results/result.ts'
import { format, type Unit } from '../../units.ts'
import { type Axis, axesOf, labelOf, numberOn, positionOn, ranked, representatives } from '../axes.ts'
import { scaleOf, titleWithUnit } from '../figures.ts'
import { safeFileName } from '../file-name.ts'
import { headlineMetrics } from '../key-metrics.ts'
import { labelExpression, logarithmicTicks, spansDecades } from './axis.ts'
import type { Chart, Drawing, Spec } from './chart.ts'
import { label, labels, seriesColour } from './labels.ts'
import { HEIGHT, MOST_SERIES, SERIES_COLOURS, WIDTH } from './theme.ts'

const MOST_METRICS = 3
const MOST_ROWS = 24
const MOST_PANELS = 6
const PANEL = { width: 205, height: 150 }

export const variants: Chart = {
  name: 'variants',
  meaning: 'How do the variants differ in what matters most?',
  draw(result) {
    if (result.variants.length < 2) return []
    return headlineMetrics(result, MOST_METRICS).flatMap((metric, i) => {
      const having = result.variants.filter((variant) =>
        Number.isFinite(variant.metrics[metric]?.value ?? Number.NaN),
      )
      return having.length < 2 ? [] : [drawing(result, having, metric, i)]
    })
  },
}

function drawing(result: Result, having: readonly Variant[], metric: string, i: number): Drawing {
  const axes = axesOf(result.variants)
  const x = axes.find((axis) => axis.numeric)
  const order = ranked(having, metric)
  const [best, worst] = [order[0]!, order.at(-1)!]
  const figureOf = (variant: Variant) =>
    format(variant.metrics[metric]!.value!, variant.metrics[metric]!.unit)
  const span =
    figureOf(best) === figureOf(worst)
      ? `${figureOf(best)} in all variants`
      : `${figureOf(best)} (${label(labelOf(best, axes))}) to ${figureOf(worst)} (${label(labelOf(worst, axes))})`
  const { spec, leftOut } = x === undefined ? rows(having, metric, axes) : lines(having, metric, x, axes)
  return {
    name: i === 0 ? 'variants' : `variants-${i + 1}-${safeFileName(metric).slice(0, 40)}`,
    title: `${label(metric)}: ${span}`,
    caption: `${label(worst.metrics[metric]!.meaning, 160)}. Bars are 95 % intervals over the seeds, where there are several.${leftOut}`,
    spec,
  }
}

/** Marks of a figure: `value` and its interval in units of the axis. */
function marksOf(metric: MetricValue, size: number) {
  const [low, high] = metric.interval ?? [null, null]
  return {
    value: metric.value! / size,
    low: low === null ? null : low / size,
    high: high === null ? null : high / size,
  }
}

interface FigureAxis {
  readonly unit: Unit
  readonly size: number
  readonly spec: Spec
}

/** The axis of the metric: logarithmic where the figures span decades, else from zero. */
function figureAxis(figures: readonly MetricValue[], metric: string): FigureAxis {
  const { unit } = figures[0]!
  const values = figures.map((figure) => figure.value!)
  if (spansDecades(values)) {
    const [low, high] = [Math.min(...values) * 0.9, Math.max(...values) * 1.1]
    const spec = {
      scale: { type: 'log', domain: [low, high], nice: false, clamp: true },
      axis: {
        title: label(metric),
        values: logarithmicTicks(low, high),
        labelExpr: labelExpression(unit),
        grid: true,
      },
    }
    return { unit, size: 1, spec }
  }
  const scale = scaleOf(Math.max(...values.map(Math.abs)), unit)
  return {
    unit,
    size: scale.size,
    spec: {
      scale: { zero: true },
      axis: { title: titleWithUnit(label(metric), scale), tickCount: 5, grid: true },
    },
  }
}

interface Plot {
  readonly spec: Spec
  readonly leftOut: string
}

function lines(having: readonly Variant[], metric: string, x: Axis, axes: readonly Axis[]): Plot {
  const others = axes.filter((axis) => axis !== x)
  const panel = panelAxis(others)
  const within = others.filter((axis) => axis !== panel)
  const seriesOf = (variant: Variant) => (within.length === 0 ? '' : labelOf(variant, within))
  const all = [...new Set(having.map(seriesOf))]
  const kept = new Set(
    representatives(
      all.map((name) => having.find((variant) => seriesOf(variant) === name)!),
      metric,
      MOST_SERIES,
    ).map(seriesOf),
  )
  const panels = panel === undefined ? [] : panel.values.slice(0, MOST_PANELS).map(String)
  const shown = having.filter(
    (variant) =>
      kept.has(seriesOf(variant)) && (panel === undefined || panels.includes(positionOn(variant, panel))),
  )
  const keptNames = all.filter((name) => kept.has(name))
  const names = labels(keptNames, 40)
  const panelNames = labels(
    panels.map((value) => `${panel!.name}=${value}`),
    32,
  )
  const y = figureAxis(
    shown.map((variant) => variant.metrics[metric]!),
    metric,
  )
  const values = shown.map((variant) => ({
    x: numberOn(variant, x),
    ...marksOf(variant.metrics[metric]!, y.size),
    series: names[keptNames.indexOf(seriesOf(variant))],
    ...(panel === undefined ? {} : { panel: panelNames[panels.indexOf(positionOn(variant, panel))] }),
  }))
  const inner = lineLayers(
    values.map((value) => value.x),
    x,
    y,
    names,
    panel !== undefined,
  )
  const spec: Spec =
    panel === undefined
      ? { width: WIDTH, height: HEIGHT, data: { values }, ...inner }
      : {
          data: { values },
          columns: 2,
          spacing: 22,
          facet: { field: 'panel', type: 'nominal', sort: panelNames },
          spec: { ...PANEL, ...inner },
        }
  const left = having.length - shown.length
  return { spec, leftOut: left > 0 ? ` ${left} of ${having.length} variants are left out.` : '' }
}

/** The axis that gets a panel a value: none while the lines are few, else the one with the most values. */
function panelAxis(others: readonly Axis[]): Axis | undefined {
  const count = others.reduce((product, axis) => product * axis.values.length, 1)
  if (others.length < 2 && count <= MOST_SERIES) return undefined
  if (count <= 4) return undefined
  return others.length < 2
    ? undefined
    : others.reduce((most, axis) => (axis.values.length > most.values.length ? axis : most))
}

function lineLayers(
  positions: readonly number[],
  x: Axis,
  y: FigureAxis,
  names: readonly string[],
  small: boolean,
): Spec {
  const ticks = [...new Set(positions)].sort((a, b) => a - b)
  const logarithmic = spansDecades(ticks) || (ticks[0]! > 0 && ticks.at(-1)! / ticks[0]! >= 16)
  const position = {
    field: 'x',
    type: 'quantitative',
    scale: logarithmic
      ? { type: 'log', nice: false, padding: 12 }
      : { zero: false, nice: false, padding: 12 },
    axis: {
      title: label(x.name),
      ...(ticks.length <= 10 ? { values: ticks, format: '~r' } : { tickCount: small ? 4 : 8 }),
    },
  }
  const color = seriesColour(names, WIDTH)
  const value = { field: 'value', type: 'quantitative', ...y.spec }
  return {
    layer: [
      { mark: { type: 'line', strokeWidth: 1.6 }, encoding: { x: position, y: value, color } },
      {
        transform: [{ filter: 'isValid(datum.low)' }],
        mark: { type: 'rule', strokeWidth: 1.6 },
        encoding: {
          x: position,
          y: { field: 'low', type: 'quantitative', ...y.spec },
          y2: { field: 'high' },
          color,
        },
      },
      { mark: { type: 'point', size: small ? 36 : 54 }, encoding: { x: position, y: value, color } },
    ],
  }
}

function rows(having: readonly Variant[], metric: string, axes: readonly Axis[]): Plot {
  const shown = representatives(having, metric, MOST_ROWS)
  const names = labels(
    shown.map((variant) => labelOf(variant, axes)),
    44,
  )
  const x = figureAxis(
    shown.map((variant) => variant.metrics[metric]!),
    metric,
  )
  const values = shown.map((variant, i) => ({ row: names[i], ...marksOf(variant.metrics[metric]!, x.size) }))
  const y = { field: 'row', type: 'nominal', sort: names, axis: { title: null, grid: true, labelLimit: 240 } }
  const left = having.length - shown.length
  return {
    leftOut: left > 0 ? ` ${shown.length} of ${having.length}, evenly from the best to the worst.` : '',
    spec: {
      width: Math.max(240, WIDTH - Math.min(240, Math.max(...names.map((name) => name.length)) * 6.5)),
      height: { step: 24 },
      data: { values },
      layer: [
        {
          transform: [{ filter: 'isValid(datum.low)' }],
          mark: { type: 'rule', strokeWidth: 2, color: SERIES_COLOURS[0] },
          encoding: { y, x: { field: 'low', type: 'quantitative', ...x.spec }, x2: { field: 'high' } },
        },
        {
          mark: { type: 'point', color: SERIES_COLOURS[0], size: 70 },
          encoding: { y, x: { field: 'value', type: 'quantitative', ...x.spec } },
        },
      ],
    },
  }
}
