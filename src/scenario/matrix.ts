// The variants of a scenario: the cross product of the matrix's axes, zipped groups going together, filtered by `where`.

import { nearest, printable, quote } from '../errors.ts'
import { type Expression, PARAMETER_NAME, parseExpression, type Scope } from './expression.ts'
import type { ParameterTable } from './parameter-table.ts'
import { expressionProblem, invalid, type Problem, type Report, unknown } from './problem.ts'
import type { Path, Scalar } from './scenario.ts'
import { PathError, parsePath } from './source/set.ts'

const MAX_VARIANTS = 10_000
/** Before `where`. */
const MAX_COMBINATIONS = 100_000

export interface Axis {
  /** A parameter, or a dotted path into the scenario. */
  readonly name: string
  readonly values: readonly Scalar[]
  /** The steps of a dotted path; `undefined` for a parameter. */
  readonly path: readonly string[] | undefined
}

/** One variant: which of its values each axis has, in the order of the axes. */
export type Combination = readonly number[]

export interface Matrix {
  /** Whether nothing was wrong with it. */
  readonly sound: boolean
  readonly axes: readonly Axis[]
  readonly combinations: readonly Combination[]
}

/** A matrix as written, its form already checked: axes, and the reserved `zip` and `where`. */
export interface WrittenMatrix {
  readonly zip?: readonly (readonly string[])[] | undefined
  readonly where?: string | boolean | undefined
  readonly [axis: string]: unknown
}

/** Where things of a matrix stand in the scenario. */
const at = (...steps: Path): Path => ['matrix', ...steps]

/** The matrix; where it is not right, that is reported and the first value of each axis stands for all. */
export function expandMatrix(written: WrittenMatrix, parameters: ParameterTable, report: Report): Matrix {
  let sound = true
  const blame: Report = (path, problem) => {
    sound = false
    report(path, problem)
  }
  const axes = Object.entries(written)
    .filter(([name]) => name !== 'zip' && name !== 'where')
    .map(([name, values]) => axis(name, values as readonly Scalar[], parameters.names, blame))
    .filter((each) => each !== undefined)
  const groups = zipped(axes, written.zip ?? [], blame)
  const keep = filter(written.where, axes, parameters, blame)
  const first: Matrix = { sound: false, axes, combinations: [axes.map(() => 0)] }
  const total = groups.reduce((product, group) => product * axes[group[0]!]!.values.length, 1)
  if (total > MAX_COMBINATIONS)
    blame(at(), {
      message: `${total} combinations; expected at most ${MAX_COMBINATIONS} before where`,
      key: true,
    })
  if (!sound) return first
  const combinations = product(axes, groups).filter((each) => sound && keep(each))
  if (sound && combinations.length === 0)
    blame(at('where'), { message: `where keeps none of the ${total} combinations` })
  if (combinations.length > MAX_VARIANTS)
    blame(at(), { message: `${combinations.length} variants; expected at most ${MAX_VARIANTS}`, key: true })
  return sound ? { sound, axes, combinations } : first
}

/**
 * Parameters that the matrix alone declares, by an axis of that name, with its first value. One that is spelt almost like a
 * parameter is taken for a slip of the pen.
 */
export function declaredByAxes(written: WrittenMatrix, parameters: Scope): Scope {
  const names = Object.keys(parameters)
  return Object.fromEntries(
    Object.entries(written)
      .filter(
        ([name]) => PARAMETER_NAME.test(name) && !names.includes(name) && nearest(name, names) === undefined,
      )
      .map(([name, values]) => [name, (values as readonly Scalar[])[0]!]),
  )
}

/** Axis → its value. */
export const valuesOf = (axes: readonly Axis[], combination: Combination): Record<string, Scalar> =>
  Object.fromEntries(axes.map(({ name, values }, i) => [name, values[combination[i]!]!]))

/** The values of those axes that are parameters. */
export const overridesOf = (axes: readonly Axis[], combination: Combination): Record<string, Scalar> =>
  Object.fromEntries(
    axes.flatMap(({ name, values, path }, i) => (path ? [] : [[name, values[combination[i]!]!]])),
  )

/** `agents=54 mode=concurrent`; texts with anything unusual in them stand in quotes. */
export const nameOf = (axes: readonly Axis[], combination: Combination): string =>
  axes.map(({ name, values }, i) => `${name}=${printed(values[combination[i]!]!)}`).join(' ')

