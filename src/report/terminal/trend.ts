// The history of figures in a terminal: a line a series with its last value, and a line a change with its place.

import { format, type Unit } from '../../units.ts'
import { counted } from '../figures.ts'
import { condense } from '../series.ts'
import { notes, table } from './table.ts'
import { type Line, oneLine, quiet, render, type Span, strong, toned } from './text.ts'

/** What `experiment/trend.ts` found, as far as it is shown. */
export interface ShownTrend {
  readonly variant: string
  readonly metric: string
  readonly unit: Unit
  readonly better: 'higher' | 'lower' | 'neither'
  readonly points: readonly { readonly entry: number; readonly value: number }[]
  readonly steps: readonly ShownStep[]
}

export interface ShownStep {
  readonly at: number
  readonly p: number
  readonly before: number
  readonly after: number
  readonly interval: { readonly low: number; readonly high: number }
  readonly scenario: boolean
}

export interface ShownEntry {
  readonly created: string
  readonly commit: string | null
}

export interface TrendTitles {
  readonly title: string
  readonly name: string
  /** Oldest first. */
  readonly entries: readonly ShownEntry[]
  readonly significance: number
}

/** `2026-10-04 a1b2c3d4`. */
export const placeInTime = ({ created, commit }: ShownEntry): string =>
  [created.slice(0, 10), ...(commit === null ? [] : [commit.slice(0, 8)])].join(' ')

export function renderTrend(
  trends: readonly ShownTrend[],
  { title, name, entries, significance }: TrendTitles,
  { columns, colour }: { readonly columns: number; readonly colour: boolean },
): string {
  const [first, last] = [entries[0]!, entries.at(-1)!]
  const several = new Set(trends.map(({ variant }) => variant)).size > 1
  const lines: Line[] = [
    [strong(oneLine(title))],
    [
      quiet(
        `${oneLine(name)} · ${counted(entries.length, 'result')}, ${placeInTime(first)} to ${placeInTime(last)}`,
      ),
    ],
    [],
    ...table(historyColumns(trends, several), columns),
  ]
  const steps = trends.flatMap((trend) => trend.steps.map((step) => ({ trend, step })))
  if (steps.length > 0)
    lines.push([], [strong('changes')], ...table(stepColumns(steps, entries, several), columns))
  lines.push([], ...notes([noteOf(trends, significance)], columns))
  return render(lines, columns, colour)
}

function historyColumns(trends: readonly ShownTrend[], several: boolean) {
  const cells = (pick: (trend: ShownTrend) => Span | string) => trends.map(pick)
  return [
    ...(several
      ? [{ title: 'variant', align: 'left' as const, cells: cells(({ variant }) => variant), least: 8 }]
      : []),
    { title: 'what', align: 'left' as const, cells: cells(({ metric }) => metric), least: 12 },
    {
      title: 'history',
      align: 'left' as const,
      cells: cells(({ points }) => between(points.map(({ value }) => value))),
    },
    {
      title: 'last',
      align: 'right' as const,
      cells: cells(({ points, unit }) => format(points.at(-1)!.value, unit)),
    },
    {
      title: 'changes',
      align: 'right' as const,
      cells: cells(({ steps }) => (steps.length === 0 ? quiet('none') : String(steps.length))),
    },
  ]
}

type Placed = { readonly trend: ShownTrend; readonly step: ShownStep }

function stepColumns(steps: readonly Placed[], entries: readonly ShownEntry[], several: boolean) {
  const cells = (pick: (placed: Placed) => Span | string) => steps.map(pick)
  const column = (title: string, pick: (placed: Placed) => Span | string, least?: number) => ({
    title,
    align: 'left' as const,
    cells: cells(pick),
    ...(least === undefined ? {} : { least }),
  })
  return [
    ...(several ? [column('variant', ({ trend }) => trend.variant, 8)] : []),
    column('what', ({ trend }) => trend.metric, 12),
    column('since', ({ trend, step }) => placeInTime(entries[trend.points[step.at]!.entry]!)),
    column('change', ({ step }) => stepInWords(step)),
    column('', ({ trend, step }) => verdictOf(trend, step)),
  ]
}

/** `+4.1 ± 0.3 %`; where it was nothing before, in the figure's own unit. */
export function stepInWords({ before, after, interval }: ShownStep): string {
  if (before === 0) return 'from 0'
  const size = Math.abs(before)
  const decimals = Math.abs(after - before) / size < 0.0995 ? 2 : 1
  const share = (value: number): string => (100 * value).toFixed(decimals)
  const half = (interval.high - interval.low) / 2 / size
  const sign = after >= before ? '+' : '−'
  return `${sign}${share(Math.abs(after - before) / size)} ± ${half === 0 ? '0' : share(half)} %`
}

/** Whether that is good, and whose doing it may be. */
function verdictOf({ better }: ShownTrend, { before, after, scenario }: ShownStep): Span {
  if (scenario) return toned('doubtful', 'another scenario')
  if (better === 'neither') return toned('accent', 'different')
  return after > before === (better === 'higher') ? toned('good', 'better') : toned('bad', 'worse')
}

export function noteOf(trends: readonly ShownTrend[], significance: number): string {
  const least = Math.min(...trends.map(({ points }) => points.length))
  const chance = trends.length * significance
  const expected = chance < 0.05 ? 'hardly any' : chance.toFixed(1)
  const short =
    least < 10 ? ' Below ten values most changes cannot be told from chance; the last value never can.' : ''
  return `Changes by E-divisive, each by a permutation test at ${format(significance, 'ratio')}: of ${trends.length} series ${expected} would show one by chance. ± 95 % interval of the difference between the stretches on both sides.${short}`
}

const BARS = '▁▂▃▄▅▆▇█'
const WIDEST = 24

/** A bar a value, or the mean of some if there are many, from the least to the most of them: a change of a few per cent is seen, its size is not. */
function between(values: readonly number[]): string {
  const shown = condense(values, WIDEST).filter((value) => value !== null)
  const [least, most] = [Math.min(...shown), Math.max(...shown)]
  if (least === most) return BARS[3]!.repeat(shown.length)
  return shown.map((value) => BARS[Math.min(7, Math.floor(((value - least) / (most - least)) * 8))]).join('')
}
