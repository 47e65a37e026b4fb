// A bounded pool of agents: who there is, what each can do, how many tasks it has in hand. Bulk spawn returns those that
// came up and reports those that did not, each with its reason. Whom to spawn and when is its owner's affair
// (agent-supply.ts).

import { allSettled, CancelledError, type Env, RefusedError, Semaphore, type Task } from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import { AGENT_STATES, Agent, type AgentState } from './agent.ts'
import { CapabilityIndex } from './capability-index.ts'

export { Agent, type AgentState } from './agent.ts'

/** An agent that did not come up, and why. */
export interface Failure {
  readonly agent: Agent
  readonly error: unknown
}

export interface BulkSpawn {
  readonly ready: readonly Agent[]
  readonly failed: readonly Failure[]
}

export interface AgentPoolTerms {
  /** Tasks that an agent may have in hand. Default 1. */
  readonly limit?: number
  /** What it takes to end an agent that has been drained; it counts until then. Left out: nothing. */
  readonly stop?: (agent: Agent) => Task<unknown>
  /** Memory of an agent, for the figure of what idle ones hold. Bytes. Default 0. */
  readonly memory?: number
  /** Hears of each agent that is no more. */
  readonly died?: (agent: Agent) => void
}

export class AgentPool {
  readonly capacity: number
  readonly #env: Env
  readonly #terms: AgentPoolTerms
  readonly #agents = new Map<string, Agent>()
  readonly #index = new CapabilityIndex()
  readonly #counts: Record<AgentState, number>
  #spawned = 0
  #tasks = 0

  /** @param capacity agents it holds at most, those being spawned included */
  constructor(env: Env, capacity: number, terms: AgentPoolTerms = {}) {
    this.#env = env
    this.capacity = capacity
    this.#terms = terms
    this.#counts = Object.fromEntries(AGENT_STATES.map((state) => [state, 0])) as Record<AgentState, number>
  }

  get size(): number {
    return this.#agents.size
  }

  get agents(): Iterable<Agent> {
    return this.#agents.values()
  }

  /** Tasks in hand, of all agents that live. */
  get tasks(): number {
    return this.#tasks
  }

  /** How many agents are in this state; of the dead, how many have been. */
  count(state: AgentState): number {
    return this.#counts[state]
  }

  /** The least loaded agent that can do this and has room for it. */
  least(capability: string): Agent | undefined {
    return this.#index.least(capability)
  }

