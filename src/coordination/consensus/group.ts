// A group of replicas of which f may lie, and how many make a quorum: any two quorums share a sound replica.
// Source: Castro and Liskov, OSDI 1999, §3 and §4: n = 3f + 1, quorums of 2f + 1. For other n, f is as large as n allows and a
// quorum is the least number that makes two of them share f + 1.

import type { Address } from '../../env/index.ts'

export class Group {
  /** How many may lie. */
  readonly f: number
  readonly quorum: number
  readonly #names: ReadonlySet<string>

  constructor(
    readonly members: readonly Address[],
    /** As facts name it. */
    readonly name: string,
  ) {
    const n = members.length
    this.f = Math.floor((n - 1) / 3)
    this.quorum = Math.floor((n + this.f) / 2) + 1
    this.#names = new Set(members.map((member) => member.name))
  }

  get n(): number {
    return this.members.length
  }

  primary(view: number): string {
    return this.members[view % this.n]!.name
  }

  has(name: string): boolean {
    return this.#names.has(name)
  }
}
