// Axes with units: one unit for a linear axis, chosen by its largest figure; each tick with its own on a logarithmic one.

import type { Unit } from '../../units.ts'
import { type Scale, scaleOf, titleWithUnit } from '../figures.ts'
import type { Spec } from './chart.ts'
import { label } from './labels.ts'

/** Beyond this ratio between the largest and the smallest figure an axis is logarithmic. */
const LOGARITHMIC_FROM = 30

const spansDecades = (values: readonly number[]): boolean =>
  values.every((value) => value > 0) && Math.max(...values) / Math.min(...values) >= LOGARITHMIC_FROM

/** Fewer ticks than these tell nothing of a scale. */
const FEWEST_TICKS = 3
const STEPS = [
  [1],
  [1, 2, 5],
  [1, 1.5, 2, 3, 4, 5, 6, 8],
  [
    1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.25, 2.5, 2.75, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7,
    7.5, 8, 8.5, 9, 9.5,
  ],
]

/** From where on a figure is written in its next larger unit: 600 s are 10 min. */
const sizesOf = (unit: Unit): readonly number[] =>
  unit === 'ns'
    ? [1, 1e3, 1e6, 1e9, 60e9 * 10, 3600e9 * 2, 86_400e9 * 2]
    : unit === 'bytes'
      ? [1, 1024, 1024 ** 2, 1024 ** 3]
      : [1]
/** What is so near to where a unit begins is written in it. */
const ALMOST = 0.999

/**
 * Ticks at 1, 2 and 5 of each power of ten from `low` to `high`, in the units in which they are written, as 20 min; at the powers alone
 * from three decades on, at more places where there would be fewer than three.
 */
export function logarithmicTicks(low: number, high: number, unit: Unit = 'number'): readonly number[] {
  const wide = high / low > 1000
  const choices = STEPS.slice(wide ? 0 : 1).map((steps) =>
    sizesOf(unit).flatMap((from, i, sizes) => {
      const begin = Math.max(low * ALMOST, i === 0 ? 0 : from * ALMOST)
      const end = Math.min(high / ALMOST, (sizes[i + 1] ?? Number.POSITIVE_INFINITY) * ALMOST)
      return begin < end ? ticksAt(steps, begin, end, scaleOf(from, unit).size) : []
    }),
  )
  return choices.find((ticks) => ticks.length >= FEWEST_TICKS) ?? choices.at(-1)!
}

/** `size` is that of a unit. */
function ticksAt(steps: readonly number[], begin: number, end: number, size: number): readonly number[] {
  const ticks: number[] = []
  for (let power = Math.floor(Math.log10(begin / size)); power <= Math.log10(end / size); power++)
    for (const step of steps) {
      const tick = Number(`${step}e${power}`) * size
      if (tick >= begin && tick < end) ticks.push(tick)
    }
  return ticks
}

/** A Vega expression that writes `datum.value`, in base units, with the unit that suits it. Made of our own text alone. */
export function labelExpression(unit: Unit): string {
  return sizesOf(unit).reduce((smaller, from) => {
    const { size, label } = scaleOf(from, unit)
    const written = `format(datum.value/${size},'.3~r')+'${label === '' || label === '/s' ? label : ` ${label}`}'`
    return smaller === '' ? written : `datum.value<${from * ALMOST}?(${smaller}):(${written})`
  }, '')
}

export interface FigureAxis {
  /** What to divide figures in base units by. */
  readonly size: number
  readonly scale: Spec
  readonly axis: Spec
}

/** An axis of figures, in base units: logarithmic where they span decades, else from zero. Without a title each tick has the unit. */
export function figureAxis(values: readonly number[], unit: Unit, title: string | null): FigureAxis {
  if (unit !== 'ratio' && spansDecades(values)) {
    const [low, high] = [Math.min(...values) * 0.9, Math.max(...values) * 1.1]
    return {
      size: 1,
      scale: { type: 'log', domain: [low, high], nice: false, clamp: true },
      axis: {
        title: title === null ? null : label(title),
        values: logarithmicTicks(low, high, unit),
        labelExpr: labelExpression(unit),
        grid: true,
      },
    }
  }
  const largest = Math.max(...values.map(Math.abs))
  const scale = scaleOf(largest, unit)
  return {
    size: scale.size,
    scale: { zero: true },
    axis: { ...linearAxis(scale, largest, title), grid: true },
  }
}

/** Ticks of an axis of shares, `50 %`. */
export const SHARES: Spec = { labelExpr: "format(100*datum.value,',~r')+' %'" }

/** Ticks of a linear axis in this unit. */
export function linearAxis(scale: Scale, largest: number, title: string | null): Spec {
  const format = largest / scale.size >= 1e5 ? '~s' : ',~r'
  const unit = title !== null || scale.label === '' ? '' : scale.label === '/s' ? '/s' : ` ${scale.label}`
  return {
    title: title === null ? null : titleWithUnit(label(title), scale),
    labelExpr: `format(datum.value,'${format}')+'${unit}'`,
    tickCount: 5,
  }
}

/** Ticks at these places where they are few; each is written out in full. */
export const placeAxis = (title: string, places: readonly number[], tickCount: number): Spec => ({
  title: label(title),
  labelExpr: "format(datum.value,',~r')",
  ...(places.length <= 10 ? { values: places } : { tickCount }),
})
