// Who stands where in a message sequence, and how time runs down it: to scale where that can be read, else every instant
// gets room and long waits are cut short.

import type { Excerpt } from '../../results/result.ts'
import { chainOf, firstMet, keptUntil, type Message, strongOf } from './excerpt.ts'
import { DIAGRAM_WIDTH, round } from './pen.ts'

export const MOST_MESSAGES = 60
export const MOST_LIFELINES = 12
/** Of lifelines that have nothing to do with what it is about. */
const FILL_TO = 6
const MOST_PALE = 24

/** Left of the lifelines, for times. */
export const GUTTER = 96
/** Above them, for names. */
export const HEAD = 62
const WIDEST_COLUMN = 230

export interface Step {
  /** Its place in the excerpt. */
  readonly place: number
  readonly message: Message
  readonly strong: boolean
  /** Until when it keeps whoever took it. */
  readonly kept: number | null
  /** Lifelines. */
  readonly from: number
  readonly to: number
}

export interface Break {
  /** The middle of the gap that is cut short. */
  readonly y: number
  readonly lasts: number
}

export interface SequenceLayout {
  readonly width: number
  readonly height: number
  /** Places in the excerpt's processes, those of a host side by side. */
  readonly lifelines: readonly number[]
  readonly x: readonly number[]
  readonly column: number
  readonly steps: readonly Step[]
  readonly toScale: boolean
  readonly breaks: readonly Break[]
  /** Of an instant of a step that is drawn, or of the excerpt's end. */
  yOf(instant: number): number
}

export function sequenceLayout(excerpt: Excerpt): SequenceLayout {
  const lifelines = lifelinesOf(excerpt)
  const steps = stepsOf(excerpt, lifelines)
  const column = round(Math.min(WIDEST_COLUMN, (DIAGRAM_WIDTH - GUTTER - 10) / Math.max(1, lifelines.length)))
  const scale = timeScale(steps)
  return {
    width: Math.max(560, Math.floor(GUTTER + column * lifelines.length + 10)),
    height: Math.ceil(HEAD + scale.height + 20),
    lifelines,
    x: lifelines.map((_, i) => round(GUTTER + (i + 0.5) * column)),
    column,
    steps,
    toScale: scale.toScale,
    breaks: scale.breaks.map(({ y, lasts }) => ({ y: round(HEAD + 12 + y), lasts })),
    yOf: (instant) => round(HEAD + 12 + scale.at(instant)),
  }
}

/** Those of the chain first, then those with most of what it is about; a few others beside a short cast. */
function lifelinesOf(excerpt: Excerpt): readonly number[] {
  const { messages, processes } = excerpt
  const strong = strongOf(excerpt)
  const weight = new Array<number>(processes.length).fill(0)
  const add = (process: number, by: number): void => {
    if (weight[process] !== undefined) weight[process] += by
  }
  messages.forEach(({ from, to }, place) => {
    const by = strong[place] ? 1e6 : 1
    add(from, by)
    add(to, by)
  })
  for (const place of chainOf(excerpt)) {
    add(messages[place]!.from, 1e12)
    add(messages[place]!.to, 1e12)
  }
  const met = firstMet(excerpt)
  const ranked = met.toSorted((a, b) => weight[b]! - weight[a]!)
  const about = ranked.filter((process) => weight[process]! >= 1e6).length
  const chosen = new Set(ranked.slice(0, Math.min(MOST_LIFELINES, Math.max(FILL_TO, about))))
  const inOrder = met.filter((process) => chosen.has(process))
  const hosts = [...new Set(inOrder.map((process) => processes[process]!.host))]
  return hosts.flatMap((host) => inOrder.filter((process) => processes[process]!.host === host))
}

function stepsOf(excerpt: Excerpt, lifelines: readonly number[]): readonly Step[] {
  const strong = strongOf(excerpt)
  const lifelineOf = new Map(lifelines.map((process, i) => [process, i]))
  const chain = new Set(chainOf(excerpt))
  const kept = keptUntil(excerpt)
  const drawable = excerpt.messages.flatMap((message, place): Step[] => {
    const [from, to] = [lifelineOf.get(message.from), lifelineOf.get(message.to)]
    return from === undefined || to === undefined
      ? []
      : [{ place, message, strong: strong[place]!, kept: kept[place]!, from, to }]
  })
  const own = drawable.filter(({ strong }) => strong)
  const first = [
    ...own.filter(({ place }) => chain.has(place)),
    ...own.filter(({ place }) => !chain.has(place)),
  ].slice(0, MOST_MESSAGES)
  const room = Math.min(MOST_PALE, MOST_MESSAGES - first.length)
  const pale = drawable.filter(({ strong }) => !strong)
  // Spread over the time rather than the first of it.
  const stride = Math.max(1, Math.ceil(pale.length / Math.max(1, room)))
  const some = room > 0 ? pale.filter((_, i) => i % stride === 0).slice(0, room) : []
  return [...first, ...some].sort((a, b) => a.message.sent - b.message.sent || a.place - b.place)
}

interface TimeScale {
  readonly toScale: boolean
  readonly height: number
  readonly breaks: readonly Break[]
  at(instant: number): number
}

const SCALED_HEIGHT = 620
/** Between what is sent or taken and what comes before it. */
const [LEAST_GAP, WIDE_GAP] = [5, 11]
/** What those gaps may come to together, about. */
const GAPS = 600
const LEAST_PALE_GAP = 4
const LONGEST_GAP = 70

function timeScale(steps: readonly Step[]): TimeScale {
  const room = new Map<number, number>()
  const need = (instant: number | null, gap: number): void => {
    if (instant !== null) room.set(instant, Math.max(gap, room.get(instant) ?? 0))
  }
  const strong = steps.filter(({ strong }) => strong).length
  const gap = Math.max(LEAST_GAP, Math.min(WIDE_GAP, GAPS / (2 * Math.max(1, strong))))
  for (const { message, strong, kept } of steps) {
    need(message.sent, strong ? gap : LEAST_PALE_GAP)
    need(message.begun, strong ? gap : LEAST_PALE_GAP)
    need(message.done, LEAST_PALE_GAP)
    need(kept, 0)
  }
  const instants = [...room.keys()].sort((a, b) => a - b)
  const first = instants[0] ?? 0
  const span = Math.max(1, (instants.at(-1) ?? 0) - first)
  const height = Math.min(SCALED_HEIGHT, 60 + instants.length * 24)
  const tight = instants.filter(
    (instant, i) => i > 0 && ((instant - instants[i - 1]!) / span) * height < room.get(instant)! * 0.6,
  )
  if (tight.length * 8 <= instants.length)
    return { toScale: true, height, breaks: [], at: (instant) => ((instant - first) / span) * height }
  const places = new Map<number, number>()
  const breaks: Break[] = []
  let y = 0
  instants.forEach((instant, i) => {
    const lasts = i === 0 ? 0 : instant - instants[i - 1]!
    const wanted = i === 0 ? 0 : room.get(instant)! + (lasts / span) * 420
    const gap = Math.min(LONGEST_GAP, wanted)
    if (wanted > LONGEST_GAP) breaks.push({ y: y + gap / 2, lasts })
    y += gap
    places.set(instant, y)
  })
  return {
    toScale: false,
    height: y,
    breaks,
    at: (instant) => places.get(instant) ?? (instant <= first ? 0 : y),
  }
}
