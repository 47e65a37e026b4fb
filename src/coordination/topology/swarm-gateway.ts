// The way into a swarm: makes a task of each job it is asked, finds an agent that takes tasks, and goes to another when that one dies
// or refuses, as long as there is time. It is the submitter of the checkers' facts: a part has taken effect when its result has been
// accepted here, once a task. Left out: its own crash, which loses what was under way.

import {
  type Address,
  type Coordinator,
  defineCoordinator,
  type Env,
  type JobDone,
  type JobRequest,
  type Message,
  Outcome,
  RefusedError,
  type Request,
  race,
  type Task,
  withTimeout,
} from '../../env/index.ts'
import { choice, count, duration, optional, reference, text, type Values } from '../../parameters.ts'
import { ms, type Nanos, seconds } from '../../units.ts'
import { FailureDetector } from './failure-detector.ts'
import { watchMetrics } from './metrics.ts'
import type { PartResult, Redirect, SwarmResult, SwarmTask } from './topology.ts'

const parameters = {
  agents: reference('coordinator', { meaning: 'the agents of the swarm' }),
  parts: count({ meaning: 'parts that each task is decomposed into', default: 1, min: 1, max: 10_000 }),
  type: optional(text({ meaning: 'what kind of work its tasks are, for those who choose by it' })),
  entry: choice(['at-random', 'in-turn'], {
    meaning: 'which agent is asked, where all take tasks or it is not known who does',
    default: 'at-random',
    source: '[D] in turn, tasks would follow one another round a ring and pile up in a group',
  }),
  timeout: duration({
    meaning: 'a task that is not answered by then is given up',
    default: seconds(30),
    min: 1,
  }),
  attempt: duration({
    meaning: 'time limit of one agent’s attempt',
    default: seconds(10),
    min: 1,
    source: '[G]',
  }),
  pause: duration({
    meaning: 'before it asks again where nobody takes tasks',
    default: ms(50),
    min: 1,
    source: '[G]',
  }),
  heartbeat: duration({
    meaning: 'how often it pings an agent that has a task',
    default: ms(100),
    min: 1,
    source: '[G]',
  }),
  suspicion: duration({
    meaning: 'an agent from which nothing has come for so long is held for dead',
    default: ms(500),
    min: 1,
    source: '[G] five heartbeats',
  }),
} as const

type Terms = Values<typeof parameters>

const QUEUE = 'swarm'
const PARTS = 'swarm.parts'

export const swarmGateway = defineCoordinator({
  name: 'swarm-gateway',
  meaning: 'hands jobs as tasks to a swarm, and to another of its agents when one fails (OllamaMax)',
  parameters,
  metrics: {
    ...watchMetrics,
    availability: {
      observed: 'value',
      unit: 'ratio',
      better: 'higher',
      meaning: 'share of tasks that were answered in time',
    },
    'swarm.retries': {
      observed: 'count',
      unit: 'count',
      better: 'lower',
      meaning: 'attempts after the first, redirections apart',
    },
    'swarm.repair': {
      observed: 'value',
      unit: 'ns',
      better: 'lower',
      meaning: 'where an attempt failed: from the last answer before it to the first one after it',
    },
  },
  create: (env, terms) => new SwarmGateway(env, terms),
})

class SwarmGateway implements Coordinator {
  readonly #env: Env
  readonly #terms: Terms
  readonly #detector: FailureDetector
  readonly #bornAt: Nanos
  #tasks = 0
  #turn = 0
  /** Who has been said to take tasks. */
  #queen: Address | undefined
  #answeredAt: Nanos
  #failing = false

  constructor(env: Env, terms: Terms) {
    this.#env = env
    this.#terms = terms
    this.#detector = new FailureDetector(env, terms)
    this.#bornAt = env.now()
    this.#answeredAt = this.#bornAt
  }

  receive(from: Address, message: Message): void {
    this.#detector.receive(from, message)
  }

  *handle(_from: Address, request: Request<unknown>): Task<JobDone> {
    const { parts, type, timeout } = this.#terms
    const task: SwarmTask = {
      kind: 'swarm.task',
      id: `${this.#env.self.name}@${this.#bornAt}:${++this.#tasks}`,
      service: (request as JobRequest).service ?? 0,
      parts,
      ...(type === undefined ? {} : { type }),
      attempt: 1,
    }
    this.#note('submitted', task, partsUpTo(parts))
    let result: SwarmResult | undefined
    try {
      result = yield* withTimeout(this.#have(task), timeout)
      return { kind: 'job.done' }
    } finally {
      this.#note(result ? 'done' : 'dropped', task, result ? result.results : partsUpTo(parts))
      this.#env.observe({ kind: 'value', metric: 'availability', value: result ? 1 : 0 })
    }
  }

  /** Has it done by one agent or another. */
  *#have(task: SwarmTask): Task<SwarmResult> {
    const { attempt: limit, pause } = this.#terms
    for (let attempt = 1, redirected = false; ; ) {
      const agent = this.#choose()
      const lastResort = this.#detector.suspects(agent)
      try {
        const again: SwarmTask = { ...task, attempt }
        const call = this.#env.call(agent, again, limit)
        const reply = yield* race<SwarmResult | Redirect>([call, this.#detector.death(agent)])
        this.#detector.heard(agent)
        if (reply.kind === 'swarm.result') {
          this.#answered()
          if (reply.anywhere) this.#queen = undefined
          return reply
        }
        this.#queen = this.#terms.agents.find(({ name }) => name === reply.to)
        // Two that point at each other are not asked in a circle without end.
        if (redirected) yield* this.#env.sleep(pause)
        redirected = true
      } catch (error) {
        if (!(error instanceof Outcome)) throw error
        this.#failed(agent, error)
        attempt++
        redirected = false
        if (lastResort || error instanceof RefusedError) yield* this.#env.sleep(pause)
      }
    }
  }

  #choose(): Address {
    const { agents } = this.#terms
    if (this.#queen && !this.#detector.suspects(this.#queen)) return this.#queen
    this.#queen = undefined
    const first = this.#first(agents.length)
    for (let i = 0; i < agents.length; i++) {
      const agent = agents[(first + i) % agents.length]!
      if (!this.#detector.suspects(agent)) return agent
    }
    return agents[first]!
  }

  #first(agents: number): number {
    if (this.#terms.entry === 'at-random') return this.#env.random('entry').integer(agents)
    return this.#turn++ % agents
  }

  #failed(agent: Address, error: Outcome): void {
    if (this.#queen?.name === agent.name) this.#queen = undefined
    if (!(error instanceof RefusedError)) this.#detector.suspect(agent)
    this.#env.observe({ kind: 'count', metric: 'swarm.retries' })
    this.#failing = true
  }

  #answered(): void {
    const now = this.#env.now()
    if (this.#failing)
      this.#env.observe({ kind: 'value', metric: 'swarm.repair', value: now - this.#answeredAt })
    this.#failing = false
    this.#answeredAt = now
  }

  #note(
    fact: 'submitted' | 'done' | 'dropped',
    { id }: SwarmTask,
    parts: readonly Pick<PartResult, 'index'>[],
  ): void {
    const say = (queue: string, task: string) => {
      if (fact === 'submitted') this.#env.observe({ kind: 'fact', fact, queue, task, once: true })
      else this.#env.observe({ kind: 'fact', fact, queue, task })
    }
    say(QUEUE, id)
    for (const { index } of parts) say(PARTS, `${id}/${index}`)
  }
}

const partsUpTo = (count: number): { readonly index: number }[] =>
  Array.from({ length: count }, (_, index) => ({ index }))
