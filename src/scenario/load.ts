// A scenario file → its checked variants. First it is read (`extends`, `--set`), then checked: what holds for all variants,
// and each variant by itself. Each of the two tells all its mistakes at once. No file is touched here: `read` is given.

import { printable } from '../errors.ts'
import type { Checker } from './check/check.ts'
import { withCostTable } from './cost-table.ts'
import { withPlan } from './fault-plan.ts'
import { declaredByAxes, expandMatrix, type WrittenMatrix } from './matrix.ts'
import type { ModuleSource } from './modules.ts'
import { parameterTable } from './parameter-table.ts'
import type { Report } from './problem.ts'
import type { ScenarioFile } from './scenario.ts'
import { readExtending, textOf } from './source/extends.ts'
import { locate, Mistakes } from './source/places.ts'
import { applySets, setAt } from './source/set.ts'
import { type Node, plain, type Source } from './source/tree.ts'
import { checkVariants } from './variants.ts'

export interface LoadOptions {
  /** What checks it; making one takes longer than a check, so it is made once and used for many. */
  readonly checker: Checker
  /** The text of a file; throws a ScenarioError, or an error with a `code` such as ENOENT, where there is none. */
  read(path: string): string
  /** `--set`: `measure.duration=10s`, in the order given. */
  readonly sets?: readonly string[]
  /** Instead of the scenario's: how many, or which. */
  readonly seeds?: number | readonly string[]
  /** A file with a plan of faults, instead of the scenario's. */
  readonly faults?: string
  /** What modules export; one that it does not know makes the scenario come out without its variants. Left out: it knows none. */
  readonly modules?: ModuleSource
}

/**
 * Reads and checks a scenario. Throws a ScenarioError with all mistakes, each with file, line and column.
 * Paths in a file are relative to that file: those of bases, which cannot be absolute but may lead upwards, and that of a
 * trace. On the command line they are relative to the working directory, as `file` itself is.
 */
export function loadScenario(file: string, options: LoadOptions): ScenarioFile {
  const { checker, read, sets = [], seeds, faults, modules } = options
  const whole = withSeeds(applySets(readExtending(file, read), sets), seeds)
  const priced = withCostTable(whole, read)
  const tree = faults === undefined ? priced : withPlan(priced, textOf(faults, read), faults)
  const resolved = plain(tree) as Readonly<Record<string, unknown>>
  const mistakes = new Mistakes()
  const report: Report = (path, problem) => mistakes.add(locate(tree, path, problem))
  const header = checker.header(resolved, report)
  const name = header.name ?? printable(file)
  if (!header.parameters) mistakes.throwIfAny()
  const written = (header.matrix ?? {}) as WrittenMatrix
  const declared = { ...declaredByAxes(written, header.parameters!), ...header.parameters }
  const parameters = parameterTable(declared, report)
  const expanded = expandMatrix(written, parameters, report)
  const matrix = { ...expanded, sound: expanded.sound && header.matrix !== undefined }
  const variants = checkVariants(tree, name, matrix, parameters, checker, mistakes, modules)
  mistakes.throwIfAny()
  return {
    name,
    title: header.title ?? name,
    description: header.description ?? '',
    file,
    seeds: header.seeds!,
    axes: matrix.axes.map(({ name, values }) => ({ name, values })),
    variants,
    resolved,
    given: { sets, faults },
    ...(modules ? { modules: modules.known } : {}),
    mistake: (path, message, hint) => locate(tree, path, { message, hint }),
  }
}

/** Seeds from the command line stand in the tree as if they were written there. */
function withSeeds(tree: Node, seeds: LoadOptions['seeds']): Node {
  if (seeds === undefined) return tree
  const source: Source = { name: typeof seeds === 'number' ? '--seeds' : '--seed', text: '' }
  const origin = { source, offset: 0 }
  const scalar = (value: string | number): Node => ({ type: 'scalar', value, origin })
  const node: Node =
    typeof seeds === 'number' ? scalar(seeds) : { type: 'list', items: seeds.map(scalar), origin }
  return setAt(tree, ['seeds'], node)
}