  /** Makes room for an agent that is to be brought up; a full pool refuses with status 429. */
  admit(type: string, capabilities: readonly string[] = [type]): Agent {
    if (this.#agents.size >= this.capacity)
      throw new RefusedError(429, `agent pool is full: ${this.capacity} agents`)
    const agent = new Agent(++this.#spawned, type, this.#terms.limit, capabilities)
    this.#agents.set(agent.id, agent)
    this.#counts.spawning++
    this.#observe('spawning')
    this.#observeSize()
    return agent
  }

  /** Brings up an agent that was admitted; one that does not come up is taken out. */
  *bringUp(agent: Agent, start: (agent: Agent) => Task<unknown>): Task<Agent> {
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

  /** Brings one agent up by `start`; a full pool refuses with status 429. */
  *spawn(type: string, start: (agent: Agent) => Task<unknown>): Task<Agent> {
    return yield* this.bringUp(this.admit(type), start)
  }

  /**
   * Brings up many, at most `concurrency` at a time, in their order. Those beyond the capacity fail at once.
   * Never throws.
   */
  *spawnAll(
    types: readonly string[],
    concurrency: number,
    start: (agent: Agent) => Task<unknown>,
    capabilities?: (type: string) => readonly string[],
  ): Task<BulkSpawn> {
    const permits = new Semaphore(concurrency)
    const { agents, failed } = this.#admitAll(types, capabilities)
    try {
      const outcomes = yield* allSettled(agents.map((agent) => permits.held(this.bringUp(agent, start))))
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

  /** Applies a template: from now on the agent can do this. */
  equip(agent: Agent, capabilities: readonly string[]): void {
    this.#reindex(agent, () => {
      agent.capabilities = capabilities
    })
  }

  /** Gives an agent with room one more task. */
  take(agent: Agent): void {
    this.#reindex(agent, () => {
      if (agent.state !== 'busy') this.#become(agent, 'busy')
      this.#load(agent, 1)
    })
  }

  /** An agent has one task fewer; one that drains, and has none left, ends. */
  giveBack(agent: Agent): void {
    // What a dead agent had in hand went with it.
    if (agent.state === 'dead') return
    this.#reindex(agent, () => {
      this.#load(agent, -1)
      if (agent.load === 0 && agent.state === 'busy') this.#become(agent, 'ready')
    })
    if (agent.load === 0 && agent.state === 'draining') this.#end(agent)
  }

  /** The agent finishes what it has, takes no more, and ends. */
  drain(agent: Agent): void {
    this.#reindex(agent, () => this.#become(agent, 'draining'))
    if (agent.load === 0) this.#end(agent)
  }

  /** Takes an agent out of the pool as it is, and what it has in hand with it. */
  remove(agent: Agent): void {
    this.#index.remove(agent)
    this.#become(agent, 'dead')
    this.#agents.delete(agent.id)
    this.#tasks -= agent.load
    if (agent.load > 0) this.#observeTasks()
    this.#observeSize()
    this.#terms.died?.(agent)
  }

  #end(agent: Agent): void {
    const { stop } = this.#terms
    if (stop) this.#env.spawn(this.#stopped(agent, stop), `stop ${agent.id}`)
    else this.remove(agent)
  }

  /** Whether its end went well or not, it is no more of the pool's. */
  *#stopped(agent: Agent, stop: (agent: Agent) => Task<unknown>): Task<void> {
    yield* allSettled([stop(agent)])
    if (agent.state === 'draining') this.remove(agent)
  }

  /** Those for whom there is room, and those for whom there is none. */
  #admitAll(
    types: readonly string[],
    capabilities: (type: string) => readonly string[] = (type) => [type],
  ): { agents: Agent[]; failed: Failure[] } {
    const agents: Agent[] = []
    const failed: Failure[] = []
    for (const type of types) {
      try {
        agents.push(this.admit(type, capabilities(type)))
      } catch (error) {
        const agent = new Agent(0, type)
        agent.become('dead')
        failed.push({ agent, error })
      }
    }
    return { agents, failed }
  }

  #ready(agent: Agent, begun: Nanos): void {
    this.#become(agent, 'ready')
    this.#index.add(agent)
    this.#env.observe({ kind: 'value', metric: 'spawn.time', value: this.#env.now() - begun })
  }

  #dropUnready(agents: readonly Agent[]): void {
    for (const agent of agents) if (agent.state === 'spawning') this.remove(agent)
  }

  #reindex(agent: Agent, change: () => void): void {
    this.#index.remove(agent)
    change()
    if (agent.hasRoom) this.#index.add(agent)
  }

  #load(agent: Agent, by: 1 | -1): void {
    agent.load += by
    this.#tasks += by
    this.#observeTasks()
  }

  #become(agent: Agent, state: AgentState): void {
    const before = agent.state
    agent.become(state)
    this.#counts[before]--
    this.#counts[state]++
    this.#observe(before)
    this.#observe(state)
  }

  #observe(state: AgentState): void {
    if (state === 'dead') return
    const value = this.#counts[state]
    this.#env.observe({ kind: 'level', metric: `pool.${state}`, value })
    const { memory } = this.#terms
    if (state === 'ready' && memory)
      this.#env.observe({ kind: 'level', metric: 'pool.idle.memory', value: value * memory })
  }

  #observeTasks(): void {
    this.#env.observe({ kind: 'level', metric: 'pool.tasks', value: this.#tasks })
    this.#observeUse()
  }

  #observeUse(): void {
    const most = this.#agents.size * (this.#terms.limit ?? 1)
    this.#env.observe({
      kind: 'level',
      metric: 'pool.utilisation',
      value: most === 0 ? 0 : this.#tasks / most,
    })
  }

  #observeSize(): void {
    this.#env.observe({ kind: 'level', metric: 'pool.size', value: this.#agents.size })
    this.#observeUse()
  }
}
