// The slowest request of each side, step by step, with bars on one scale.

import { type Bar, SEVERAL, type Waterfall } from '../../explain/waterfall.ts'
import { format, formatInstant } from '../../units.ts'
import { table } from './table.ts'
import { cut, type Line, oneLine, quiet, strong, toned } from './text.ts'

export interface Slowest {
  readonly a: Waterfall | null
  readonly b: Waterfall | null
}

export function waterfallLines({ a, b }: Slowest, columns: number): readonly Line[] {
  const longest = Math.max(a?.latency ?? 0, b?.latency ?? 0)
  if (longest === 0) return []
  return [
    [],
    [strong('the slowest request'), quiet('  of each side, on one scale of time')],
    ...(a ? ofSide('A', a, longest, columns) : []),
    ...(b ? ofSide('B', b, longest, columns) : []),
  ]
}

function ofSide(
  name: string,
  { seed, at, latency, bars }: Waterfall,
  longest: number,
  columns: number,
): readonly Line[] {
  const width = Math.max(10, columns - 50)
  return [
    [`  ${name}  `, quiet(`seed ${oneLine(seed)}, asked at ${formatInstant(at)}, ${format(latency, 'ns')}`)],
    ...table(
      [
        { title: '', align: 'left', least: 12, cells: bars.map((bar) => cut(oneLine(barName(bar)), 34)) },
        { title: '', align: 'right', cells: bars.map(({ lasts }) => format(lasts, 'ns')) },
        {
          title: '',
          align: 'left',
          least: 0,
          cells: bars.map((bar) => toned('accent', drawn(bar, longest, width))),
        },
      ],
      columns,
    ),
  ]
}

/** `queue redis, get`; of several steps how many. */
export function barName({ part, place, what, steps }: Bar): string {
  if (part === SEVERAL) return `${steps} short steps`
  const where = place.replace(/^\((.*)\)$/, '$1')
  return [part, where === '' ? '' : ` ${where}`, what === '' ? '' : `, ${what}`].join('')
}

function drawn({ from, lasts }: Bar, longest: number, width: number): string {
  const begin = Math.min(width - 1, Math.floor((from / longest) * width))
  const end = Math.min(width, Math.round(((from + lasts) / longest) * width))
  return end > begin && lasts / longest >= 0.5 / width
    ? ' '.repeat(begin) + '█'.repeat(end - begin)
    : `${' '.repeat(begin)}▏`
}
