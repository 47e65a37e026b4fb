// What the colours and widths of a topology stand for, below it.

import { textWidth } from '../charts/text-width.ts'
import { GRID, HEAT_COLOURS, QUIET } from '../charts/theme.ts'
import { mark, type Pen, SMALL, write } from './pen.ts'
import { rateOf, type Topology } from './topology.ts'
import { LINE, STRONG, widthOf } from './topology-links.ts'

export function drawLegend(pen: Pen, topology: Topology): void {
  const { layout, links } = topology
  const group = pen.append('g')
  const y = layout.height + 20
  mark(group, 'path', { d: `M14,${y - 16}H${layout.width - 14}`, stroke: GRID.light, fill: 'none' })
  write(group, { x: 14, y: y + 8 }, layout.compact ? 'host in use' : 'busy', { fill: QUIET.light })
  const left = layout.compact ? 84 : 50
  HEAT_COLOURS.forEach((fill, step) => {
    mark(group, 'rect', { x: left + step * 16, y: y - 3, width: 16, height: 14, fill })
  })
  write(group, { x: left, y: y + 25 }, '0 %', { fill: QUIET.light })
  write(group, { x: left + 176, y: y + 25 }, '100 %', { fill: QUIET.light, 'text-anchor': 'end' })
  const [least, most] = [links.at(-1)?.messages, links[0]?.messages]
  if (least === undefined || most === undefined) return
  const middle = Math.round(Math.sqrt(least * most))
  const shown = most > least * 4 ? [least, middle, most] : most > least ? [least, most] : [most]
  let x = left + 216
  write(group, { x, y: y + 8 }, 'messages', { fill: QUIET.light })
  x += 66
  for (const messages of shown) {
    const text = rateOf(topology, messages)
    mark(group, 'path', {
      d: `M${x},${y + 4}h34`,
      fill: 'none',
      stroke: messages === most ? STRONG : LINE,
      'stroke-width': widthOf(messages, least, most),
      'stroke-opacity': messages === most ? 0.95 : 0.45,
    })
    write(group, { x: x + 40, y: y + 8 }, text)
    x += 56 + textWidth(text, SMALL)
  }
}
