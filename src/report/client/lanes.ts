// The swim lanes in a window of time: Ctrl and the wheel, buttons, keys and drawing with the mouse move it, the address keeps
// it. Below it stands what the pointer, or the key for the next message, is at.

import { select } from 'd3'
import type { Excerpt, Fault } from '../../results/result.ts'
import { format, formatInstant } from '../../units.ts'
import { kindIn, nameIn } from '../diagrams/excerpt.ts'
import { drawKindLegend, drawLanes, legendHeight } from '../diagrams/lanes.ts'
import { windowOf } from '../diagrams/lanes-diagram.ts'
import { castOf, lanesLayout, messageAt, type Window } from '../diagrams/lanes-layout.ts'
import { DIAGRAM_WIDTH, type Pen } from '../diagrams/pen.ts'
import { moved, zoomed } from '../diagrams/window.ts'
import { button, element } from './elements.ts'
import type { Page } from './page.ts'

const KEY = 'lanes'
/** A pointer that has moved less, in pixels of the drawing, points; one that has moved more drags. */
const STILL = 4

export function attachLanes({ address }: Page, excerpt: Excerpt, faults: readonly Fault[]): () => void {
  const figure = document.getElementById('chart-lanes')
  const svg = figure?.querySelector('svg')
  const group = svg?.querySelector('#lanes-drawing')
  const legend = svg?.querySelector('#lanes-legend')
  const frame = svg?.parentElement
  if (!figure || !svg || !group || !legend || !frame) return () => {}
  const ended = new AbortController()
  const { signal } = ended
  const cast = castOf(excerpt)
  const whole = windowOf(excerpt)
  let layout = lanesLayout(excerpt, cast, whole, widthIn(frame))
  let at: number | undefined

  const readout = element('p', 'readout', HINT)
  readout.setAttribute('role', 'status')
  const draw = (window: Window): void => {
    layout = lanesLayout(excerpt, cast, window, layout.width)
    group.replaceChildren()
    svg.classList.toggle('zoomed', window.until - window.from < whole.until - whole.from)
    const pen = select(group) as unknown as Pen
    drawLanes(pen, excerpt, cast, layout, faults)
    if (at !== undefined) outline(pen, at)
  }
  /** On a phone it is drawn as wide as there is room, so that only time is to be moved. */
  const fit = (): void => {
    layout = lanesLayout(excerpt, cast, layout.window, widthIn(frame))
    const height = layout.height + legendHeight(excerpt, cast, layout)
    svg.setAttribute('viewBox', `0 0 ${layout.width} ${height}`)
    svg.setAttribute('width', String(layout.width))
    svg.setAttribute('height', String(height))
    svg.classList.toggle('fitted', layout.width < DIAGRAM_WIDTH)
    legend.replaceChildren()
    drawKindLegend(select(legend) as unknown as Pen, excerpt, cast, layout)
  }
  const outline = (pen: Pen, place: number): void => {
    const { begun, done, to } = excerpt.messages[place]!
    const lane = cast.laneOf.get(to)
    if (begun === null || lane === undefined) return
    const from = Math.max(layout.left, layout.xOf(begun) - 2)
    const until = Math.min(layout.right + 2, layout.xOf(done ?? excerpt.until) + 2)
    if (until < from) return
    pen
      .append('rect')
      .attr('x', from)
      .attr('y', layout.yOf(lane) - 9)
      .attr('width', Math.max(4, until - from))
      .attr('height', 18)
      .attr('rx', 3)
      .attr('class', 'pointed')
  }
  const go = (window: Window): void => {
    const same = window.from <= whole.from && window.until >= whole.until
    address.set(KEY, same ? [] : [`${window.from}-${window.until}`])
    draw(window)
  }
  const zoom = (factor: number, share = 0.5): void => go(zoomed(layout.window, whole, factor, share))
  const pan = (share: number): void => go(moved(layout.window, whole, share))
  const point = (place: number | undefined): void => {
    if (place === at) return
    at = place
    readout.textContent = place === undefined ? HINT : told(excerpt, place)
    draw(layout.window)
  }
  /** To the next message of what is shown, or the one before it; it comes into sight. */
  const step = (by: number): void => {
    const shown = excerpt.messages.flatMap(({ begun, to }, place) =>
      begun !== null && cast.laneOf.has(to) && (cast.strong[place] || at !== undefined) ? [place] : [],
    )
    const strong = shown.filter((place) => cast.strong[place])
    const list = strong.length > 0 ? strong : shown
    const next = at === undefined ? (by > 0 ? 0 : list.length - 1) : list.indexOf(at) + by
    const place = list[Math.min(list.length - 1, Math.max(0, next))]
    if (place === undefined) return
    const { begun } = excerpt.messages[place]!
    const { from, until } = layout.window
    if (begun! < from || begun! > until)
      go(moved(layout.window, whole, (begun! - (from + until) / 2) / (until - from)))
    point(place)
  }

  const keys: Readonly<Record<string, () => void>> = {
    '+': () => zoom(0.5),
    '=': () => zoom(0.5),
    '-': () => zoom(2),
    ArrowLeft: () => pan(-0.2),
    ArrowRight: () => pan(0.2),
    Home: () => pan(-1e9),
    End: () => pan(1e9),
    '0': () => go(whole),
    '.': () => step(1),
    ',': () => step(-1),
    Escape: () => point(undefined),
  }
  frame.tabIndex = 0
  frame.setAttribute('role', 'group')
  frame.setAttribute('aria-label', `Swim lanes. ${KEYS}`)
  frame.addEventListener(
    'keydown',
    (event) => {
      const act = keys[event.key]
      if (!act || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      act()
    },
    { signal },
  )

  /** In the drawing's own pixels. */
  const pointIn = (event: MouseEvent): { x: number; y: number } => {
    const box = svg.getBoundingClientRect()
    const scale = svg.viewBox.baseVal.width / box.width
    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale }
  }
  svg.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      zoom(event.deltaY < 0 ? 0.8 : 1.25, (pointIn(event).x - layout.left) / (layout.right - layout.left))
    },
    { signal, passive: false },
  )
  let drag: { x: number; window: Window } | undefined
  svg.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0 || pointIn(event).x < layout.left) return
      drag = { x: pointIn(event).x, window: layout.window }
      svg.setPointerCapture(event.pointerId)
    },
    { signal },
  )
  svg.addEventListener(
    'pointermove',
    (event) => {
      const { x, y } = pointIn(event)
      if (drag) draw(moved(drag.window, whole, (drag.x - x) / (layout.right - layout.left)))
      else point(messageAt(excerpt, cast, layout, x, y))
    },
    { signal },
  )
  const drop = (): void => {
    if (drag && drag.window !== layout.window) go(layout.window)
    drag = undefined
  }
  svg.addEventListener(
    'pointerup',
    (event) => {
      const { x, y } = pointIn(event)
      // A finger has no other way to point.
      const pointed = drag && Math.abs(x - drag.x) < STILL
      drop()
      if (pointed) point(messageAt(excerpt, cast, layout, x, y))
    },
    { signal },
  )
  svg.addEventListener('pointercancel', drop, { signal })

  const tools = element(
    'div',
    'tools',
    button('Zoom in', () => zoom(0.5)),
    button('Zoom out', () => zoom(2)),
    button('Earlier', () => pan(-0.5)),
    button('Later', () => pan(0.5)),
    button('Whole', () => go(whole)),
  )
  tools.setAttribute('role', 'group')
  tools.setAttribute('aria-label', 'Window of the swim lanes')
  frame.before(tools)
  frame.after(readout)

  const read = (): void => {
    const told = /^(\d+)-(\d+)$/.exec(address.all(KEY)[0] ?? '')
    const [from, until] = told ? [Number(told[1]), Number(told[2])] : [whole.from, whole.until]
    const valid = from < until && from >= whole.from && until <= whole.until
    draw(valid ? { from, until } : whole)
  }
  fit()
  const watching = new ResizeObserver(() => {
    if (widthIn(frame) === layout.width) return
    fit()
    draw(layout.window)
  })
  watching.observe(frame)
  let listening = true
  address.onChange(() => {
    if (listening) read()
  })
  read()
  return () => {
    listening = false
    watching.disconnect()
    ended.abort()
    tools.remove()
    readout.remove()
  }
}

/** Below this, what is drawn for a desk would have to be pushed sideways to be read. */
const NARROW = 640

const widthIn = (frame: HTMLElement): number =>
  frame.clientWidth > 0 && frame.clientWidth < NARROW ? Math.max(280, frame.clientWidth) : DIAGRAM_WIDTH

const KEYS =
  'Plus and minus zoom, arrow keys move, 0 shows all, full stop and comma go from message to message.'
const HINT = `Point at a bar, or tap it. ${KEYS} Drag to move; Ctrl and the wheel zoom.`

/** `3.214 s to 3.258 s: queen.1 handles task.result from agent.7, 44 ms after 2 ms on the way or waiting`. */
function told(excerpt: Excerpt, place: number): string {
  const { sent, begun, done, from, to, kind, bytes } = excerpt.messages[place]!
  const lasts = done === null || begun === null ? '' : ` for ${format(done - begun, 'ns')}`
  return `${formatInstant(begun ?? sent)}: ${nameIn(excerpt, to)} handles ${kindIn(excerpt, kind)} from ${nameIn(excerpt, from)}${lasts}, ${format((begun ?? sent) - sent, 'ns')} after it was sent (${format(bytes, 'bytes')})`
}
