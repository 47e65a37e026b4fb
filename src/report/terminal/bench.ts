// Benchmarks in a terminal: figures of one build, or the ratios of two.

import { ABSENT } from '../figures.ts'
import { notes, table } from './table.ts'
import { type Line, oneLine, quiet, render, type Span, strong, toned } from './text.ts'

export interface ShownRow {
  readonly name: string
  readonly pending: number
  readonly perSecond: number
  readonly note?: string
  readonly suspicions?: readonly string[]
}

export interface ShownRatio {
  readonly name: string
  readonly pending: number
  readonly a: number | null
  readonly b: number | null
  readonly ratio: number | null
  readonly interval: { readonly low: number; readonly high: number } | null
  readonly suspicions: readonly string[]
}

interface Screen {
  readonly columns: number
  readonly colour: boolean
}

export function renderRows(
  suites: readonly { readonly title: string; readonly rows: readonly ShownRow[] }[],
  { columns, colour }: Screen,
): string {
  const lines = suites.flatMap(({ title, rows }, i): Line[] => [
    ...(i > 0 ? [[]] : []),
    [strong(oneLine(title))],
    ...table(
      [
        { ...left('what', rows.map(nameOf), 34), whole: true },
        right(
          'an operation',
          rows.map(({ perSecond }) => time(1e9 / perSecond)),
        ),
        right(
          'a second',
          rows.map(({ perSecond }) => `${(perSecond / 1e6).toPrecision(3)} M`),
        ),
        left(
          '',
          rows.map(({ note, suspicions = [] }) =>
            suspicions.length > 0 ? toned('doubtful', suspicions.join('; ')) : quiet(note ?? ''),
          ),
          18,
        ),
      ],
      columns,
    ),
  ])
  const note = 'advisory: figures hang on the machine and on what else it does; --against REF compares'
  return render([...lines, [], ...notes([note], columns)], columns, colour)
}

export function renderRatios(
  suites: readonly { readonly title: string; readonly rows: readonly ShownRatio[] }[],
  { a, b, rounds }: { readonly a: string; readonly b: string; readonly rounds: number },
  { columns, colour }: Screen,
): string {
  const lines = suites.flatMap(({ title, rows }): Line[] => [
    [],
    [strong(oneLine(title))],
    ...table(
      [
        { ...left('what', rows.map(nameOf), 24), whole: true },
        right(
          'A',
          rows.map((row) => (row.a === null ? ABSENT : time(row.a))),
        ),
        right(
          'B',
          rows.map((row) => (row.b === null ? ABSENT : time(row.b))),
        ),
        right(
          'B / A',
          rows.map(({ ratio }) => ratio?.toFixed(3) ?? ''),
        ),
        right(
          '95 %',
          rows.map(({ interval }) =>
            interval ? `${interval.low.toFixed(3)}–${interval.high.toFixed(3)}` : 'not compared',
          ),
        ),
        left('', rows.map(verdictOf), 14),
      ],
      columns,
    ),
  ])
  const note = `${rounds} rounds, A and B in turn (A B B A …), each in a process of its own with its own suites; the least time of an operation, the ratio’s geometric mean over the rounds, its interval by the bootstrap and Student, the wider. Those of a suite hold together: of revisions that are alike, one suite in twenty has a row whose interval leaves 1 out. Advisory: the machine’s time`
  return render(
    [[strong(oneLine(`A ${a} against B ${b}`))], ...lines, [], ...notes([note], columns)],
    columns,
    colour,
  )
}

/** A smaller change than this is nobody's concern. */
const LEAST = 0.01

function verdictOf({ a, b, ratio, interval, suspicions }: ShownRatio): Span {
  if (a === null || b === null) return toned('doubtful', `only in ${a === null ? 'B' : 'A'}`)
  if (ratio === null) return toned('doubtful', suspicions.join('; ') || 'missing in a round')
  if (!interval) return quiet('one round')
  if (interval.low > 1 - LEAST && interval.high < 1 + LEAST) return quiet('within 1 %')
  if (interval.low > 1 && ratio >= 1 + LEAST) return toned('bad', 'slower')
  return interval.high < 1 && ratio <= 1 - LEAST ? toned('good', 'faster') : quiet('cannot tell')
}

const nameOf = ({ name, pending }: { readonly name: string; readonly pending: number }): string =>
  pending > 0 ? `${name}, ${pending}` : name

const time = (nanoseconds: number): string =>
  nanoseconds < 1e4
    ? `${nanoseconds < 10 ? nanoseconds.toFixed(2) : nanoseconds.toFixed(0)} ns`
    : `${(nanoseconds / 1e3).toPrecision(3)} µs`

const left = (title: string, cells: readonly (Span | string)[], least: number) => ({
  title,
  align: 'left' as const,
  cells,
  least,
})
const right = (title: string, cells: readonly string[]) => ({ title, align: 'right' as const, cells })
