// Coordinators of the user's own, which a scenario names by the file of a module: `queen: { module: ./my-queen.ts, on: front }`.
// No code is loaded here: whoever opens the scenario says what a file exports, and whether it may be loaded at all.

import { isAbsolute } from 'node:path'
import { coordinators } from '../coordination/registry.ts'
import type { CoordinatorDefinition } from '../env/index.ts'
import { printable, quote } from '../errors.ts'
import { invalid, type Problem, type Report } from './problem.ts'
import type { ModuleName, PlacedPart, Scenario } from './scenario.ts'
import { besideFile } from './source/extends.ts'
import { descend, type Node } from './source/tree.ts'

/** The coordinators of modules, by `moduleKey`. */
export type Modules = ReadonlyMap<string, CoordinatorDefinition>

/** Knows what modules export. */
export interface ModuleSource {
  /** Those that are loaded. */
  readonly known: Modules
  /** What is wrong with naming this module; `undefined`: it is known, or noted, to be loaded or told of later. */
  problem(name: ModuleName): Problem | undefined
}

export const moduleKey = ({ file, export: name }: ModuleName): string => `${file}#${name ?? ''}`

/** What a coordinator of a scenario is made by. */
export const coordinatorOf = (
  { kind, module }: PlacedPart,
  modules: Modules | undefined,
): CoordinatorDefinition => (module === undefined ? coordinators[kind]! : modules!.get(moduleKey(module))!)

/** The modules that a scenario names, each once. */
export const modulesOf = (scenario: Scenario): readonly ModuleName[] => [
  ...new Map(
    Object.values(scenario.coordinators).flatMap(({ module }) =>
      module === undefined ? [] : [[moduleKey(module), module] as const],
    ),
  ).values(),
]

/** Whether anything in the scenario waits on promises, so that the event loop must have its turn. */
export const hasPromises = (scenario: Scenario, modules: Modules | undefined): boolean =>
  Object.values(scenario.coordinators).some((part) => coordinatorOf(part, modules).promises === true)

type Data = Readonly<Record<string, unknown>>

const isMapping = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The coordinators as they are checked: those of modules have the module's key for a kind. What is wrong with a module's name is
 * reported; one that is not known is left out, and `lacking` is told of it.
 */
export function withModules(
  section: unknown,
  tree: Node,
  source: ModuleSource | undefined,
  report: Report,
  lacking: () => void,
): unknown {
  if (!isMapping(section)) return section
  const entries = Object.entries(section).flatMap(([name, part]) => {
    if (!isMapping(part) || (part.module === undefined && part.export === undefined)) return [[name, part]]
    const at = ['coordinators', name]
    const tell = (key: string, problem: Problem) => report([...at, key], problem)
    const module = moduleNamed(part, descend(tree, [...at, 'module'])?.origin.source.file, tell)
    const problem = module && source ? source.problem(module) : undefined
    if (problem) tell('module', problem)
    const definition = module && source?.known.get(moduleKey(module))
    if (!module || !definition) {
      lacking()
      return []
    }
    const { kind = definition.name, ...rest } = part
    if (kind !== definition.name)
      tell('kind', {
        message: `${quote(module.file, 200)} exports ${quote(definition.name)}, not ${quote(kind)}; expected the kind of the module, or none`,
        hint: 'delete the line; where a base says it: kind: null',
      })
    return [[name, { ...rest, kind: moduleKey(module), module: module.file }]]
  })
  return Object.fromEntries(entries)
}

const FILE = /\.[cm]?[jt]s$/

function moduleNamed(
  { module, export: name }: Data,
  from: string | undefined,
  tell: (key: string, problem: Problem) => void,
): ModuleName | undefined {
  const looks = 'the path of a TypeScript or JavaScript file, such as ./my-queen.ts'
  if (module === undefined) tell('export', { message: 'export without a module; expected both', key: true })
  else if (typeof module !== 'string' || !FILE.test(module) || printable(module) !== module)
    tell('module', invalid(module, looks))
  else if (from !== undefined && isAbsolute(module))
    tell('module', invalid(module, 'a path relative to this file, such as ../my-queen.ts'))
  else if (name !== undefined && typeof name !== 'string')
    tell('export', invalid(name, 'the name of an export'))
  else {
    const file = from === undefined ? module : besideFile(from, module)
    return name === undefined ? { file } : { file, export: name }
  }
  return undefined
}
