// The task distributor of OllamaMax (spec: system 1): gathers the tasks that come within a window, assigns them to agents by what
// those are good at and have to do, and hands them out at once, side by side. It knows the agents' loads from what it has under way
// with them; how long tasks of a type take it learns (the document's "predictive load balancing").
// Left out: calling back what an agent has not begun, keeping tasks until an agent is free, and keeping anything over a crash: what
// is under way then is lost with it.

import {
  type Address,
  all,
  Channel,
  Deferred,
  defineCoordinator,
  type Env,
  type JobDone,
  type JobRequest,
  Outcome,
  RefusedError,
  type Request,
  type Task,
} from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import { AgentLoads } from './agent-loads.ts'
import type { AssignmentMethod } from './assignment.ts'
import { Batch, type Placement, TaskAtHand } from './batch.ts'
import { methods } from './methods.ts'
import type { SkillsReply, SkillsRequest } from './specialist.ts'
import { type DistributorTerms, metrics, parameters } from './task-distributor-terms.ts'

export const taskDistributor = defineCoordinator({
  name: 'task-distributor',
  meaning: 'gathers tasks in batches and assigns them to agents by skill and load (OllamaMax)',
  parameters,
  metrics,
  create: (env, terms) => new TaskDistributor(env, terms),
})

class TaskDistributor {
  readonly #env: Env
  readonly #terms: DistributorTerms
  readonly #agents: readonly Address[]
  readonly #method: AssignmentMethod
  readonly #loads: AgentLoads
  readonly #closed = new Channel<Batch>()
  #gathering: Batch | undefined
  /** Tasks of this life, told from those of an earlier one by when it began. */
  #count = 0
  readonly #begunAt: Nanos

  constructor(env: Env, terms: DistributorTerms) {
    this.#env = env
    this.#terms = terms
    this.#agents = terms.agents
    this.#begunAt = env.now()
    this.#method = methods[terms.method]!
    this.#loads = new AgentLoads(terms.agents.length, terms)
  }

