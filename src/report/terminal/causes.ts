// The difference of the latency by cause, for a terminal: what each cause took on either side, and what it adds to every figure.

import type { Explanation } from '../../explain/explanation.ts'
import { type Cause, type Difference, type Part, together } from '../../explain/take-apart.ts'
import { format, type Unit } from '../../units.ts'
import { counted } from '../figures.ts'
import { type Column, notes, table } from './table.ts'
import { type Line, quiet, strong } from './text.ts'

const MOST_CAUSES = 8

/** That of the metric asked about, or of the mean. */
export const mainDifference = ({ differences, metric }: Explanation): Difference | undefined =>
  differences.find(({ figure }) => metric === `latency.${figure}`) ?? differences[0]

/** By part and place; of computing, by what is handled too: that is a coordinator's handler. */
export const shownAs = (cause: Cause): Cause => (cause.part === 'compute' ? cause : { ...cause, what: '' })

/** `mailbox queen`, `compute queen, job`, `network to clients`, as in a waterfall. The clients' own name stands in brackets. */
export const causeName = ({ part, place, what }: Cause): string => {
  const where = place.replace(/^\((.*)\)$/, '$1')
  const to = part === 'network' ? ' to' : ''
  return [part, where === '' ? '' : `${to} ${where}`, what === '' ? '' : `, ${what}`].join('')
}

export function causeLines(found: Explanation, columns: number): readonly Line[] {
  const { differences } = found
  const main = mainDifference(found)
  if (!main) return []
  const causes = together(main.causes, shownAs).filter(({ a, b }) => a !== b)
  const rows: readonly (Cause & Part)[] = [
    ...causes.slice(0, MOST_CAUSES),
    ...restOf(
      causes.slice(MOST_CAUSES),
      together(main.causes, shownAs).filter(({ a, b }) => a === b),
    ),
  ]
  const byFigure = differences.map((each) => together(each.causes, shownAs))
  const keyed = (list: readonly (Cause & Part)[], row: Cause): number => {
    const found = list.find(
      ({ part, place, what }) => part === row.part && place === row.place && what === row.what,
    )
    return found ? found.b - found.a : 0
  }
  const isSum = (i: number): boolean => i >= Math.min(causes.length, MOST_CAUSES)
  const elsewhere = (i: number, row: Cause & Part, list: readonly (Cause & Part)[], total: number): number =>
    isSum(i)
      ? total -
        rows.slice(0, MOST_CAUSES).reduce((sum, each, j) => sum + (isSum(j) ? 0 : keyed(list, each)), 0)
      : keyed(list, row)
  return [
    [],
    [strong('by which cause'), quiet(`  A and B of latency.${main.figure}; then the differences`)],
    ...table(
      [
        left('', [...rows.map(causeName), 'all'], 16),
        right('A', [...rows.map(({ a }) => format(a, 'ns')), format(main.a, 'ns')]),
        right('B', [...rows.map(({ b }) => format(b, 'ns')), format(main.b, 'ns')]),
        ...differences.map(({ figure, a, b }, k) =>
          right(figure, [
            ...rows.map((row, i) => signed(elsewhere(i, row, byFigure[k]!, b - a), 'ns')),
            signed(b - a, 'ns'),
          ]),
        ),
      ],
      columns,
    ),
    ...notes(
      [
        'each column sums to the last line in whole nanoseconds, nothing left over; those of a percentile are of the requests around it',
      ],
      columns,
    ),
  ]
}

/** What is not shown by itself, in one line; none where there is none. */
function restOf(changed: readonly Part[], alike: readonly Part[]): readonly (Cause & Part)[] {
  const rest = [...changed, ...alike]
  if (rest.length === 0) return []
  const sum = (side: 'a' | 'b') => rest.reduce((total, each) => total + each[side], 0)
  return [{ part: `${counted(rest.length, 'other cause')}`, place: '', what: '', a: sum('a'), b: sum('b') }]
}

export const signed = (value: number, unit: Unit): string =>
  value === 0 ? '0' : `${value > 0 ? '+' : '−'}${format(Math.abs(value), unit)}`

export const left = (title: string, cells: Column['cells'], least?: number): Column => ({
  title,
  align: 'left',
  cells,
  ...(least === undefined ? {} : { least }),
})
export const right = (title: string, cells: Column['cells']): Column => ({ title, align: 'right', cells })
