import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dispatcher } from '../../../src/coordination/index.ts'
import {
  all,
  allSettled,
  type GenerateReply,
  type GenerateRequest,
  type Message,
  RefusedError,
  type Settled,
  redis as say,
  type Task,
  TimeoutError,
  withTimeout,
} from '../../../src/env/index.ts'
import { hours, ms, seconds } from '../../../src/units.ts'
import { redis } from '../../../src/world/services/redis/redis.ts'
import { addCoordinator, makeWorld } from '../../world/fixture.ts'
import { addService } from '../../world/services/fixture.ts'
import { createdBy, makeStage, type Stage, valuesOf } from '../fixture.ts'

/** A dispatcher as `actor`, its workers, and a client that asks it. */
class Fleet {
  readonly stage: Stage
  readonly client: Stage
  /** The worker of each attempt, in order. */
  readonly asked: number[] = []
  readonly load: number[]
  most = 0
  refuse: (worker: number) => boolean = () => false

  constructor(workers: number, given: Readonly<Record<string, unknown>> = {}, seed = '1') {
    const world = makeWorld({ a: {}, b: {} }, {}, seed)
    const fleet = this
    this.load = Array.from({ length: workers }, () => 0)
    const names = this.load.map((_, i) => ({ name: `ollama.${i + 1}` }))
    for (const [worker, { name }] of names.entries())
      addCoordinator(world, 'b', name, (env) => ({
        *handle(_from, request): Task<Message> {
          fleet.asked.push(worker)
          fleet.most = Math.max(fleet.most, ++fleet.load[worker]!)
          try {
            yield* env.sleep(ms((request as GenerateRequest).outputTokens))
            if (fleet.refuse(worker)) throw new RefusedError(503, `${name} is busy`)
            return { kind: 'ollama.generated', model: name } as Message
          } finally {
            fleet.load[worker]!--
          }
        },
      })).begin()
    addService(world, 'b', 'redis', redis)
    this.stage = makeStage(world, (env) => createdBy(dispatcher, env, { workers: names, ...given }))
    this.stage.process.begin()
    let env!: Stage['env']
    const process = addCoordinator(world, 'b', 'client', (given) => {
      env = given
      return {}
    })
    process.begin()
    this.client = { ...this.stage, env, process }
  }

  /** Asks for an answer of so many ms. */
  ask(time: number): Task<GenerateReply> {
    const request = { kind: 'ollama.generate', model: 'm', promptTokens: 1, outputTokens: time } as const
    return this.client.env.call({ name: 'actor' }, request as GenerateRequest, hours(1))
  }

  play<T>(task: Task<T>): T {
    const { env } = this.client
    let outcome!: Settled<T>
    env.spawn(
      (function* () {
        ;[outcome] = (yield* allSettled([task])) as [Settled<T>]
      })(),
      'client',
    )
    this.stage.run()
    if (!outcome.ok) throw outcome.error
    return outcome.value
  }

  askAll(times: readonly number[]): Settled<GenerateReply>[] {
    return this.play(allSettled(times.map((time) => this.ask(time))))
  }

  redis(...words: [string, ...(string | number)[]]): unknown {
    return this.play(this.client.env.call({ name: 'redis' }, say(...words), seconds(1))).values[0]
  }
}

const counts = (asked: readonly number[], workers: number): number[] =>
  Array.from({ length: workers }, (_, i) => asked.filter((worker) => worker === i).length)

describe('the policies', () => {
  test('round robin asks the workers in turn, whatever they have to do', () => {
    const fleet = new Fleet(3, { policy: 'round-robin' })
    fleet.askAll([100, 1, 1, 1, 1, 1, 1])
    expect(fleet.asked).toEqual([0, 1, 2, 0, 1, 2, 0])
  })

  test('round robin goes on after the worker that a retry came to: a bad worker is not asked first each time', () => {
    const fleet = new Fleet(3, { policy: 'round-robin' })
    fleet.refuse = (worker) => worker === 0
    for (let i = 0; i < 4; i++) fleet.askAll([1])
    expect(fleet.asked).toEqual([0, 1, 2, 0, 1, 2])
  })

  test('least-loaded keeps requests that come together within one of each other', () => {
    const terms = fc.record({
      workers: fc.integer({ min: 1, max: 8 }),
      requests: fc.integer({ min: 1, max: 60 }),
    })
    fc.assert(
      fc.property(terms, ({ workers, requests }) => {
        const fleet = new Fleet(workers, { policy: 'least-loaded' })
        fleet.askAll(Array.from({ length: requests }, () => 10))
        const each = counts(fleet.asked, workers)
        expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(1)
        expect(fleet.most).toBe(Math.ceil(requests / workers))
      }),
      { numRuns: 40 },
    )
  })

  test('least-loaded leaves the busy one alone and shares ties among the others', () => {
    const fleet = new Fleet(3, { policy: 'least-loaded' })
    const env = fleet.client.env
    fleet.play(
      all<unknown>([
        fleet.ask(1000),
        (function* () {
          yield* env.sleep(ms(1))
          for (let i = 0; i < 6; i++) yield* fleet.ask(10)
        })(),
      ]),
    )
    expect(fleet.asked).toEqual([0, 1, 2, 1, 2, 1, 2])
  })

  test('power of two balances better than random; both repeat with the seed and differ with another', () => {
    const spread = (policy: string, seed: string) => {
      const fleet = new Fleet(10, { policy }, seed)
      fleet.askAll(Array.from({ length: 500 }, () => 10))
      return { asked: fleet.asked, most: fleet.most }
    }
    for (const policy of ['random', 'power-of-two']) {
      expect(spread(policy, '1')).toEqual(spread(policy, '1'))
      expect(spread(policy, '1').asked).not.toEqual(spread(policy, '2').asked)
    }
    for (const seed of ['1', '2', '3']) {
      // 500 balls in 10 bins, mean 50: two choices end within a few of it (log log n), one choice some 2 σ = 13 above.
      expect(spread('power-of-two', seed).most).toBeLessThanOrEqual(53)
      expect(spread('random', seed).most).toBeGreaterThan(55)
      expect(counts(spread('random', seed).asked, 10).every((count) => count > 25)).toBe(true)
    }
  })
})

