// Those who wait for an agent, by what they want of it: first come, first served within a capability, and not more than there
// is room for.

import { Deferred } from '../../env/index.ts'
import type { Lease } from './supply-terms.ts'

/** One who waits. */
export class AgentRequest {
  readonly given = new Deferred<void>()
  /** What it was given, if it still wants it. */
  lease: Lease | undefined

  constructor(readonly capability: string) {}
}

export class WaitingLine {
  /** A capability stands in it while somebody waits for it. */
  readonly #requests = new Map<string, Set<AgentRequest>>()
  #length = 0

  get length(): number {
    return this.#length
  }

  /** What is waited for; whoever came to an empty line first comes first. */
  get capabilities(): readonly string[] {
    return [...this.#requests.keys()]
  }

  waiting(capability: string): number {
    return this.#requests.get(capability)?.size ?? 0
  }

  enter(request: AgentRequest): void {
    const { capability } = request
    const same = this.#requests.get(capability)
    if (same) same.add(request)
    else this.#requests.set(capability, new Set([request]))
    this.#length++
  }

  /** Does nothing to one who does not wait. */
  leave(request: AgentRequest): void {
    const same = this.#requests.get(request.capability)
    if (!same?.delete(request)) return
    this.#length--
    if (same.size === 0) this.#requests.delete(request.capability)
  }

  /** The first of those who wait for it. */
  first(capability: string): AgentRequest | undefined {
    for (const request of this.#requests.get(capability) ?? []) return request
    return undefined
  }
}
