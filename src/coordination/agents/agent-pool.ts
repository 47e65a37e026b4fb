// A bounded pool of agents. Bulk spawn returns those that came up and reports those that did not, each with its reason.

import { allSettled, CancelledError, type Env, RefusedError, Semaphore, type Task } from '../../env/index.ts'
import type { Nanos } from '../../units.ts'

export type AgentState = 'spawning' | 'ready' | 'dead'

export interface Agent {
  readonly id: string
  readonly type: string
  state: AgentState
}

/** An agent that did not come up, and why. */
export interface Failure {
  readonly agent: Agent
  readonly error: unknown
}

export interface BulkSpawn {
  readonly ready: readonly Agent[]
  readonly failed: readonly Failure[]
}

export class AgentPool {
  readonly #env: Env
  readonly #capacity: number
  readonly #agents = new Map<string, Agent>()
  #spawned = 0

  /** @param capacity agents it holds at most, those being spawned included */
  constructor(env: Env, capacity: number) {
    this.#env = env
    this.#capacity = capacity
  }

  get size(): number {
    return this.#agents.size
  }

  get agents(): Iterable<Agent> {
    return this.#agents.values()
  }

  /** Brings one agent up by `start`; a full pool refuses with status 429. */
  *spawn(type: string, start: (agent: Agent) => Task<unknown>): Task<Agent> {
    return yield* this.#start(this.#admit(type), start)
  }

  /**
   * Brings up many, at most `concurrency` at a time, in their order. Those beyond the capacity fail at once.
   * Never throws.
   */
  *spawnAll(
    types: readonly string[],
    concurrency: number,
    start: (agent: Agent) => Task<unknown>,
  ): Task<BulkSpawn> {
    const permits = new Semaphore(concurrency)
    const { agents, failed } = this.#admitAll(types)
    try {
      const outcomes = yield* allSettled(agents.map((agent) => permits.held(this.#start(agent, start))))
      for (const [i, outcome] of outcomes.entries())
        if (!outcome.ok) failed.push({ agent: agents[i]!, error: outcome.error })
      return { ready: agents.filter((agent) => agent.state === 'ready'), failed }
    } finally {
      // When all is cancelled, those whose turn had not come have not begun to start.
      this.#dropUnready(agents)
    }
  }

  /**
   * Brings up many by one task, which tells of each agent what went wrong, or `undefined`. Those beyond the capacity
   * fail at once. Throws what the task throws.
   */
  *spawnTogether(
    types: readonly string[],
    start: (agents: readonly Agent[]) => Task<readonly unknown[]>,
  ): Task<BulkSpawn> {
    const begun = this.#env.now()
    const { agents, failed } = this.#admitAll(types)
    try {
      const errors = yield* start(agents)
      for (const [i, agent] of agents.entries())
        if (errors[i] === undefined && agent.state === 'spawning') this.#ready(agent, begun)
        else failed.push({ agent, error: errors[i] })
      return { ready: agents.filter((agent) => agent.state === 'ready'), failed }
    } finally {
      this.#dropUnready(agents)
    }
  }

  /** Takes an agent out of the pool. */
  remove(agent: Agent): void {
    agent.state = 'dead'
    this.#agents.delete(agent.id)
    this.#observeSize()
  }

  #admit(type: string): Agent {
    if (this.#agents.size >= this.#capacity)
      throw new RefusedError(429, `agent pool is full: ${this.#capacity} agents`)
    const agent: Agent = { id: `agent-${++this.#spawned}`, type, state: 'spawning' }
    this.#agents.set(agent.id, agent)
    this.#observeSize()
    return agent
  }

  /** Those for whom there is room, and those for whom there is none. */
  #admitAll(types: readonly string[]): { agents: Agent[]; failed: Failure[] } {
    const agents: Agent[] = []
    const failed: Failure[] = []
    for (const type of types) {
      try {
        agents.push(this.#admit(type))
      } catch (error) {
        failed.push({ agent: { id: '', type, state: 'dead' }, error })
      }
    }
    return { agents, failed }
  }

  *#start(agent: Agent, start: (agent: Agent) => Task<unknown>): Task<Agent> {
    const begun = this.#env.now()
    try {
      yield* start(agent)
      if (agent.state === 'dead') throw new CancelledError(`${agent.id} was taken out while it started`)
      this.#ready(agent, begun)
    } finally {
      this.#dropUnready([agent])
    }
    return agent
  }

  #ready(agent: Agent, begun: Nanos): void {
    agent.state = 'ready'
    this.#env.observe({ kind: 'value', metric: 'spawn.time', value: this.#env.now() - begun })
  }

  #dropUnready(agents: readonly Agent[]): void {
    for (const agent of agents) if (agent.state === 'spawning') this.remove(agent)
  }

  #observeSize(): void {
    this.#env.observe({ kind: 'level', metric: 'pool.size', value: this.#agents.size })
  }
}
