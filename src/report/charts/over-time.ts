// Lines over virtual time: several series of one variant, or one series of several variants.

import type { Result, Series, Variant } from '../../results/result.ts'
import { format } from '../../units.ts'
import { independent, namesOf, placeOf, representatives } from '../axes.ts'
import { scaleOf, titleWithUnit } from '../figures.ts'
import { headlineMetrics } from '../key-metrics.ts'
import { pointsOf, seriesNamed, summaryOf } from '../series.ts'
import { linearAxis } from './axis.ts'
import type { DataTable, Spec } from './chart.ts'
import { timeTable } from './columns.ts'
import { bandsOf } from './fault-bands.ts'
import { labels, seriesColour } from './labels.ts'
import { HEIGHT, MOST_SERIES, SERIES_COLOURS, WIDTH } from './theme.ts'

/** A point takes at least so much of the drawing that lines stay apart: the more lines, the fewer points. */
const MOST_POINTS_ALONE = 256
const MOST_POINTS = 150
const MOST_POINTS_OF_SEVERAL = 60

export interface Lines {
  /** What each line is: the series' name, or the variant's label. */
  readonly names: readonly string[]
  readonly series: readonly Series[]
  /** What the caption says of lines that are not shown; empty where all are. */
  readonly leftOut: string
  /** What the names are values of, for the legend. */
  readonly axes: string | null
}

/** The series to show: all that match where there is one variant (those with the highest peaks), else the first that matches of each of some variants. */
export function linesOf(result: Result, pattern: RegExp): Lines {
  const only = result.variants.length === 1 ? result.variants[0] : undefined
  return only === undefined ? linesOfVariants(result, pattern) : linesOfNames(only, pattern)
}

function linesOfNames(variant: Variant, pattern: RegExp): Lines {
  const all = seriesNamed(variant, pattern)
  const highest = all
    .toSorted((a, b) => summaryOf(b.series)!.peak - summaryOf(a.series)!.peak)
    .slice(0, MOST_SERIES)
  const shown = all.filter((named) => highest.includes(named))
  return {
    names: labels(shown.map(({ name }) => name)),
    series: shown.map(({ series }) => series),
    leftOut: all.length > shown.length ? ` The ${shown.length} with the highest peaks of ${all.length}.` : '',
    axes: null,
  }
}

function linesOfVariants(result: Result, pattern: RegExp): Lines {
  const axes = independent(result.variants)
  const having = result.variants.filter((variant) => seriesNamed(variant, pattern).length > 0)
  const shown = representatives(having, headlineMetrics(result, 1)[0], MOST_SERIES)
  const name = shown[0] === undefined ? '' : seriesNamed(shown[0], pattern)[0]!.name
  const same = shown.filter((variant) => Object.hasOwn(variant.series, name))
  return {
    names: labels(same.map((variant) => placeOf(variant, axes))),
    series: same.map((variant) => variant.series[name]!),
    leftOut:
      result.variants.length > same.length
        ? ` ${same.length} of ${result.variants.length} variants, evenly from the best to the worst.`
        : '',
    axes: namesOf(axes),
  }
}

/** The same as a table. */
export const tableOverTime = ({ names, series }: Lines): DataTable =>
  timeTable(
    names,
    series.map((one) => pointsOf(one, mostPoints(series))),
    series[0]!.unit,
  )

const mostPoints = (series: readonly Series[]): number =>
  series.length > 3 ? MOST_POINTS_OF_SEVERAL : series.length > 1 ? MOST_POINTS : MOST_POINTS_ALONE

/** The highest point of a line, as it is drawn. */
export const peakOf = ({ series }: Lines, one: Series): number =>
  Math.max(...pointsOf(one, mostPoints(series)).flatMap(({ value }) => (value === null ? [] : [value])))

/** Lines from zero over a time axis, before shades of the faults there were; one line alone stands on a filled area. */
export function overTime(result: Result, lines: Lines, title: string): Spec {
  const { names, series, axes } = lines
  const end = Math.max(...series.map(({ start, width, values }) => start + width * values.length))
  const time = scaleOf(end, 'ns')
  const unit = series[0]!.unit
  const peak = Math.max(...series.map((one) => peakOf(lines, one)))
  const level = scaleOf(peak, unit)
  const values = series.flatMap((one, i) =>
    pointsOf(one, mostPoints(series)).map(({ at, value }) => ({
      at: at / time.size,
      value: value === null ? null : value / level.size,
      series: names[i],
    })),
  )
  const alone = series.length === 1
  const domain = [Math.min(...series.map(({ start }) => start)) / time.size, end / time.size] as const
  const x = {
    type: 'quantitative',
    scale: { nice: false, zero: false, domain },
    axis: { title: titleWithUnit('virtual time', time), tickCount: 8 },
  }
  return {
    width: WIDTH,
    height: HEIGHT,
    layer: [
      ...bandsOf(result, time.size, domain, x),
      {
        data: { values },
        mark: alone
          ? {
              type: 'area',
              line: { color: SERIES_COLOURS[0], strokeWidth: 1.5 },
              color: SERIES_COLOURS[0],
              fillOpacity: 0.16,
            }
          : { type: 'line', strokeWidth: 1.6 },
        encoding: {
          x: { field: 'at', ...x },
          y: {
            field: 'value',
            type: 'quantitative',
            scale: { zero: true },
            axis: linearAxis(level, peak, title),
          },
          ...(alone ? {} : { color: seriesColour(names, WIDTH, axes) }),
        },
      },
    ],
  }
}

/** `2.99/s on average, at most 4.4/s`, of one line; of several, the range of their averages. */
export function inWords(lines: Lines): string {
  const { series } = lines
  const sums = series.map((one) => summaryOf(one)!)
  const { unit } = series[0]!
  if (sums.length === 1)
    return `${format(sums[0]!.mean, unit)} on average, ${format(peakOf(lines, series[0]!), unit)} at the highest`
  const means = sums.map(({ mean }) => mean)
  return `averages from ${format(Math.min(...means), unit)} to ${format(Math.max(...means), unit)}`
}
