// What the agents of a mesh have in line, as one of them knows it: from what all have agreed on, from gossip, and from what it has
// assigned itself; and whom it chooses by that.

import { type Address, Fifo } from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import type { Gossip } from './gossip.ts'
import type { Assigned } from './mesh-assignments.ts'
import type { SwarmMember } from './topology.ts'

export class MeshLoads {
  readonly #member: SwarmMember
  readonly #peers: readonly Address[]
  readonly #gossip: Gossip
  /** Parts that this agent has assigned and has no results of, by agent. */
  readonly #underWay = new Map<string, number>()
  /** When an agent should be through with each of the parts that all have agreed on, if nothing holds it up; soonest first. */
  readonly #due = new Map<string, Fifo<Nanos>>()
  readonly #lastDue = new Map<string, Nanos>()

  constructor(member: SwarmMember, peers: readonly Address[], gossip: Gossip) {
    this.#member = member
    this.#peers = peers
    this.#gossip = gossip
  }

  /** What all agents have in line. */
  get total(): number {
    return this.#peers.reduce((sum, { name }) => sum + this.#loadOf(name), 0)
  }

  /** So many more parts, or fewer, that this agent has assigned and has no results of. */
  add(agent: string, by: number): void {
    this.#underWay.set(agent, Math.max(0, (this.#underWay.get(agent) ?? 0) + by))
  }

  /** Who has least to do, as far as is known: this agent if it is as good as any, else one drawn by chance. */
  choose(): string {
    const { env } = this.#member
    const { length } = this.#peers
    const first = env.random('choice').integer(length)
    let chosen = env.self.name
    let least = this.#loadOf(chosen)
    for (let i = 0; i < length; i++) {
      const { name } = this.#peers[(first + i) % length]!
      const load = this.#loadOf(name)
      if (load >= least || this.#member.detector.suspects({ name })) continue
      chosen = name
      least = load
    }
    this.add(chosen, 1)
    return chosen
  }

  /**
   * What an agent has in line, as far as is known: what it has been assigned and should not be through with yet, and what it had when
   * it was last heard of, less the one that it was at.
   */
  #loadOf(name: string): number {
    const own = this.#underWay.get(name) ?? 0
    const { env } = this.#member
    if (name === env.self.name) return Math.max(own, this.#gossip.loadOf(name))
    const due = this.#due.get(name)
    const now = env.now()
    for (let next = due?.shift(); next !== undefined; next = due!.shift()) {
      if (next <= now) continue
      due!.unshift(next)
      break
    }
    return Math.max(own, due?.length ?? 0, this.#gossip.loadOf(name) - 1)
  }

  /** All have agreed that an agent does a part. */
  expect({ agent, service }: Assigned): void {
    const due = this.#due.get(agent) ?? new Fifo<Nanos>()
    const last = Math.max(this.#lastDue.get(agent) ?? 0, this.#member.env.now()) + service
    due.push(last)
    this.#due.set(agent, due)
    this.#lastDue.set(agent, last)
  }
}
