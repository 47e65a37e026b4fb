// Answers whatever it is asked by going through steps: work of its own, and requests to others, one after the other or at once. With
// it the way of a request through a system is written in a scenario, without code.
// Left out: what one step answers is not used by the next.

import {
  type Address,
  all,
  defineCoordinator,
  type Env,
  type Message,
  NONSENSE,
  Outcome,
  RefusedError,
  type Task,
  TimeoutError,
} from '../../env/index.ts'
import {
  bytes,
  count,
  duration,
  flag,
  list,
  optional,
  record,
  reference,
  request,
  type Values,
} from '../../parameters.ts'
import { seconds } from '../../units.ts'

const step = {
  ask: optional(reference('any', { meaning: 'whom it asks; of several, each in its turn' })),
  request: optional(request({ meaning: 'what it asks' })),
  timeout: duration({
    meaning: 'after what time without an answer it gives up',
    default: seconds(30),
    source: '[G]',
  }),
  retries: count({ meaning: 'how often it asks again after a failure', default: 0, max: 1000 }),
  pause: duration({ meaning: 'how long it waits before it asks again, doubled each time', default: 0 }),
  optional: flag({ meaning: 'whether it goes on without an answer', default: false }),
  compute: duration({ meaning: 'core time of its own, before it asks', default: 0 }),
  beside: flag({ meaning: 'whether it begins with the step before it, and not after that', default: false }),
} as const

const parameters = {
  steps: list(record(step, { meaning: 'a step' }), {
    meaning: 'what it does for an answer, in this order',
    max: 100,
  }),
  bytes: bytes({ meaning: 'size of an answer', default: 1000, source: '[G] a small JSON document' }),
} as const

const metrics = {
  'pipeline.done': {
    observed: 'count',
    unit: 'count',
    better: 'higher',
    meaning: 'requests answered with all their steps',
  },
  'pipeline.failed': {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'requests refused because a step failed',
  },
  'pipeline.degraded': {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'requests answered without what an optional step would have given',
  },
  'pipeline.retries': {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'steps that asked again after a failure',
  },
} as const

type Step = Values<typeof step>

export const pipeline = defineCoordinator({
  name: 'pipeline',
  meaning: 'answers requests by going through steps: work of its own, requests to others, in turn or at once',
  parameters,
  metrics,
  create(env, { steps, bytes }) {
    const stages = stagesOf(steps).map((stage) => stage.map((step) => new Asking(env, step)))
    const counted = (metric: string) => env.observe({ kind: 'count', metric })
    return {
      *handle(): Task<Message> {
        let whole = true
        try {
          for (const stage of stages) {
            const answers =
              stage.length === 1 ? [yield* stage[0]!.go()] : yield* all(stage.map((step) => step.go()))
            whole &&= answers.every(Boolean)
          }
        } catch (error) {
          counted('pipeline.failed')
          throw error
        }
        counted(whole ? 'pipeline.done' : 'pipeline.degraded')
        return { kind: 'pipeline.done', bytes }
      },
    }
  },
})

/** Steps that begin together. */
function stagesOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const stages: Step[][] = []
  for (const step of steps) {
    if (step.beside && stages.length > 0) stages.at(-1)!.push(step)
    else stages.push([step])
  }
  return stages
}

class Asking {
  readonly #env: Env
  readonly #step: Step
  #turn = 0

  constructor(env: Env, step: Step) {
    this.#env = env
    this.#step = step
  }

  /** Whether it gave what it should. */
  *go(): Task<boolean> {
    const { compute, ask, request, retries, pause } = this.#step
    if (compute > 0) yield* this.#env.compute({ cost: compute })
    if (!ask || !request) return true
    for (let attempt = 0; ; attempt++)
      try {
        return yield* this.#asked(ask as readonly Address[])
      } catch (error) {
        if (!(error instanceof Outcome)) throw error
        if (attempt === retries) return this.#without(error)
        this.#env.observe({ kind: 'count', metric: 'pipeline.retries' })
        if (pause > 0) yield* this.#env.sleep(pause * 2 ** attempt)
      }
  }

  *#asked(ask: readonly Address[]): Task<boolean> {
    const { request, timeout } = this.#step
    const whom = ask[this.#turn++ % ask.length]!
    const answer = yield* this.#env.call<Message>(whom, request!(), timeout)
    if (answer.kind === NONSENSE.kind) throw new RefusedError(502, `${whom.name} answered nonsense`)
    return true
  }

  #without(error: Outcome): boolean {
    if (this.#step.optional) return false
    throw error instanceof TimeoutError
      ? new RefusedError(504, error.message)
      : new RefusedError(502, error.message)
  }
}
