// Links of a topology as curves: bent to the right of their way, so that both directions are told apart, from edge to
// edge, the wider the more messages.

import { SERIES_COLOURS } from '../charts/theme.ts'
import type { DeployedLink } from './deployment.ts'
import { type Box, type Point, round } from './pen.ts'
import { middle, RADIUS, type TopologyLayout } from './topology-layout.ts'

export const LINE = SERIES_COLOURS[0]!
/** Of the link with most messages. */
export const STRONG = SERIES_COLOURS[1]!
const THINNEST = 1
const THICKEST = 6.5

/** A quadratic curve. */
export interface Curve {
  readonly from: Point
  readonly by: Point
  readonly to: Point
}

/** Over less than this, what differs little would look as if it differed much. */
const LEAST_RANGE = 100

/** The width of a line for so much, logarithmically between the least and the most; never narrower for more. */
export function widthOf(amount: number, least: number, most: number): number {
  if (!(most > 0)) return THINNEST
  const thin = Math.max(Math.min(least, most / LEAST_RANGE), Number.MIN_VALUE)
  const share = Math.log(Math.max(amount, thin) / thin) / Math.log(most / thin)
  return round(THINNEST + (THICKEST - THINNEST) * Math.min(1, share))
}

/** `undefined` for a link of a node with itself, and where ends are too near for a line. */
export function curveOf(
  { hosts, nodes, hostOf, compact }: TopologyLayout,
  { from, to }: Pick<DeployedLink, 'from' | 'to'>,
): Curve | undefined {
  const [a, b] = [nodes[from]!, nodes[to]!]
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const length = Math.sqrt(dx * dx + dy * dy)
  if (from === to || length === 0) return undefined
  // Never so flat that it runs into the way back.
  const bend = Math.max(14, Math.min(70, length * 0.14))
  const by = { x: (a.x + b.x) / 2 - (dy / length) * bend, y: (a.y + b.y) / 2 + (dx / length) * bend }
  const edge = (node: number): Point =>
    compact ? onBox(hosts[hostOf[node]!]!, by) : onCircle(nodes[node]!, by, RADIUS + 3)
  return { from: rounded(edge(from)), by: rounded(by), to: rounded(edge(to)) }
}

const rounded = ({ x, y }: Point): Point => ({ x: round(x), y: round(y) })

function onCircle({ x, y }: Point, towards: Point, radius: number): Point {
  const [dx, dy] = [towards.x - x, towards.y - y]
  const length = Math.sqrt(dx * dx + dy * dy) || 1
  return { x: x + (dx / length) * radius, y: y + (dy / length) * radius }
}

function onBox(box: Box, towards: Point): Point {
  const { x, y } = middle(box)
  const [dx, dy] = [towards.x - x, towards.y - y]
  const share = Math.min(
    dx === 0 ? 1 : (box.width / 2 + 2) / Math.abs(dx),
    dy === 0 ? 1 : (box.height / 2 + 2) / Math.abs(dy),
    1,
  )
  return { x: x + dx * share, y: y + dy * share }
}

/** The point at a share of the way, 0 to 1. */
export function pointOn({ from, by, to }: Curve, share: number): Point {
  const rest = 1 - share
  const mix = (a: number, b: number, c: number): number =>
    round(rest * rest * a + 2 * rest * share * b + share * share * c)
  return { x: mix(from.x, by.x, to.x), y: mix(from.y, by.y, to.y) }
}

export const pathOf = ({ from, by, to }: Curve): string =>
  `M${from.x},${from.y}Q${by.x},${by.y} ${to.x},${to.y}`

/** A triangle whose point is the end of a line that comes from `from`. */
export function arrowHead(from: Point, to: Point, size: number): string {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = Math.sqrt(dx * dx + dy * dy) || 1
  const [ux, uy] = [dx / length, dy / length]
  const back = { x: to.x - ux * size, y: to.y - uy * size }
  const half = size * 0.45
  return `M${to.x},${to.y}L${round(back.x - uy * half)},${round(back.y + ux * half)}L${round(back.x + uy * half)},${round(back.y - ux * half)}Z`
}

/** A node's line to itself, at its left. */
export const loopOf = ({ x, y }: Point): string =>
  `M${round(x - RADIUS)},${round(y - 8)}C${round(x - RADIUS - 20)},${round(y - 20)} ${round(x - RADIUS - 20)},${round(y + 20)} ${round(x - RADIUS)},${round(y + 8)}`
