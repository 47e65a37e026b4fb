// Draws a topology: hosts below, then links, then nodes, then what is said of them.

import { label } from '../charts/labels.ts'
import { textWidth } from '../charts/text-width.ts'
import { HEAT_COLOURS, INK, PAPER, QUIET } from '../charts/theme.ts'
import { counted, percent } from '../figures.ts'
import type { DeployedLink, Deployment } from './deployment.ts'
import { type Box, mark, type Pen, type Point, SMALL, touches, write } from './pen.ts'
import { busiestOf, faultsOf, loadOf, rateOf, type Topology } from './topology.ts'
import { RADIUS } from './topology-layout.ts'
import { drawLegend } from './topology-legend.ts'
import {
  arrowHead,
  type Curve,
  curveOf,
  LINE,
  loopOf,
  pathOf,
  pointOn,
  STRONG,
  widthOf,
} from './topology-links.ts'

/** Labelled with what they carry, if there is room. */
const LABELLED = 6

const heatOf = (share: number): number =>
  Math.max(0, Math.min(HEAT_COLOURS.length - 1, Math.floor(share * 10 + 1e-9)))

/** Text on a colour of the heat scale. */
const inkOn = (heat: number): string => (heat >= 7 ? PAPER.light : INK.light)

export function drawTopology(pen: Pen, topology: Topology): void {
  const { layout } = topology
  if (layout.compact) {
    const labelled = drawLinks(pen, topology)
    drawHosts(pen, topology)
    nameHosts(pen, topology)
    drawLabels(pen, topology, labelled)
    drawLegend(pen, topology)
    return
  }
  drawHosts(pen, topology)
  const labelled = drawLinks(pen, topology)
  nameHosts(pen, topology)
  drawNodes(pen, topology)
  drawLabels(pen, topology, labelled)
  drawLegend(pen, topology)
}

function drawHosts(pen: Pen, { deployment, layout, befallen }: Topology): void {
  const group = pen.append('g')
  deployment.hosts.forEach((host, i) => {
    const box = layout.hosts[i]!
    const hit = befallen.get(host.name) ?? 0
    const frame = mark(group, 'rect', {
      x: box.x,
      y: box.y,
      width: box.width,
      height: box.height,
      rx: 7,
      fill: layout.compact ? HEAT_COLOURS[heatOf(host.utilisation)]! : PAPER.light,
      stroke: hit > 0 ? STRONG : QUIET.light,
      'stroke-width': hit > 0 ? 2 : 1,
      ...(hit > 0 ? { 'stroke-dasharray': '6 3' } : {}),
    })
    frame.append('title').text(`${label(host.name, 80)}: ${usedOf(host)}${hitBy(hit)}`)
  })
}

const usedOf = ({ cores, utilisation }: Deployment['hosts'][number]): string =>
  `${counted(cores, 'core')}, ${percent(utilisation)} used`

/** Text over lines is read where it has some paper around it. */
const HALO = {
  stroke: PAPER.light,
  'stroke-width': 4,
  'stroke-linejoin': 'round',
  'paint-order': 'stroke',
}

/** Stands for whoever sends the requests; it has no host, and is never busy. */
const CLIENTS = '(clients)'

function nameHosts(pen: Pen, { traffic, deployment, layout, befallen }: Topology): void {
  const clients = new Set(traffic.processes.flatMap(({ part, host }) => (part === CLIENTS ? [host] : [])))
  const group = pen.append('g')
  const left = layout.compact ? 5 : 8
  deployment.hosts.forEach((host, i) => {
    const { x, y, width } = layout.hosts[i]!
    const hit = befallen.get(host.name) ?? 0
    const fill = layout.compact ? inkOn(heatOf(host.utilisation)) : INK.light
    const halo = layout.compact ? {} : HALO
    const room = Math.floor((width - (layout.compact ? 8 : hit > 0 ? 44 : 14)) / 6.6)
    const name = label(host.name, room)
    const outside = clients.has(i)
    const below = outside ? 'outside' : layout.compact ? percent(host.utilisation) : usedOf(host)
    if (!layout.compact) {
      plate(group, { x: x + left, y: y + 5 }, name)
      plate(group, { x: x + left, y: y + 20 }, below)
    }
    write(group, { x: x + left, y: y + 16 }, name, { fill, 'font-weight': 600, ...halo })
    write(group, { x: x + left, y: y + 31 }, below, { fill: layout.compact ? fill : QUIET.light, ...halo })
    if (hit > 0)
      write(group, { x: x + width - left, y: y + (layout.compact ? 31 : 16) }, `× ${hit}`, {
        fill: layout.compact ? fill : STRONG,
        'font-weight': 600,
        'text-anchor': 'end',
        ...halo,
      })
  })
}

/** Paper below a line of text, so that links that cross it fade. */
const plate = (pen: Pen, { x, y }: Point, text: string): Pen =>
  mark(pen, 'rect', {
    x: x - 3,
    y,
    width: textWidth(text, SMALL) + 4,
    height: 15,
    fill: PAPER.light,
    'fill-opacity': 0.8,
  })

const hitBy = (faults: number): string =>
  faults === 0 ? '' : faults === 1 ? ', hit by a fault' : `, hit by ${faults} faults`

interface Labelled {
  readonly link: DeployedLink
  readonly curve: Curve
}

