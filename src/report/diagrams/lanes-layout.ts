// A lane a process, over a window of virtual time. The lanes are those of the whole excerpt, so that they stay where they
// are when the window changes. What is too narrow to be told apart is one bar.

import type { Excerpt } from '../../results/result.ts'
import type { Nanos } from '../../units.ts'
import { MOST_SERIES } from '../charts/theme.ts'
import { firstMet, keptUntil, strongOf } from './excerpt.ts'
import { DIAGRAM_WIDTH, round } from './pen.ts'

export const MOST_LANES = 36
const LANE = 21
/** Left of the lanes, for names; in a drawing that is narrower than `NARROW`, the lesser. */
const NAMES = [150, 92] as const
const NARROW = 600
export const AXIS = 30
const RIGHT = 14
/** Narrower gaps between bars of a kind are closed. */
const CLOSE = 0.4

export interface Window {
  readonly from: Nanos
  readonly until: Nanos
}

export interface Cast {
  /** Places in the excerpt's processes, from above. */
  readonly lanes: readonly number[]
  readonly laneOf: ReadonlyMap<number, number>
  readonly strong: readonly boolean[]
  /** Until when each message keeps whoever took it. */
  readonly kept: readonly (Nanos | null)[]
  /** Those with a colour of their own, most time first; the others share one. */
  readonly kinds: readonly number[]
}

/** What does not hang on the window. */
export function castOf(excerpt: Excerpt): Cast {
  const { messages, kinds } = excerpt
  const strong = strongOf(excerpt)
  const kept = keptUntil(excerpt)
  const about = new Set<number>()
  const handling = new Array<number>(excerpt.processes.length).fill(0)
  const ofKind = new Array<number>(kinds.length).fill(0)
  messages.forEach((message, place) => {
    const lasts = message.begun === null ? 1 : Math.max(1, kept[place]! - message.begun)
    if (strong[place]) about.add(message.from).add(message.to)
    if (handling[message.to] !== undefined) handling[message.to]! += lasts
    if (ofKind[message.kind] !== undefined) ofKind[message.kind]! += strong[place] ? lasts * 1e3 : lasts
  })
  const met = firstMet(excerpt)
  const ranked = [
    ...met.filter((process) => about.has(process)),
    ...met.filter((process) => !about.has(process)).sort((a, b) => handling[b]! - handling[a]! || a - b),
  ].slice(0, MOST_LANES)
  return {
    lanes: ranked,
    laneOf: new Map(ranked.map((process, lane) => [process, lane])),
    strong,
    kept,
    kinds: kinds
      .map((_, kind) => kind)
      .filter((kind) => ofKind[kind]! > 0)
      .sort((a, b) => ofKind[b]! - ofKind[a]! || a - b)
      .slice(0, MOST_SERIES),
  }
}

export interface Bar {
  readonly x: number
  readonly width: number
}

/** The bars of a lane that look alike. */
export interface Bars {
  readonly lane: number
  /** Its place among the kinds that have a colour; -1: none of them. */
  readonly colour: number
  readonly strong: boolean
  /** Not handling, but not done with. */
  readonly kept: boolean
  readonly bars: readonly Bar[]
}

export interface LanesLayout {
  readonly width: number
  readonly height: number
  /** Between these lie the lanes; names stand left of them. */
  readonly left: number
  readonly right: number
  readonly window: Window
  readonly bars: readonly Bars[]
  /** Ways of strong messages: from (x, lane) to (x, lane). */
  readonly ways: readonly {
    readonly x: number
    readonly from: number
    readonly end: number
    readonly to: number
    readonly lost: boolean
  }[]
  /** The middle of a lane. */
  yOf(lane: number): number
  /** Linear; may lie outside the drawing. */
  xOf(instant: Nanos): number
}

export function lanesLayout(
  excerpt: Excerpt,
  cast: Cast,
  window: Window,
  width = DIAGRAM_WIDTH,
): LanesLayout {
  const [left, right] = [NAMES[width < NARROW ? 1 : 0], width - RIGHT]
  const span = Math.max(1, window.until - window.from)
  const scale = (right - left) / span
  const xOf = (instant: Nanos): number => round(left + (instant - window.from) * scale)
  const yOf = (lane: number): number => AXIS + (lane + 0.5) * LANE
  return {
    width,
    left,
    right,
    height: AXIS + cast.lanes.length * LANE + 8,
    window,
    bars: barsOf(excerpt, cast, window, xOf, [left, right]),
    ways: waysOf(excerpt, cast, window, xOf, [left, right]),
    yOf,
    xOf,
  }
}

