// Words of findings: names from outside made short and printable, lists, counts.

import type { Result, Variant } from '../../results/result.ts'
import { formatNumber } from '../../units.ts'
import { type Axis, axesOf, positionOn } from '../axes.ts'
import { label } from '../charts/labels.ts'
import { counted, percent } from '../figures.ts'

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
    : axes.map((axis) => `${named(axis.name)}=${label(positionOn(variant, axis), 24)}`).join(', ')

/** ` (agents=54)`, or nothing where the result has one variant only. */
export const inBrackets = ({ variants }: Result, variant: Variant): string =>
  variants.length === 1 ? '' : ` (${placed(variant, tellingAxes(variants))})`

/** The axes without those that follow from another: of `system`, `masters` and `replicas` that are varied together, `system`. */
export function tellingAxes(variants: readonly Variant[]): readonly Axis[] {
  const axes = axesOf(variants)
  const kept = new Set(axes)
  // From the last on, so that of two that follow from each other the first stays.
  for (const axis of axes.toReversed())
    if ([...kept].some((other) => other !== axis && follows(variants, axis, other))) kept.delete(axis)
  return [...kept]
}

/** Whether the one axis has a single value for each of the other's. */
function follows(variants: readonly Variant[], axis: Axis, other: Axis): boolean {
  const values = new Map<string, string>()
  return variants.every((variant) => {
    const [key, value] = [positionOn(variant, other), positionOn(variant, axis)]
    const known = values.get(key) ?? value
    values.set(key, known)
    return known === value
  })
}

/** The first letter large. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** `1 of 12 variants`, `both variants`, `all 12 variants`. */
export const ofVariants = (some: number, all: number): string =>
  some === all ? allOf(all, 'variant') : `${formatNumber(some)} of ${counted(all, 'variant')}`

/** `2.3 times`. */
export const timesAs = (factor: number): string => `${formatNumber(Number(factor.toPrecision(2)))} times`

/** `35 % less`, of what is divided by the factor. */
export const lessBy = (factor: number): string =>
  factor > 200 ? 'over 99 % less' : `${percent(1 - 1 / factor)} less`

/** `both settings`, `all 12 settings`. */
export const allOf = (count: number, noun: string): string =>
  count === 2 ? `both ${noun}s` : `all ${counted(count, noun)}`
