// Where a claim holds and where it breaks, in words: by the axis of the matrix that decides, or by two.

import type { Scalar } from '../results/result.ts'
import { settings } from './criteria.ts'

/** One variant, and whether the claim holds there; `null`: it cannot be told. */
export interface Point {
  readonly parameters: Readonly<Record<string, Scalar>>
  readonly pass: boolean | null
}

/** Where the claim holds and where it breaks, by the axis that decides, or by two where one alone does not. */
export function conditionsOf(held: readonly Point[], axes: readonly string[]): string {
  const told = held.filter(({ pass }) => pass !== null)
  const passed = told.filter(({ pass }) => pass)
  const spoken = `${told.length} variants it speaks of`
  const absent =
    told.length < held.length ? ` In ${held.length - told.length} more no figure was observed.` : ''
  if (told.length === 0) return ''
  if (told.length === 1)
    return `${passed.length === 1 ? 'Holds' : 'Breaks'} in the one variant it speaks of.${absent}`
  if (passed.length === told.length) return `Holds in all ${spoken}.${absent}`
  if (passed.length === 0) return `Breaks in all ${spoken}.${absent}`
  return `Holds in ${passed.length} of ${spoken}: ${boundaryOf(told, axes)}.${absent}`
}

/** More variants than this are not listed one by one. */
const FEW = 4

function boundaryOf(told: readonly Point[], axes: readonly string[]): string {
  const decided = axes.flatMap((axis) => split(told, axis) ?? [])
  // Axes of the matrix that go together decide together.
  if (decided.length > 0) return decided.join('; or, which goes with it, ')
  // The fewer settings to go through, the easier it is read.
  const byFewest = [...axes].sort((a, b) => valuesOf(told, a).length - valuesOf(told, b).length)
  for (const by of byFewest)
    for (const axis of axes) {
      if (axis === by) continue
      const parts = valuesOf(told, by).map((value) => {
        const here = split(
          told.filter(({ parameters }) => parameters[by] === value),
          axis,
        )
        return here && `with ${by}=${value} ${here}`
      })
      if (parts.every((part) => part !== undefined)) return parts.join('; ')
    }
  return listed(told, axes)
}

/** Those that pass or those that do not, whichever are fewer. */
function listed(told: readonly Point[], axes: readonly string[]): string {
  const varying = axes.filter((axis) => valuesOf(told, axis).length > 1)
  const [passed, failed] = [true, false].map((pass) => told.filter((each) => each.pass === pass))
  const fewer = failed!.length < passed!.length ? failed! : passed!
  if (fewer.length > FEW) return `no one or two of ${varying.join(', ')} decide`
  const names = fewer.map(({ parameters }) =>
    settings(Object.fromEntries(varying.map((axis) => [axis, parameters[axis]!]))),
  )
  return fewer === failed ? `not with ${names.join(', nor with ')}` : `with ${names.join(', and with ')}`
}

/** `where slots is 29 or more, not at 28 or less`; `undefined` where the axis does not tell the two apart. */
function split(told: readonly Point[], axis: string): string | undefined {
  const [holds, breaks] = [true, false].map((pass) =>
    valuesOf(
      told.filter((each) => each.pass === pass),
      axis,
    ),
  )
  if (holds!.some((value) => breaks!.includes(value))) return undefined
  if (breaks!.length === 0) return 'everywhere'
  if (holds!.length === 0) return 'nowhere'
  return `where ${axis} is ${amongOf(holds!, breaks!)}, not at ${amongOf(breaks!, holds!)}`
}

/** Some values of an axis among all that were tried: `3 to 4`, `2 or less and 5 or more`, `document`. */
function amongOf(values: readonly Scalar[], others: readonly Scalar[]): string {
  if (![...values, ...others].every((value) => typeof value === 'number')) return values.join(', ')
  const tried = [...values, ...others].map(Number).sort((a, b) => a - b)
  const runs: number[][] = []
  for (const [i, value] of tried.entries())
    if (values.includes(value)) {
      if (i === 0 || !values.includes(tried[i - 1]!)) runs.push([])
      runs.at(-1)!.push(value)
    }
  const words = (run: readonly number[]): string => {
    const [least, most] = [run[0]!, run.at(-1)!]
    if (least === most) return `${least}`
    if (least === tried[0]) return `${most} or less`
    return most === tried.at(-1) ? `${least} or more` : `${least} to ${most}`
  }
  return runs.map(words).join(' and ')
}

/** The values of an axis, in their order. */
export const valuesOf = (points: readonly Point[], axis: string): Scalar[] => [
  ...new Set(points.map(({ parameters }) => parameters[axis]!)),
]
