// What the commands that take a scenario share: their options, and loading it with the places of all its mistakes.

import { dirname, isAbsolute, join } from 'node:path'
import type { Argv } from 'yargs'
import { loadScenario, type ScenarioFile } from '../scenario/load.ts'
import { parts } from '../scenario/parts.ts'
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
    resolvePath: (from, path) => (isAbsolute(path) || from === undefined ? path : join(dirname(from), path)),
    ...(set ? { sets: set } : {}),
    ...(seed !== undefined ? { seeds: [seed] } : seeds !== undefined ? { seeds: seedsOf(seeds) } : {}),
  })

/** `20` → "1" to "20"; `1,2,7` → those. */
const seedsOf = (text: string): string[] =>
  /^\d+$/.test(text) ? Array.from({ length: Number(text) }, (_, i) => String(i + 1)) : text.split(',')
