// Where hosts and their processes stand: the host that talks to most others in the middle, the others around it in their
// own order, so that a star, a ring and a mesh look like one; more than two dozen as a grid. Plain arithmetic.

import { type Deployment, MOST_HOSTS } from './deployment.ts'
import { type Box, DIAGRAM_WIDTH, type Point, round } from './pen.ts'

/** Of a node's circle. */
export const RADIUS = 17
const CELL = { width: 92, height: 64 }
const HEADER = 40
const PADDING = 8
const LEAST_WIDTH = 136
const GAP = 40
/** So that the legend has room. */
const LEAST_DRAWING = 660
/** Height by width. */
const LANDSCAPE = 0.62
const MARGIN = 14

export interface TopologyLayout {
  readonly width: number
  readonly height: number
  /** Nodes are not drawn one by one: each host's box is its node. */
  readonly compact: boolean
  readonly hosts: readonly Box[]
  /** Of the circle's middle, or of the host's box. */
  readonly nodes: readonly Point[]
  /** The host of each node. */
  readonly hostOf: readonly number[]
}

export function topologyLayout(deployment: Deployment): TopologyLayout {
  return deployment.hosts.length > MOST_HOSTS ? grid(deployment) : around(deployment)
}

function grid({ hosts, nodes }: Deployment): TopologyLayout {
  const columns = Math.min(12, Math.max(7, Math.ceil(Math.sqrt(hosts.length))))
  const [cell, row] = [(DIAGRAM_WIDTH - 2 * MARGIN) / columns, 62]
  const boxes = hosts.map((_, i) => ({
    x: round(MARGIN + (i % columns) * cell + 7),
    y: MARGIN + Math.floor(i / columns) * row,
    width: round(cell - 14),
    height: 38,
  }))
  return {
    width: DIAGRAM_WIDTH,
    height: MARGIN + Math.ceil(hosts.length / columns) * row,
    compact: true,
    hosts: boxes,
    nodes: nodes.map(({ host }) => middle(boxes[host]!)),
    hostOf: nodes.map(({ host }) => host),
  }
}

export const middle = ({ x, y, width, height }: Box): Point => ({
  x: round(x + width / 2),
  y: round(y + height / 2),
})

interface Size {
  readonly width: number
  readonly height: number
  readonly columns: number
}

function around({ hosts, nodes, links }: Deployment): TopologyLayout {
  const within: number[][] = hosts.map(() => [])
  nodes.forEach(({ host }, node) => {
    within[host]?.push(node)
  })
  const most = hosts.length > 2 ? 3 : hosts.length === 2 ? 4 : 10
  const sizes = within.map(({ length }): Size => {
    const columns = Math.max(1, Math.min(most, Math.ceil(Math.sqrt(length))))
    const rows = Math.ceil(length / columns)
    return {
      columns,
      width: Math.max(LEAST_WIDTH, columns * CELL.width + 2 * PADDING),
      height: HEADER + Math.max(1, rows) * CELL.height + PADDING,
    }
  })
  const { boxes, width, height } = placed(sizes, hubOf(hosts.length, nodes, links))
  const points = new Array<Point>(nodes.length)
  within.forEach((members, host) => {
    const { x, y, width } = boxes[host]!
    const { columns } = sizes[host]!
    members.forEach((node, i) => {
      const row = Math.floor(i / columns)
      const inRow = Math.min(columns, members.length - row * columns)
      const left = x + (width - inRow * CELL.width) / 2
      points[node] = {
        x: round(left + ((i % columns) + 0.5) * CELL.width),
        y: round(y + HEADER + row * CELL.height + RADIUS + 4),
      }
    })
  })
  return { width, height, compact: false, hosts: boxes, nodes: points, hostOf: nodes.map(({ host }) => host) }
}

/** The host that has most others as neighbours, half of them at least; among equals that with most messages. */
function hubOf(hosts: number, nodes: Deployment['nodes'], links: Deployment['links']): number | undefined {
  if (hosts < 3) return undefined
  const neighbours = Array.from({ length: hosts }, () => new Set<number>())
  const messages = new Array<number>(hosts).fill(0)
  for (const link of links) {
    const [from, to] = [nodes[link.from]!.host, nodes[link.to]!.host]
    if (from === to) continue
    neighbours[from]!.add(to)
    neighbours[to]!.add(from)
    messages[from]! += link.messages
    messages[to]! += link.messages
  }
  let hub = 0
  for (let host = 1; host < hosts; host++) {
    const more = neighbours[host]!.size - neighbours[hub]!.size || messages[host]! - messages[hub]!
    if (more > 0) hub = host
  }
  return neighbours[hub]!.size * 2 >= hosts - 1 ? hub : undefined
}

