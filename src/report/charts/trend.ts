// A figure over the results of a scenario: every value, the mean of each stretch between changes, and where they are.

import { format } from '../../units.ts'
import { scaleOf } from '../figures.ts'
import { placeInTime, type ShownEntry, type ShownTrend, stepInWords } from '../terminal/trend.ts'
import { linearAxis } from './axis.ts'
import type { Drawing } from './chart.ts'
import { label } from './labels.ts'
import { HEIGHT, INK, QUIET, SERIES_COLOURS, WIDTH } from './theme.ts'

/** @param name unique on its page */
export function trendChart(trend: ShownTrend, entries: readonly ShownEntry[], name: string): Drawing {
  const { metric, variant, unit, points, steps } = trend
  const all = points.map(({ value }) => value)
  const [least, most] = [Math.min(...all), Math.max(...all)]
  const scale = scaleOf(Math.max(Math.abs(least), Math.abs(most)), unit)
  const places = points.map(({ entry, value }) => ({ place: entry + 1, value: value / scale.size }))
  const ends = [0, ...steps.map(({ at }) => at), points.length]
  const stretches = ends.slice(1).map((end, i) => {
    const stretch = all.slice(ends[i], end)
    const mean = stretch.reduce((a, b) => a + b, 0) / stretch.length
    return {
      from: places[ends[i]!]!.place - 0.5,
      to: places[end - 1]!.place + 0.5,
      mean: mean / scale.size,
    }
  })
  const changes = steps.map(({ at }) => ({ place: places[at]!.place - 0.5 }))
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    scale: { zero: false, nice: false, domain: [0.5, entries.length + 0.5] },
    axis: {
      title: `result, from ${placeInTime(entries[0]!)}`,
      tickMinStep: 1,
      labelExpr: "format(datum.value,',~r')",
    },
  })
  const room = most > least ? (most - least) * 0.08 : Math.max(Math.abs(most) * 0.05, scale.size * 0.05)
  const y = (field: string) => ({
    field,
    type: 'quantitative',
    scale: { zero: false, nice: true, domain: [(least - room) / scale.size, (most + room) / scale.size] },
    axis: { ...linearAxis(scale, Math.max(Math.abs(least), Math.abs(most)), metric), grid: true },
  })
  return {
    name,
    title: titleOf(trend, entries),
    caption: `${label(variant)}: every result’s value, and the mean of each stretch. The axis does not begin at zero.`,
    spec: {
      width: WIDTH,
      height: HEIGHT,
      layer: [
        {
          data: { values: changes },
          mark: { type: 'rule', strokeDash: [4, 3], color: QUIET.light },
          encoding: { x: x('place') },
        },
        {
          data: { values: stretches },
          mark: { type: 'rule', strokeWidth: 2, color: INK.light },
          encoding: { x: x('from'), x2: { field: 'to' }, y: y('mean') },
        },
        {
          data: { values: places },
          mark: { type: 'point', filled: true, size: 34, color: SERIES_COLOURS[0] },
          encoding: { x: x('place'), y: y('value') },
        },
      ],
    },
  }
}

function titleOf({ metric, unit, points, steps }: ShownTrend, entries: readonly ShownEntry[]): string {
  const last = format(points.at(-1)!.value, unit)
  const step = steps.at(-1)
  if (!step) return `${label(metric)}: ${last}, without a change`
  const since = placeInTime(entries[points[step.at]!.entry]!)
  return `${label(metric)}: ${last}, ${stepInWords(step)} since ${label(since)}`
}
