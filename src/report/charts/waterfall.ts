// The slowest request of each side of an explanation: a bar for each step, where the one before ends.

import { PARTS } from '../../env/account.ts'
import type { Waterfall } from '../../explain/waterfall.ts'
import { format } from '../../units.ts'
import { scaleOf } from '../figures.ts'
import { barName, type Slowest } from '../terminal/waterfall.ts'
import { linearAxis } from './axis.ts'
import type { Drawing } from './chart.ts'
import { labels, rowAxis, widthBeside } from './labels.ts'
import { partColour } from './part-colours.ts'
import { WIDTH } from './theme.ts'

export function waterfall({ a, b }: Slowest): Drawing | undefined {
  const sides = [['A', a] as const, ['B', b] as const].flatMap(([side, found]) =>
    found ? [{ side, found }] : [],
  )
  if (sides.length === 0) return undefined
  const rows = sides.flatMap(({ side, found }) =>
    found.bars.map((bar) => ({ side, bar, name: `${side}  ${barName(bar)}` })),
  )
  const names = labels(rows.map(({ name }) => name))
  const longest = Math.max(...sides.map(({ found }) => found.latency))
  const scale = scaleOf(longest, 'ns')
  const used = new Set(rows.map(({ bar }) => bar.part))
  const series: readonly string[] = [
    ...PARTS.filter((part) => used.has(part)),
    ...(used.has('several') ? ['several'] : []),
  ]
  const values = rows.map(({ bar }, i) => ({
    row: names[i],
    series: bar.part,
    from: bar.from / scale.size,
    to: (bar.from + bar.lasts) / scale.size,
    text: format(bar.lasts, 'ns'),
  }))
  // A blank row stands between the two sides.
  const first = rows.filter(({ side }) => side === 'A').length
  const domain = first > 0 && first < rows.length ? names.toSpliced(first, 0, ' ') : names
  const y = { field: 'row', type: 'nominal', scale: { domain }, axis: rowAxis(null) }
  const color = partColour(series, WIDTH + 60)
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    scale: { domain: [0, (longest / scale.size) * 1.12], nice: false },
    axis: { ...linearAxis(scale, longest, 'since it was asked'), grid: true },
  })
  return {
    name: 'explanation',
    title: `The slowest request: ${sides.map(({ side, found }) => `${format(found.latency, 'ns')} in ${side}, ${largest(found)}`).join('; ')}`,
    caption:
      'Each bar is a step of the request, from its begin to its end; the steps of a side follow one another and sum to its latency.',
    spec: {
      width: widthBeside(names),
      height: { step: 18 },
      layer: [
        {
          data: { values },
          // A stroke, so that the shortest step is seen, too.
          mark: { type: 'bar', strokeWidth: 1.4 },
          encoding: { y, x: x('from'), x2: { field: 'to' }, color, stroke: { ...color, legend: null } },
        },
        {
          data: { values },
          mark: { type: 'text', align: 'left', dx: 4 },
          encoding: { y, x: x('to'), text: { field: 'text' } },
        },
      ],
    },
  }
}

/** `870 ms of it queue station, job`. */
function largest({ bars }: Waterfall): string {
  const most = bars.reduce((most, bar) => (bar.lasts > most.lasts ? bar : most))
  return `${format(most.lasts, 'ns')} of it ${barName(most)}`
}
