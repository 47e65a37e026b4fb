// A checker by itself, and processes that say what a test wants.

import type { Fact } from '../../../src/env/fact.ts'
import type { Speaker } from '../../../src/observe/checkers/checker.ts'
import { Checking, type Finding } from '../../../src/observe/checkers/checking.ts'
import { checkers } from '../../../src/observe/checkers/registry.ts'
import type { Sight } from '../../../src/observe/checkers/sight.ts'

/** A process that a test can end and start anew, or whose host it can crash. */
export type Actor = { name: string; epoch: number; up: boolean; host: { name: string; crashes: number } }

export const actor = (name: string, host = 'host'): Actor => ({
  name,
  epoch: 0,
  up: true,
  host: { name: host, crashes: 0 },
})

const NOTHING: Sight = { hosts: [], queues: [] }

export class Bench {
  readonly checking: Checking
  readonly #name: string
  readonly #actors = new Map<string, Actor>()

  constructor(name: string, values?: Readonly<Record<string, unknown>>, sight = NOTHING) {
    this.#name = name
    const asked = checkers[name]!.asked || values
    this.checking = new Checking(
      { [name]: checkers[name]! },
      { off: [], named: asked ? { [name]: values ?? {} } : {} },
    )
    this.checking.begin(sight)
  }

  /** Made when it is first named. */
  actor(name: string): Actor {
    const known = this.#actors.get(name) ?? actor(name)
    this.#actors.set(name, known)
    return known
  }

  /** One fact; `who` is a process by its name. */
  say(at: number, who: string | Speaker, fact: Fact): this {
    this.checking.said(at, typeof who === 'string' ? this.actor(who) : who, fact)
    return this
  }

  /** What it has found; `undefined`: nothing to judge. */
  finish(at = 1e12, rest = true): Finding | undefined {
    return this.checking.finish(at, rest).find(({ name }) => name === this.#name)
  }
}

/** `12 ns node.1: decided …`, for each event. */
export const eventsOf = ({ violation }: Finding): string[] =>
  violation!.events.map(({ at, process, event }) => `${at} ${process}: ${event}`)
