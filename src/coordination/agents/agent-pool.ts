// A bounded pool of agents. Bulk spawn returns those that came up and reports those that did not, each with its reason.

import { allSettled, type Env, RefusedError, Semaphore, type Task } from '../../env/index.ts'

export type AgentState = 'spawning' | 'ready' | 'dead'

export interface Agent {
  readonly id: string
  readonly type: string
  state: AgentState
}

export interface BulkSpawn {
  readonly ready: readonly Agent[]
  readonly failed: readonly { readonly agent: Agent; readonly error: unknown }[]
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
    const agents: Agent[] = []
    const failed: { agent: Agent; error: unknown }[] = []
    for (const type of types) {
      try {
        agents.push(this.#admit(type))
      } catch (error) {
        failed.push({ agent: { id: '', type, state: 'dead' }, error })
      }
    }
    const outcomes = yield* allSettled(agents.map((agent) => permits.held(this.#start(agent, start))))
    for (const [i, outcome] of outcomes.entries())
      if (!outcome.ok) failed.push({ agent: agents[i]!, error: outcome.error })
    return { ready: agents.filter((agent) => agent.state === 'ready'), failed }
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

  *#start(agent: Agent, start: (agent: Agent) => Task<unknown>): Task<Agent> {
    const begun = this.#env.now()
    try {
      yield* start(agent)
      agent.state = 'ready'
    } finally {
      if (agent.state === 'spawning') this.remove(agent)
    }
    this.#env.observe({ kind: 'value', metric: 'spawn.time', value: this.#env.now() - begun })
    return agent
  }

  #observeSize(): void {
    this.#env.observe({ kind: 'level', metric: 'pool.size', value: this.#agents.size })
  }
}
