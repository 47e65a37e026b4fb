// What a metric hangs on, as a person reads it: a tornado, most effect first.

import { format, formatNumber, type Unit } from '../../units.ts'
import { ABSENT, counted, percent } from '../figures.ts'
import { type Column, notes, table, tableWidth } from './table.ts'
import { cut, type Line, oneLine, quiet, render, type Span, strong, toned } from './text.ts'

interface Interval {
  readonly low: number
  readonly high: number
}

type ShownEffect =
  | {
      readonly method: 'one-at-a-time'
      readonly points: readonly { readonly value: number; readonly figure: number | null }[]
      readonly swing: number | null
      readonly interval: readonly [low: number, high: number] | null
    }
  | { readonly method: 'morris'; readonly size: number; readonly direction: number; readonly spread: number }
  | {
      readonly method: 'sobol'
      readonly first: number
      readonly firstInterval: Interval
      readonly total: number
      readonly totalInterval: Interval
    }

export interface ShownInput {
  readonly name: string
  readonly ends: readonly [low: string, high: string]
  readonly effect: ShownEffect
}

/** What `cli/sensitivity.ts` found, as far as it is shown. */
export interface ShownSensitivity {
  readonly base: number | null
  readonly inputs: readonly ShownInput[]
}

export interface SensitivityTitles {
  readonly title: string
  readonly name: string
  readonly metric: string
  readonly unit: Unit
  readonly method: ShownEffect['method']
}

export function renderSensitivity(
  found: ShownSensitivity,
  { title, name, metric, unit, method, runs }: SensitivityTitles & { readonly runs: number },
  { columns, colour }: { columns: number; colour: boolean },
): string {
  const base = found.base === null ? ABSENT : format(found.base, unit)
  const rows = COLUMNS[method](found, unit)
  const bars = barsOf(found, Math.max(8, columns - tableWidth(rows) - 2))
  return render(
    [
      [strong(cut(oneLine(title), columns))],
      [quiet(cut(oneLine(`${name} · ${metric} is ${base} as it is`), columns))],
      [],
      ...table([...rows, { title: '', align: 'left', cells: bars, least: 8 }], columns),
      [],
      ...notes([NOTES[method], `${counted(runs, 'run')}, the same seeds at every point`], columns),
    ] satisfies Line[],
    columns,
    colour,
  )
}

const NOTES: Readonly<Record<SensitivityTitles['method'], string>> = {
  'one-at-a-time':
    'each input at the ends of its range, all others as they are; ± 95 % interval of the swing; │ in a bar is the scenario as it is',
  morris:
    'μ*: how much the figure moves over the whole range; μ: the same with signs; σ: large where the effect bends or depends on the others',
  sobol:
    'shares of the variance where all vary at once: of each alone (first), and with all it takes part in (total); 95 % intervals by the bootstrap',
}

type Rows = (found: ShownSensitivity, unit: Unit) => readonly Column[]

const effectsOf = <M extends ShownEffect['method']>({ inputs }: ShownSensitivity, method: M) =>
  inputs.flatMap(({ effect }) =>
    effect.method === method ? [effect as Extract<ShownEffect, { method: M }>] : [],
  )

const named = ({ inputs }: ShownSensitivity): readonly Column[] => [
  { title: 'what', align: 'left', cells: inputs.map(({ name }) => name), least: 12 },
  right(
    'low',
    inputs.map(({ ends }) => ends[0]),
  ),
  right(
    'high',
    inputs.map(({ ends }) => ends[1]),
  ),
]

const right = (title: string, cells: readonly (Span | string)[]): Column => ({ title, align: 'right', cells })

const COLUMNS: Readonly<Record<SensitivityTitles['method'], Rows>> = {
  'one-at-a-time': (found, unit) => {
    const effects = effectsOf(found, 'one-at-a-time')
    const figure = (value: number | null | undefined) =>
      value == null ? toned('doubtful', ABSENT) : format(value, unit)
    return [
      ...named(found),
      right(
        'at low',
        effects.map(({ points }) => figure(points[0]!.figure)),
      ),
      right(
        'at high',
        effects.map(({ points }) => figure(points.at(-1)!.figure)),
      ),
      right(
        'swing',
        effects.map((effect) => swingInWords(effect, unit)),
      ),
    ]
  },
  morris: (found, unit) => {
    const effects = effectsOf(found, 'morris')
    return [
      ...named(found),
      right(
        'μ*',
        effects.map(({ size }) => format(size, unit)),
      ),
      right(
        'μ',
        effects.map(({ direction }) => format(direction, unit)),
      ),
      right(
        'σ',
        effects.map(({ spread }) => format(spread, unit)),
      ),
    ]
  },
  sobol: (found) => {
    const effects = effectsOf(found, 'sobol')
    return [
      ...named(found),
      right(
        'first',
        effects.map(({ first, firstInterval }) => shareInWords(first, firstInterval)),
      ),
      right(
        'total',
        effects.map(({ total, totalInterval }) => shareInWords(total, totalInterval)),
      ),
    ]
  },
}

function swingInWords({ swing, interval }: Extract<ShownEffect, { method: 'one-at-a-time' }>, unit: Unit) {
  if (swing === null) return toned('doubtful', ABSENT)
  if (interval === null || swing === 0) return format(swing, unit)
  return `${format(swing, unit)} ± ${percent((interval[1] - interval[0]) / 2 / swing)}`
}

const digits = (value: number): string => formatNumber(Math.round(value * 100) / 100)
const shareInWords = (share: number, { low, high }: Interval): string =>
  `${digits(share)} (${digits(low)} to ${digits(high)})`

/** The least and the largest figure of an input, between which its bar stands; `null`: none can be drawn. */
export function spanOf({ effect }: ShownInput): readonly [number, number] | null {
  switch (effect.method) {
    case 'one-at-a-time': {
      const figures = effect.points.flatMap(({ figure }) => figure ?? [])
      return effect.swing === null ? null : [Math.min(...figures), Math.max(...figures)]
    }
    case 'morris':
      return [0, effect.size]
    case 'sobol':
      return [0, Math.max(0, effect.total)]
  }
}

/** A bar each: of a tornado about the scenario as it is, else from nothing. */
function barsOf({ base, inputs }: ShownSensitivity, width: number): readonly (Span | string)[] {
  const spans = inputs.map(spanOf)
  const isTornado = inputs[0]?.effect.method === 'one-at-a-time'
  const ends = [...spans.flatMap((span) => span ?? []), ...(isTornado && base !== null ? [base] : [])]
  const [low, high] = [Math.min(...ends), Math.max(...ends)]
  const cell = (value: number): number =>
    high === low ? 0 : Math.round(((value - low) / (high - low)) * (width - 1))
  return spans.map((span) => {
    if (span === null) return ''
    const cells: string[] = Array.from({ length: width }, (_, i) =>
      i >= cell(span[0]) && i <= cell(span[1]) && span[0] < span[1] ? '█' : ' ',
    )
    if (isTornado && base !== null) cells[cell(base)] = '│'
    return toned('accent', cells.join(''))
  })
}
