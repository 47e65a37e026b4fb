// An excerpt's messages over the topology at an instant of virtual time: where each one is, and who is at work.

import type { Excerpt } from '../../results/result.ts'
import { formatInstant, type Nanos } from '../../units.ts'
import { keptUntil, kindIn, nameIn, strongOf } from './excerpt.ts'
import type { Point } from './pen.ts'
import type { Topology } from './topology.ts'
import { RADIUS } from './topology-layout.ts'
import { type Curve, curveOf, pointOn } from './topology-links.ts'

export interface Replay {
  readonly excerpt: Excerpt
  readonly topology: Topology
  readonly strong: readonly boolean[]
  /** Until when each message keeps whoever took it. */
  readonly kept: readonly (Nanos | null)[]
  /** Of each process of the excerpt; -1: it is not in the topology. */
  readonly nodes: readonly number[]
  /** In the order of time; what happens at once is in the order in which it was sent. */
  readonly moments: readonly Moment[]
}

export interface Moment {
  readonly at: Nanos
  /** The message's place. */
  readonly place: number
  readonly what: 'sent' | 'begun' | 'done'
}

export function replayOf(topology: Topology, excerpt: Excerpt): Replay {
  const places = new Map(topology.traffic.processes.map(({ name }, place) => [name, place]))
  const moments = excerpt.messages.flatMap(({ sent, begun, done }, place): Moment[] => [
    { at: sent, place, what: 'sent' },
    ...(begun === null ? [] : [{ at: begun, place, what: 'begun' as const }]),
    ...(done === null ? [] : [{ at: done, place, what: 'done' as const }]),
  ])
  return {
    excerpt,
    topology,
    strong: strongOf(excerpt),
    kept: keptUntil(excerpt),
    nodes: excerpt.processes.map(({ name }) => topology.deployment.nodeOf[places.get(name) ?? -1] ?? -1),
    moments: moments.sort((a, b) => a.at - b.at || a.place - b.place),
  }
}

export interface Flight extends Point {
  readonly place: number
  readonly strong: boolean
  readonly lost: boolean
  /** Its way; `undefined` within a node. */
  readonly curve: Curve | undefined
}

export interface Scene {
  readonly flights: readonly Flight[]
  /** Nodes at work, and whether on what the excerpt is about. */
  readonly atWork: ReadonlyMap<number, boolean>
}

/** What is seen at an instant. Nothing is seen for less than `least`, which is not how long it took. */
export function sceneAt(replay: Replay, at: Nanos, least: Nanos): Scene {
  const flights: Flight[] = []
  const atWork = new Map<number, boolean>()
  replay.excerpt.messages.forEach(({ sent, begun, from, to }, place) => {
    if (sent > at) return
    const strong = replay.strong[place]!
    const [a, b] = [replay.nodes[from] ?? -1, replay.nodes[to] ?? -1]
    const lost = begun === null
    // What is lost is seen to halfway, and for a while there.
    const landed = lost ? sent + Math.max(least, 1) : Math.max(begun, sent + least)
    if (a >= 0 && b >= 0 && at <= landed)
      flights.push(flightOf(replay, place, a, b, { sent, landed, at, strong, lost }))
    if (begun === null || b < 0 || at < begun) return
    if (at <= Math.max(replay.kept[place]!, begun + least)) atWork.set(b, strong || (atWork.get(b) ?? false))
  })
  return { flights, atWork }
}

interface Way {
  readonly sent: Nanos
  readonly landed: Nanos
  readonly at: Nanos
  readonly strong: boolean
  readonly lost: boolean
}

function flightOf({ topology }: Replay, place: number, from: number, to: number, way: Way): Flight {
  const { sent, landed, at, strong, lost } = way
  const curve = curveOf(topology.layout, { from, to })
  const share = landed > sent ? (at - sent) / (landed - sent) : 0
  const point = curve
    ? pointOn(curve, lost ? share / 2 : share)
    : { x: topology.layout.nodes[from]!.x - RADIUS - 14, y: topology.layout.nodes[from]!.y }
  return { ...point, place, strong, lost, curve }
}

/** `3.214 s: queen.1 handles task.result from agent.7`. */
export function momentText(excerpt: Excerpt, { at, place, what }: Moment): string {
  const { from, to, kind, begun } = excerpt.messages[place]!
  const [sender, taker, said] = [nameIn(excerpt, from), nameIn(excerpt, to), kindIn(excerpt, kind)]
  const time = formatInstant(at)
  if (what === 'begun') return `${time}: ${taker} handles ${said} from ${sender}`
  if (what === 'done') return `${time}: ${taker} is done with ${said} from ${sender}`
  return `${time}: ${sender} sends ${said} to ${taker}${begun === null ? '; it is lost, or nobody takes it' : ''}`
}

/** The last moment at or before an instant; -1: none yet. */
export function momentBefore({ moments }: Replay, at: Nanos): number {
  let [low, high] = [0, moments.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (moments[middle]!.at <= at) low = middle + 1
    else high = middle
  }
  return low - 1
}
