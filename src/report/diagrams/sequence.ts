// The messages of an excerpt between lifelines: slanted from sending to taking, a bar while one is handled.

import type { Excerpt } from '../../results/result.ts'
import { format, formatInstant } from '../../units.ts'
import { label } from '../charts/labels.ts'
import { textWidth } from '../charts/text-width.ts'
import { GRID, INK, PAPER, QUIET, SERIES_COLOURS } from '../charts/theme.ts'
import { ANSWERED, isAnswer, kindIn } from './excerpt.ts'
import { type Box, mark, type Pen, type Point, round, SMALL, touches, write } from './pen.ts'
import { GUTTER, HEAD, type SequenceLayout, type Step } from './sequence-layout.ts'
import { arrowHead } from './topology-links.ts'

const OWN = SERIES_COLOURS[0]!
const PALE = SERIES_COLOURS[8]!
const LOST = SERIES_COLOURS[1]!

export function drawSequence(pen: Pen, excerpt: Excerpt, layout: SequenceLayout): void {
  drawLifelines(pen, excerpt, layout)
  drawTimes(pen, excerpt, layout)
  const bars = pen.append('g')
  const arrows = pen.append('g')
  // Pale ones first: they lie below.
  const ordered = [
    ...layout.steps.filter(({ strong }) => !strong),
    ...layout.steps.filter(({ strong }) => strong),
  ]
  for (const step of ordered) {
    drawBar(bars, layout, step)
    drawArrow(arrows, excerpt, layout, step)
  }
  drawKinds(pen, excerpt, layout)
}

function drawLifelines(
  pen: Pen,
  { processes }: Excerpt,
  { lifelines, x, column, height }: SequenceLayout,
): void {
  const group = pen.append('g')
  const letters = Math.max(4, Math.floor((column - 10) / 6.4))
  lifelines.forEach((process, i) => {
    const { name, host } = processes[process]!
    const before = i > 0 ? processes[lifelines[i - 1]!]!.host : undefined
    if (host !== before) {
      const columns = lifelines.slice(i).findIndex((other) => processes[other]!.host !== host)
      const width = round((columns < 0 ? lifelines.length - i : columns) * column - 8)
      const left = round(x[i]! - column / 2 + 4)
      mark(group, 'path', { d: `M${left},24v-6h${width}v6`, fill: 'none', stroke: QUIET.light })
      write(group, { x: left + width / 2, y: 12 }, label(host, Math.floor(width / 6.4)), {
        'text-anchor': 'middle',
        fill: QUIET.light,
      })
    }
    const head = write(group, { x: x[i]!, y: 42 }, label(name, letters), {
      'text-anchor': 'middle',
      'font-weight': 600,
    })
    head.append('title').text(`${label(name, 80)} on ${label(host, 80)}`)
    mark(group, 'path', {
      d: `M${x[i]!},${HEAD - 12}V${height - 12}`,
      stroke: GRID.light,
      'stroke-width': 1.5,
    })
  })
}

/** At the left: when it was, since the first message; and what is cut short. */
function drawTimes(pen: Pen, _: Excerpt, { steps, breaks, yOf, width }: SequenceLayout): void {
  const group = pen.append('g')
  const first = steps[0]?.message.sent ?? 0
  const instants = new Set(
    steps.flatMap(({ strong, message: { sent, begun } }) =>
      strong ? (begun === null ? [sent] : [sent, begun]) : [],
    ),
  )
  const ends = [...breaks].map(({ y }) => y)
  let last = Number.NEGATIVE_INFINITY
  for (const instant of [...instants].sort((a, b) => a - b)) {
    const y = yOf(instant)
    if (y < last + 14 || ends.some((end) => Math.abs(end - y) < 14)) continue
    last = y
    write(
      group,
      { x: GUTTER - 14, y: y + 4 },
      instant === first ? '0' : formatInstant(shortened(instant - first)),
      {
        'text-anchor': 'end',
        fill: QUIET.light,
      },
    )
    mark(group, 'path', { d: `M${GUTTER - 10},${y}h6`, stroke: QUIET.light })
  }
  for (const { y, lasts } of breaks) {
    mark(group, 'path', {
      d: `M${GUTTER - 6},${y}H${width - 10}`,
      stroke: QUIET.light,
      'stroke-dasharray': '1 5',
      'stroke-width': 1.5,
      fill: 'none',
    })
    write(group, { x: GUTTER - 14, y: y + 4 }, `… ${format(lasts, 'ns')}`, {
      'text-anchor': 'end',
      'font-weight': 600,
    })
  }
}

/** No finer than a microsecond, where it is more than one. */
const shortened = (nanos: number): number => (nanos < 1e4 ? nanos : Math.round(nanos / 1e3) * 1e3)