/** Thin ones first, so that the strong lie above; returns those to be labelled. */
function drawLinks(pen: Pen, topology: Topology): readonly Labelled[] {
  const { links, layout, deployment } = topology
  const group = pen.append('g').attr('fill', 'none')
  const most = links[0]?.messages ?? 0
  const least = links.at(-1)?.messages ?? 0
  const labelled: Labelled[] = []
  links.toReversed().forEach((link, i) => {
    const first = i === links.length - 1
    const width = widthOf(link.messages, least, most) * (layout.compact ? 0.5 : 1)
    const colour = first ? STRONG : LINE
    const look = {
      stroke: colour,
      'stroke-width': width,
      'stroke-opacity': first ? 0.95 : layout.compact ? 0.3 : 0.45,
    }
    const told = `${label(deployment.nodes[link.from]!.name, 60)} → ${label(deployment.nodes[link.to]!.name, 60)}: ${loadOf(topology, link)}`
    const curve = curveOf(layout, link)
    if (!curve) {
      const loop = mark(group, 'path', { d: loopOf(layout.nodes[link.from]!), ...look })
      loop.append('title').text(told)
      return
    }
    const head = 5 + width * 1.3
    // The line ends within its head, so that it does not blunt the point.
    const length = Math.max(1, distance(curve.from, curve.to))
    const end = pointOn(curve, Math.max(0.5, 1 - (head * 0.8) / length))
    const line = mark(group, 'path', { d: pathOf({ ...curve, to: end }), ...look })
    line.append('title').text(told)
    mark(group, 'path', {
      d: arrowHead(end, curve.to, head),
      fill: colour,
      'fill-opacity': first ? 0.95 : 0.6,
    })
    labelled.push({ link, curve })
  })
  return labelled.reverse().slice(0, LABELLED)
}

const distance = (a: Point, b: Point): number =>
  Math.sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y))

function drawNodes(pen: Pen, topology: Topology): void {
  const { deployment, layout } = topology
  const process = busiestOf(topology)
  const busiest = process === undefined ? -1 : deployment.nodeOf[process]
  const group = pen.append('g')
  deployment.nodes.forEach((node, i) => {
    const { x, y } = layout.nodes[i]!
    const several = node.members.length > 1
    const heat = heatOf(node.busy)
    const faults = faultsOf(topology, node.members)
    if (several) circle(group, { x: x + 5, y: y - 4 }, HEAT_COLOURS[heat]!, { stroke: QUIET.light })
    if (i === busiest)
      mark(group, 'circle', {
        cx: x,
        cy: y,
        r: RADIUS + 4.5,
        fill: 'none',
        stroke: STRONG,
        'stroke-width': 2.5,
      })
    const shape = circle(group, { x, y }, HEAT_COLOURS[heat]!, {
      stroke: faults > 0 ? STRONG : QUIET.light,
      ...(faults > 0 ? { 'stroke-dasharray': '4 2.5', 'stroke-width': 2 } : {}),
    })
    shape
      .append('title')
      .text(
        `${label(node.name, 80)}${several ? ` (${node.members.length})` : ''}: busy ${percent(node.busy)} of the time, ${rateOf(topology, node.handled)} handled${hitBy(faults)}`,
      )
    const clients = topology.traffic.processes[node.members[0]!]!.part === CLIENTS
    write(group, { x, y: y + 4 }, clients ? '' : percentIn(node.busy), {
      fill: inkOn(heat),
      'text-anchor': 'middle',
    })
    write(group, { x, y: y + RADIUS + 17 }, label(node.name, 14), {
      'text-anchor': 'middle',
      ...HALO,
      ...(i === busiest ? { 'font-weight': 600 } : {}),
    })
    if (faults > 0)
      write(group, { x: x + RADIUS + 3, y: y - RADIUS + 7 }, `×${faults > 1 ? ` ${faults}` : ''}`, {
        fill: STRONG,
        'font-weight': 600,
        ...HALO,
      })
  })
}

/** Short enough for a circle. */
const percentIn = (share: number): string =>
  share > 0 && share < 0.01 ? '<1%' : `${Math.round(share * 100)}%`

const circle = (
  pen: Pen,
  { x, y }: Point,
  fill: string,
  attributes: Readonly<Record<string, string | number>>,
): Pen => mark(pen, 'circle', { cx: x, cy: y, r: RADIUS, fill, ...attributes })

/** What the strongest links carry, where it covers neither a node nor another label. */
function drawLabels(pen: Pen, topology: Topology, labelled: readonly Labelled[]): void {
  const { layout } = topology
  const taken: Box[] = layout.compact
    ? [...layout.hosts]
    : [
        ...layout.nodes.map(({ x, y }) => ({ x: x - 26, y: y - 24, width: 52, height: 60 })),
        ...layout.hosts.map(({ x, y, width }) => ({ x, y, width, height: 38 })),
      ]
  const group = pen.append('g')
  labelled.forEach(({ link, curve }, i) => {
    const text = loadOf(topology, link)
    const width = textWidth(text, SMALL) + 6
    for (const share of [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78]) {
      const { x, y } = pointOn(curve, share)
      const box = { x: x - width / 2, y: y - 8, width, height: 16 }
      if (box.x < 0 || box.x + width > layout.width || taken.some((other) => touches(box, other))) continue
      taken.push(box)
      plate(group, { x: x - width / 2 + 3, y: y - 7.5 }, text)
      write(group, { x, y: y + 4 }, text, {
        'text-anchor': 'middle',
        fill: i === 0 ? STRONG : INK.light,
        ...HALO,
        ...(i === 0 ? { 'font-weight': 600 } : {}),
      })
      break
    }
  })
}
