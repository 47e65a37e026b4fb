// Lends agents to those who ask: the least loaded that can do it and has room; else a warm one with a template applied; else
// a new one; else, where the pool is full, in the place of the one that has been idle longest. Whoever has to wait stands in
// a bounded line with a time limit, and takes whichever agent is free first, as in Knative and other platforms of functions.
// An agent that broke is replaced. Leases are facts (a task that is done when it is given back), so that one that is not given
// back, or twice, is seen by the checkers.

import {
  type Env,
  Outcome,
  RefusedError,
  type Task,
  TimeoutError,
  type Timer,
  withTimeout,
} from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import { type Agent, AgentPool } from './agent-pool.ts'
import type { Lease, SupplyTerms } from './supply-terms.ts'
import { AgentRequest, WaitingLine } from './waiting-line.ts'
import { WarmPool } from './warm-pool.ts'

export class AgentSupply {
  readonly pool: AgentPool
  readonly warm: WarmPool
  readonly #env: Env
  readonly #terms: SupplyTerms
  readonly #line = new WaitingLine()
  /** Agents that are being made ready, by what for. */
  readonly #coming = new Map<string, number>()
  /** Idle agents since when, the longest first; warm ones are none of them. */
  readonly #idle = new Map<Agent, Nanos>()
  /** Leases of different lives of the process have different names. */
  readonly #life: Nanos
  #leases = 0
  #reaper: Timer | undefined

  constructor(env: Env, terms: SupplyTerms) {
    const { capacity, limit, stop, warm, start, memory = 0 } = terms
    this.#env = env
    this.#terms = terms
    this.#life = env.now()
    this.pool = new AgentPool(env, capacity, {
      limit,
      memory,
      ...(stop ? { stop } : {}),
      died: (agent) => this.#died(agent),
    })
    this.warm = new WarmPool(env, this.pool, { ...warm, start, ready: () => this.#provideAll() })
  }

  /** Gives an agent that can do this as soon as there is one. Throws RefusedError: 429 the line is full, 503 none in time. */
  *acquire(capability: string): Task<Lease> {
    const begun = this.#env.now()
    const ready = this.pool.least(capability)
    this.#env.observe({ kind: 'value', metric: 'pool.delayed', value: ready ? 0 : 1 })
    let lease: Lease | undefined
    this.#env.observe({ kind: 'fact', fact: 'asked', of: 'agents' })
    try {
      lease = ready ? this.#lend(ready, capability) : yield* this.#inLine(capability)
    } finally {
      this.#env.observe({ kind: 'fact', fact: 'answered', of: 'agents', ok: lease !== undefined })
    }
    this.#env.observe({ kind: 'value', metric: 'pool.acquire', value: this.#env.now() - begun })
    return lease
  }

  /** An agent is given back. */
  release(lease: Lease): void {
    const { agent } = lease
    this.#returned(lease)
    this.pool.giveBack(agent)
    if (!agent.hasRoom) return
    if (this.#terms.reuse) this.#offer(agent)
    else if (agent.load === 0) this.pool.drain(agent)
  }

  /** An agent is given back broken. */
  broke(lease: Lease): void {
    this.#returned(lease)
    this.lost(lease.agent)
  }

  /** An agent is found broken; another takes its place. */
  lost(agent: Agent): void {
    if (agent.state === 'dead') return
    const { capabilities } = agent
    this.#env.observe({ kind: 'count', metric: 'pool.broken' })
    this.pool.remove(agent)
    const [capability] = capabilities
    if (!this.#terms.reuse || capability === undefined || this.pool.size >= this.pool.capacity) return
    this.#env.observe({ kind: 'count', metric: 'pool.replaced' })
    this.#startNew(capability)
  }

  /** Brings agents up before anybody asks for them; those that do not come up are left out. */
  *prepare(capabilities: readonly string[], concurrency: number): Task<void> {
    const { ready, failed } = yield* this.pool.spawnAll(capabilities, concurrency, this.#terms.start)
    this.#env.observe({ kind: 'count', metric: 'pool.failed', by: failed.length })
    for (const agent of ready) this.#offer(agent)
  }

  *#inLine(capability: string): Task<Lease> {
    const { queue, patience, wanted } = this.#terms
    wanted?.(capability)
    if (this.#line.length >= queue) {
      this.#env.observe({ kind: 'count', metric: 'pool.refused' })
      throw new RefusedError(429, `${queue} wait for an agent already`)
    }
    const request = new AgentRequest(capability)
    let lease: Lease | undefined
    this.#line.enter(request)
    this.#provide(capability)
    this.#observeLine()
    try {
      yield* withTimeout(request.given.wait(), patience)
      lease = request.lease!
      return lease
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error
      this.#env.observe({ kind: 'count', metric: 'pool.expired' })
      throw new RefusedError(503, `no agent for ${capability} within ${patience / 1e6} ms`)
    } finally {
      this.#line.leave(request)
      this.#observeLine()
      // It was given one at the moment it left.
      if (!lease && request.lease) this.release(request.lease)
    }
  }

  /** Sees to agents for those who wait for this, beyond those on their way. */
  #provide(capability: string): void {
    const { limit, hasTemplate } = this.#terms
    while (this.#line.waiting(capability) > (this.#coming.get(capability) ?? 0) * limit) {
      const warm = hasTemplate(capability) ? this.warm.take() : undefined
      if (warm) this.#equip(warm, capability)
      else if (this.#makesRoom()) this.#startNew(capability)
      else return
    }
  }

  #provideAll(): void {
    for (const capability of this.#line.capabilities) this.#provide(capability)
  }

  /** Whether one more agent may be brought up; in a full pool the one idle longest goes for it, at once or soon. */
  #makesRoom(): boolean {
    const { pool } = this
    if (pool.size >= pool.capacity && pool.count('draining') < this.#line.length)
      for (const agent of this.#idle.keys()) {
        this.#idle.delete(agent)
        pool.drain(agent)
        break
      }
    return pool.size < pool.capacity
  }

  #equip(agent: Agent, capability: string): void {
    this.pool.take(agent)
    this.#prepareFor(capability, 1, agent, this.#equipped(agent, capability))
  }

  *#equipped(agent: Agent, capability: string): Task<void> {
    yield* this.#env.sleep(this.#terms.template)
    this.pool.equip(agent, [capability])
    this.pool.giveBack(agent)
  }

  #startNew(capability: string): void {
    const agent = this.pool.admit(capability)
    this.#prepareFor(capability, 0, agent, this.pool.bringUp(agent, this.#terms.start))
  }

  /** Makes an agent ready for somebody who waits, and lends it to the first. */
  #prepareFor(capability: string, warm: 0 | 1, agent: Agent, task: Task<unknown>): void {
    this.#coming.set(capability, (this.#coming.get(capability) ?? 0) + 1)
    this.#env.spawn(this.#prepared(capability, warm, agent, task), `start ${agent.id}`)
  }

