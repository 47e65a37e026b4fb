// A pool of agents as a part of a scenario (OllamaMax, spec: system 1): takes jobs with a capability, lends each an agent, and
// keeps as many warm as are wanted, or as a forecast of demand says. Left out: priorities, agents with several capabilities
// from their start.

import {
  type Address,
  allSettled,
  defineCoordinator,
  type Env,
  healthRequest,
  type JobDone,
  type JobRequest,
  Outcome,
  type Request,
  type Task,
  TimeoutError,
  UnreachableError,
} from '../../env/index.ts'
import { seconds } from '../../units.ts'
import { McpClient, mcpMetrics } from '../messaging/mcp-client.ts'
import type { Agent } from './agent.ts'
import { AgentPlaces } from './agent-places.ts'
import { type AgentPoolValues, agentPoolParameters } from './agent-pool-terms.ts'
import { AgentSupply } from './agent-supply.ts'
import { DemandForecast } from './demand-forecast.ts'
import { poolMetrics } from './pool-metrics.ts'
import { supplyMetrics } from './supply-terms.ts'

/** What a job without one asks for. */
const ANY = 'any'

export const agentPool = defineCoordinator({
  name: 'agent-pool',
  meaning: 'lends agents of a bounded pool to jobs by their capability, and keeps some warm (OllamaMax)',
  parameters: agentPoolParameters,
  metrics: { ...mcpMetrics, ...poolMetrics, ...supplyMetrics },
  create: (env, terms) => new PooledAgents(env, terms),
})

class PooledAgents {
  readonly #env: Env
  readonly #terms: AgentPoolValues
  readonly #supply: AgentSupply
  readonly #places: AgentPlaces | undefined
  readonly #client: McpClient | undefined
  readonly #demand: DemandForecast
  /** Answers that idle agents owe, in a row. */
  readonly #missed = new Map<Agent, number>()

  constructor(env: Env, terms: AgentPoolValues) {
    const { server, docker, agents, capacity, templates, forecast, warm, refill, agentMemory } = terms
    this.#env = env
    this.#terms = terms
    this.#demand = new DemandForecast(forecast.levelWeight, forecast.trendWeight)
    if (server) this.#client = clientOf(env, server[0]!, terms)
    if (agents) this.#places = new AgentPlaces(env, agents, docker?.[0], terms.spawnTimeout)
    const places = this.#places
    this.#supply = new AgentSupply(env, {
      ...terms,
      capacity: Math.min(capacity, agents?.length ?? capacity),
      memory: agentMemory,
      warm: { size: warm, interval: Math.round(seconds(1) / refill) },
      hasTemplate: (capability) => templates?.includes(capability) ?? true,
      start: (agent) => this.#start(agent),
      ...(docker && places ? { stop: (agent: Agent) => places.stop(agent) } : {}),
      died: (agent) => {
        this.#missed.delete(agent)
        places?.leave(agent)
      },
      wanted: (capability) => this.#demand.count(capability),
    })
  }

  *start(): Task<void> {
    const { initial, concurrency, warm, warmMost = warm, healthEvery } = this.#terms
    if (this.#places && healthEvery > 0) this.#env.spawn(this.#watch(), 'health')
    if (warmMost > warm) this.#env.spawn(this.#foresee(warmMost), 'forecast')
    const capabilities = Object.entries(initial).flatMap(([name, n]) => Array.from({ length: n }, () => name))
    yield* this.#supply.prepare(capabilities, concurrency)
    yield* this.#supply.warm.fill()
  }

  *handle(_from: Address, request: Request<unknown>): Task<JobDone> {
    const job = request as JobRequest
    for (let attempt = 1; ; attempt++) {
      const lease = yield* this.#supply.acquire(job.capability ?? ANY)
      let broken = false
      try {
        yield* this.#do(lease.agent, job)
        return { kind: 'job.done' }
      } catch (error) {
        broken = error instanceof UnreachableError || error instanceof TimeoutError
        if (!broken || attempt >= this.#terms.attempts) throw error
      } finally {
        if (broken) this.#supply.broke(lease)
        else this.#supply.release(lease)
      }
    }
  }

  #do(agent: Agent, job: JobRequest): Task<unknown> {
    const { work, timeout } = this.#terms
    if (!this.#places) return this.#env.sleep(job.service ?? work)
    const request: JobRequest = { ...job, service: job.service ?? work }
    return this.#env.call(this.#places.of(agent), request, timeout)
  }

  *#start(agent: Agent): Task<void> {
    const { docker, spawnTime } = this.#terms
    if (this.#places) yield* this.#places.take(agent)
    if (this.#client) yield* this.#client.call('agent_spawn', { name: agent.id, type: agent.type })
    else if (!docker) yield* this.#env.sleep(spawnTime)
  }

  /** Keeps as many warm agents as will be asked for until more are up. */
  *#foresee(most: number): Task<never> {
    const { warm, forecast } = this.#terms
    const { interval, lead, safety } = forecast
    for (;;) {
      yield* this.#env.sleep(interval)
      this.#demand.tick()
      const expected = this.#demand.total(lead / interval)
      const wanted = Math.ceil(expected + safety * Math.sqrt(expected))
      this.#supply.warm.aim(Math.min(most, Math.max(warm, wanted)))
    }
  }

  /** Asks the idle agents for their health; those that are busy are known by their tasks. */
  *#watch(): Task<never> {
    const { healthEvery, healthTimeout, healthRetries } = this.#terms
    const places = this.#places!
    for (;;) {
      yield* this.#env.sleep(healthEvery)
      const idle = [...this.#supply.pool.agents].filter(({ state }) => state === 'ready')
      const answers = yield* allSettled(
        idle.map((agent) => this.#env.call(places.of(agent), healthRequest, healthTimeout)),
      )
      for (const [i, agent] of idle.entries()) {
        const answer = answers[i]!
        if (!answer.ok && !(answer.error instanceof Outcome)) throw answer.error
        const missed = answer.ok ? 0 : (this.#missed.get(agent) ?? 0) + 1
        this.#missed.set(agent, missed)
        if (missed >= healthRetries && agent.state === 'ready') this.#supply.lost(agent)
      }
    }
  }
}

const clientOf = (
  env: Env,
  server: Address,
  { spawnTimeout, connections, inFlight, linger }: AgentPoolValues,
) => new McpClient(env, { server, timeout: spawnTimeout, connections, inFlight, linger })