const printed = (value: Scalar): string =>
  typeof value !== 'string' || /^[\w./:%+-]+$/.test(value) ? String(value) : printable(JSON.stringify(value))

function axis(
  name: string,
  values: readonly Scalar[],
  parameters: readonly string[],
  report: Report,
): Axis | undefined {
  if (parameters.includes(name)) return { name, values, path: undefined }
  if (/[."]/.test(name)) {
    try {
      return { name, values, path: parsePath(name) }
    } catch (error) {
      if (!(error instanceof PathError)) throw error
      report(at(name), { message: error.message, hint: error.hint, key: true })
      return undefined
    }
  }
  const problem = unknown('parameter', name, parameters)
  const hint = problem.hint ?? 'declare it under parameters, or write a path such as services.proxy.count'
  report(at(name), { ...problem, hint, key: true })
  return undefined
}

/** Which axes go together: a group for each `zip`, and one for each axis alone. */
function zipped(axes: readonly Axis[], zips: readonly (readonly string[])[], report: Report): number[][] {
  const groupOf = new Map<number, number[]>()
  for (const [i, names] of zips.entries()) {
    const group: number[] = []
    for (const [j, name] of names.entries()) {
      const index = axes.findIndex((each) => each.name === name)
      const problem = zipProblem(axes, index, name, group, groupOf)
      if (problem) report(at('zip', i, j), problem)
      else {
        group.push(index)
        groupOf.set(index, group)
      }
    }
  }
  const all = axes.map((_, index) => groupOf.get(index) ?? [index])
  const groups = all.filter((group, index) => all.indexOf(group) === index)
  for (const group of groups) reportDoubles(axes, group, report)
  return groups
}

/** Values that come twice would make the same variant twice. */
function reportDoubles(axes: readonly Axis[], group: readonly number[], report: Report): void {
  const [first, ...rest] = group.map((index) => axes[index]!)
  const seen = new Set<string>()
  for (const [i, value] of first!.values.entries()) {
    const together = [value, ...rest.map(({ values }) => values[i]!)].map(printed).join(' ')
    if (seen.has(together))
      report(at(first!.name, i), {
        message: `duplicate value of ${[first!, ...rest].map(({ name }) => name).join(' and ')}: ${together}`,
      })
    seen.add(together)
  }
}

function zipProblem(
  axes: readonly Axis[],
  index: number,
  name: string,
  group: readonly number[],
  groupOf: ReadonlyMap<number, unknown>,
): Problem | undefined {
  const axis = axes[index]
  if (!axis)
    return unknown(
      'axis',
      name,
      axes.map((each) => each.name),
    )
  if (groupOf.has(index)) return { message: `${quote(name)} is zipped already` }
  const first = axes[group[0]!]
  if (!first || first.values.length === axis.values.length) return undefined
  return {
    message: `zipped axes of different lengths: ${first.name} has ${first.values.length} values, ${axis.name} has ${axis.values.length}`,
  }
}

/** Whether `where` keeps a combination. */
function filter(
  where: string | boolean | undefined,
  axes: readonly Axis[],
  parameters: ParameterTable,
  report: Report,
): (combination: Combination) => boolean {
  if (typeof where !== 'string') return () => where ?? true
  let expression: Expression
  try {
    expression = parseExpression(where, parameters.names)
  } catch (error) {
    report(at('where'), expressionProblem('where', error))
    return () => true
  }
  return (combination) => {
    const scope = parameters.values(overridesOf(axes, combination), report)
    if (!scope) return false
    try {
      const kept = expression.evaluate(scope)
      if (typeof kept !== 'boolean') report(at('where'), invalid(kept, 'an expression that is true or false'))
      return kept === true
    } catch (error) {
      report(at('where'), expressionProblem('where', error))
      return false
    }
  }
}

/** Every combination, the first axis varying slowest. */
function product(axes: readonly Axis[], groups: readonly (readonly number[])[]): number[][] {
  let combinations: number[][] = [axes.map(() => 0)]
  for (const group of groups) {
    const { values } = axes[group[0]!]!
    combinations = combinations.flatMap((combination) =>
      values.map((_, choice) => combination.map((chosen, axis) => (group.includes(axis) ? choice : chosen))),
    )
  }
  return combinations
}
