// The set-up of a swarm as OllamaMax describes it (spec: system 1): `swarm_init`, `agent_spawn` for each agent, `task_orchestrate`,
// and then cycles of coordination (`task_orchestrate` and `coordination_sync`), over one MCP server.
// `concurrent` issues all calls at once, as the document promises its 300 ms; it ignores that agents join a swarm that must
// exist. `staged` respects that: init, then all agents at once, then orchestrate. `batched` puts calls into JSON-RPC batches.

import {
  all,
  allSettled,
  defineCoordinator,
  type Env,
  RefusedError,
  type Task,
  type ToolCall,
  type ToolResult,
} from '../../env/index.ts'
import { choice, count, duration, flag, reference, type Values } from '../../parameters.ts'
import { minutes, type Nanos } from '../../units.ts'
import { McpClient } from '../messaging/mcp-client.ts'
import { type Agent, AgentPool } from './agent-pool.ts'

const parameters = {
  server: reference('service', { meaning: 'the MCP server' }),
  agents: count({ meaning: 'agents to spawn', default: 54, max: 100_000 }),
  mode: choice(['sequential', 'concurrent', 'staged', 'batched'], {
    meaning: 'how the calls are issued: one by one, all at once, in three stages, or in JSON-RPC batches',
    default: 'sequential',
  }),
  order: choice(['document', 'longest-first'], {
    meaning: 'order in which concurrent calls are issued; it matters where slots are scarce',
    default: 'document',
  }),
  connections: count({
    meaning: 'connections kept open and shared; 0: a new one for each message',
    default: 1,
    max: 10_000,
  }),
  inFlight: count({
    meaning: 'messages outstanding on one connection: 1 over HTTP/1.1, many over stdio',
    default: 1000,
    min: 1,
  }),
  batchSize: count({ meaning: 'calls in one batch at most', default: 1000, min: 1 }),
  deduplicate: flag({ meaning: 'identical calls in flight are sent once', default: false }),
  cache: duration({ meaning: 'how long replies stand for identical later calls; 0s: never', default: 0 }),
  capacity: count({
    meaning: 'agents the pool holds at most',
    default: 100,
    min: 1,
    source: 'OllamaMax: queue of 100',
  }),
  cycles: count({ meaning: 'coordination cycles after the set-up', default: 0 }),
  timeout: duration({ meaning: 'time limit of a call or batch', default: minutes(10), min: 1 }),
} as const

type Terms = Values<typeof parameters>

const INIT: ToolCall = { tool: 'swarm_init', arguments: { topology: 'hierarchical' } }
const ORCHESTRATE: ToolCall = { tool: 'task_orchestrate', arguments: { strategy: 'balanced' } }
const SYNC: ToolCall = { tool: 'coordination_sync', arguments: {} }

const spawnCall = (agent: Pick<Agent, 'id' | 'type'>): ToolCall => ({
  tool: 'agent_spawn',
  arguments: { name: agent.id, type: agent.type },
})

/** What went wrong with a call in a batch. */
const errorOf = ({ error }: ToolResult): RefusedError | undefined =>
  error && new RefusedError(400, error.message)

export const swarmSetup = defineCoordinator({
  name: 'swarm-setup',
  meaning: 'sets a swarm of agents up over an MCP server and coordinates it in cycles (OllamaMax)',
  parameters,
  metrics: {
    'setup.time': {
      observed: 'value',
      unit: 'ns',
      better: 'lower',
      meaning: 'from the first call to the last reply of the set-up',
    },
    'spawn.time': {
      observed: 'value',
      unit: 'ns',
      better: 'lower',
      meaning: 'from asking for an agent to its readiness',
    },
    'startup.time': {
      observed: 'value',
      unit: 'ns',
      better: 'lower',
      meaning: 'from the first agent asked for to the last one ready',
    },
    'cycle.time': { observed: 'value', unit: 'ns', better: 'lower', meaning: 'one coordination cycle' },
    'agents.ready': { observed: 'count', unit: 'count', better: 'higher', meaning: 'agents that came up' },
    'agents.failed': {
      observed: 'count',
      unit: 'count',
      better: 'lower',
      meaning: 'agents that did not come up',
    },
    'pool.size': { observed: 'level', unit: 'count', better: 'neither', meaning: 'agents in the pool' },
  },
  create: (env, terms) => ({ start: () => new SwarmSetup(env, terms).run() }),
})

class SwarmSetup {
  readonly #env: Env
  readonly #terms: Terms
  readonly #client: McpClient
  readonly #pool: AgentPool
  /** When the last agent came up. */
  #readyAt: Nanos = 0

