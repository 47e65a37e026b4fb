// A metric of variants, a row each: a point and its interval.

import type { Variant } from '../../results/result.ts'
import { type Axis, namesOf, placeOf, representatives } from '../axes.ts'
import { figureAxis } from './axis.ts'
import type { Spec } from './chart.ts'
import { labels, rowAxis, widthBeside } from './labels.ts'
import { marksOf, WITH_INTERVAL } from './marks.ts'
import { SERIES_COLOURS } from './theme.ts'

const MOST_ROWS = 24

/** The specification, and how many variants it leaves out. All variants have the metric. */
export function variantRows(
  having: readonly Variant[],
  metric: string,
  axes: readonly Axis[],
): { readonly spec: Spec; readonly left: number } {
  const shown = representatives(having, metric, MOST_ROWS)
  const figures = shown.map((variant) => variant.metrics[metric]!)
  const names = labels(shown.map((variant) => placeOf(variant, axes)))
  const { size, scale, axis } = figureAxis(
    figures.map(({ value }) => value!),
    figures[0]!.unit,
    metric,
  )
  const y = { field: 'row', type: 'nominal', sort: names, axis: { ...rowAxis(namesOf(axes)), grid: true } }
  const x = (field: string) => ({ field, type: 'quantitative', scale, axis })
  const colour = SERIES_COLOURS[0]!
  return {
    left: having.length - shown.length,
    spec: {
      width: widthBeside(names),
      height: { step: 24 },
      data: { values: figures.map((figure, i) => ({ row: names[i], ...marksOf(figure, size) })) },
      layer: [
        {
          ...WITH_INTERVAL,
          mark: { type: 'rule', strokeWidth: 2, color: colour },
          encoding: { y, x: x('low'), x2: { field: 'high' } },
        },
        { mark: { type: 'point', color: colour, size: 70 }, encoding: { y, x: x('value') } },
      ],
    },
  }
}
