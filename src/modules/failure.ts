// What a user's module threw while it ran, told without the frames of this program.

import { quote } from '../errors.ts'
import { modulesOf } from '../scenario/modules.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import { ModuleError } from '../world/world.ts'
import { ForeignError } from './foreign-error.ts'
import { ownStory } from './mistakes.ts'

/** The error as it is told, if it is a module's that the scenario brings; other errors as they are. */
export function foreignFailure(error: unknown, { variants }: ScenarioFile): unknown {
  if (!(error instanceof ModuleError)) return error
  const scenarios = variants.map(({ scenario }) => scenario)
  const { part } = error
  const files = new Set(
    part === undefined
      ? scenarios.flatMap((scenario) => modulesOf(scenario).map(({ file }) => file))
      : scenarios.flatMap(({ coordinators }) => coordinators[part]?.module?.file ?? []),
  )
  if (files.size === 0) return error
  const named = [...files].map((file) => quote(file, 200)).join(', ')
  return new ForeignError(`${named} failed while it ran\n${ownStory(error.message)}`)
}