  constructor(env: Env, terms: Terms) {
    this.#env = env
    this.#terms = terms
    this.#client = new McpClient(env, {
      server: terms.server[0]!,
      timeout: terms.timeout,
      connections: terms.connections,
      inFlight: terms.inFlight,
      deduplicate: terms.deduplicate,
      cacheFor: terms.cache,
    })
    this.#pool = new AgentPool(env, terms.capacity)
  }

  *run(): Task<void> {
    const begun = this.#env.now()
    switch (this.#terms.mode) {
      case 'sequential':
        yield* this.#call(INIT)
        yield* this.#spawn(1)
        yield* this.#call(ORCHESTRATE)
        break
      case 'staged':
        yield* this.#call(INIT)
        yield* this.#spawn(this.#terms.agents)
        yield* this.#call(ORCHESTRATE)
        break
      case 'concurrent':
        yield* this.#allAtOnce()
        break
      case 'batched':
        yield* this.#spawnInBatches()
        break
    }
    this.#env.observe({ kind: 'value', metric: 'setup.time', value: this.#env.now() - begun })
    for (let i = 0; i < this.#terms.cycles; i++) yield* this.#cycle()
  }

  *#call(call: ToolCall): Task<void> {
    yield* this.#client.call(call.tool, call.arguments)
  }

  /** Every call at once, in the order that is set: who asks first is first in the server's queue. */
  *#allAtOnce(): Task<void> {
    const begun = this.#env.now()
    const spawns = this.#types().map((type) => this.#pool.spawn(type, (agent) => this.#startAgent(agent)))
    const init = this.#call(INIT)
    const orchestrate = this.#call(ORCHESTRATE)
    const calls: Task<unknown>[] =
      this.#terms.order === 'document' ? [init, ...spawns, orchestrate] : [orchestrate, init, ...spawns]
    const outcomes = yield* allSettled(calls)
    const ready = [...this.#pool.agents].filter(({ state }) => state === 'ready').length
    this.#observeSpawned(begun, ready, spawns.length - ready)
    // An agent that does not come up is a figure; a swarm that does not is a failure.
    for (const [i, call] of calls.entries()) {
      const outcome = outcomes[i]!
      if (!outcome.ok && (call === init || call === orchestrate)) throw outcome.error
    }
  }

  /** Spawns all agents, so many at a time. */
  *#spawn(concurrency: number): Task<void> {
    const begun = this.#env.now()
    const { ready, failed } = yield* this.#pool.spawnAll(this.#types(), concurrency, (agent) =>
      this.#startAgent(agent),
    )
    this.#observeSpawned(begun, ready.length, failed.length)
  }

  /** All calls in batches; a batch is answered whole. */
  *#spawnInBatches(): Task<void> {
    const begun = this.#env.now()
    const { ready, failed } = yield* this.#pool.spawnTogether(this.#types(), (agents) =>
      this.#startTogether(agents),
    )
    this.#observeSpawned(begun, ready.length, failed.length)
  }

  #types(): string[] {
    return Array.from({ length: this.#terms.agents }, () => 'worker')
  }

  *#startAgent(agent: Agent): Task<void> {
    yield* this.#call(spawnCall(agent))
    this.#readyAt = this.#env.now()
  }

  /** Init, spawns and orchestration in batches; gives what went wrong with each spawn. */
  *#startTogether(agents: readonly Agent[]): Task<unknown[]> {
    const calls = [INIT, ...agents.map(spawnCall), ORCHESTRATE]
    const batches: ToolCall[][] = []
    for (let i = 0; i < calls.length; i += this.#terms.batchSize)
      batches.push(calls.slice(i, i + this.#terms.batchSize))
    const outcomes = yield* allSettled(batches.map((batch) => this.#client.batch(batch)))
    const errors = outcomes.flatMap((outcome, i) =>
      outcome.ok ? outcome.value.map(errorOf) : batches[i]!.map(() => outcome.error),
    )
    const failure = errors[0] ?? errors.at(-1)
    if (failure !== undefined) throw failure
    this.#readyAt = this.#env.now()
    return errors.slice(1, -1)
  }

  #observeSpawned(begun: Nanos, ready: number, failed: number): void {
    if (ready > 0) this.#env.observe({ kind: 'value', metric: 'startup.time', value: this.#readyAt - begun })
    this.#env.observe({ kind: 'count', metric: 'agents.ready', by: ready })
    this.#env.observe({ kind: 'count', metric: 'agents.failed', by: failed })
  }

  /** One cycle of coordination: hand out a task, then bring all to the same state. */
  *#cycle(): Task<void> {
    const begun = this.#env.now()
    const calls = [this.#call(ORCHESTRATE), this.#call(SYNC)]
    if (this.#terms.mode === 'sequential' || this.#terms.mode === 'staged')
      for (const call of calls) yield* call
    else yield* all(calls)
    this.#env.observe({ kind: 'value', metric: 'cycle.time', value: this.#env.now() - begun })
  }
}
