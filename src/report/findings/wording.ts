// Words of findings: names from outside made short and printable, lists, counts.

import type { Result, Variant } from '../../results/result.ts'
import { formatNumber } from '../../units.ts'
import { type Axis, axesOf, follows, independent, positionOn } from '../axes.ts'
import { label } from '../charts/labels.ts'
import { counted, percent } from '../figures.ts'
import { placesOf } from './places.ts'

/** A name of the scenario's, in at most 40 characters. */
export const named = (name: string): string => label(name, 40)

/** `a`, `a and b`, `a, b and c`; of more than four the first three and how many there are besides. */
export function listed(items: readonly string[]): string {
  if (items.length > 4) return `${items.slice(0, 3).join(', ')} and ${formatNumber(items.length - 3)} more`
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** `agents=54, mode=concurrent`; the variant's name where there are no axes. */
export const placed = (variant: Variant, axes: readonly Axis[]): string =>
  axes.length === 0
    ? named(variant.name)
    : axes.map((axis) => `${named(axis.name)}=${label(positionOn(variant, axis), 40)}`).join(', ')

/** ` (agents=54)`, or nothing where the result has one variant only. */
export const inBrackets = (result: Result, variant: Variant): string =>
  result.variants.length === 1 ? '' : ` (${placed(variant, tellingAxes(result))})`

/**
 * The axes without those that follow from another: of `system`, `masters` and `replicas` that are varied together, `system`; and without
 * numbers that set nothing, where the rest tells the variants apart.
 */
export function tellingAxes(result: Result): readonly Axis[] {
  const { variants } = result
  const axes = axesOf(variants)
  const kept = new Set(axes)
  for (const axis of axes.filter(({ name, numeric }) => numeric && placesOf(result, name).length === 0)) {
    const others = [...kept].filter((other) => other !== axis && placesOf(result, other.name).length > 0)
    if (others.length > 0 && follows(variants, axis, others)) kept.delete(axis)
  }
  return independent(variants, [...kept])
}

/** ` (slots=1 and 2)` where one axis tells these variants from the rest; else nothing. */
export function setApart(result: Result, inside: ReadonlySet<Variant>): string {
  if (inside.size === result.variants.length) return ''
  for (const axis of tellingAxes(result)) {
    const of = (wanted: boolean): ReadonlySet<string> =>
      new Set(
        result.variants
          .filter((variant) => inside.has(variant) === wanted)
          .map((variant) => positionOn(variant, axis)),
      )
    const [values, others] = [of(true), of(false)]
    if ([...values].every((value) => !others.has(value)))
      return ` (${named(axis.name)}=${listed([...values].map((value) => named(value)))})`
  }
  return ''
}

/** Whether the verb after a metric's name is that of several: `errors are`, `latency.mean is`. */
const isPlural = (metric: string): boolean => /^[^.]*[^s]s$/.test(metric)

/** `is` or `are`, after a metric's name. */
export const isOrAre = (metric: string): string => (isPlural(metric) ? 'are' : 'is')

/** `grows`, or `grow` of a metric that is several. */
export const does = (verb: string, metric: string): string => `${verb}${isPlural(metric) ? '' : 's'}`

/** The first letter large. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** `1 of 12 variants`, `both variants`, `all 12 variants`. */
export const ofVariants = (some: number, all: number): string =>
  some === all ? allOf(all, 'variant') : `${formatNumber(some)} of ${counted(all, 'variant')}`

/** `3 of 12 variants (slots=1 and 2)`. */
export const inVariants = (result: Result, inside: ReadonlySet<Variant>): string =>
  `${ofVariants(inside.size, result.variants.length)}${setApart(result, inside)}`

/** `2.3 times`. */
export const timesAs = (factor: number): string => `${formatNumber(Number(factor.toPrecision(2)))} times`

/** `35 % less`, of what is divided by the factor. */
export const lessBy = (factor: number): string =>
  factor > 200 ? 'over 99 % less' : `${percent(1 - 1 / factor)} less`

/** `both settings`, `all 12 settings`. */
export const allOf = (count: number, noun: string): string =>
  count === 2 ? `both ${noun}s` : `all ${counted(count, noun)}`
