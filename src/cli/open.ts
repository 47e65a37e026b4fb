// What the commands that take a scenario share: their options, and loading it with the places of all its mistakes.

import type { Argv } from 'yargs'
import { loadScenario } from '../scenario/load.ts'
import { parts } from '../scenario/parts.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import { readScenario } from './files.ts'

export interface ScenarioOptions {
  set?: readonly string[]
  seed?: string
  seeds?: string
}

export const scenarioOptions = <T>(yargs: Argv<T>) =>
  yargs
    .option('set', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'override a value: --set workload.timeout=30s; may be given several times',
    })
    .option('seed', { type: 'string', describe: 'run with this seed alone' })
    .option('seeds', { type: 'string', describe: 'run with so many seeds (20), or with these (1,2,7)' })

export const openScenario = (file: string, { set, seed, seeds }: ScenarioOptions): ScenarioFile =>
  loadScenario(file, {
    registries: parts,
    read: readScenario,
    ...(set ? { sets: set } : {}),
    ...(seed !== undefined ? { seeds: [seed] } : seeds !== undefined ? { seeds: seedsOf(seeds) } : {}),
  })

/** `20`: so many; `1,2,7`: those. */
const seedsOf = (text: string): number | string[] => (/^\d+$/.test(text) ? Number(text) : text.split(','))
