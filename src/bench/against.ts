// Two revisions of a suite, measured in turn: A B B A A B B A …, so that what drifts meets both alike, each time in a process of its own. A
// row's figure is the ratio of B's time to A's within a round; over the rounds its geometric mean. Of the logarithms the bootstrap's interval,
// which is too short for a handful of rounds, and Student's, which takes them for normal: the wider end of both on each side. The intervals of
// a suite hold together: of revisions that are alike, one suite in twenty has a row whose interval leaves 1 out.
// What cannot be trusted is not compared.

import { bootstrap, type Interval, type Uniform } from '../statistics/bootstrap.ts'
import { meanInterval } from '../statistics/student.ts'
import type { Row } from './row.ts'

/** Whose turn it is, two of each round. */
export const turnsOf = (rounds: number): readonly ('a' | 'b')[] =>
  Array.from({ length: rounds }, (_, i) =>
    i % 2 === 0 ? (['a', 'b'] as const) : (['b', 'a'] as const),
  ).flat()

export interface ComparedRow {
  readonly name: string
  readonly pending: number
  /** Nanoseconds an operation, the least of the rounds; `null`: that side has no such row. */
  readonly a: number | null
  readonly b: number | null
  /** Of B's time to A's; `null` where they are not compared. */
  readonly ratio: number | null
  readonly interval: Interval | null
  /** Why not, or what was said of it. */
  readonly suspicions: readonly string[]
}

/** The rows of either side, in the order in which they come; at least one round. */
export function compareRounds(
  rounds: readonly { readonly a: readonly Row[]; readonly b: readonly Row[] }[],
  uniform: Uniform,
): readonly ComparedRow[] {
  const keys = new Map(rounds.flatMap(({ a, b }) => [...a, ...b]).map((row) => [keyOf(row), row] as const))
  const confidence = 1 - 0.05 / keys.size
  return [...keys].map(([key, { name, pending }]) => {
    const [a, b] = (['a', 'b'] as const).map((side) =>
      rounds.flatMap((round) => round[side].find((row) => keyOf(row) === key) ?? []),
    ) as [Row[], Row[]]
    const suspicions = [...new Set([...a, ...b].flatMap(suspicionsOf))]
    const compared = suspicions.length === 0 && a.length === rounds.length && b.length === rounds.length
    const logs = compared ? a.map((row, i) => Math.log(row.perSecond / b[i]!.perSecond)) : []
    const least = (rows: readonly Row[]): number | null =>
      rows.length === 0 ? null : Math.min(...rows.map(nanoseconds))
    return {
      name,
      pending,
      a: least(a),
      b: least(b),
      ratio: compared ? Math.exp(mean(logs)) : null,
      interval: logs.length >= 2 ? intervalOf(logs, uniform, confidence) : null,
      suspicions,
    }
  })
}

/** Whether anything is surely slower by more than this share; where nothing could be compared, nobody knows. */
export function heldTo(limit: number, rows: readonly ComparedRow[]): 'slower' | 'not slower' | 'unknown' {
  const intervals = rows.flatMap(({ interval }) => interval ?? [])
  if (intervals.length === 0) return 'unknown'
  return intervals.some(({ low }) => low > 1 + limit) ? 'slower' : 'not slower'
}

const keyOf = ({ name, pending }: Row): string => JSON.stringify([name, pending])
const nanoseconds = ({ perSecond }: Row): number => 1e9 / perSecond
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

function intervalOf(logs: readonly number[], uniform: Uniform, confidence: number): Interval {
  const both = [bootstrap(logs, mean, { uniform, confidence }), meanInterval(logs, confidence)]
  return {
    low: Math.exp(Math.min(...both.map(({ low }) => low))),
    high: Math.exp(Math.max(...both.map(({ high }) => high))),
  }
}

/** What is said of a figure, in kinds: its numbers differ from round to round. */
const KINDS: readonly (readonly [said: RegExp, kind: string])[] = [
  [/steps of the clock|less than the clock’s own/, 'at the clock’s step'],
  [/less than any work takes/, 'below 1 ns'],
  [/twice the operations take|that does nothing/, 'the compiler may have left it out'],
]

/** What speaks against a figure, in a few words each. */
export function suspicionsOf(row: Row): readonly string[] {
  // An older build says it in the note, or not at all.
  const said = row.suspicions ?? [row.note ?? '']
  const kinds = KINDS.filter(([pattern]) => said.some((text) => pattern.test(text))).map(([, kind]) => kind)
  return nanoseconds(row) < 1 ? [...new Set([...kinds, 'below 1 ns'])] : kinds
}
