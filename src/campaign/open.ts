// Opens a scenario with the modules that it names.

import { ScenarioError } from '../errors.ts'
import type { LoadedModules } from '../modules/modules.ts'
import { type Checker, newChecker } from '../scenario/check/check.ts'
import { type LoadOptions, loadScenario } from '../scenario/load.ts'
import { parts, partsWith } from '../scenario/parts.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'

/** Reads and checks a scenario, and loads the modules that it names where that is allowed. Throws ScenarioError with all that is wrong. */
export async function openWith(
  file: string,
  options: Omit<LoadOptions, 'checker' | 'modules'>,
  modules: LoadedModules,
): Promise<ScenarioFile> {
  // Which modules there are shows as the scenario is checked, and what can be set on them when they are loaded: then it is checked again.
  for (;;) {
    const { known } = modules
    const opened = attempt(() =>
      loadScenario(file, {
        ...options,
        checker: known.size > 0 ? newChecker(partsWith(known)) : checkerOfParts(),
        modules,
      }),
    )
    if (await modules.loadWanted()) continue
    const mistakes = [...modules.mistakes, ...('mistakes' in opened ? opened.mistakes : [])]
    if (!('mistakes' in opened) && mistakes.length === 0) return opened
    throw new ScenarioError(mistakes)
  }
}

function attempt<T extends object>(work: () => T): T | ScenarioError {
  try {
    return work()
  } catch (error) {
    if (error instanceof ScenarioError) return error
    throw error
  }
}

/** One for all scenarios of a process. */
let checker: Checker | undefined
export const checkerOfParts = (): Checker => {
  checker ??= newChecker(parts)
  return checker
}
