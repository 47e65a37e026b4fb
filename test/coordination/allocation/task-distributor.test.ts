import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { specialist, taskDistributor } from '../../../src/coordination/index.ts'
import {
  allSettled,
  type Env,
  type Fact,
  type JobRequest,
  type Request,
  type Settled,
  type Task,
  withTimeout,
} from '../../../src/env/index.ts'
import { hours, ms, seconds } from '../../../src/units.ts'
import type { Process } from '../../../src/world/process.ts'
import { addCoordinator, makeWorld } from '../../world/fixture.ts'
import { createdBy, makeStage, type Stage, valuesOf } from '../fixture.ts'

type Given = Readonly<Record<string, unknown>>

interface AgentTerms {
  readonly skills?: Readonly<Record<string, number>>
  readonly mismatchFactor?: number
}

type Charge = (operation: string, size: number) => number

/** No method costs anything, so that times are whole. */
const free = { of: () => 0 }

/** A distributor as `actor`, its agents, and a client that asks it. */
class Fleet {
  readonly stage: Stage
  readonly client: Env
  readonly agents: Process[]
  /** The jobs of each agent, as they came to it. */
  readonly given: string[][]
  readonly #facts: Fact[] = []

  constructor(agents: readonly AgentTerms[], given: Given = {}, costs: { of: Charge } = free) {
    const world = makeWorld({ a: { cores: 4 }, b: { cores: 64 } })
    Object.assign(world, { costs })
    this.given = agents.map(() => [])
    this.agents = agents.map((terms, i) =>
      addCoordinator(world, 'b', `agent.${i + 1}`, (env) => {
        const agent = createdBy(specialist, env, { ...terms })
        const seen = this.given[i]!
        return {
          *handle(from, request: Request<unknown>): Task<unknown> {
            if (request.kind === 'job') seen.push((request as JobRequest).capability ?? '')
            return yield* agent.handle!(from, request)
          },
        }
      }),
    )
    for (const agent of this.agents) agent.begin()
    const addresses = agents.map((_, i) => ({ name: `agent.${i + 1}` }))
    this.stage = makeStage(world, (env) =>
      createdBy(taskDistributor, env, { agents: addresses, window: 0, ...given }),
    )
    const { env } = this.stage
    const observe = env.observe.bind(env)
    env.observe = (observation) => {
      if (observation.kind === 'fact') this.#facts.push(observation)
      observe(observation)
    }
    let client!: Env
    addCoordinator(world, 'a', 'client', (env) => {
      client = env
      return {}
    }).begin()
    this.stage.process.begin()
    this.client = client
  }

  /** A job of so many ms. */
  job(capability: string | undefined, time: number): Task<unknown> {
    const job: JobRequest = { kind: 'job', service: ms(time), ...(capability ? { capability } : {}) }
    return this.client.call({ name: 'actor' }, job, hours(1))
  }

  /** The same after a time, in ms. */
  *later(delay: number, task: () => Task<unknown>): Task<unknown> {
    yield* this.client.sleep(ms(delay))
    return yield* task()
  }

  /** Runs all of it, a second after the agents have told of themselves. */
  play(tasks: readonly Task<unknown>[]): Settled<unknown>[] {
    let outcomes: Settled<unknown>[] = []
    const { client } = this
    client.spawn(
      (function* () {
        yield* client.sleep(seconds(1))
        outcomes = yield* allSettled(tasks)
      })(),
      'client',
    )
    this.stage.run()
    return outcomes
  }

  values(metric: string): number[] {
    return valuesOf(this.stage.observed, metric)
  }

  /** The names of tasks that were submitted. */
  get tasks(): string[] {
    return this.#facts.flatMap((each) => (each.fact === 'submitted' ? [each.task] : []))
  }

  facts(fact: string): number {
    return this.#facts.filter((each) => each.fact === fact).length
  }
}

const CODER = { skills: { code: 1 } }
const SEARCHER = { skills: { search: 1 } }
const fulfilled = (outcomes: readonly Settled<unknown>[]): boolean => outcomes.every(({ ok }) => ok)

