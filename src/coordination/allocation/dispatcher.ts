// The distributed API of OllamaMax (spec: system 1): takes generate requests, notes each task in Redis, hands it to one of
// its Ollama workers by a policy that sees only the requests it has itself under way, and notes the end.

import {
  type Address,
  defineCoordinator,
  type Env,
  type GenerateReply,
  type GenerateRequest,
  Outcome,
  pipeline,
  type Request,
  type Task,
} from '../../env/index.ts'
import { choice, count, duration, optional, reference, type Values } from '../../parameters.ts'
import { minutes, seconds } from '../../units.ts'

const parameters = {
  workers: reference('service', { meaning: 'the Ollama workers' }),
  state: optional(
    reference('service', { meaning: 'the Redis that holds the state of tasks; left out: none is kept' }),
  ),
  policy: choice(['round-robin', 'least-loaded', 'power-of-two', 'random'], {
    meaning: 'how a worker is chosen',
    default: 'least-loaded',
  }),
  attempts: count({ meaning: 'workers tried before a request fails', default: 2, min: 1 }),
  timeout: duration({ meaning: 'time limit of one attempt', default: minutes(10), min: 1 }),
  stateTimeout: duration({ meaning: 'time limit of a state operation', default: seconds(5), min: 1 }),
} as const

type Terms = Values<typeof parameters>
type TaskState = 'running' | 'done' | 'failed'

export const dispatcher = defineCoordinator({
  name: 'dispatcher',
  meaning:
    'hands generate requests to Ollama workers by a policy and keeps the tasks’ state in Redis (OllamaMax)',
  parameters,
  metrics: {
    'state.time': { observed: 'value', unit: 'ns', better: 'lower', meaning: 'one state operation on Redis' },
    'dispatch.retries': {
      observed: 'count',
      unit: 'count',
      better: 'lower',
      meaning: 'attempts after the first',
    },
  },
  create: (env, terms) => new Dispatcher(env, terms),
})

class Dispatcher {
  readonly #env: Env
  readonly #terms: Terms
  /** Requests under way by worker. */
  readonly #load: number[]
  /** The worker after the one chosen last. */
  #turn = 0
  #tasks = 0

  constructor(env: Env, terms: Terms) {
    this.#env = env
    this.#terms = terms
    this.#load = terms.workers.map(() => 0)
  }

  *handle(_from: Address, request: Request<unknown>): Task<GenerateReply> {
    const task = `task:${this.#env.self.name}:${++this.#tasks}`
    yield* this.#note(task, 'running')
    let end: TaskState = 'failed'
    try {
      const reply = yield* this.#dispatch(request as GenerateRequest)
      end = 'done'
      return reply
    } finally {
      yield* this.#note(task, end)
    }
  }

  *#dispatch(request: GenerateRequest): Task<GenerateReply> {
    const tried = new Set<number>()
    for (;;) {
      const chosen = this.#choose(tried)
      tried.add(chosen)
      this.#load[chosen]!++
      try {
        return yield* this.#env.call(this.#terms.workers[chosen]!, request, this.#terms.timeout)
      } catch (error) {
        const last = tried.size >= Math.min(this.#terms.attempts, this.#load.length)
        if (!(error instanceof Outcome) || last) throw error
        this.#env.observe({ kind: 'count', metric: 'dispatch.retries' })
      } finally {
        this.#load[chosen]!--
      }
    }
  }

  #choose(tried: ReadonlySet<number>): number {
    const workers = this.#load.length
    // In turn, beginning after the one chosen last, so that ties are shared out.
    const open = this.#load.map((_, i) => (this.#turn + i) % workers).filter((worker) => !tried.has(worker))
    const random = this.#env.random('choice')
    const lighter = (a: number, b: number): number => (this.#load[b]! < this.#load[a]! ? b : a)
    switch (this.#terms.policy) {
      case 'random':
        return open[random.integer(open.length)]!
      case 'power-of-two':
        return lighter(open[random.integer(open.length)]!, open[random.integer(open.length)]!)
      case 'round-robin':
      case 'least-loaded': {
        const chosen = this.#terms.policy === 'round-robin' ? open[0]! : open.reduce(lighter)
        this.#turn = (chosen + 1) % workers
        return chosen
      }
    }
  }

  *#note(task: string, state: TaskState): Task<void> {
    const store = this.#terms.state?.[0]
    if (!store) return
    const begun = this.#env.now()
    const commands = [
      { command: 'HSET', args: [task, 'state', state, 'at', begun] },
      { command: state === 'running' ? 'SADD' : 'SREM', args: ['tasks:running', task] },
    ]
    yield* this.#env.call(store, pipeline(commands), this.#terms.stateTimeout)
    this.#env.observe({ kind: 'value', metric: 'state.time', value: this.#env.now() - begun })
  }
}
