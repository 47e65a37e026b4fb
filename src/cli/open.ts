// What the commands that take scenarios share: their options, and opening them, each with the places of all its mistakes.

import { openKeeping } from '../campaign/source.ts'
import { type Mistake, quote, ScenarioError, unknownName } from '../errors.ts'
import type { ScenarioFile, ScenarioVariant } from '../scenario/scenario.ts'
import { numberOf } from '../units.ts'
import type { OptionValues } from './command.ts'
import { readScenario } from './files.ts'

export const SCENARIO_OPTIONS = {
  seed: { type: 'text', value: 'SEED', meaning: 'run with this seed alone' },
  seeds: { type: 'text', value: 'SEEDS', meaning: 'run with so many seeds (20), or with these (1,2,7)' },
  set: {
    type: 'texts',
    value: 'PATH=VALUE',
    meaning: 'override a value, such as workload.timeout=30s; may be given several times',
  },
  faults: {
    type: 'text',
    value: 'FILE',
    meaning: 'a plan of faults instead of the scenario’s, as `rehearsal faults` prints it',
  },
  'allow-modules': {
    type: 'flag',
    meaning: 'load and run the code of coordinators that a scenario brings (module: ./my-queen.ts)',
  },
} as const

export type ScenarioOptions = OptionValues<typeof SCENARIO_OPTIONS>

/** A scenario, and what another thread opens it from. */
export type Opened = Awaited<ReturnType<typeof openKeeping>>

/** Reads and checks one scenario, and loads the modules that it names where that is allowed. Throws ScenarioError with all that is wrong. */
export const openScenario = async (file: string, options: ScenarioOptions): Promise<ScenarioFile> =>
  (await openForRuns(file, options)).opened

/** The same, with what was read; at several points, where they are given. */
export const openForRuns = (
  file: string,
  options: ScenarioOptions,
  points?: readonly (readonly string[])[],
): Promise<Opened> =>
  openKeeping(
    file,
    {
      ...(points ? { points } : {}),
      sets: options.set,
      ...(options.faults === undefined ? {} : { faults: options.faults }),
      ...seedsOf(options),
      modules: options['allow-modules'],
    },
    readScenarioText,
  )

/** A result is JSON and so YAML too, with a mistake in every line. */
export function readScenarioText(path: string): string {
  const text = readScenario(path)
  if (!/"schema": ?"rehearsal\/result\//.test(text)) return text
  const shown = quote(path, 200)
  throw new ScenarioError([
    { message: `${shown} is a result; expected a scenario`, hint: `rehearsal report ${shown} shows it` },
  ])
}

/** Calls with every path; throws all their mistakes together. */
export async function forAll<T>(
  paths: readonly string[],
  open: (path: string) => Promise<T>,
): Promise<readonly T[]> {
  const mistakes: Mistake[] = []
  const opened: T[] = []
  for (const path of paths) {
    try {
      opened.push(await open(path))
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error
      mistakes.push(...error.mistakes)
    }
  }
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  return opened
}

/** `--seeds 20`: so many; `--seeds 1,2,7`: those; a comma makes a list of one. */
function seedsOf({ seed, seeds }: ScenarioOptions): { seeds?: number | readonly string[] } {
  if (seed !== undefined && seeds !== undefined)
    throw new ScenarioError([
      {
        message: '--seed and --seeds are both given; expected one of them',
        hint: `such as --seeds ${quote(seed)}`,
      },
    ])
  if (seed !== undefined) return { seeds: [seed] }
  if (seeds === undefined) return {}
  if (/^\d+(_\d+)*$/.test(seeds)) return { seeds: numberOf(seeds) }
  const list = seeds.replace(/,$/, '').split(',')
  if (!seeds.includes(',') || list.includes(''))
    throw new ScenarioError([
      {
        message: `invalid --seeds: ${quote(seeds)}; expected how many, such as 20, or a list, such as 1,2,7`,
        ...(seeds.includes(',') ? {} : { hint: `did you mean --seed ${quote(seeds)}?` }),
      },
    ])
  return { seeds: list }
}

/** The variant of this name, or the first. Throws ScenarioError. */
export function variantOf({ variants }: ScenarioFile, name: string | undefined): ScenarioVariant {
  const found = name === undefined ? variants[0] : variants.find((variant) => variant.name === name)
  if (found) return found
  const names = variants.map((variant) => variant.name)
  throw new ScenarioError([unknownName('variant', name!, names)])
}
