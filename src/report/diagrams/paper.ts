// Where diagrams are drawn outside a browser: d3-node's document. It is heavy (jsdom, a second to load), so it is loaded when
// there is something to draw.

import { invariant } from '../../errors.ts'
import type { Drawn } from '../charts/draw.ts'
import type { Pen } from './pen.ts'

/** What `draw` draws, as the inside of an `svg` element. Same calls, same bytes. */
export async function drawnOnPaper(width: number, height: number, draw: (pen: Pen) => void): Promise<Drawn> {
  const { D3Node } = await import('d3-node')
  const paper = new D3Node()
  try {
    const svg = paper.createSVG(width, height)
    draw(svg.append('g') as Pen)
    const text = new paper.window.XMLSerializer().serializeToString(svg.node())
    const body = /^<svg[^>]*>(.*)<\/svg>$/s.exec(text)?.[1]
    invariant(body !== undefined, 'a diagram has no element')
    return { width, height, body }
  } finally {
    paper.window.close()
  }
}