describe('a specialist', () => {
  test('takes its time where it is good, its factor as long where it is not, and in between in proportion', () => {
    for (const [skill, factor] of [
      [1, 1],
      [0.5, 2],
      [0, 3],
    ] as const) {
      const fleet = new Fleet([{ skills: { code: skill }, mismatchFactor: 3 }])
      fleet.play([fleet.job('code', 100)])
      expect(fleet.values('task.service')).toEqual([ms(100 * factor)])
      expect(fleet.values('assignment.mismatch')).toEqual([1 - skill])
    }
  })

  test('that needs an answer of somebody for a job waits for it, and so does its next job; who else is asked has his own turn', () => {
    const fleet = new Fleet([{}])
    const { world } = fleet.stage
    const asked: string[] = []
    for (const name of ['model.1', 'model.2'])
      addCoordinator(world, 'a', name, (env) => ({
        *handle(): Task<unknown> {
          asked.push(`${name} at ${env.now() / ms(1)}`)
          yield* env.sleep(ms(50))
          return { kind: 'answer' }
        },
      })).begin()
    let agent!: Env
    const terms = { asks: [{ name: 'model.1' }, { name: 'model.2' }], question: () => ({ kind: 'ask' }) }
    addCoordinator(world, 'b', 'asking', (env) => {
      agent = env
      return createdBy(specialist, env, terms)
    }).begin()
    const job: JobRequest = { kind: 'job', service: ms(10) }
    for (const n of [1, 2, 3]) agent.spawn(fleet.client.call({ name: 'asking' }, job, hours(1)), `job ${n}`)
    fleet.stage.run()
    // 10 ms of its own and 50 ms of the model's for each.
    expect(asked).toEqual(['model.1 at 10', 'model.2 at 70', 'model.1 at 130'])
  })

  test('does what asks for nothing in its time, whoever it is', () => {
    const fleet = new Fleet([SEARCHER])
    fleet.play([fleet.job(undefined, 100)])
    expect(fleet.values('task.service')).toEqual([ms(100)])
  })
})

describe('a batch', () => {
  test('is done in the time of its longest task where each agent has one: they are handed out side by side', () => {
    const fleet = new Fleet([CODER, SEARCHER, CODER])
    expect(
      fulfilled(fleet.play([fleet.job('search', 300), fleet.job('code', 100), fleet.job('code', 200)])),
    ).toBe(true)
    expect(fleet.given).toEqual([['code'], ['search'], ['code']])
    expect(fleet.values('batch.size')).toEqual([3])
    expect(fleet.values('batch.makespan')).toEqual([ms(300)])
    expect(fleet.values('load.imbalance')).toEqual([1])
    // The most of 100, 300 and 200 over their mean.
    expect(fleet.values('work.imbalance')).toEqual([1.5])
    expect(fleet.values('assignment.mismatch')).toEqual([0, 0, 0])
  })

  test('waits its window for more, and no longer once it is full', () => {
    const spread = (given: Given): number[] => {
      const fleet = new Fleet([CODER, CODER], given)
      fleet.play([0, 10, 40, 120].map((delay) => fleet.later(delay, () => fleet.job('code', 1))))
      return fleet.values('batch.size')
    }
    expect(spread({ window: ms(50) })).toEqual([3, 1])
    expect(spread({ window: ms(50), batchSize: 2 })).toEqual([2, 1, 1])
    expect(spread({ window: 0 })).toEqual([1, 1, 1, 1])
  })

  test('the wait of a task counts from its coming, its service from when the agent is free', () => {
    const fleet = new Fleet([CODER], { window: ms(50) })
    fleet.play([fleet.job('code', 100), fleet.job('code', 200)])
    expect(fleet.values('task.wait')).toEqual([ms(50), ms(150)])
    expect(fleet.values('task.service')).toEqual([ms(100), ms(200)])
  })

  test('of more tasks than agents takes rounds: the loads of one count in the next', () => {
    const fleet = new Fleet([CODER, CODER, SEARCHER], { load: 'tasks' })
    fleet.play(Array.from({ length: 6 }, () => fleet.job('code', 100)))
    // Two each by costs 0 and 0.6, then 0.4 and 1.0: with one a round, the searcher gets as many as the coders.
    expect(fleet.given.map(({ length }) => length)).toEqual([2, 2, 2])
  })

  test('tasks that come while another batch is under way are assigned by what it has left to do', () => {
    const fleet = new Fleet([CODER, CODER], { method: 'least-loaded', load: 'tasks' })
    fleet.play([
      fleet.job('code', 500),
      ...[100, 110, 120].map((delay) => fleet.later(delay, () => fleet.job('code', 5))),
    ])
    expect(fleet.given.map(({ length }) => length)).toEqual([1, 3])
  })
})

