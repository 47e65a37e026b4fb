// The axes of a matrix as found in its variants, and which variants to show when there are too many.

import type { Result, Scalar, Variant } from '../results/result.ts'

export interface Axis {
  readonly name: string
  /** Numbers ascending; other values in the order of their first variant. */
  readonly values: readonly Scalar[]
  readonly numeric: boolean
}

/** What is known of a variant by its parameters alone. */
type Placed = Pick<Variant, 'parameters'>

const parameterOf = (variant: Placed, name: string): Scalar | undefined =>
  Object.hasOwn(variant.parameters, name) ? variant.parameters[name] : undefined

/** The parameters that differ between variants, in the order in which the variants name them. */
export function axesOf(variants: readonly Placed[]): readonly Axis[] {
  const names = new Set(variants.flatMap((variant) => Object.keys(variant.parameters)))
  const axes: Axis[] = []
  for (const name of names) {
    const values = [...new Set(variants.map((variant) => parameterOf(variant, name)))].filter(
      (value) => value !== undefined,
    )
    if (values.length < 2) continue
    const numeric = values.every((value) => typeof value === 'number')
    axes.push({
      name,
      numeric,
      values: numeric ? values.sort((a, b) => Number(a) - Number(b)) : values,
    })
  }
  return axes
}

/** The axis with most values, the first of several. */
export const longest = (axes: readonly Axis[]): Axis | undefined =>
  axes.toSorted((a, b) => b.values.length - a.values.length)[0]

/** The names of all seeds of the result's variants, in the order of first mention. */
export const seedsOf = (variants: readonly Pick<Variant, 'seeds'>[]): readonly string[] => [
  ...new Set(variants.flatMap(({ seeds }) => seeds)),
]

/** The variant's place on an axis, as text. */
export const positionOn = (variant: Placed, axis: Axis): string =>
  String(parameterOf(variant, axis.name) ?? '–')

/** The variant's place on a numeric axis. */
export const numberOn = (variant: Variant, axis: Axis): number => Number(parameterOf(variant, axis.name))

/** `agents=54 mode=concurrent`, of the given axes alone; the variant's name where there are none. */
export const labelOf = (variant: Variant, axes: readonly Axis[]): string =>
  axes.length === 0 ? variant.name : axes.map((axis) => `${axis.name}=${positionOn(variant, axis)}`).join(' ')

/** `54 · concurrent`, the values alone; for rows and legends whose title is `namesOf(axes)`. */
export const placeOf = (variant: Variant, axes: readonly Axis[]): string =>
  axes.length === 0 ? variant.name : axes.map((axis) => positionOn(variant, axis)).join(' · ')

/** `agents · mode`; `null` where there are no axes. */
export const namesOf = (axes: readonly Axis[]): string | null =>
  axes.length === 0 ? null : axes.map((axis) => axis.name).join(' · ')

/** The variants from the best to the worst by a metric; those where it is absent come last. */
export function ranked(variants: readonly Variant[], metric: string | undefined): readonly Variant[] {
  const keyed = variants.map((variant, index) => {
    const found = metric === undefined ? undefined : variant.metrics[metric]
    const sign = found?.better === 'higher' ? -1 : 1
    return { variant, index, key: found?.value == null ? Number.POSITIVE_INFINITY : sign * found.value }
  })
  keyed.sort((a, b) => (a.key === b.key ? a.index - b.index : a.key < b.key ? -1 : 1))
  return keyed.map(({ variant }) => variant)
}

/** At most `most` variants, evenly from the best to the worst by the metric, in the order of the matrix; `always` are kept first. */
export function representatives(
  variants: readonly Variant[],
  metric: string | undefined,
  most: number,
  always: readonly Variant[] = [],
): readonly Variant[] {
  if (variants.length <= most) return variants
  const kept = new Set(always.slice(0, most))
  const rest = ranked(variants, metric).filter((variant) => !kept.has(variant))
  const places = most - kept.size
  for (let i = 0; i < places; i++)
    kept.add(rest[places === 1 ? 0 : Math.round((i * (rest.length - 1)) / (places - 1))]!)
  return variants.filter((variant) => kept.has(variant))
}

/** The variant to look into when only one can be shown: the worst by the metric. */
export const worst = (result: Result, metric: string | undefined): Variant | undefined =>
  ranked(
    result.variants.filter((variant) => metric === undefined || variant.metrics[metric]?.value != null),
    metric,
  ).at(-1) ?? result.variants[0]

/** Whether the axis has a single value for each combination of the others'. */
export function follows(variants: readonly Variant[], axis: Axis, others: readonly Axis[]): boolean {
  const values = new Map<string, string>()
  return variants.every((variant) => {
    const key = JSON.stringify(others.map((other) => positionOn(variant, other)))
    const value = positionOn(variant, axis)
    const known = values.get(key) ?? value
    values.set(key, known)
    return known === value
  })
}

/** Those of the axes that do not follow from another: of `system`, `masters` and `replicas` that are varied together, `system`. */
export function independent(variants: readonly Variant[], axes = axesOf(variants)): readonly Axis[] {
  const kept = new Set(axes)
  // Numbers first and from the last on, so that of two that follow from each other a name stays, or else the first.
  for (const axis of [...kept].reverse().sort((a, b) => Number(b.numeric) - Number(a.numeric)))
    if ([...kept].some((other) => other !== axis && follows(variants, axis, [other]))) kept.delete(axis)
  return [...kept]
}
