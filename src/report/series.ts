// Time series of a variant: found by name, summed up, and shortened to what an eye or a line of text can take.

import type { Series, Variant } from '../results/result.ts'
import { naturally } from './natural-order.ts'

export interface Named {
  readonly name: string
  readonly series: Series
}

const known = (values: readonly (number | null)[]): readonly number[] =>
  values.filter((value) => value !== null && Number.isFinite(value)) as number[]

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** The variant's series whose name matches and in which anything is known, in natural order. */
export const seriesNamed = (variant: Variant, pattern: RegExp): readonly Named[] =>
  Object.keys(variant.series)
    .filter((name) => pattern.test(name) && known(variant.series[name]!.values).length > 0)
    .sort(naturally)
    .map((name) => ({ name, series: variant.series[name]! }))

/** Over time; `null` where nothing is known. */
export function summaryOf(series: Series): { readonly mean: number; readonly peak: number } | null {
  const values = known(series.values)
  if (values.length === 0) return null
  return { mean: mean(values), peak: values.reduce((most, value) => Math.max(most, value), values[0]!) }
}

/** The mean of the known values of each of `count` equal stretches; `null` where none is known. */
export function condense(values: readonly (number | null)[], count: number): readonly (number | null)[] {
  if (values.length <= count) return values
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * values.length) / count)
    const to = Math.floor(((i + 1) * values.length) / count)
    const stretch = known(values.slice(from, to))
    return stretch.length === 0 ? null : mean(stretch)
  })
}

export interface Point {
  /** Nanoseconds of virtual time: the bin's beginning, middle and end. */
  readonly from: number
  readonly at: number
  readonly to: number
  readonly value: number | null
}

/** At most `most` points of a series; whole bins are put together, so that all points are as wide (the last may be narrower). */
export function pointsOf(series: Series, most: number): readonly Point[] {
  const together = Math.ceil(series.values.length / most)
  const points: Point[] = []
  for (let i = 0; i < series.values.length; i += together) {
    const stretch = known(series.values.slice(i, i + together))
    const from = series.start + i * series.width
    const to = series.start + Math.min(i + together, series.values.length) * series.width
    points.push({ from, to, at: (from + to) / 2, value: stretch.length === 0 ? null : mean(stretch) })
  }
  return points
}