/** Full while it is handled; hollow while what was taken is not done with. */
function drawBar(pen: Pen, { x, yOf, height }: SequenceLayout, { message, strong, kept, to }: Step): void {
  if (message.begun === null || kept === null) return
  const top = yOf(message.begun)
  const bottom = message.done === null ? height - 14 : yOf(message.done)
  const half = strong ? 4.5 : 3
  const colour = strong ? OWN : PALE
  if (message.done !== null && kept > message.done)
    mark(pen, 'rect', {
      x: x[to]! - half,
      y: top,
      width: half * 2,
      height: Math.max(2, yOf(kept) - top),
      rx: 1.5,
      fill: strong ? PAPER.light : 'none',
      stroke: colour,
      'stroke-width': strong ? 1.2 : 0.8,
      'stroke-opacity': strong ? 0.9 : 0.5,
    })
  mark(pen, 'rect', {
    x: x[to]! - half,
    y: top,
    width: half * 2,
    height: Math.max(2, bottom - top),
    rx: 1.5,
    fill: colour,
    'fill-opacity': strong ? 0.9 : 0.4,
  })
}

function endsOf({ x, yOf }: SequenceLayout, { message, from, to }: Step): readonly [Point, Point] {
  const begin = { x: x[from]!, y: yOf(message.sent) }
  if (message.begun !== null) return [begin, { x: x[to]!, y: yOf(message.begun) }]
  return [begin, { x: round((begin.x + x[to]!) / 2) + (from === to ? 26 : 0), y: begin.y + 8 }]
}

function drawArrow(pen: Pen, excerpt: Excerpt, layout: SequenceLayout, step: Step): void {
  const { message, strong } = step
  const [begin, end] = endsOf(layout, step)
  const lost = message.begun === null
  const look = {
    fill: 'none',
    stroke: lost ? LOST : strong ? OWN : PALE,
    'stroke-width': strong ? 1.6 : 1,
    ...(strong || lost ? {} : { 'stroke-opacity': 0.6 }),
    ...(isAnswer(excerpt, message) ? { 'stroke-dasharray': '5 3' } : {}),
  }
  const told = `${kindIn(excerpt, message.kind, 80)}${lost ? ', lost' : ''}`
  if (step.from === step.to && !lost) {
    const right = round(begin.x + 22)
    const line = mark(pen, 'path', { d: `M${begin.x},${begin.y}H${right}V${end.y}H${begin.x + 8}`, ...look })
    line.append('title').text(told)
    mark(pen, 'path', {
      d: arrowHead({ x: right, y: end.y }, { x: begin.x + 5, y: end.y }, 6),
      fill: look.stroke,
    })
    return
  }
  const side = end.x > begin.x ? 1 : -1
  const start = { x: begin.x + side * 5, y: begin.y }
  const tip = lost ? end : { x: end.x - side * 5, y: end.y }
  const line = mark(pen, 'path', { d: `M${start.x},${start.y}L${tip.x},${tip.y}`, ...look })
  line.append('title').text(told)
  if (lost)
    mark(pen, 'path', {
      d: `M${end.x - 5},${end.y - 5}l10,10m0,-10l-10,10`,
      stroke: LOST,
      'stroke-width': 2.2,
      fill: 'none',
    })
  else
    mark(pen, 'path', {
      d: arrowHead(start, tip, strong ? 8 : 6),
      fill: look.stroke,
      ...(strong ? {} : { 'fill-opacity': 0.6 }),
    })
}

/** What the strong messages are, where there is room for it. */
function drawKinds(pen: Pen, excerpt: Excerpt, layout: SequenceLayout): void {
  const group = pen.append('g')
  const taken: Box[] = []
  for (const step of layout.steps) {
    if (!step.strong && step.message.begun !== null) continue
    const [begin, end] = endsOf(layout, step)
    const self = step.from === step.to
    const letters = Math.max(6, Math.floor((Math.abs(end.x - begin.x) - 24) / 6))
    const kind = excerpt.kinds[step.message.kind] ?? '?'
    // What is dashed needs no word for it.
    const text = label(kind.replace(ANSWERED, ''), self ? 18 : Math.min(34, letters))
    const width = textWidth(text, SMALL - 1)
    for (const share of [0.5, 0.35, 0.65, 0.25]) {
      const x = self ? begin.x + 28 + width / 2 : round(begin.x + (end.x - begin.x) * share)
      const y = round(begin.y + (end.y - begin.y) * (self ? 0.5 : share)) - (self ? -4 : 4)
      const box = { x: x - width / 2, y: y - 9, width, height: 11 }
      if (taken.some((other) => touches(box, other))) continue
      taken.push(box)
      write(group, { x, y }, text, {
        'font-size': SMALL - 1,
        'text-anchor': 'middle',
        fill: step.message.begun === null ? LOST : step.strong ? INK.light : QUIET.light,
        stroke: PAPER.light,
        'stroke-width': 3,
        'stroke-linejoin': 'round',
        'paint-order': 'stroke',
      })
      break
    }
  }
}