  *start(): Task<void> {
    const told = yield* all(this.#agents.map((_, agent) => this.#ask(agent)))
    for (const [agent, known] of told.entries()) if (!known) this.#env.spawn(this.#askAgain(agent), 'skills')
    for (;;) yield* this.#assign(yield* this.#closed.get())
  }

  *handle(_from: Address, request: Request<unknown>): Task<JobDone> {
    const task = new TaskAtHand(request as JobRequest, this.#env.now())
    const of = { queue: this.#env.self.name, task: `${this.#begunAt}.${++this.#count}` }
    this.#env.observe({ kind: 'fact', fact: 'submitted', ...of, once: false })
    let end: 'done' | 'dropped' = 'dropped'
    try {
      const reply = yield* this.#see(task)
      end = 'done'
      return reply
    } finally {
      task.gone = true
      this.#release(task)
      this.#env.observe({ kind: 'fact', fact: end, ...of })
    }
  }

  /** Sees a task through, at one agent after another. */
  *#see(task: TaskAtHand): Task<JobDone> {
    for (;;) {
      this.#gather(task)
      const agent = yield* task.assigned.wait()
      if (agent === undefined) throw new RefusedError(503, `no agent for ${task.type || 'a task'}`)
      try {
        return yield* this.#execute(task, agent)
      } catch (error) {
        if (!(error instanceof Outcome) || task.tried.size >= this.#terms.attempts) throw error
        this.#env.observe({ kind: 'count', metric: 'assignment.retries' })
        this.#release(task)
        task.assigned = new Deferred()
      }
    }
  }

  *#execute(task: TaskAtHand, agent: number): Task<JobDone> {
    const env = this.#env
    const { batch } = task.placement!
    const sentAt = env.now()
    const reply = yield* env.call(this.#agents[agent]!, task.job, this.#terms.timeout)
    const begun = this.#loads.done(task, agent, sentAt, env.now())
    const took = env.now() - begun
    batch.worked[agent]! += took
    env.observe({ kind: 'value', metric: 'task.wait', value: begun - task.arrivedAt })
    env.observe({ kind: 'value', metric: 'task.service', value: took })
    return reply
  }

  #gather(task: TaskAtHand): void {
    const batch = this.#gathering ?? this.#open()
    batch.tasks.push(task)
    if (batch.tasks.length >= this.#terms.batchSize) this.#close(batch)
  }

  #open(): Batch {
    const batch = new Batch(this.#agents.length)
    this.#gathering = batch
    batch.timer = this.#env.after(this.#terms.window, () => this.#close(batch))
    return batch
  }

  #close(batch: Batch): void {
    batch.timer?.cancel()
    batch.closedAt = this.#env.now()
    this.#gathering = undefined
    this.#closed.put(batch)
  }

  /** Places the tasks of a batch, in as many rounds as the method takes. */
  *#assign(batch: Batch): Task<void> {
    const env = this.#env
    const waiting = () => batch.tasks.filter((task) => !task.gone && !task.assigned.resolved)
    env.observe({ kind: 'value', metric: 'batch.size', value: batch.tasks.length })
    for (let left = waiting(); left.length > 0; left = waiting()) {
      const size = Math.max(left.length, this.#agents.length)
      yield* env.compute({ operation: this.#method.name, size })
      if (!this.#round(left, batch)) for (const task of left) task.assigned.resolve(undefined)
    }
    env.observe({ kind: 'value', metric: 'assignment.time', value: env.now() - batch.closedAt })
    this.#observeImbalance('load.imbalance', this.#loads.tasks)
    batch.assigned = true
    this.#ended(batch)
  }

  /** Whether any of the tasks could be placed. */
  #round(tasks: readonly TaskAtHand[], batch: Batch): boolean {
    const assignment = this.#method.assign(this.#loads.problem(tasks, this.#env.random('choice')))
    let placed = false
    for (const [t, agent] of assignment.entries()) {
      if (agent === -1) continue
      placed = true
      const task = tasks[t]!
      this.#place(task, { agent, expected: this.#loads.expected(task, agent), batch })
    }
    return placed
  }

  #place(task: TaskAtHand, placement: Placement): void {
    const { agent, batch } = placement
    task.placement = placement
    task.tried.add(agent)
    batch.underWay++
    this.#loads.placed(placement)
    const value = this.#loads.mismatch(task, agent)
    this.#env.observe({ kind: 'value', metric: 'assignment.mismatch', value })
    task.assigned.resolve(agent)
  }

  /** The task is no longer at its agent. */
  #release(task: TaskAtHand): void {
    const { placement } = task
    if (!placement) return
    task.placement = undefined
    this.#loads.released(placement)
    placement.batch.underWay--
    this.#ended(placement.batch)
  }

  /** When all of a batch has ended, tells how it went. */
  #ended(batch: Batch): void {
    if (!batch.assigned || batch.underWay > 0) return
    if (!this.#observeImbalance('work.imbalance', batch.worked)) return
    this.#env.observe({ kind: 'value', metric: 'batch.makespan', value: this.#env.now() - batch.closedAt })
  }

  /** The largest over the mean; nothing where all are nothing. */
  #observeImbalance(metric: string, of: Float64Array): boolean {
    const sum = of.reduce((a, b) => a + b, 0)
    if (sum === 0) return false
    const most = of.reduce((a, b) => Math.max(a, b), 0)
    this.#env.observe({ kind: 'value', metric, value: (most * of.length) / sum })
    return true
  }

  /** Asks an agent what it is good at; whether it has told. */
  *#ask(agent: number): Task<boolean> {
    const request: SkillsRequest = { kind: 'skills' }
    try {
      const reply: SkillsReply = yield* this.#env.call(this.#agents[agent]!, request, this.#terms.askTimeout)
      this.#loads.told(agent, reply.skills)
      return true
    } catch (error) {
      if (!(error instanceof Outcome)) throw error
      return false
    }
  }

  *#askAgain(agent: number): Task<void> {
    do yield* this.#env.sleep(this.#terms.askTimeout)
    while (!(yield* this.#ask(agent)))
  }
}