describe('a worker that fails', () => {
  test('is not asked again for the same request; another is', () => {
    const fleet = new Fleet(3, { attempts: 3, policy: 'random' })
    fleet.refuse = (worker) => worker !== 2
    for (let i = 0; i < 10; i++) {
      fleet.asked.length = 0
      expect(fleet.askAll([1])[0]).toMatchObject({ ok: true, value: { model: 'ollama.3' } })
      expect(new Set(fleet.asked).size).toBe(fleet.asked.length)
    }
  })

  for (const [attempts, tried] of [
    [1, 1],
    [2, 2],
    // There are only three workers.
    [9, 3],
  ] as const)
    test(`fails the request after ${attempts} attempts, at ${tried} workers, with the last reason`, () => {
      const fleet = new Fleet(3, { attempts })
      fleet.refuse = () => true
      expect(fleet.askAll([1])[0]).toMatchObject({ ok: false, error: { status: 503 } })
      expect(fleet.asked.length).toBe(tried)
      expect(valuesOf(fleet.stage.observed, 'dispatch.retries')).toEqual(
        Array.from({ length: tried - 1 }, () => 1),
      )
    })

  test('by silence is given up after the timeout, and the next is asked', () => {
    const fleet = new Fleet(2, { timeout: ms(50), attempts: 2 })
    expect(fleet.askAll([100])[0]).toEqual({ ok: false, error: expect.any(TimeoutError) })
    expect(fleet.asked).toEqual([0, 1])
    // Both attempts were given up: nothing counts as under way any more.
    expect(fleet.load).toEqual([0, 0])
    fleet.askAll([1, 1])
    expect(counts(fleet.asked, 2)).toEqual([2, 2])
  })
})

describe('the state in Redis', () => {
  const state = [{ name: 'redis' }]

  test('says running before a worker is asked, and done after the answer', () => {
    const fleet = new Fleet(1, { state })
    const seen: unknown[] = []
    const env = fleet.client.env
    fleet.play(
      all<unknown>([
        fleet.ask(100),
        (function* () {
          yield* env.sleep(ms(50))
          const request = say('SMEMBERS', 'tasks:running')
          seen.push((yield* env.call({ name: 'redis' }, request, seconds(1))).values[0])
        })(),
      ]),
    )
    expect(seen).toEqual([['task:actor:1']])
    expect(fleet.redis('SCARD', 'tasks:running')).toBe(0)
    expect(fleet.redis('HGET', 'task:actor:1', 'state')).toBe('done')
    expect(valuesOf(fleet.stage.observed, 'state.time').length).toBe(2)
  })

  test('ends with no task running, also after failures and callers that gave up', () => {
    const fleet = new Fleet(2, { state, timeout: ms(50), attempts: 2 })
    fleet.refuse = (worker) => worker === 0
    // Too long for both workers; in time for the second; given up by the caller.
    const hasty = allSettled([withTimeout(fleet.ask(40), ms(20))])
    fleet.play(all<unknown>([allSettled([fleet.ask(60)]), allSettled([fleet.ask(10)]), hasty]))
    expect(fleet.redis('SCARD', 'tasks:running')).toBe(0)
    const states = [1, 2, 3].map((task) => fleet.redis('HGET', `task:actor:${task}`, 'state'))
    expect(states).toEqual(['failed', 'done', 'failed'])
  })

  test('that cannot be written fails the request, and no worker is asked', () => {
    const fleet = new Fleet(1, { state, stateTimeout: ms(5) })
    fleet.stage.world.hosts.get('b')!.crash()
    const { process } = fleet.stage
    const running = fleet.stage.begin(
      fleet.stage.env.call(process.address, { kind: 'x' } as never, seconds(1)),
    )
    running.watch({ ended() {} })
    fleet.stage.run()
    expect(running.error).toBeInstanceOf(TimeoutError)
    expect(fleet.asked).toEqual([])
  })

  test('is not kept where there is none', () => {
    const fleet = new Fleet(1)
    fleet.askAll([1])
    expect(valuesOf(fleet.stage.observed, 'state.time')).toEqual([])
    expect(fleet.redis('EXISTS', 'task:actor:1')).toBe(0)
  })
})
