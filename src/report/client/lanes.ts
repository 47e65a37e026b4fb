// The swim lanes in a window of time: Ctrl and the wheel, buttons, keys and drawing with the mouse move it, the address keeps
// it. Below it stands what the pointer, or the key for the next message, is at.

import { select } from 'd3'
import type { Excerpt, Fault } from '../../results/result.ts'
import { format, formatInstant } from '../../units.ts'
import { kindIn, nameIn } from '../diagrams/excerpt.ts'
import { drawLanes } from '../diagrams/lanes.ts'
import { windowOf } from '../diagrams/lanes-diagram.ts'
import { castOf, lanesLayout, messageAt, NAMES, type Window } from '../diagrams/lanes-layout.ts'
import { DIAGRAM_WIDTH, type Pen } from '../diagrams/pen.ts'
import { moved, zoomed } from '../diagrams/window.ts'
import { button, element } from './elements.ts'
import type { Page } from './page.ts'

const KEY = 'lanes'
const WIDTH = DIAGRAM_WIDTH - NAMES - 14

export function attachLanes({ address }: Page, excerpt: Excerpt, faults: readonly Fault[]): () => void {
  const figure = document.getElementById('chart-lanes')
  const svg = figure?.querySelector('svg')
  const group = svg?.querySelector('#lanes-drawing')
  const frame = svg?.parentElement
  if (!figure || !svg || !group || !frame) return () => {}
  const ended = new AbortController()
  const { signal } = ended
  const cast = castOf(excerpt)
  const whole = windowOf(excerpt)
  let layout = lanesLayout(excerpt, cast, whole)
  let at: number | undefined

  const readout = element('p', 'readout', HINT)
  readout.setAttribute('role', 'status')
  const draw = (window: Window): void => {
    layout = lanesLayout(excerpt, cast, window)
    group.replaceChildren()
    svg.classList.toggle('zoomed', window.until - window.from < whole.until - whole.from)
    const pen = select(group) as unknown as Pen
    drawLanes(pen, excerpt, cast, layout, faults)
    if (at !== undefined) outline(pen, at)
  }
  const outline = (pen: Pen, place: number): void => {
    const { begun, done, to } = excerpt.messages[place]!
    const lane = cast.laneOf.get(to)
    if (begun === null || lane === undefined) return
    const from = Math.max(NAMES, layout.xOf(begun) - 2)
    const until = Math.min(DIAGRAM_WIDTH - 12, layout.xOf(done ?? excerpt.until) + 2)
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
      zoom(event.deltaY < 0 ? 0.8 : 1.25, (pointIn(event).x - NAMES) / WIDTH)
    },
    { signal, passive: false },
  )
  let drag: { x: number; window: Window } | undefined
  svg.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0 || pointIn(event).x < NAMES) return
      drag = { x: pointIn(event).x, window: layout.window }
      svg.setPointerCapture(event.pointerId)
    },
    { signal },
  )
  svg.addEventListener(
    'pointermove',
    (event) => {
      const { x, y } = pointIn(event)
      if (drag) draw(moved(drag.window, whole, (drag.x - x) / WIDTH))
      else point(messageAt(excerpt, cast, layout, x, y))
    },
    { signal },
  )
  const drop = (): void => {
    if (drag && drag.window !== layout.window) go(layout.window)
    drag = undefined
  }
  svg.addEventListener('pointerup', drop, { signal })
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
  let listening = true
  address.onChange(() => {
    if (listening) read()
  })
  read()
  return () => {
    listening = false
    ended.abort()
    tools.remove()
    readout.remove()
  }
}

const KEYS =
  'Plus and minus zoom, arrow keys move, 0 shows all, full stop and comma go from message to message.'
const HINT = `Point at a bar. ${KEYS} Drag to move; Ctrl and the wheel zoom.`

/** `3.214 s to 3.258 s: queen.1 handles task.result from agent.7, 44 ms after 2 ms on the way or waiting`. */
function told(excerpt: Excerpt, place: number): string {
  const { sent, begun, done, from, to, kind, bytes } = excerpt.messages[place]!
  const lasts = done === null || begun === null ? '' : ` for ${format(done - begun, 'ns')}`
  return `${formatInstant(begun ?? sent)}: ${nameIn(excerpt, to)} handles ${kindIn(excerpt, kind)} from ${nameIn(excerpt, from)}${lasts}, ${format((begun ?? sent) - sent, 'ns')} after it was sent (${format(bytes, 'bytes')})`
}