function barsOf(
  excerpt: Excerpt,
  { laneOf, strong, kept, kinds }: Cast,
  window: Window,
  xOf: (instant: Nanos) => number,
  [left, right]: readonly [number, number],
): readonly Bars[] {
  const colourOf = new Map(kinds.map((kind, colour) => [kind, colour]))
  const alike = new Map<string, Omit<Bars, 'bars'> & { readonly spans: [number, number][] }>()
  const add = (look: Omit<Bars, 'bars'>, from: Nanos, until: Nanos): void => {
    if (until < window.from || from > window.until) return
    const key = `${look.lane} ${look.colour} ${look.strong} ${look.kept}`
    const span: [number, number] = [Math.max(left, xOf(from)), Math.min(right, xOf(until))]
    const group = alike.get(key)
    if (group) group.spans.push(span)
    else alike.set(key, { ...look, spans: [span] })
  }
  excerpt.messages.forEach(({ begun, done, to, kind }, place) => {
    const lane = laneOf.get(to)
    if (lane === undefined || begun === null) return
    const look = { lane, colour: colourOf.get(kind) ?? -1, strong: strong[place]! }
    const end = done ?? excerpt.until
    add({ ...look, kept: false }, begun, end)
    if (kept[place]! > end) add({ ...look, kept: true }, end, kept[place]!)
  })
  // Pale bars first: they lie below.
  return [...alike.values()]
    .sort(
      (a, b) =>
        Number(a.strong) - Number(b.strong) ||
        Number(b.kept) - Number(a.kept) ||
        a.lane - b.lane ||
        a.colour - b.colour,
    )
    .map(({ spans, ...look }) => ({ ...look, bars: closed(spans, right, look.strong ? 2 : 0.8) }))
}

/** Overlapping and touching spans as one; each wide enough to be seen. */
function closed(spans: [number, number][], right: number, least: number): readonly Bar[] {
  const merged: [number, number][] = []
  for (const [from, until] of spans.sort(([a], [b]) => a - b)) {
    const last = merged.at(-1)
    if (last && from <= last[1] + CLOSE) last[1] = Math.max(last[1], until)
    else merged.push([from, until])
  }
  return merged.map(([from, until]) => {
    const x = Math.min(from, right - least)
    return { x: round(x), width: round(Math.max(least, until - x)) }
  })
}

function waysOf(
  { messages, until }: Excerpt,
  { laneOf, strong }: Cast,
  window: Window,
  xOf: (instant: Nanos) => number,
  [left, right]: readonly [number, number],
): LanesLayout['ways'] {
  if (!strong.includes(false) && messages.length > 200) return []
  return messages.flatMap(({ sent, begun, from, to }, place) => {
    const [a, b] = [laneOf.get(from), laneOf.get(to)]
    if (!strong[place] || a === undefined || b === undefined || a === b) return []
    const end = begun ?? Math.min(until, sent)
    if (end < window.from || sent > window.until) return []
    const clip = (instant: Nanos): number => Math.min(right, Math.max(left, xOf(instant)))
    return [{ x: clip(sent), from: a, end: clip(end), to: b, lost: begun === null }]
  })
}

/** The message whose handling lies at a point, the strong ones first; else whatever is nearest in its lane, if near. */
export function messageAt(
  excerpt: Excerpt,
  cast: Cast,
  layout: LanesLayout,
  x: number,
  y: number,
): number | undefined {
  const process = cast.lanes[Math.floor((y - AXIS) / LANE)]
  if (process === undefined) return undefined
  let [best, nearest] = [-1, 5]
  excerpt.messages.forEach((message, place) => {
    if (message.to !== process || message.begun === null) return
    const [from, until] = [layout.xOf(message.begun), layout.xOf(cast.kept[place]!)]
    const apart = Math.max(0, from - x, x - until) - (cast.strong[place] ? 0.5 : 0)
    if (apart < nearest) [best, nearest] = [place, apart]
  })
  return best < 0 ? undefined : best
}
