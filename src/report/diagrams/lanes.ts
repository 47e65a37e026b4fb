// The swim lanes: bars while something is handled, by kind; what the excerpt is about strong, the rest pale.

import type { Excerpt, Fault } from '../../results/result.ts'
import { formatInstant } from '../../units.ts'
import { label } from '../charts/labels.ts'
import { textWidth } from '../charts/text-width.ts'
import { GRID, INK, QUIET, SERIES_COLOURS } from '../charts/theme.ts'
import { kindIn } from './excerpt.ts'
import { AXIS, type Bar, type Cast, type LanesLayout } from './lanes-layout.ts'
import { mark, type Pen, round, SMALL, write } from './pen.ts'
import { timeTicks } from './ticks.ts'

const OTHER = SERIES_COLOURS[8]!
const LOST = SERIES_COLOURS[1]!
const STRONG_BAR = 13
const PALE_BAR = 9
/** Of what is not done with. */
const [STRONG_KEPT, PALE_KEPT] = [6, 3]

const colourOf = (colour: number): string => (colour < 0 ? OTHER : SERIES_COLOURS[colour]!)

/** All but the legend: drawn anew for each window. */
export function drawLanes(
  pen: Pen,
  excerpt: Excerpt,
  cast: Cast,
  layout: LanesLayout,
  faults: readonly Fault[],
): void {
  drawFaults(pen, layout, faults)
  drawAxis(pen, layout)
  drawNames(pen, excerpt, cast, layout)
  const ways = pen.append('g').attr('fill', 'none')
  for (const way of layout.ways)
    mark(ways, 'path', {
      d: `M${way.x},${layout.yOf(way.from)}L${way.end},${layout.yOf(way.to)}`,
      stroke: way.lost ? LOST : INK.light,
      'stroke-width': way.lost ? 1.6 : 0.8,
      'stroke-opacity': way.lost ? 1 : 0.45,
    })
  const bars = pen.append('g')
  for (const { lane, colour, strong, kept, bars: alike } of layout.bars) {
    const height = strong ? (kept ? STRONG_KEPT : STRONG_BAR) : kept ? PALE_KEPT : PALE_BAR
    mark(bars, 'path', {
      d: alike.map((bar) => barPath(bar, layout.yOf(lane) - height / 2, height)).join(''),
      fill: colourOf(colour),
      ...(strong ? { stroke: INK.light, 'stroke-width': 0.6 } : { 'fill-opacity': 0.45 }),
    })
  }
}

const barPath = ({ x, width }: Bar, y: number, height: number): string =>
  `M${x},${round(y)}h${width}v${height}h${-width}z`

function drawFaults(
  pen: Pen,
  { window, xOf, height, left, right }: LanesLayout,
  faults: readonly Fault[],
): void {
  const group = pen.append('g')
  for (const { at, until, kind, target } of faults) {
    if (at > window.until || (until ?? window.until) < window.from) continue
    const x = Math.max(left, xOf(at))
    const end = Math.min(right, xOf(until ?? window.until))
    const band = mark(group, 'rect', {
      x,
      y: AXIS,
      width: Math.max(1.5, end - x),
      height: height - AXIS - 8,
      fill: QUIET.light,
      'fill-opacity': 0.16,
    })
    band.append('title').text(`${label(kind, 40)} ${label(target, 60)}`)
  }
}

function drawAxis(pen: Pen, { window, xOf, height, width, left, right }: LanesLayout): void {
  const group = pen.append('g')
  const ticks = timeTicks(window.from, window.until, Math.max(3, Math.round((right - left) / 100)))
  let taken = Number.NEGATIVE_INFINITY
  for (const instant of ticks) {
    const x = xOf(instant)
    mark(group, 'path', { d: `M${x},${AXIS - 5}V${height - 8}`, stroke: GRID.light, fill: 'none' })
    const text = formatInstant(instant)
    const half = textWidth(text, SMALL) / 2
    if (x - half < taken + 6 || x + half > width) continue
    taken = x + half
    write(group, { x, y: AXIS - 10 }, text, { 'text-anchor': 'middle', fill: QUIET.light })
  }
}

function drawNames(
  pen: Pen,
  { processes }: Excerpt,
  { lanes }: Cast,
  { yOf, height, left, right }: LanesLayout,
): void {
  const group = pen.append('g')
  const letters = Math.floor((left - 10) / 7)
  lanes.forEach((process, lane) => {
    const { name, host } = processes[process]!
    const y = yOf(lane)
    const text = write(group, { x: left - 10, y: y + 4 }, label(name, letters), { 'text-anchor': 'end' })
    text.append('title').text(`${label(name, 80)} on ${label(host, 80)}`)
    mark(group, 'path', { d: `M${left},${y}H${right}`, stroke: GRID.light, fill: 'none' })
  })
  mark(group, 'path', { d: `M${left},${AXIS - 5}V${height - 8}`, stroke: QUIET.light, fill: 'none' })
}

const ROW = 20

interface Entry {
  readonly text: string
  readonly colour: number
  readonly x: number
  readonly row: number
}

/** The kinds in rows. */
function entriesOf(excerpt: Excerpt, { kinds }: Cast, { left, width }: LanesLayout): readonly Entry[] {
  const others = excerpt.kinds.length > kinds.length
  const named = kinds.map((kind, colour) => ({ text: kindIn(excerpt, kind, 40), colour }))
  let [x, row] = [left, 0]
  return (others ? [...named, { text: 'other kinds', colour: -1 }] : named).map((entry) => {
    const wide = textWidth(entry.text, SMALL) + 34
    if (x + wide > width && x > left) [x, row] = [left, row + 1]
    const placed = { ...entry, x, row }
    x += wide
    return placed
  })
}

export const legendHeight = (excerpt: Excerpt, cast: Cast, layout: LanesLayout): number =>
  ((entriesOf(excerpt, cast, layout).at(-1)?.row ?? 0) + 1) * ROW + 8

/** Below the lanes. */
export function drawKindLegend(pen: Pen, excerpt: Excerpt, cast: Cast, layout: LanesLayout): void {
  for (const { text, colour, x, row } of entriesOf(excerpt, cast, layout)) {
    const y = layout.height + row * ROW + 12
    mark(pen, 'rect', { x, y: y - 9, width: 12, height: 11, fill: colourOf(colour) })
    write(pen, { x: x + 17, y }, text)
  }
}
