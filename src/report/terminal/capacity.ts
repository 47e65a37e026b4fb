// What a search for a capacity found, as a person reads it: the value that passes beside the one that fails, and what fails there.

import { counted, percent, times } from '../figures.ts'
import { notes, table } from './table.ts'
import { cut, type Line, oneLine, quiet, render, strong, toned, wrap } from './text.ts'

/** What `cli/capacity.ts` found, as far as it is shown. */
export interface ShownCapacity {
  readonly at: string | null
  readonly passing: number | null
  readonly failing: number | null
  readonly uneven: { readonly failed: number; readonly passed: number } | null
  readonly trials: readonly ShownTrial[]
}

interface ShownTrial {
  readonly value: number
  readonly pass: boolean
  readonly seeds: number
  readonly passingSeeds: number
  readonly shortfall: {
    readonly variant: string | null
    readonly expected: string
    readonly found: string
    readonly figure: string
    readonly by: number | null
    readonly others: number
  } | null
}

export interface CapacityTitles {
  readonly title: string
  readonly name: string
  readonly of: string
  readonly seek: 'highest' | 'lowest'
  readonly by: string | null
  /** A value as a scenario writes it. */
  readonly written: (value: number) => string
  readonly range: readonly [low: number, high: number]
}

export function renderCapacity(
  found: readonly ShownCapacity[],
  titles: CapacityTitles & { readonly runs: number },
  { columns, colour }: { columns: number; colour: boolean },
): string {
  const { title, name, of, seek, by, written, range, runs } = titles
  const sought = `${seek === 'highest' ? 'highest' : 'smallest'} ${of} from ${written(range[0])} to ${written(range[1])}`
  const tried = found.reduce((sum, { trials }) => sum + new Set(trials.map(({ value }) => value)).size, 0)
  const body = by === null ? endsOf(found[0]!, titles, columns) : frontierOf(found, titles, columns)
  return render(
    [
      [strong(cut(oneLine(title), columns))],
      [quiet(cut(oneLine(`${name} · ${sought}`), columns))],
      [],
      ...body,
      ...found.flatMap((each) => unevenLines(each, titles, columns)),
      [],
      ...notes([`${counted(tried, 'value')} tried, ${counted(runs, 'run')}`], columns),
    ],
    columns,
    colour,
  )
}

/** The trial of a value with the most seeds. */
export const trialOf = ({ trials }: ShownCapacity, value: number | null): ShownTrial | undefined =>
  trials
    .filter((trial) => trial.value === value)
    .reduce<ShownTrial | undefined>(
      (most, trial) => (most && most.seeds > trial.seeds ? most : trial),
      undefined,
    )

/** `3 of 20 seeds`. */
export const seedsOf = ({ passingSeeds, seeds }: Pick<ShownTrial, 'passingSeeds' | 'seeds'>): string =>
  `${passingSeeds} of ${counted(seeds, 'seed')}`

/** `latency.p95 below 30 s: 31.4 s (95 % …), 4.7 % off`; briefly: `latency.p95 31.4 s, 4.7 % off`. */
export function shortfallOf({ shortfall }: Pick<ShownTrial, 'shortfall'>, briefly = false): string {
  if (!shortfall) return ''
  const { variant, expected, found, figure, by, others } = shortfall
  return [
    briefly ? figure : `${expected}: ${found}`,
    by === null ? '' : by < 1 ? `, ${percent(by)} off` : `, ${times(1 + by)} the limit`,
    variant === null ? '' : `, with ${variant}`,
    others === 0 ? '' : `; ${others} more`,
  ].join('')
}

function endsOf(found: ShownCapacity, { written, seek, range }: CapacityTitles, columns: number): Line[] {
  const [passing, failing] = [trialOf(found, found.passing), trialOf(found, found.failing)]
  const shown = (trial: ShownTrial, verdict: Line[0]): Line[] => [
    ['  ', strong(written(trial.value)), ' ', verdict, quiet(`, alone with ${seedsOf(trial)}`)],
    ...wrap(shortfallOf(trial), columns - 6).map((line): Line => [`      ${line}`]),
  ]
  const hardest = written(seek === 'highest' ? range[1] : range[0])
  return [
    ...(passing
      ? shown(passing, toned('good', 'passes'))
      : [[toned('bad', '  nothing in the range passes')] as Line]),
    ...(failing
      ? shown(failing, toned('bad', 'fails'))
      : [[toned('doubtful', `  nothing in the range fails: ${hardest} is its end`)] as Line]),
  ]
}

function frontierOf(
  found: readonly ShownCapacity[],
  titles: CapacityTitles,
  columns: number,
): readonly Line[] {
  const { by, written } = titles
  const cell = (value: number | null, none: string) =>
    value === null ? toned('doubtful', none) : written(value)
  const trials = (end: 'passing' | 'failing') => found.map((each) => trialOf(each, each[end]))
  const seeds = (end: 'passing' | 'failing') =>
    trials(end).map((trial) => (trial ? `${trial.passingSeeds}/${trial.seeds}` : ''))
  const lines = table(
    [
      { title: by!, align: 'left', cells: found.map(({ at }) => at ?? ''), least: 6 },
      { title: 'passes', align: 'right', cells: found.map(({ passing }) => cell(passing, 'nothing')) },
      { title: 'seeds', align: 'right', cells: seeds('passing') },
      { title: 'fails', align: 'right', cells: found.map(({ failing }) => cell(failing, 'nothing')) },
      { title: 'seeds', align: 'right', cells: seeds('failing') },
      {
        title: 'what fails there',
        align: 'left',
        cells: trials('failing').map((trial) => (trial ? shortfallOf(trial, true) : '')),
        least: 12,
      },
    ],
    columns,
  )
  return [...lines, [], ...notes(['seeds: with how many of them, each alone, all would hold'], columns)]
}

function unevenLines(
  { at, uneven }: ShownCapacity,
  { by, written }: CapacityTitles,
  columns: number,
): Line[] {
  if (!uneven) return []
  const where = at === null ? '' : ` with ${by}=${at}`
  const text = `uneven${where}: ${written(uneven.failed)} failed and ${written(uneven.passed)}, which is harder, passed; there are several brackets, and this is one of them`
  return [[], ...wrap(text, columns - 2).map((line): Line => [toned('doubtful', `  ${line}`)])]
}
