// The modules of the scenarios that are opened: which may be loaded, which are wanted, and what came of them.

import type { CoordinatorDefinition } from '../env/index.ts'
import { type Mistake, quote, ScenarioError } from '../errors.ts'
import { type ModuleSource, type Modules, moduleKey, modulesOf } from '../scenario/modules.ts'
import { container, parts } from '../scenario/parts.ts'
import type { Problem } from '../scenario/problem.ts'
import type { ModuleName, Scenario } from '../scenario/scenario.ts'
import { flawsOf } from './definition.ts'
import { ModuleLoader } from './loader.ts'

/** Keys of a coordinator in a scenario that are not its own parameters. */
const RESERVED = new Set(['kind', 'module', 'export', 'on', 'count', ...Object.keys(container)])

/** One that has been given leave to load code loads what it is asked for; any other refuses. */
export class LoadedModules implements ModuleSource {
  readonly known = new Map<string, CoordinatorDefinition>()
  /** What is wrong within modules, each with its place there. */
  readonly mistakes: Mistake[] = []
  readonly #allowed: boolean
  readonly #loader = new ModuleLoader({ reserved: RESERVED, taken: new Set(Object.keys(parts.coordinators)) })
  readonly #problems = new Map<string, Problem | undefined>()
  readonly #wanted = new Map<string, ModuleName>()

  constructor(allowed: boolean) {
    this.#allowed = allowed
  }

  problem(name: ModuleName): Problem | undefined {
    if (!this.#allowed)
      return {
        message: `${quote(name.file, 200)} is code, which the scenario would have run; it is not loaded`,
        hint: 'read it, and if you trust it, say --allow-modules',
      }
    const key = moduleKey(name)
    if (!this.known.has(key) && !this.#problems.has(key)) this.#wanted.set(key, name)
    return this.#problems.get(key)
  }

  /** A coordinator that is there already; the file that a scenario then names. */
  give(name: string, definition: CoordinatorDefinition): string {
    const flaws = flawsOf(definition as unknown as Readonly<Record<string, unknown>>, RESERVED)
    if (flaws.length > 0)
      throw new ScenarioError(
        flaws.map(({ message, hint }) => ({
          message: `coordinators.${name}.module: ${message}`,
          ...(hint ? { hint } : {}),
        })),
      )
    const file = `(${name}).js`
    this.known.set(moduleKey({ file }), definition)
    return file
  }

  /** Loads what was asked for; whether there was anything. */
  async loadWanted(): Promise<boolean> {
    const wanted = [...this.#wanted]
    this.#wanted.clear()
    for (const [key, name] of wanted) {
      const loaded = await this.#loader.load(name)
      if ('definition' in loaded) this.known.set(key, loaded.definition)
      else this.#problems.set(key, 'problem' in loaded ? loaded.problem : undefined)
      if ('mistakes' in loaded) this.mistakes.push(...loaded.mistakes)
    }
    return wanted.length > 0
  }
}

/** The modules of a scenario that has been checked, as in another thread: nothing of a module but its path goes there. Throws a ScenarioError. */
export const loadModulesOf = (scenario: Scenario): Promise<Modules> => load(modulesOf(scenario))

/** The coordinator of one module; throws a ScenarioError. */
export const loadModule = async (name: ModuleName): Promise<CoordinatorDefinition> =>
  (await load([name])).get(moduleKey(name))!

async function load(names: readonly ModuleName[]): Promise<Modules> {
  const modules = new LoadedModules(true)
  for (const name of names) modules.problem(name)
  await modules.loadWanted()
  const misnamed = names.flatMap((name): Mistake[] => {
    const problem = modules.problem(name)
    if (!problem || !('message' in problem)) return []
    return [{ message: problem.message, ...(problem.hint ? { hint: problem.hint } : {}) }]
  })
  const mistakes = [...misnamed, ...modules.mistakes]
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  return modules.known
}
