// `rehearsal check`: whether scenarios are valid; runs nothing.

import type { CommandModule } from 'yargs'
import { ScenarioError } from '../errors.ts'
import { EXIT } from './exit.ts'
import { openScenario, type ScenarioOptions, scenarioOptions } from './open.ts'
import { validate } from './validate.ts'

export const checkCommand: CommandModule<object, ScenarioOptions & { scenario: readonly string[] }> = {
  command: 'check <scenario..>',
  describe: 'say what is wrong with scenarios, all of it at once',
  builder: (yargs) =>
    scenarioOptions(
      yargs.positional('scenario', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'scenario files (YAML)',
      }),
    ) as never,
  handler({ scenario, ...options }) {
    let mistakes = 0
    for (const path of scenario) {
      try {
        const file = openScenario(path, options)
        validate(file)
        console.log(`ok  ${path}: ${file.variants.length} × ${file.seeds.length} runs`)
      } catch (error) {
        if (!(error instanceof ScenarioError)) throw error
        console.error(error.message)
        mistakes += error.mistakes.length
      }
    }
    if (mistakes > 0) console.error(`\n${mistakes === 1 ? '1 mistake' : `${mistakes} mistakes`}`)
    process.exitCode = mistakes > 0 ? EXIT.usage : EXIT.pass
  },
}
