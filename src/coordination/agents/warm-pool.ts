// Agents that are up before anybody asks: they can do nothing until a template is applied, which is all that is left to do
// then. What was taken is filled up again in the background, not faster than a rate, and up to a number that may change.

import { type Env, Outcome, type Task, type Timer } from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import type { Agent, AgentPool } from './agent-pool.ts'

export interface WarmPoolTerms {
  /** Warm agents to be had, at first. */
  readonly size: number
  /** Time from one that is brought up to the next. */
  readonly interval: Nanos
  readonly start: (agent: Agent) => Task<unknown>
  /** Hears of each that has come up. */
  readonly ready: () => void
}

const WARM = 'warm'

export class WarmPool {
  readonly #env: Env
  readonly #pool: AgentPool
  readonly #terms: WarmPoolTerms
  /** Those that are up, the oldest first. */
  readonly #ready = new Set<Agent>()
  #target: number
  #coming = 0
  #startedAt: Nanos | undefined
  #timer: Timer | undefined

  constructor(env: Env, pool: AgentPool, terms: WarmPoolTerms) {
    this.#env = env
    this.#pool = pool
    this.#terms = terms
    this.#target = terms.size
  }

  get size(): number {
    return this.#ready.size
  }

  /** How many there are to be. */
  get target(): number {
    return this.#target
  }

  /** Fills the pool at once, without regard to the rate: before there is any demand. */
  *fill(): Task<void> {
    const types = Array.from({ length: this.#target }, () => WARM)
    this.#coming += types.length
    const { start } = this.#terms
    const { ready } = yield* this.#pool.spawnAll(types, Math.max(1, types.length), start, () => [])
    this.#coming -= types.length
    for (const agent of ready) this.#add(agent)
    this.refill()
  }

  /** The oldest one, which leaves the pool; another will be brought up for it. */
  take(): Agent | undefined {
    for (const agent of this.#ready) {
      this.#ready.delete(agent)
      this.#observe()
      this.refill()
      return agent
    }
    return undefined
  }

  /** Aims at another number: brings more up, or lets the oldest go. */
  aim(target: number): void {
    this.#target = target
    this.#env.observe({ kind: 'level', metric: 'pool.warm.target', value: target })
    for (const agent of this.#ready) {
      if (this.#ready.size <= target) break
      this.#ready.delete(agent)
      this.#pool.drain(agent)
    }
    this.#observe()
    this.refill()
  }

  /** An agent is no more; it may have been one of these. */
  died(agent: Agent): void {
    if (this.#ready.delete(agent)) this.#observe()
    this.refill()
  }

  /** Sees to it that as many come up as are missing, each in its turn. */
  refill(): void {
    if (this.#timer || this.#ready.size + this.#coming >= this.#target) return
    if (this.#pool.size >= this.#pool.capacity) return
    const { interval } = this.#terms
    const now = this.#env.now()
    const due = this.#startedAt === undefined ? now : this.#startedAt + interval
    this.#timer = this.#env.after(Math.max(0, due - now), () => {
      this.#timer = undefined
      this.#bringUp()
    })
  }

  #bringUp(): void {
    if (this.#ready.size + this.#coming >= this.#target || this.#pool.size >= this.#pool.capacity) return
    this.#startedAt = this.#env.now()
    this.#coming++
    this.#env.spawn(this.#begun(this.#pool.admit(WARM, [])), 'refill')
    this.refill()
  }

  *#begun(agent: Agent): Task<void> {
    try {
      yield* this.#pool.bringUp(agent, this.#terms.start)
      this.#coming--
      this.#add(agent)
      this.#terms.ready()
    } catch (error) {
      this.#coming--
      if (!(error instanceof Outcome)) throw error
      this.#env.observe({ kind: 'count', metric: 'pool.failed' })
      this.refill()
    }
  }

  #add(agent: Agent): void {
    this.#ready.add(agent)
    this.#observe()
  }

  #observe(): void {
    this.#env.observe({ kind: 'level', metric: 'pool.warm.size', value: this.#ready.size })
  }
}
