// `rehearsal check`: whether scenarios are valid; runs nothing.

import { ScenarioError } from '../errors.ts'
import { counted } from '../report/figures.ts'
import { defineCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { openScenario, SCENARIO_OPTIONS } from './open.ts'
import { validate } from './validate.ts'

export const check = defineCommand({
  words: [{ name: 'scenario', meaning: 'scenario files (YAML)', required: true, many: true }],
  options: SCENARIO_OPTIONS,
  async run({ words, options }, terminal) {
    let mistakes = 0
    for (const path of words) {
      try {
        const file = await openScenario(path, options)
        validate(file)
        const variants = counted(file.variants.length, 'variant')
        terminal.print(`ok  ${path}: ${variants}, ${counted(file.seeds.length, 'seed')}`)
      } catch (error) {
        if (!(error instanceof ScenarioError)) throw error
        terminal.complain(error.message)
        mistakes += error.mistakes.length
      }
    }
    if (mistakes > 1) terminal.complain(`\n${counted(mistakes, 'mistake')}`)
    return mistakes > 0 ? EXIT.usage : EXIT.pass
  },
})
