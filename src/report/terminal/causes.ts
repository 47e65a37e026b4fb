// The difference of the latency by cause, for a terminal: what each cause took on either side, and what it adds to every figure.

import type { Explanation } from '../../explain/explanation.ts'
import { type Cause, type Difference, type Part, together } from '../../explain/take-apart.ts'
import { format, type Unit } from '../../units.ts'
import { partName } from '../counts.ts'
import { counted } from '../figures.ts'
import { type Column, notes, table } from './table.ts'
import { type Line, quiet, strong } from './text.ts'

const MOST_CAUSES = 8
/** A cause that differs by less than this share of what differs most, in every figure, stands with the others. */
const WORTH_A_ROW = 0.003

/** That of the metric asked about, or of the mean. */
export const mainDifference = ({ differences, metric }: Explanation): Difference | undefined =>
  differences.find(({ figure }) => metric === `latency.${figure}`) ?? differences[0]

/** By part and place; of computing, by what is handled too: that is a coordinator's handler. */
export const shownAs = (cause: Cause): Cause => (cause.part === 'compute' ? cause : { ...cause, what: '' })

/** `mailbox queen`, `compute queen, job`, `network to clients`, as in a waterfall. The clients' own name stands in brackets. */
export const causeName = ({ part, place, what }: Cause): string => {
  const where = partName(place)
  const to = part === 'network' ? ' to' : ''
  return [part, where === '' ? '' : `${to} ${where}`, what === '' ? '' : `, ${what}`].join('')
}

const WHERE: Readonly<Record<string, readonly [words: string, to: string]>> = {
  mailbox: ['waiting', 'for'],
  core: ['waiting for a core', 'at'],
  compute: ['computing', 'at'],
  network: ['on the network', 'to'],
  queue: ['in the queue', 'of'],
  service: ['being served', 'by'],
  retry: ['attempts in vain', 'at'],
  quorum: ['waiting for enough peers', 'at'],
  idle: ['asleep', 'at'],
}

/** `waiting for queen (mailbox)`, `computing at queen (job)`, `on the network to clients`. */
export function causeInWords({ part, place, what }: Cause): string {
  const [words, to] = WHERE[part] ?? [part, 'at']
  const where = place === '' ? words : `${words} ${to} ${partName(place)}`
  const more = part === 'mailbox' ? part : what
  return more === '' ? where : `${where} (${more})`
}

export function causeLines(found: Explanation, columns: number): readonly Line[] {
  const main = mainDifference(found)
  if (!main) return []
  const figures = found.differences.map((each) => ({ ...each, causes: together(each.causes, shownAs) }))
  const differing = (causes: Difference['causes'], row: Cause): number => {
    const same = causes.find(
      ({ part, place, what }) => part === row.part && place === row.place && what === row.what,
    )
    return same ? same.b - same.a : 0
  }
  const isWorth = (row: Cause): boolean =>
    figures.some(({ causes }) => {
      const most = Math.max(...causes.map(({ a, b }) => Math.abs(b - a)))
      return Math.abs(differing(causes, row)) > WORTH_A_ROW * most
    })
  const causes = together(main.causes, shownAs)
  const shown = causes.filter(isWorth).slice(0, MOST_CAUSES)
  const rest = restOf(causes.filter((cause) => !shown.includes(cause)))
  return [
    [],
    [strong('by which cause'), quiet(`  A and B of latency.${main.figure}; then the differences`)],
    ...table(
      [
        { ...left('', [...[...shown, ...rest].map(causeName), 'all'], 16), whole: true },
        right('A', [...[...shown, ...rest].map(({ a }) => format(a, 'ns')), format(main.a, 'ns')]),
        right('B', [...[...shown, ...rest].map(({ b }) => format(b, 'ns')), format(main.b, 'ns')]),
        ...figures.map(({ figure, a, b, causes }) => {
          const apart = shown.map((row) => differing(causes, row))
          const left = b - a - apart.reduce((sum, each) => sum + each, 0)
          return right(
            figure,
            [...apart, ...rest.map(() => left), b - a].map((each) => signed(each, 'ns')),
          )
        }),
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
function restOf(rest: readonly Part[]): readonly (Cause & Part)[] {
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
