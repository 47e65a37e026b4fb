// Each variant of a scenario, checked. A mistake that several variants have is told once; one that only some have names them.

import type { Mistake } from '../errors.ts'
import type { Checker } from './check/check.ts'
import { surroundingsOf } from './check/context.ts'
import { SECTIONS } from './check/sections.ts'
import { type Axis, type Combination, type Matrix, nameOf, overridesOf, valuesOf } from './matrix.ts'
import { type ModuleSource, withModules } from './modules.ts'
import type { ParameterTable } from './parameter-table.ts'
import type { Problem, Report } from './problem.ts'
import type { Path, Scenario, ScenarioVariant } from './scenario.ts'
import { besideFile } from './source/extends.ts'
import { locate, type Mistakes } from './source/places.ts'
import { PathError, setAt } from './source/set.ts'
import { descend, type MappingNode, type Node } from './source/tree.ts'
import { type Substitution, substitution } from './substitution.ts'

/** All variants that the matrix makes of the tree; what is wrong with them goes into `mistakes`. */
export function checkVariants(
  tree: Node,
  name: string,
  matrix: Matrix,
  parameters: ParameterTable,
  checker: Checker,
  mistakes: Mistakes,
  modules?: ModuleSource,
): ScenarioVariant[] {
  const { axes, combinations, sound } = matrix
  const axisValues = sound ? new Map(axes.map((axis) => [axis.name, axis.values])) : undefined
  const tally = new Tally()
  const substitute = substitution(parameters.names)
  const variants = combinations.map((combination): ScenarioVariant | undefined => {
    const variant = axes.length === 0 ? name : nameOf(axes, combination)
    const report = (at: Node) => (path: Path, problem: Problem) =>
      tally.add(variant, path, problem, locate(at, path, problem))
    const placed = withAxes(tree, axes, combination, report(tree))
    const scope = parameters.values(overridesOf(axes, combination), report(tree))
    if (!scope || !placed) return undefined
    const check = (data: Readonly<Record<string, unknown>>, report: Report) => {
      let lacking = false
      const lacks = () => {
        lacking = true
      }
      const coordinators = withModules(data.coordinators, placed, modules, report, lacks)
      const scenario = checker.variant(
        coordinators === undefined ? data : { ...data, coordinators },
        surroundingsOf(data, scope, axisValues),
        report,
      )
      return lacking ? undefined : scenario
    }
    const scenario = checkSections(placed, scope, substitute, check, report(placed))
    return (
      scenario && {
        name: variant,
        parameters: valuesOf(axes, combination),
        scenario: withTrace(scenario, placed),
      }
    )
  })
  tally.tell(combinations.length, mistakes)
  return variants.filter((each) => each !== undefined)
}

/** The tree with the values of those axes that are paths; `undefined` where a path leads nowhere, which is reported. */
function withAxes(
  tree: Node,
  axes: readonly Axis[],
  combination: Combination,
  report: Report,
): Node | undefined {
  let result = tree
  for (const [i, { name, path }] of axes.entries()) {
    if (!path) continue
    const value = descend(tree, ['matrix', name, combination[i]!])!
    const key = (descend(tree, ['matrix']) as MappingNode).entries.get(name)!.origin
    try {
      result = setAt(result, path, value, key)
    } catch (error) {
      if (!(error instanceof PathError)) throw error
      report(['matrix', name], { message: error.message, hint: error.hint, key: true })
      return undefined
    }
  }
  return result
}

function checkSections(
  tree: Node,
  scope: Readonly<Record<string, string | number | boolean>>,
  substitute: Substitution,
  check: (data: Readonly<Record<string, unknown>>, report: Report) => Scenario | undefined,
  report: Report,
): Scenario | undefined {
  const failed: Path[] = []
  const data: Record<string, unknown> = {}
  for (const section of SECTIONS) {
    const node = descend(tree, [section])
    const fail: Report = (path, problem) => {
      failed.push(path)
      report(path, problem)
    }
    const value = node && substitute(node, [section], scope, fail)
    if (value !== undefined && value !== null) data[section] = value
  }
  // What could not be filled in has been told; that it is no quantity either need not be.
  const told = (path: Path) => failed.some((each) => each.every((step, i) => step === path[i]))
  const scenario = check(data, (path, problem) => {
    if (!told([...path, ...(problem.at ?? [])])) report(path, problem)
  })
  return failed.length === 0 ? scenario : undefined
}

/** The path of a trace is relative to the file that names it, or to the working directory if the command line does. */
function withTrace(scenario: Scenario, tree: Node): Scenario {
  const trace = scenario.workload?.trace
  const file = descend(tree, ['workload', 'trace'])?.origin.source.file
  if (typeof trace !== 'string' || file === undefined) return scenario
  return { ...scenario, workload: { ...scenario.workload, trace: besideFile(file, trace) } }
}

interface Count {
  readonly first: string
  readonly mistakes: Mistake[]
  last: string
  variants: number
}

/** Who has which mistake. The same thing in the same place is one mistake, though variants may word it differently. */
class Tally {
  readonly #counts = new Map<string, Count>()

  add(variant: string, path: Path, problem: Problem, mistake: Mistake): void {
    const { place } = mistake
    const key = JSON.stringify([...path, ...(problem.at ?? []), place?.file, place?.line, place?.column])
    const count = this.#counts.get(key)
    if (!count) this.#counts.set(key, { first: variant, last: variant, variants: 1, mistakes: [mistake] })
    else if (count.first === variant) count.mistakes.push(mistake)
    else if (count.last !== variant) {
      count.last = variant
      count.variants++
    }
  }

  tell(total: number, mistakes: Mistakes): void {
    for (const { first, variants, mistakes: list } of this.#counts.values()) {
      const others = variants > 1 ? ` and ${variants - 1} more` : ''
      const where = variants < total ? ` (in variant ${first}${others})` : ''
      for (const mistake of list) mistakes.add({ ...mistake, message: mistake.message + where })
    }
  }
}
