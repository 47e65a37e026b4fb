// `rehearsal capacity`: the highest load, or the smallest fleet, that still does what a scenario expects.

import { quote, ScenarioError } from '../errors.ts'
import type { Attempt } from '../experiment/attempt.ts'
import { type Capacity, type CapacityTerms, findCapacity } from '../experiment/capacity.ts'
import { parseRange, type Range, settingOf } from '../experiment/range.ts'
import { frontier } from '../report/charts/frontier.ts'
import { renderCapacityPage } from '../report/html/capacity.ts'
import { renderCapacity } from '../report/terminal/capacity.ts'
import { canonicalJson } from '../results/canonical.ts'
import { written } from '../results/searches.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import { parseQuantity } from '../units.ts'
import { defineCommand, type OptionValues } from './command.ts'
import { EXIT } from './exit.ts'
import { LABORATORY_OPTIONS, Laboratory } from './laboratory.ts'
import { repeatLine } from './repeat.ts'

const OPTIONS = {
  highest: {
    type: 'text',
    value: 'NAME=LOW..HIGH',
    meaning:
      'the load to raise: a parameter, an axis of the matrix or a path, such as workload.arrivals.rate=1/s..100/s. Whole values where both ends are',
  },
  smallest: {
    type: 'text',
    value: 'NAME=LOW..HIGH',
    meaning: 'the fleet to shrink, such as workers=1..54',
  },
  by: {
    type: 'text',
    value: 'NAME=A,B,C',
    meaning: 'search anew for each of these values of another: the frontier',
  },
  tolerance: {
    type: 'text',
    value: 'SHARE',
    meaning: 'how close the two ends are to be, as a share; whole values go to the last one',
    default: '5%',
  },
  'first-seeds': {
    type: 'text',
    value: 'COUNT',
    meaning: 'seeds that a value is first tried with; the two ends get all',
    default: '3',
  },
  ...LABORATORY_OPTIONS,
  out: {
    type: 'text',
    value: 'FOLDER',
    meaning: 'where it goes: FOLDER/NAME/capacity.json, capacity.html and capacity.svg',
    default: 'reports',
  },
  json: { type: 'flag', meaning: 'print what was found as JSON' },
} as const

type CapacityOptions = OptionValues<typeof OPTIONS>

/** One search, at a value of the other quantity. */
export interface Found extends Omit<Capacity, 'trials'> {
  /** As written; `null`: there is no other. */
  readonly at: string | null
  readonly trials: readonly (Attempt & { readonly value: number })[]
}

interface Sought {
  readonly range: Range
  readonly seek: CapacityTerms['seek']
  readonly by: { readonly name: string; readonly values: readonly string[] } | undefined
  readonly tolerance: number
  readonly firstSeeds: number
}

export const capacity = defineCommand({
  words: [{ name: 'scenario', meaning: 'a scenario file (YAML) that expects something', required: true }],
  options: OPTIONS,
  examples: [
    ['capacity fleet.yaml --highest workload.arrivals.rate=1/min..60/min', 'what it can carry'],
    ['capacity fleet.yaml --smallest workers=1..54 --by slots=1,2,4', 'how few are enough, by slots'],
  ],
  epilogue:
    'A value passes where `rehearsal run` would: every variant does all that is expected, on the means over the seeds.\nEnds in 0 where some value passes (with --by: at each of its values), 1 where none does, 5 at the time limit.',
  async run({ words: [path], options }, terminal) {
    const sought = soughtOf(options)
    const terms = { options, leaves: 'capacity', quiet: false }
    const laboratory = await Laboratory.open(path!, terms, terminal)
    const found: Found[] = []
    try {
      await refuse(laboratory, sought)
      for (const at of sought.by?.values ?? [null]) found.push(await search(laboratory, sought, at))
    } finally {
      await laboratory.close()
    }
    const { title, name } = laboratory.file
    const { range, seek, by } = sought
    const shown = {
      title,
      name,
      of: range.name,
      seek,
      by: by?.name ?? null,
      written: (value: number) => written(range, value),
      range: [range.low, range.high] as const,
      unit: range.unit,
    }
    const json = {
      schema: 'rehearsal/capacity/1' as const,
      ...laboratory.heading,
      repeat: repeatLine('capacity', path!, options, OPTIONS),
      of: range,
      seek,
      by: by?.name ?? null,
      tolerance: sought.tolerance,
      seeds: laboratory.file.seeds,
      runs: laboratory.runs,
      found,
    }
    const left = await laboratory.leave(json, await renderCapacityPage(json), frontier(found, shown))
    if (options.json) terminal.write(canonicalJson(json))
    else {
      terminal.print(renderCapacity(found, { ...shown, runs: laboratory.runs }, terminal))
      for (const each of left) terminal.print(`wrote ${each}`)
    }
    return found.every(({ passing }) => passing !== null) ? EXIT.pass : EXIT.failed
  },
})

