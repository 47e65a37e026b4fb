// What a task distributor knows of its agents: what each is good at, what it has under way with them, and how long they take.

import type { Random } from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import type { AssignmentProblem } from './assignment.ts'
import type { Placement, TaskAtHand } from './batch.ts'
import { assignmentCosts, compatibilityMatrix, compatibilityOf, type Skills } from './costs.ts'
import { ServiceTimes } from './service-times.ts'
import type { DistributorTerms } from './task-distributor-terms.ts'

export class AgentLoads {
  readonly #terms: DistributorTerms
  /** What each agent is good at; undefined: it has not told yet, and is given nothing. */
  readonly #skills: (Skills | undefined)[]
  readonly #times: ServiceTimes
  /** What each agent has under way: tasks, and the time they are expected to take. */
  readonly #tasks: Float64Array
  readonly #expected: Float64Array
  /** When each agent last was done with something. */
  readonly #freeAt: Float64Array
  #turn = 0

  constructor(agents: number, terms: DistributorTerms) {
    this.#terms = terms
    this.#skills = Array.from({ length: agents }, () => undefined)
    this.#times = new ServiceTimes(terms.learning, terms.firstGuess)
    this.#tasks = new Float64Array(agents)
    this.#expected = new Float64Array(agents)
    this.#freeAt = new Float64Array(agents)
  }

  told(agent: number, skills: Skills): void {
    this.#skills[agent] = skills
  }

  /** Tasks under way at each agent that has told of itself. */
  get tasks(): Float64Array {
    return this.#tasks.filter((_, agent) => this.#skills[agent] !== undefined)
  }

  /** How much of what the task needs the agent lacks, from 0 to 1. */
  mismatch(task: TaskAtHand, agent: number): number {
    return 1 - compatibilityOf(task.needs, this.#skills[agent] ?? {})
  }

  /** How long the task is expected to take the agent. */
  expected(task: TaskAtHand, agent: number): number {
    return this.#times.expected(task.type, agent)
  }

  problem(tasks: readonly TaskAtHand[], random: Random): AssignmentProblem {
    const agents = this.#skills.length
    const counted = this.#terms.load === 'tasks'
    const costs = this.#costs(tasks)
    const work = new Float64Array(tasks.length * agents)
    for (const [t, task] of tasks.entries())
      for (let agent = 0; agent < agents; agent++) {
        const at = t * agents + agent
        if (task.tried.has(agent) || this.#skills[agent] === undefined) costs[at] = Infinity
        work[at] = counted ? 1 : this.expected(task, agent)
      }
    const loads = counted ? this.#tasks : this.#expected
    return { tasks: tasks.length, agents, costs, loads, work, turn: this.#turn, random }
  }

  placed({ agent, expected }: Placement): void {
    this.#tasks[agent]!++
    this.#expected[agent]! += expected
    this.#turn = (agent + 1) % this.#tasks.length
  }

  released({ agent, expected }: Placement): void {
    this.#tasks[agent]!--
    // Sums of fractions do not come back to nothing by themselves.
    this.#expected[agent] = this.#tasks[agent] === 0 ? 0 : this.#expected[agent]! - expected
  }

  /** A task that was sent to an agent is done; when the agent began with it. */
  done(task: TaskAtHand, agent: number, sentAt: Nanos, now: Nanos): Nanos {
    // An agent does one after the other: it began with this one when it was done with the one before.
    const begun = Math.max(sentAt, this.#freeAt[agent]!)
    this.#freeAt[agent] = now
    this.#times.learn(task.type, agent, now - begun)
    return begun
  }

  #costs(tasks: readonly TaskAtHand[]): Float64Array {
    const { load, maxLoad, mismatchWeight, loadWeight, leastCompatibility } = this.#terms
    const counted = load === 'tasks'
    const compatibility = compatibilityMatrix(
      tasks.map((task) => task.needs),
      this.#skills.map((skills) => skills ?? {}),
    )
    return assignmentCosts(compatibility, counted ? this.#tasks : this.#expected, {
      mismatch: mismatchWeight,
      load: loadWeight,
      maxLoad: counted ? maxLoad : maxLoad * this.#times.mean,
      least: leastCompatibility,
    })
  }
}
