// A metric of variants over a numeric axis of the matrix: a line for each combination of the other axes, and a panel
// for each value of the one with the most values where there would be too many lines.

import type { Variant } from '../../results/result.ts'
import { type Axis, longest, namesOf, numberOn, placeOf, positionOn, representatives } from '../axes.ts'
import { type FigureAxis, figureAxis, placeAxis } from './axis.ts'
import type { Spec } from './chart.ts'
import { labels, seriesColour } from './labels.ts'
import { marksOf, WITH_INTERVAL } from './marks.ts'
import { HEIGHT, MOST_SERIES, WIDTH } from './theme.ts'

const MOST_LINES_WITHOUT_PANELS = 4
const MOST_PANELS = 6
const PANEL = { width: 224, height: 150 }
/** The axis is logarithmic where its largest value is so many times its smallest. */
const LOGARITHMIC_FROM = 16

/** The specification, and how many variants it leaves out. All variants have the metric. */
export function variantLines(
  having: readonly Variant[],
  metric: string,
  x: Axis,
  axes: readonly Axis[],
): { readonly spec: Spec; readonly left: number } {
  const others = axes.filter(({ name }) => name !== x.name)
  const panel = panelAxis(others, new Set(having.map((variant) => placeOf(variant, others))).size)
  const within = others.filter((axis) => axis !== panel)
  const panels = (panel?.values ?? []).slice(0, MOST_PANELS).map(String)
  const seriesOf = (variant: Variant): string => (within.length === 0 ? metric : placeOf(variant, within))
  const series = someOf([...new Set(having.map(seriesOf))], having, metric, seriesOf)
  const shown = having.filter(
    (variant) =>
      series.includes(seriesOf(variant)) &&
      (panel === undefined || panels.includes(positionOn(variant, panel))),
  )
  const names = labels(series, 36)
  const panelNames = labels(
    panels.map((value) => `${panel?.name}=${value}`),
    32,
  )
  const figures = shown.map((variant) => variant.metrics[metric]!)
  const y = figureAxis(
    figures.map(({ value }) => value!),
    figures[0]!.unit,
    panel === undefined ? metric : null,
  )
  const values = shown.map((variant) => ({
    x: numberOn(variant, x),
    ...marksOf(variant.metrics[metric]!, y.size),
    series: names[series.indexOf(seriesOf(variant))],
    ...(panel === undefined ? {} : { panel: panelNames[panels.indexOf(positionOn(variant, panel))] }),
  }))
  const colour = seriesColour(names, WIDTH, namesOf(within))
  const layers = layersOver(x, values, y, colour, panel !== undefined)
  const spec: Spec =
    panel === undefined
      ? { width: WIDTH, height: HEIGHT, data: { values }, ...layers }
      : {
          data: { values },
          facet: { field: 'panel', type: 'nominal', sort: panelNames },
          columns: 2,
          spacing: 22,
          spec: { ...PANEL, ...layers },
        }
  return { spec, left: having.length - shown.length }
}

/** None while the lines are few, else the axis with the most values. */
const panelAxis = (others: readonly Axis[], lines: number): Axis | undefined =>
  others.length < 2 || lines <= MOST_LINES_WITHOUT_PANELS ? undefined : longest(others)

/** As many of the series as one drawing takes, evenly from the best to the worst by their first variants. */
function someOf(
  series: readonly string[],
  having: readonly Variant[],
  metric: string,
  seriesOf: (variant: Variant) => string,
): readonly string[] {
  if (series.length <= MOST_SERIES) return series
  const firsts = series.map((name) => having.find((variant) => seriesOf(variant) === name)!)
  return representatives(firsts, metric, MOST_SERIES).map(seriesOf)
}

function layersOver(
  axis: Axis,
  values: readonly { readonly x: number }[],
  y: FigureAxis,
  color: Spec,
  small: boolean,
): Spec {
  const places = [...new Set(values.map(({ x }) => x))].sort((a, b) => a - b)
  const logarithmic = places[0]! > 0 && places.at(-1)! / places[0]! >= LOGARITHMIC_FROM
  const x = {
    field: 'x',
    type: 'quantitative',
    scale: { type: logarithmic ? 'log' : 'linear', zero: false, nice: false, padding: 12 },
    axis: placeAxis(axis.name, places, small ? 4 : 8),
  }
  const figure = (field: string) => ({ field, type: 'quantitative', scale: y.scale, axis: y.axis })
  return {
    layer: [
      { mark: { type: 'line', strokeWidth: 1.6 }, encoding: { x, y: figure('value'), color } },
      {
        ...WITH_INTERVAL,
        mark: { type: 'rule', strokeWidth: 1.6 },
        encoding: { x, y: figure('low'), y2: { field: 'high' }, color },
      },
      { mark: { type: 'point', size: small ? 36 : 54 }, encoding: { x, y: figure('value'), color } },
    ],
  }
}
