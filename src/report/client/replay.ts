// Replays an excerpt's messages over the topology in virtual time: a slider, play and pause, a step a message. Whoever wants
// less motion gets steps, and nothing that moves between them.

import { select } from 'd3'
import type { Excerpt, Fault, Traffic } from '../../results/result.ts'
import { format, formatInstant } from '../../units.ts'
import type { Pen } from '../diagrams/pen.ts'
import { momentBefore, momentText, replayOf, sceneAt } from '../diagrams/replay.ts'
import { drawScene } from '../diagrams/replay-drawing.ts'
import { topologyOf } from '../diagrams/topology.ts'
import { button, element } from './elements.ts'
import type { Page } from './page.ts'

const KEY = 'replay'
/** Seconds that the whole takes. */
const SPEEDS = [
  ['slowly', 60],
  ['at ease', 20],
  ['fast', 6],
] as const
/** Of the whole: nothing is seen for less while it plays. */
const LEAST = 1 / 60
/** Between steps that play by themselves, milliseconds. */
const STEP = 900

export function attachReplay(
  { address }: Page,
  traffic: Traffic,
  excerpt: Excerpt,
  faults: readonly Fault[],
): () => void {
  const figure = document.getElementById('chart-topology')
  const svg = figure?.querySelector('svg')
  const drawing = svg?.querySelector('g')
  const frame = svg?.parentElement
  const span = excerpt.until - excerpt.from
  if (!figure || !svg || !drawing || !frame || span <= 0) return () => {}
  const replay = replayOf(topologyOf(traffic, faults), excerpt)
  if (replay.moments.length === 0) return () => {}
  const overlay = select(drawing).append('g').attr('class', 'replay')
  const still = matchMedia('(prefers-reduced-motion: reduce)')

  let at: number | undefined
  /** The last moment that is shown. */
  let moment = -1
  let playing: number | undefined

  const text = element('p', 'readout')
  text.setAttribute('aria-live', 'polite')
  const slider = element('input', '')
  slider.type = 'range'
  slider.min = '0'
  slider.max = String(span)
  slider.step = String(Math.max(1, Math.round(span / 400)))
  slider.setAttribute('aria-label', 'Virtual time')
  const clock = element('output', 'clock')

  /** What happens at an instant; while it plays also what has just been. */
  const show = (now: number, least: number, last = momentBefore(replay, now)): void => {
    at = now
    moment = last
    slider.value = String(now - excerpt.from)
    clock.textContent = formatInstant(now)
    const said =
      moment < 0 ? `${formatInstant(now)}: nothing yet` : momentText(excerpt, replay.moments[moment]!)
    slider.setAttribute('aria-valuetext', said)
    text.textContent = said
    overlay.selectAll('*').remove()
    drawScene(overlay as unknown as Pen, replay, sceneAt(replay, now, least))
  }
  const hide = (): void => {
    pause()
    at = undefined
    overlay.selectAll('*').remove()
    slider.value = '0'
    clock.textContent = formatInstant(excerpt.from)
    text.textContent = `${format(span, 'ns')} of virtual time, ${replay.excerpt.messages.length} messages: play them, or step through them. In colour what the excerpt is about, in grey what else happens; a ring is a process at work.`
    slider.setAttribute('aria-valuetext', clock.textContent)
  }
  const keep = (): void => address.set(KEY, at === undefined ? [] : [String(at)])

  const play = button('Play', () => (playing === undefined ? start() : pause()))
  const stop = (): void => {
    if (playing === undefined) return
    cancelAnimationFrame(playing)
    clearTimeout(playing)
    playing = undefined
  }
  const pause = (): void => {
    if (playing === undefined) return
    stop()
    play.textContent = 'Play'
    text.setAttribute('aria-live', 'polite')
    keep()
  }
  const start = (): void => {
    if (at === undefined || at >= excerpt.until) at = excerpt.from
    play.textContent = 'Pause'
    // Read out only where it stands still.
    text.setAttribute('aria-live', still.matches ? 'polite' : 'off')
    if (still.matches) walk()
    else run(at, performance.now())
  }
  const run = (from: number, since: number): void => {
    playing = requestAnimationFrame(() => {
      const passed = ((performance.now() - since) / 1000 / Number(speed.value)) * span
      show(Math.min(excerpt.until, Math.round(from + passed)), span * LEAST)
      if (at! < excerpt.until) run(from, since)
      else pause()
    })
  }
  const walk = (): void => {
    playing = setTimeout(() => {
      if (step(1)) walk()
      else pause()
    }, STEP) as unknown as number
  }
  /** To the next moment or the one before; whether there is one. Several may be at one instant: each has its turn. */
  const step = (by: number): boolean => {
    const between =
      at !== undefined && replay.moments[moment] !== undefined && replay.moments[moment]!.at < at
    const next = at === undefined ? 0 : by < 0 && between ? moment : moment + by
    const there = replay.moments[next]
    if (there) show(there.at, 0, next)
    return there !== undefined
  }
  const speed = element('select', '')
  speed.setAttribute('aria-label', 'Speed')
  for (const [name, seconds] of SPEEDS)
    speed.append(new Option(name, String(seconds), seconds === 20, seconds === 20))
  speed.addEventListener('change', () => {
    if (playing === undefined || still.matches) return
    cancelAnimationFrame(playing)
    run(at!, performance.now())
  })
  const stepping = (by: number) => (): void => {
    pause()
    step(by)
    keep()
  }
  slider.addEventListener('input', () => {
    pause()
    show(excerpt.from + Number(slider.value), span * LEAST)
  })
  slider.addEventListener('change', keep)

  const tools = element(
    'div',
    'tools replay',
    play,
    button('Step back', stepping(-1)),
    button('Step', stepping(1)),
    slider,
    clock,
    element('label', '', 'Speed ', speed),
    button('Reset', () => {
      hide()
      keep()
    }),
  )
  tools.setAttribute('role', 'group')
  tools.setAttribute('aria-label', 'Replay of messages')
  frame.after(tools, text)

  const read = (): void => {
    const told = Number(address.all(KEY)[0] ?? Number.NaN)
    if (told >= excerpt.from && told <= excerpt.until) show(told, 0)
    else hide()
  }
  let listening = true
  address.onChange(() => {
    if (listening) read()
  })
  read()
  return () => {
    listening = false
    stop()
    overlay.remove()
    tools.remove()
    text.remove()
  }
}