describe('computing', () => {
  test('each round is charged as the method’s operation, by the larger of its two sides', () => {
    const charged: [string, number][] = []
    const costs = {
      of: (operation: string, size: number) => {
        charged.push([operation, size])
        return ms(size)
      },
    }
    const fleet = new Fleet([CODER, CODER, CODER], {}, costs)
    fleet.play(Array.from({ length: 7 }, () => fleet.job('code', 100)))
    // Seven tasks, then the four that three agents left, then one.
    expect(charged).toEqual([
      ['hungarian', 7],
      ['hungarian', 4],
      ['hungarian', 3],
    ])
    expect(fleet.values('assignment.time')).toEqual([ms(14)])
    // What was placed in the first round has begun by then: it ends 100 ms after 7, the last of an agent two tasks later.
    expect(fleet.values('batch.makespan')).toEqual([ms(307)])
  })

  test('a method that looks once at each task has one round', () => {
    const charged: string[] = []
    const costs = { of: (operation: string) => charged.push(operation) * 0 }
    const fleet = new Fleet([CODER, SEARCHER], { method: 'round-robin' }, costs)
    fleet.play(Array.from({ length: 5 }, () => fleet.job('code', 1)))
    expect(charged).toEqual(['round-robin'])
  })
})

describe('what it learns', () => {
  test('where loads are predicted, one long task weighs as much as many short ones of its type', () => {
    const assigned = (load: string): number[] => {
      const fleet = new Fleet([{}, {}], { method: 'least-loaded', load, learning: 1 })
      const learnt = [fleet.job('long', 1000), fleet.job('short', 10)]
      const then = ['long', ...Array.from({ length: 5 }, () => 'short')].map((type, i) =>
        fleet.later(20_000 + i, () => fleet.job(type, type === 'long' ? 1000 : 10)),
      )
      fleet.play([...learnt, ...then])
      return fleet.given.map((types) => types.length - 1).sort((a, b) => a - b)
    }
    // Short tasks end within their 10 ms, but come every ms.
    expect(assigned('predicted')).toEqual([1, 5])
    expect(assigned('tasks')[0]).toBeGreaterThan(1)
  })

  test('earliest completion finds out who is quick', () => {
    const slow = { skills: {}, mismatchFactor: 10 }
    const fleet = new Fleet([slow, CODER], { method: 'earliest-completion' })
    const apart = Array.from({ length: 10 }, (_, i) => fleet.later(i * 5000, () => fleet.job('code', 100)))
    fleet.play(apart)
    // The first by turn; from when both are known, only the quick one.
    expect(fleet.given[0]!.length).toBe(1)
  })
})

