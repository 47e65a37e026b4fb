// The slowest request of each side, step by step, with bars on one scale.

import { type Bar, SEVERAL, type Waterfall } from '../../explain/waterfall.ts'
import { format, formatInstant } from '../../units.ts'
import { causeName } from './causes.ts'
import { table } from './table.ts'
import { cut, type Line, oneLine, quiet, strong, toned, widthOf } from './text.ts'

export interface Slowest {
  readonly a: Waterfall | null
  readonly b: Waterfall | null
}

export function waterfallLines({ a, b }: Slowest, columns: number): readonly Line[] {
  const longest = Math.max(a?.latency ?? 0, b?.latency ?? 0)
  if (longest === 0) return []
  const names = [a, b].flatMap((side) => side?.bars.map((bar) => widthOf(nameOf(bar))) ?? [])
  const named = Math.min(WIDEST_NAME, Math.max(...names))
  const drawn = Math.max(10, columns - named - BESIDE_BARS)
  return [
    [],
    [strong('the slowest request'), quiet('  of each side, on one scale of time')],
    ...(a ? ofSide('A', a, { longest, named, drawn }, columns) : []),
    ...(b ? ofSide('B', b, { longest, named, drawn }, columns) : []),
  ]
}

/** That of both sides: the longest latency, and the columns that names and bars take. */
interface Scale {
  readonly longest: number
  readonly named: number
  readonly drawn: number
}

const WIDEST_NAME = 40
/** Indent, gaps and times. */
const BESIDE_BARS = 16

const nameOf = (bar: Bar): string => oneLine(barName(bar))

function ofSide(
  name: string,
  { seed, at, latency, bars }: Waterfall,
  { longest, named, drawn }: Scale,
  columns: number,
): readonly Line[] {
  return [
    [`  ${name}  `, quiet(`seed ${oneLine(seed)}, asked at ${formatInstant(at)}, ${format(latency, 'ns')}`)],
    ...table(
      [
        { title: '', align: 'left', least: 12, cells: bars.map((bar) => cut(nameOf(bar), named)) },
        { title: '', align: 'right', cells: bars.map(({ lasts }) => format(lasts, 'ns')) },
        {
          title: '',
          align: 'left',
          least: 0,
          cells: bars.map((bar) => toned('accent', barOf(bar, longest, drawn))),
        },
      ],
      columns,
    ),
  ]
}

/** `queue redis, get`; of several steps how many. */
export const barName = (bar: Bar): string =>
  bar.part === SEVERAL ? `${bar.steps} short steps` : causeName(bar)

function barOf({ from, lasts }: Bar, longest: number, width: number): string {
  const begin = Math.min(width - 1, Math.floor((from / longest) * width))
  const end = Math.min(width, Math.round(((from + lasts) / longest) * width))
  return end > begin && lasts / longest >= 0.5 / width
    ? ' '.repeat(begin) + '█'.repeat(end - begin)
    : `${' '.repeat(begin)}▏`
}
