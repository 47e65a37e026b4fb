// The set-up of a swarm as OllamaMax describes it (spec: system 1): `swarm_init`, `agent_spawn` for each agent, `task_orchestrate`,
// and then cycles of coordination (`task_orchestrate` and `coordination_sync`), over one MCP server.
// `concurrent` issues all calls at once, as the document promises its 300 ms; it ignores that agents join a swarm that must
// exist. `staged` respects that: init, then all agents at once, then orchestrate. `batched` puts calls into JSON-RPC batches.
// An agent may look the swarm's state up as it joins, by calls of which some are the same for all: what there is for
// deduplication and cache to save, as every `agent_spawn` has a name of its own.

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
import type { Nanos } from '../../units.ts'
import { McpClient } from '../messaging/mcp-client.ts'
import { type Agent, AgentPool } from './agent-pool.ts'
import { type SwarmTerms, swarmMetrics, swarmParameters } from './swarm-terms.ts'

const INIT: ToolCall = { tool: 'swarm_init', arguments: { topology: 'hierarchical' } }
const ORCHESTRATE: ToolCall = { tool: 'task_orchestrate', arguments: { strategy: 'balanced' } }
const SYNC: ToolCall = { tool: 'coordination_sync', arguments: {} }
/** What has no effect, so that one reply may serve many. */
const READ_ONLY: ReadonlySet<string> = new Set([SYNC.tool])

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
  parameters: swarmParameters,
  metrics: swarmMetrics,
  create: (env, terms) => ({ start: () => new SwarmSetup(env, terms).run() }),
})

class SwarmSetup {
  readonly #env: Env
  readonly #terms: SwarmTerms
  readonly #client: McpClient
  readonly #pool: AgentPool
  /** When the last agent came up. */
  #readyAt: Nanos = 0

  constructor(env: Env, terms: SwarmTerms) {
    this.#env = env
    this.#terms = terms
    this.#client = new McpClient(env, {
      server: terms.server[0]!,
      timeout: terms.timeout,
      connections: terms.connections,
      inFlight: terms.inFlight,
      ...(terms.connectBytes === undefined ? {} : { connectBytes: terms.connectBytes }),
      handshake: terms.handshake,
      deduplicate: terms.deduplicate,
      cacheFor: terms.cache,
      cacheSize: terms.cacheSize,
      readOnly: READ_ONLY,
      linger: terms.linger,
      batchSize: terms.batchSize,
      attempts: terms.attempts,
      backOff: terms.backOff,
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
    yield* this.#lookUp(agent)
    this.#readyAt = this.#env.now()
  }

  /** What an agent asks as it joins: the same as others do, or something of its own. */
  *#lookUp({ id, number }: Agent): Task<void> {
    const { lookups, identical } = this.#terms
    // Evenly spread over the agents, and as many of the first n as can be.
    const alike = Math.floor(number * identical) > Math.floor((number - 1) * identical)
    for (let i = 0; i < lookups; i++)
      yield* this.#call({ tool: SYNC.tool, arguments: { scope: alike ? 'swarm' : id, part: i } })
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
    yield* all(agents.map((agent) => this.#lookUp(agent)))
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
