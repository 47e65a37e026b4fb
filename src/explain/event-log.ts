// What a run did, event by event: its fingerprint after each block of events, and, of the blocks asked for, the events themselves.
// The fingerprint here covers names, not numbers: a service more moves the numbers of all processes and changes nothing else.

import { Fingerprint } from '../kernel/fingerprint.ts'
import type { EventTarget, Simulation } from '../kernel/simulation.ts'
import { WatchedSimulation } from '../kernel/watched-simulation.ts'
import type { Nanos } from '../units.ts'
import type { World } from '../world/world.ts'
import { EventNames } from './event-names.ts'

/** Events of a block. */
export const BLOCK = 1024

export interface SeenEvent {
  /** From 0. */
  readonly index: number
  readonly at: Nanos
  /** What happens to whom: events of two runs are the same that have this and their time in common. */
  readonly name: string
  /** How whom it befalls stands, before it does. */
  readonly state: string
}

export class EventLog {
  readonly simulation: Simulation
  /** The fingerprint after each whole block, then after the last event. */
  readonly marks: string[] = []
  readonly kept: SeenEvent[] = []
  events = 0
  readonly #fingerprint = new Fingerprint()
  readonly #hashes = new Map<string, number>()
  #names!: EventNames

  /** Keeps the events from `from` to before `until`, and then stops; by default none. */
  constructor(
    readonly from: number = Number.POSITIVE_INFINITY,
    readonly until: number = Number.POSITIVE_INFINITY,
  ) {
    this.simulation = new WatchedSimulation((target, kind) => this.#see(target, kind))
  }

  wired(world: World): void {
    this.#names = new EventNames(world)
  }

  finish(): void {
    this.marks.push(this.#fingerprint.toString())
  }

  #see(target: EventTarget, kind: number): void {
    const { now } = this.simulation
    const name = this.#names.of(target, kind)
    this.#fingerprint.mix(now, this.#hash(name))
    const index = this.events++
    if (this.events % BLOCK === 0) this.marks.push(this.#fingerprint.toString())
    if (index >= this.until) this.simulation.stop()
    else if (index >= this.from) this.kept.push({ index, at: now, name, state: this.#names.stateOf(target) })
  }

  /** FNV-1a, 32 bits. */
  #hash(text: string): number {
    const known = this.#hashes.get(text)
    if (known !== undefined) return known
    let hash = 0x811c9dc5
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
    this.#hashes.set(text, hash >>> 0)
    return hash >>> 0
  }
}

/** The first block in which two runs differ, by their marks; `undefined`: they never do. A mark covers all before it, so this is a bisection. */
export function firstDifferentBlock(a: readonly string[], b: readonly string[]): number | undefined {
  const common = Math.min(a.length, b.length)
  if (a.length === b.length && a[common - 1] === b[common - 1]) return undefined
  let [low, high] = [0, common]
  while (low < high) {
    const middle = (low + high) >> 1
    if (a[middle] === b[middle]) low = middle + 1
    else high = middle
  }
  return low
}

export interface Divergence {
  /** What both sides did the same before. */
  readonly before: readonly SeenEvent[]
  /** Undefined: the run was over. */
  readonly a: SeenEvent | undefined
  readonly b: SeenEvent | undefined
}

/** The first event of two logs of the same block that differs. */
export function divergenceOf(a: readonly SeenEvent[], b: readonly SeenEvent[], before: number): Divergence {
  const same = (i: number) => a[i] !== undefined && a[i]!.at === b[i]?.at && a[i]!.name === b[i]!.name
  let first = 0
  while (same(first)) first++
  return { before: a.slice(Math.max(0, first - before), first), a: a[first], b: b[first] }
}
