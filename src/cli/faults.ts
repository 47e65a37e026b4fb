// `rehearsal faults`: what will go wrong in a run, as a file that `run --faults` replays; runs nothing.

import { quote } from '../errors.ts'
import { counted } from '../report/figures.ts'
import { faultPlanOf } from '../run/replication.ts'
import { planText } from '../scenario/fault-plan.ts'
import { parts } from '../scenario/parts.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import { defineCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { openScenario, SCENARIO_OPTIONS, variantOf } from './open.ts'
import { validate } from './validate.ts'

export const faults = defineCommand({
  words: [{ name: 'scenario', meaning: 'a scenario file (YAML)', required: true }],
  options: {
    ...SCENARIO_OPTIONS,
    variant: { type: 'text', value: 'NAME', meaning: 'of this variant; by default the first' },
  },
  examples: [
    ['faults scenario.yaml --seed 7 > plan.yaml', 'what seed 7 draws'],
    ['run scenario.yaml --seed 7 --faults plan.yaml', 'the same again, from the file'],
  ],
  async run({ words: [path], options }, terminal) {
    const file = await openScenario(path!, options)
    validate(file)
    const { name, scenario } = variantOf(file, options.variant)
    const [seed] = file.seeds
    const plan = faultPlanOf(scenario, {
      seed: seed!,
      bins: 2,
      checked: false,
      openTrace: openTraceFile,
      modules: file.modules,
    })
    const where = name === file.name ? name : `${file.name}, ${name}`
    terminal.write(planText(plan, parts, `${where}, seed ${quote(seed!)}: ${counted(plan.length, 'fault')}`))
    return EXIT.pass
  },
})