describe('what goes wrong', () => {
  test('nothing is lost: every task is submitted once and ends once, at whomever it ended up', () => {
    const terms = fc.record({
      method: fc.constantFrom(
        'hungarian',
        'greedy',
        'round-robin',
        'least-loaded',
        'power-of-two',
        'earliest-completion',
      ),
      window: fc.constantFrom(0, ms(5)),
      tasks: fc.array(fc.record({ at: fc.nat(50), time: fc.nat(40), skilled: fc.boolean() }), {
        maxLength: 25,
      }),
      agents: fc.integer({ min: 1, max: 5 }),
    })
    fc.assert(
      fc.property(terms, ({ method, window, tasks, agents }) => {
        const each = Array.from({ length: agents }, (_, i) => (i % 2 === 0 ? CODER : SEARCHER))
        const fleet = new Fleet(each, { method, window })
        const asked = tasks.map(({ at, time, skilled }) =>
          fleet.later(at, () => fleet.job(skilled ? 'code' : 'search', time)),
        )
        expect(fulfilled(fleet.play(asked))).toBe(true)
        expect(fleet.given.flat().length).toBe(tasks.length)
        expect([fleet.facts('submitted'), fleet.facts('done')]).toEqual([tasks.length, tasks.length])
        expect(fleet.values('task.service').length).toBe(tasks.length)
      }),
      { numRuns: 60 },
    )
  })

  test('an agent that is not there is not given anything until it has told of itself', () => {
    const fleet = new Fleet([CODER, CODER])
    const { simulation } = fleet.stage.world
    fleet.agents[0]!.kill()
    simulation.schedule(seconds(3), { id: 0, fire: () => fleet.agents[0]!.begin() }, 0)
    const jobs = (delay: number) => [0, 1].map(() => fleet.later(delay, () => fleet.job('code', 10)))
    expect(fulfilled(fleet.play([...jobs(0), ...jobs(10_000)]))).toBe(true)
    expect(fleet.given.map(({ length }) => length)).toEqual([1, 3])
    expect(fleet.values('assignment.retries')).toEqual([])
  })

  test('a distributor that is killed loses what it has, and serves again when it is back', () => {
    const fleet = new Fleet([CODER])
    const { process, world } = fleet.stage
    const then = (time: number, fire: () => void) => world.simulation.schedule(time, { id: 0, fire }, 0)
    then(seconds(1.5), () => process.kill())
    then(seconds(2), () => process.start())
    const [lost, served] = fleet.play([
      fleet.job('code', 1000),
      fleet.later(5000, () => fleet.job('code', 1000)),
    ])
    expect([lost!.ok, served!.ok]).toEqual([false, true])
    // Two tasks, however they are numbered in either life.
    expect([fleet.facts('submitted'), new Set(fleet.tasks).size, fleet.facts('done')]).toEqual([2, 2, 1])
  })

  test('a task whose agent does not answer in time goes to another, once more and not for ever', () => {
    const slow = { skills: { code: 1, search: 0.1 }, mismatchFactor: 100 }
    const fleet = new Fleet([slow, { skills: { search: 0 } }], { timeout: seconds(1), mismatchWeight: 1 })
    const [lucky] = fleet.play([fleet.job('search', 20)])
    // 20 ms take the better of the two 1.8 s, which is too long, and the other 60 ms.
    expect(lucky!.ok).toBe(true)
    expect(fleet.given.map(({ length }) => length)).toEqual([1, 1])
    expect(fleet.values('assignment.retries')).toEqual([1])
    const unlucky = new Fleet([slow, slow, slow], { timeout: seconds(1) })
    expect(unlucky.play([unlucky.job('search', 20)])[0]).toMatchObject({
      ok: false,
      error: { name: 'TimeoutError' },
    })
    expect(unlucky.given.flat().length).toBe(2)
    expect(unlucky.facts('dropped')).toBe(1)
  })

  test('a task that no agent may do is refused at once', () => {
    const fleet = new Fleet([CODER, SEARCHER], { leastCompatibility: 0.5 })
    const [code, paint] = fleet.play([fleet.job('code', 10), fleet.job('paint', 10)])
    expect(code!.ok).toBe(true)
    expect(paint).toMatchObject({ ok: false, error: { status: 503 } })
    expect(fleet.given.flat()).toEqual(['code'])
  })

  test('of whoever gave up, before it was assigned or after, nothing stays with the agents’ loads', () => {
    for (const patience of [20, 120]) {
      const fleet = new Fleet([CODER, CODER], { window: ms(50), method: 'least-loaded', load: 'tasks' })
      const hasty = [0, 1, 2].map(() => withTimeout(fleet.job('code', 200), ms(patience)))
      const then = [0, 1, 2, 3].map(() => fleet.later(5000, () => fleet.job('code', 100)))
      fleet.play([...hasty, ...then])
      expect(fleet.values('load.imbalance').at(-1)).toBe(1)
      expect(fleet.values('batch.makespan').at(-1)).toBe(ms(200))
    }
  })
})

test('two runs give the same', () => {
  const run = (method: string) => {
    const fleet = new Fleet([CODER, SEARCHER, CODER, SEARCHER], { method })
    fleet.play(Array.from({ length: 20 }, (_, i) => fleet.job(i % 3 === 0 ? 'code' : 'search', 10 + i)))
    return fleet.stage.observed
  }
  for (const method of ['hungarian', 'power-of-two']) expect(run(method)).toEqual(run(method))
})
