// Agents by what they can do, each capability's in buckets by load: the least loaded is found in as many steps as an agent
// may have tasks, whatever the number of agents. Among equals the one that has had its load longest comes first.

import type { Agent } from './agent.ts'

export class CapabilityIndex {
  /** By capability; the n-th bucket has the agents with n tasks. */
  readonly #buckets = new Map<string, Set<Agent>[]>()

  /** Once its load or its capabilities are to change, it is removed first and added again after. */
  add(agent: Agent): void {
    for (const capability of agent.capabilities) {
      let buckets = this.#buckets.get(capability)
      if (!buckets) {
        buckets = []
        this.#buckets.set(capability, buckets)
      }
      while (buckets.length <= agent.load) buckets.push(new Set())
      buckets[agent.load]!.add(agent)
    }
  }

  /** Does nothing to an agent that is not in it. */
  remove(agent: Agent): void {
    for (const capability of agent.capabilities) this.#buckets.get(capability)?.[agent.load]?.delete(agent)
  }

  /** The least loaded agent that can do it. */
  least(capability: string): Agent | undefined {
    for (const bucket of this.#buckets.get(capability) ?? []) for (const agent of bucket) return agent
    return undefined
  }
}