  *#prepared(capability: string, warm: 0 | 1, agent: Agent, task: Task<unknown>): Task<void> {
    const begun = this.#env.now()
    let failed = false
    try {
      yield* task
    } catch (error) {
      if (!(error instanceof Outcome)) throw error
      failed = true
    }
    this.#coming.set(capability, this.#coming.get(capability)! - 1)
    if (failed) {
      this.#env.observe({ kind: 'count', metric: 'pool.failed' })
      this.#env.after(this.#terms.retry, () => this.#provideAll())
    } else if (agent.state !== 'dead') {
      this.#env.observe({ kind: 'value', metric: 'pool.startup', value: this.#env.now() - begun })
      this.#env.observe({ kind: 'value', metric: 'pool.warm', value: warm })
      this.#env.observe({ kind: 'value', metric: 'pool.missed', value: 1 - warm })
      this.#offer(agent)
    } else this.#provideAll()
  }

  /** An agent has room: for those who wait for what it can do, or else for those who wait for others. */
  #offer(agent: Agent): void {
    for (const capability of agent.capabilities)
      for (
        let next = this.#line.first(capability);
        next && agent.hasRoom;
        next = this.#line.first(capability)
      ) {
        this.#line.leave(next)
        next.lease = this.#lend(agent, capability)
        next.given.resolve()
      }
    if (agent.load > 0 || agent.state !== 'ready') return
    this.#idle.set(agent, this.#env.now())
    this.#reapLater()
    this.#provideAll()
  }

  #lend(agent: Agent, capability: string): Lease {
    this.#idle.delete(agent)
    this.pool.take(agent)
    const lease = { id: `${this.#life}.${++this.#leases}`, agent, capability }
    this.#state('submitted', lease)
    return lease
  }

  #returned(lease: Lease): void {
    this.#state('done', lease)
  }

  #state(fact: 'submitted' | 'done', { id }: Lease): void {
    const queue = `${this.#env.self.name}/leases`
    if (fact === 'done') this.#env.observe({ kind: 'fact', fact, queue, task: id })
    else this.#env.observe({ kind: 'fact', fact, queue, task: id, once: true })
  }

  #died(agent: Agent): void {
    this.#idle.delete(agent)
    this.#terms.died?.(agent)
    this.warm.died(agent)
    this.#provideAll()
  }

  #reapLater(): void {
    const { idleFor } = this.#terms
    if (idleFor === 0 || this.#reaper) return
    for (const since of this.#idle.values()) {
      this.#reaper = this.#env.after(Math.max(0, since + idleFor - this.#env.now()), () => this.#reap())
      return
    }
  }

  #reap(): void {
    this.#reaper = undefined
    for (const [agent, since] of this.#idle) {
      if (since + this.#terms.idleFor > this.#env.now()) break
      this.#idle.delete(agent)
      this.pool.drain(agent)
    }
    this.#reapLater()
  }

  #observeLine(): void {
    this.#env.observe({ kind: 'level', metric: 'pool.queue', value: this.#line.length })
  }
}
