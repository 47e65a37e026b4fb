// Axes with units: one unit for a linear axis, chosen by its largest figure; each tick with its own on a logarithmic one.

import type { Unit } from '../../units.ts'
import { scaleOf } from '../figures.ts'

/** Beyond this ratio between the largest and the smallest figure an axis is logarithmic. */
const LOGARITHMIC_FROM = 30

export const spansDecades = (values: readonly number[]): boolean =>
  values.every((value) => value > 0) && Math.max(...values) / Math.min(...values) >= LOGARITHMIC_FROM

/** Ticks at 1, 2 and 5 of each power of ten (at the powers alone from three decades on) from `low` to `high`. */
export function logarithmicTicks(low: number, high: number): readonly number[] {
  const ticks: number[] = []
  const steps = high / low > 1000 ? [1] : [1, 2, 5]
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    for (const step of steps) {
      const tick = Number(`${step}e${power}`)
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick)
    }
  return ticks
}

/** A Vega expression that writes `datum.value`, in base units, with the unit that suits it. Made of our own text alone. */
export function labelExpression(unit: Unit): string {
  const sizes =
    unit === 'ns'
      ? [1, 1e3, 1e6, 1e9, 60e9 * 10, 3600e9 * 2, 86_400e9 * 2]
      : unit === 'bytes'
        ? [1, 1024, 1024 ** 2, 1024 ** 3]
        : [1]
  return sizes.reduce((smaller, from) => {
    const { size, label } = scaleOf(from, unit)
    const written = `format(datum.value/${size},'~r')+'${label === '' || label === '/s' ? label : ` ${label}`}'`
    return smaller === '' ? written : `datum.value<${from * 0.999}?(${smaller}):(${written})`
  }, '')
}