/** One search; its runs are those of `rehearsal run` at each value. */
async function search(laboratory: Laboratory, sought: Sought, at: string | null): Promise<Found> {
  const { range, seek, tolerance, firstSeeds } = sought
  const { file } = laboratory
  const trials: (Attempt & { value: number })[] = []
  const all = file.seeds.length
  const attempt = async (value: number, seeds: number): Promise<boolean> => {
    const sets = setsAt(file, sought, at, value)
    const opened = await laboratory.at([sets], seeds)
    const attempt = await laboratory.attempt(opened)
    trials.push({ value, ...attempt })
    return attempt.pass
  }
  const seeds = [Math.min(firstSeeds, all), all] as const
  try {
    const { passing, failing, uneven } = await findCapacity({ ...range, seek, tolerance, seeds }, attempt)
    return { at, passing, failing, uneven, trials }
  } catch (error) {
    const said = trials.map(({ value, pass }) => `${written(range, value)} ${pass ? 'passed' : 'failed'}`)
    throw laboratory.stopped(
      error,
      `so far: ${said.join(', ') || 'nothing was tried'}; --resume goes on from there`,
    )
  }
}

/** Refuses what cannot be searched before anything is run: the ends of the range are opened and checked. */
async function refuse(laboratory: Laboratory, { range, by }: Sought): Promise<void> {
  const { file } = laboratory
  if (file.variants.every(({ scenario }) => scenario.expect.length === 0))
    throw new ScenarioError([
      file.mistake(
        ['expect'],
        'the scenario expects nothing, so every value would pass; expected something under `expect`',
        'such as expect: [{ metric: latency.p95, below: 30s }]',
      ),
    ])
  for (const name of [range.name, ...(by ? [by.name] : [])]) laboratory.refuseUnknown(name)
  for (const at of by?.values ?? [null])
    for (const value of [range.low, range.high]) {
      const point = setsAt(file, { range, by }, at, value)
      try {
        await laboratory.at([point])
      } catch (error) {
        if (!(error instanceof ScenarioError)) throw error
        const hint = `at an end of the range: ${point.join(' ')}`
        throw new ScenarioError(error.mistakes.map((mistake) => ({ hint, ...mistake })))
      }
    }
}

/** What `--set` takes for a value of what is sought, and one of the other quantity. */
const setsAt = (
  file: ScenarioFile,
  { range, by }: Pick<Sought, 'range' | 'by'>,
  at: string | null,
  value: number,
): readonly string[] => [
  ...(by && at !== null ? [settingOf(file, by.name, at)] : []),
  settingOf(file, range.name, written(range, value)),
]

function soughtOf(options: CapacityOptions): Sought {
  const { highest, smallest, tolerance } = options
  if ((highest === undefined) === (smallest === undefined))
    throw new ScenarioError([
      {
        message: `${highest === undefined ? 'neither' : 'both'} --highest ${highest === undefined ? 'nor' : 'and'} --smallest ${highest === undefined ? 'is' : 'are'} given; expected one of them`,
        hint: '--highest workload.arrivals.rate=1/s..10/s seeks what it can carry, --smallest workers=1..54 how few are enough',
      },
    ])
  const range = highest === undefined ? parseRange(smallest!, '--smallest') : parseRange(highest, '--highest')
  const share = parseQuantity(tolerance, 'ratio')
  if (share === undefined || share <= 0 || share >= 1)
    throw new ScenarioError([
      { message: `invalid --tolerance: ${quote(tolerance)}; expected a share between 0 and 1, such as 5%` },
    ])
  const firstSeeds = Number(options['first-seeds'])
  if (!/^\d+$/.test(options['first-seeds']) || firstSeeds < 1)
    throw new ScenarioError(
      `invalid --first-seeds: ${quote(options['first-seeds'])}; expected a whole number from 1 on`,
    )
  return {
    range,
    seek: highest === undefined ? 'lowest' : 'highest',
    by: options.by === undefined ? undefined : listOf(options.by, range),
    tolerance: share,
    firstSeeds,
  }
}

/** `slots=1,2,4` */
function listOf(text: string, range: Range): Sought['by'] {
  const [, name, list] = /^([^=]+)=(.+)$/.exec(text) ?? []
  const values = list?.split(',').map((value) => value.trim()) ?? []
  if (name === undefined || values.includes(''))
    throw new ScenarioError([
      { message: `invalid --by: ${quote(text)}; expected NAME=A,B,C`, hint: 'such as --by slots=1,2,4' },
    ])
  if (name.trim() === range.name)
    throw new ScenarioError(`--by ${quote(name)} is what is sought; expected another`)
  return { name: name.trim(), values: [...new Set(values)] }
}
