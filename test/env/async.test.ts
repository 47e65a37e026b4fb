// What is written with `async` does what the same flow does, event for event, whatever befalls it.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  allSettled,
  type CoordinatorDefinition,
  defineAsyncCoordinator,
  defineCoordinator,
} from '../../src/env/index.ts'
import { reference } from '../../src/parameters.ts'
import { simulate } from '../../src/testing/index.ts'
import { ms, us } from '../../src/units.ts'

const asking = {
  name: 'asking',
  meaning: 'asks all its peers, works, pauses, and again',
  parameters: { peers: reference('coordinator', { meaning: 'whom' }) },
  metrics: {
    'ask.time': { observed: 'value', unit: 'ns', better: 'lower', meaning: 'until all have answered' },
    'ask.lost': { observed: 'count', unit: 'count', better: 'lower', meaning: 'where one has not' },
  },
} as const
const answering = { name: 'answering', meaning: 'works, and answers', parameters: {} } as const

const flows = [
  defineCoordinator({
    ...asking,
    create: (env, { peers }) => ({
      *start() {
        for (;;) {
          const begun = env.now()
          const replies = yield* allSettled(peers.map((peer) => env.call(peer, { kind: 'what' }, ms(20))))
          env.observe({ kind: 'value', metric: 'ask.time', value: env.now() - begun })
          const lost = replies.filter((reply) => 'error' in reply).length
          env.observe({ kind: 'count', metric: 'ask.lost', by: lost })
          yield* env.compute({ cost: us(100) })
          yield* env.sleep(env.random('pause').integer(ms(4)))
        }
      },
    }),
  }),
  defineCoordinator({
    ...answering,
    create: (env) => ({
      *handle() {
        yield* env.sleep(us(300))
        yield* env.compute({ cost: us(200) })
        return { kind: 'this' }
      },
    }),
  }),
] as const

const promises = [
  defineAsyncCoordinator({
    ...asking,
    create: (env, { peers }) => ({
      async start() {
        for (;;) {
          const begun = env.now()
          const replies = await Promise.allSettled(
            peers.map((peer) => env.call(peer, { kind: 'what' }, ms(20))),
          )
          env.observe({ kind: 'value', metric: 'ask.time', value: env.now() - begun })
          const lost = replies.filter(({ status }) => status === 'rejected').length
          env.observe({ kind: 'count', metric: 'ask.lost', by: lost })
          await env.compute({ cost: us(100) })
          await env.sleep(env.random('pause').integer(ms(4)))
        }
      },
    }),
  }),
  defineAsyncCoordinator({
    ...answering,
    create: (env) => ({
      async handle() {
        await env.sleep(us(300))
        await env.compute({ cost: us(200) })
        return { kind: 'this' }
      },
    }),
  }),
] as const

const run = ([queen, agent]: readonly unknown[], faults: readonly unknown[], seed: string) =>
  simulate(
    {
      name: 'twins',
      hosts: { front: { count: 4 }, box: { count: 3, boot: '20ms' } },
      coordinators: {
        // Several, so that messages wait at the agents while their handlers go on.
        queen: { module: queen, on: 'front', peers: 'agent' },
        agent: { module: agent, on: 'box' },
      },
      faults,
      measure: { duration: '200ms' },
    },
    { seeds: [seed] },
  )

describe('a flow and its twin with promises', () => {
  const time = fc.integer({ min: 1, max: 150 }).map((at) => `${at}ms`)
  const fault = fc.oneof(
    fc.record({
      at: time,
      kind: fc.constant('crash'),
      host: fc.constantFrom('front.1', 'box.1', 'box.2'),
      for: time,
    }),
    // Where an agent stands still, or its caller is killed, a live handler is given up: the difference told below.
    fc.record({
      at: time,
      kind: fc.constant('pause'),
      host: fc.constant('front.1'),
      for: fc.constant('10ms'),
    }),
    fc.record({
      at: time,
      kind: fc.constant('kill'),
      process: fc.constantFrom('agent.1', 'agent.2'),
      for: time,
    }),
  )

  test('give the same events and observe the same, whatever goes wrong', async () => {
    const property = fc.asyncProperty(
      fc.array(fault, { maxLength: 3 }),
      fc.nat(1000),
      async (faults, seed) => {
        const [flow, twin] = [await run(flows, faults, `${seed}`), await run(promises, faults, `${seed}`)]
        expect(flow.metric('ask.time.count')).toBeGreaterThan(0)
        for (const [name, value] of Object.entries(flow.metrics)) {
          const other = twin.metrics[name]!
          // Levels that change at one instant are summed in another order: their means differ in the last bits.
          if (/\.(mean|max)$/.test(name) && value !== null && !name.startsWith('ask.'))
            expect(Math.abs(other - value), name).toBeLessThanOrEqual(1e-12 * Math.abs(value))
          else expect(other, name).toBe(value)
        }
        expect(twin.fingerprints).toEqual(flow.fingerprints)
      },
    )
    await fc.assert(property, { numRuns: 6 })
  })
})

test('a handler whose caller has given up goes on to its end, where a flow is called off', async () => {
  const impatient = defineCoordinator({
    name: 'impatient',
    meaning: 'asks once, and does not wait',
    parameters: asking.parameters,
    create: (env, { peers }) => ({
      *start() {
        yield* allSettled([env.call(peers[0]!, { kind: 'what' }, ms(1))])
      },
    }),
  })
  const slow = {
    name: 'slow',
    meaning: 'takes its time',
    parameters: {},
    metrics: { finished: { observed: 'count', unit: 'count', better: 'neither', meaning: 'answers' } },
  } as const
  const flow = defineCoordinator({
    ...slow,
    create: (env) => ({
      *handle() {
        yield* env.sleep(ms(5))
        env.observe({ kind: 'count', metric: 'finished' })
        return { kind: 'this' }
      },
    }),
  })
  const promised = defineAsyncCoordinator({
    ...slow,
    create: (env) => ({
      async handle() {
        await env.sleep(ms(5))
        env.observe({ kind: 'count', metric: 'finished' })
        return { kind: 'this' }
      },
    }),
  })
  expect((await run([impatient, flow], [], '1')).metric('finished')).toBe(0)
  expect((await run([impatient, promised], [], '1')).metric('finished')).toBe(4)
})

test('after a crash nothing of the life that has ended goes on', async () => {
  const lives: string[] = []
  const mortal: CoordinatorDefinition = defineAsyncCoordinator({
    name: 'mortal',
    meaning: 'wakes in vain',
    parameters: {},
    metrics: { woken: { observed: 'count', unit: 'count', better: 'neither', meaning: 'how often' } },
    create(env) {
      const born = env.now()
      return {
        async start() {
          await env.sleep(ms(50))
          lives.push(`born at ${Math.round(born / 1e6)} woke at ${Math.round(env.now() / 1e6)}`)
          env.observe({ kind: 'count', metric: 'woken' })
        },
      }
    },
  }) as never
  const run = await simulate({
    name: 'mortal',
    hosts: { front: { boot: '0s' } },
    coordinators: { it: { module: mortal, on: 'front', 'handler-cost': '0s' } },
    faults: [{ at: '30ms', kind: 'crash', host: 'front', for: '10ms' }],
    measure: { duration: '200ms' },
  })
  expect(run.metric('woken')).toBe(1)
  // The first run is made twice.
  expect(lives).toEqual(['born at 40 woke at 90', 'born at 40 woke at 90'])
})
