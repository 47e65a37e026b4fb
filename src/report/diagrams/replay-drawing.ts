// A scene of a replay over the topology that is drawn.

import { INK, PAPER, SERIES_COLOURS } from '../charts/theme.ts'
import { mark, type Pen } from './pen.ts'
import type { Replay, Scene } from './replay.ts'
import { RADIUS } from './topology-layout.ts'
import { pathOf } from './topology-links.ts'

const STRONG = SERIES_COLOURS[3]!
const PALE = SERIES_COLOURS[8]!
const LOST = SERIES_COLOURS[1]!

export function drawScene(pen: Pen, { topology: { layout } }: Replay, { flights, atWork }: Scene): void {
  for (const [node, strong] of atWork) {
    const { x, y } = layout.nodes[node]!
    const look = { fill: 'none', stroke: strong ? STRONG : PALE, 'stroke-width': 3.5 }
    const box = layout.hosts[layout.hostOf[node]!]!
    if (layout.compact)
      mark(pen, 'rect', {
        x: box.x - 3,
        y: box.y - 3,
        width: box.width + 6,
        height: box.height + 6,
        rx: 9,
        ...look,
      })
    else mark(pen, 'circle', { cx: x, cy: y, r: RADIUS + 6, ...look })
  }
  // Pale ones first: they lie below.
  for (const { x, y, strong, lost, curve } of [...flights].sort(
    (a, b) => Number(a.strong) - Number(b.strong),
  )) {
    const colour = strong ? STRONG : PALE
    if (curve)
      mark(pen, 'path', {
        d: pathOf(curve),
        fill: 'none',
        stroke: colour,
        'stroke-width': 1.5,
        'stroke-dasharray': '2 4',
      })
    if (lost)
      mark(pen, 'path', {
        d: `M${x - 6},${y - 6}l12,12m0,-12l-12,12`,
        fill: 'none',
        stroke: LOST,
        'stroke-width': 3,
      })
    else
      mark(pen, 'circle', {
        cx: x,
        cy: y,
        r: strong ? 6 : 4,
        fill: colour,
        stroke: strong ? INK.light : PAPER.light,
        'stroke-width': 1,
      })
  }
}