interface Placed {
  readonly boxes: readonly Box[]
  readonly width: number
  readonly height: number
}

/** The hub in the middle; a row above and one below, columns beside: of all that fit, the one that is nearest to a landscape. */
function placed(sizes: readonly Size[], hub: number | undefined): Placed {
  const others = sizes.map((_, host) => host).filter((host) => host !== hub)
  const options = Array.from({ length: Math.floor(others.length / 2) + 1 }, (_, beside) =>
    arranged(sizes, hub, others, beside),
  )
  const fitting = options.filter(({ width }) => width <= DIAGRAM_WIDTH)
  const unlike = ({ width, height }: Placed): number => Math.abs(height / width - LANDSCAPE)
  if (fitting.length > 0)
    return fitting.reduce((best, option) => (unlike(option) < unlike(best) ? option : best))
  return options.reduce((best, option) => (option.width < best.width ? option : best))
}

function arranged(
  sizes: readonly Size[],
  hub: number | undefined,
  others: readonly number[],
  beside: number,
): Placed {
  const top = Math.ceil((others.length - 2 * beside) / 2)
  const above = others.slice(0, top)
  const right = others.slice(top, top + beside)
  const below = others.slice(top + beside, others.length - beside).reverse()
  const left = others.slice(others.length - beside).reverse()
  const rowWidth = (row: readonly number[]): number =>
    row.reduce((sum, host) => sum + sizes[host]!.width, 0) + GAP * Math.max(0, row.length - 1)
  const widest = (row: readonly number[]): number => Math.max(0, ...row.map((host) => sizes[host]!.width))
  const highest = (row: readonly number[]): number => Math.max(0, ...row.map((host) => sizes[host]!.height))
  const columnHeight = (column: readonly number[]): number =>
    column.reduce((sum, host) => sum + sizes[host]!.height, 0) + GAP * Math.max(0, column.length - 1)
  const centre = hub === undefined ? [] : [hub]
  const columns = [left, centre, right].filter((column) => column.length > 0)
  // Alike on both sides, so that the hub's column meets neither.
  const side = Math.max(widest(left), widest(right))
  const middleWidth = widest(centre) + side * (columns.length - centre.length)
  // Beside a hub there is room for links and what they carry.
  const apart = GAP * 2
  const inner = Math.max(
    LEAST_DRAWING - 2 * MARGIN,
    rowWidth(above),
    rowWidth(below),
    middleWidth + apart * Math.max(0, columns.length - 1),
  )
  const middleHeight = Math.max(0, ...columns.map(columnHeight))
  const boxes = new Array<Box>(sizes.length)
  const put = (host: number, x: number, y: number): void => {
    const { width, height } = sizes[host]!
    boxes[host] = { x: round(x), y: round(y), width, height }
  }
  const lay = (row: readonly number[], y: number): void => {
    const share = (inner - row.reduce((sum, host) => sum + sizes[host]!.width, 0)) / row.length
    let x = MARGIN + share / 2
    for (const host of row) {
      put(host, x, y)
      x += sizes[host]!.width + share
    }
  }
  const stack = (column: readonly number[], middle: number, y: number): void => {
    let at = y + (middleHeight - columnHeight(column)) / 2
    for (const host of column) {
      put(host, middle - sizes[host]!.width / 2, at)
      at += sizes[host]!.height + GAP
    }
  }
  let y = MARGIN
  if (above.length > 0) {
    lay(above, y)
    y += highest(above) + GAP + 10
  }
  if (columns.length > 0) {
    stack(left, MARGIN + widest(left) / 2, y)
    stack(centre, MARGIN + inner / 2, y)
    stack(right, MARGIN + inner - widest(right) / 2, y)
    y += middleHeight + GAP + 10
  }
  if (below.length > 0) {
    lay(below, y)
    y += highest(below) + GAP + 10
  }
  return { boxes, width: Math.ceil(inner + 2 * MARGIN), height: Math.ceil(y - GAP - 10 + MARGIN) }
}
