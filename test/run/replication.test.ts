import { describe, expect, test } from 'vitest'
import { coordinators } from '../../src/coordination/registry.ts'
import {
  defineCoordinator,
  type Env,
  RefusedError,
  type Task,
  type ToolCallRequest,
} from '../../src/env/index.ts'
import { createDistribution } from '../../src/kernel/distributions/registry.ts'
import { metricsOf, replicate } from '../../src/run/replication.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { ms, seconds } from '../../src/units.ts'
import { ModuleError } from '../../src/world/world.ts'
import { HOST, NETWORK } from '../world/fixture.ts'

const terms = {
  seed: '1',
  checked: true,
  bins: 60,
  openTrace: () => {
    throw new Error('no trace here')
  },
}

/** M/M/1 with ρ = 0.5 and a mean service of 1 s. */
const queueing = (measure: Partial<Scenario['measure']> = {}): Scenario => ({
  parameters: {},
  hosts: { box: { count: 1, values: HOST } },
  network: { values: NETWORK, links: [] },
  services: {
    queue: {
      kind: 'queue',
      on: ['box'],
      count: 1,
      values: {
        servers: 1,
        discipline: 'fifo',
        classes: 1,
        service: { kind: 'exponential', mean: seconds(1) },
      },
    },
  },
  coordinators: {},
  workload: {
    target: [{ name: 'queue' }],
    arrivals: { kind: 'poisson', values: { rate: 0.5 } },
    request: { kind: 'job', values: {} },
    timeout: seconds(1e6),
    slowDown: 1,
    skip: 0,
  },
  faults: [],
  faultProfile: undefined,
  // Looks at the data centre have their own tests.
  checks: { off: ['memory', 'cores'], named: {} },
  measure: { duration: seconds(20_000), warmUp: 0, requests: undefined, events: 1e8, ...measure },
  expect: [],
  claims: [],
})

test('a replication of M/M/1 obeys Little’s law and comes near its closed form', () => {
  expect(createDistribution({ kind: 'exponential', mean: 1 }).mean).toBe(1)
  const record = replicate(queueing(), terms)
  const { metrics } = record.recorded
  expect(record.checks).toEqual([expect.objectContaining({ name: 'Little’s law', pass: true })])
  // ρ = 0.5: W = 1 / (1 - 0.5) = 2 s; ten thousand customers tell it to some percent.
  expect(metrics['latency.mean']!.value! / 1e9).toBeGreaterThan(1.8)
  expect(metrics['latency.mean']!.value! / 1e9).toBeLessThan(2.2)
  expect(metrics.throughput!.value!).toBeGreaterThan(0.48)
  expect(metrics.errors!.value).toBe(0)
})

test('the same seed gives the same record, another seed another', () => {
  const [a, b, c] = ['1', '1', '2'].map((seed) => replicate(queueing(), { ...terms, seed }))
  expect(a).toEqual(b)
  expect(a!.fingerprint).not.toBe(c!.fingerprint)
})

test('with MSER-5 the warm-up is found by a first pass, and the second is the same run', () => {
  const stated = replicate(queueing(), terms)
  const found = replicate(queueing({ warmUp: 'mser-5' }), terms)
  expect(found.fingerprint).toBe(stated.fingerprint)
  expect(found.checks.map(({ name }) => name)).toContain('warm-up (MSER-5)')
})

test('a run ends after the number of answers asked for', () => {
  const record = replicate(queueing({ requests: 100 }), terms)
  expect(record.stopped).toBe('stopped')
  expect(record.recorded.metrics['requests.completed']!.value).toBe(100)
})

describe('the end of warm-up', () => {
  test('forgets the metrics and keeps the time series', () => {
    const whole = replicate(queueing({ duration: seconds(2000) }), terms).recorded
    const record = replicate(queueing({ duration: seconds(2000), warmUp: seconds(1500) }), terms)
    const { metrics, series, measured } = record.recorded
    expect(measured).toBe(seconds(500))
    // Half a request a second: about 250 of the 1000.
    expect(metrics['requests.completed']!.value).toBeLessThan(350)
    expect(whole.metrics['requests.completed']!.value).toBeGreaterThan(850)
    expect(series).toEqual(whole.series)
    expect(series.throughput!.start).toBe(0)
    expect(record.checks[0]).toMatchObject({ name: 'Little’s law', pass: true })
  })

  test('is where the answers asked for are counted from', () => {
    const record = replicate(queueing({ warmUp: seconds(1000), requests: 100 }), terms)
    expect(record.stopped).toBe('stopped')
    expect(record.ended).toBeGreaterThan(seconds(1000))
    expect(record.recorded.metrics['requests.completed']!.value).toBe(100)
  })

  test('by MSER-5 says what was dropped', () => {
    const { checks, recorded, ended } = replicate(queueing({ warmUp: 'mser-5' }), terms)
    const [, found] = checks
    expect(found).toMatchObject({ name: 'warm-up (MSER-5)', kind: 'law', pass: true })
    expect(found!.detail).toMatch(/^\d+ answers dropped, measured from .+/)
    expect(recorded.measured).toBeLessThanOrEqual(ended)
  })

  test('cannot be told of a run too short for it, and then all is measured', () => {
    const { checks, recorded, ended } = replicate(
      queueing({ warmUp: 'mser-5', duration: seconds(50) }),
      terms,
    )
    expect(checks[1]).toMatchObject({ pass: null, detail: 'fewer than 50 observations' })
    expect(recorded.measured).toBe(ended)
  })

  test('by MSER-5, the answers asked for are those after it: the run is longer than its pilot, and no other', () => {
    // The queue begins full: the first 300 come at once and are no steady state.
    const burst = (requests: number): Scenario => {
      const scenario = queueing({ warmUp: 'mser-5', requests })
      const steps = [
        { at: 0, rate: 30 },
        { at: seconds(10), rate: 0.2 },
      ]
      const falling = { kind: 'steps', values: { steps } }
      return { ...scenario, workload: { ...scenario.workload, arrivals: falling } }
    }
    const record = replicate(burst(2000), terms)
    expect(record.checks[1]!.pass).toBe(true)
    expect(record.recorded.measured).toBeLessThan(record.ended)
    expect(record.recorded.metrics['requests.completed']!.value).toBe(2000)
  })
})

describe('a run that is given up', () => {
  test('at the limit of events says so, the warm-up’s events counted', () => {
    expect(replicate(queueing({ events: 1000 }), terms)).toMatchObject({ stopped: 'events', events: 1000 })
    const late = replicate(queueing({ events: 1000, warmUp: seconds(100) }), terms)
    expect(late).toMatchObject({ stopped: 'events', events: 1000 })
    const found = replicate(queueing({ events: 1000, warmUp: 'mser-5' }), terms)
    expect(found).toMatchObject({ stopped: 'events', events: 1000 })
  })

  test('on interruption says so; a pilot that was interrupted has no second run', () => {
    let asked = 0
    const interrupted = () => ++asked > 0
    expect(replicate(queueing({ duration: seconds(1e6) }), { ...terms, interrupted }).stopped).toBe(
      'interrupted',
    )
    const stated = asked
    const record = replicate(queueing({ duration: seconds(1e6), warmUp: 'mser-5' }), {
      ...terms,
      interrupted,
    })
    expect(record.stopped).toBe('interrupted')
    expect(asked).toBe(2 * stated)
  })
})

describe('coordinators', () => {
  const metrics = { done: { observed: 'count', unit: 'count', better: 'higher', meaning: 'done' } } as const

  /** A scenario of one coordinator and no workload. */
  function alone(start: (env: Env) => Task<void>, measure: Partial<Scenario['measure']> = {}): Scenario {
    const actor = defineCoordinator({
      name: 'actor',
      meaning: 'acts',
      parameters: {},
      metrics,
      create: (env) => ({ start: () => start(env) }),
    })
    Object.assign(coordinators, { actor })
    const part = { kind: 'actor', on: ['box'], count: 1, values: { handlerCost: 0 } }
    const service = {
      kind: 'mcp',
      on: ['box'],
      count: 1,
      values: { slots: 1, cost: 0, connect: { kind: 'constant', value: 0 }, tools: {} },
    }
    return {
      ...queueing({ duration: undefined, ...measure }),
      services: { mcp: service },
      coordinators: { queen: part },
      workload: undefined,
    }
  }
  const spawn: ToolCallRequest = { kind: 'mcp.call', tool: 'agent_spawn', arguments: {} }

  test('run without a workload, until nothing is left to do; there is no throughput then', () => {
    const record = replicate(
      alone(function* (env) {
        yield* env.call({ name: 'mcp' }, spawn, seconds(1))
        env.observe({ kind: 'count', metric: 'done' })
      }),
      terms,
    )
    expect(record).toMatchObject({ stopped: 'idle', ended: ms(150) })
    expect(record.recorded.metrics.done!.value).toBe(1)
    expect(record.recorded.metrics).not.toHaveProperty('throughput')
    expect(record.recorded.metrics).not.toHaveProperty('latency.mean')
    expect(record.checks).toEqual([
      { name: 'no task failed', kind: 'law', pass: true, detail: 'every outcome of a call was handled' },
    ])
  })

  test('whose task ends in an outcome nobody handled fail a check, which names the first', () => {
    const failing = function* (env: Env): Task<void> {
      yield* env.call({ name: 'mcp' }, spawn, ms(300))
      env.spawn(
        env.call({ name: 'mcp' }, { ...spawn, tool: 'nothing' } as ToolCallRequest, seconds(1)),
        'a look',
      )
      yield* env.call({ name: 'mcp' }, spawn, ms(100))
    }
    const detail = 'queen: a look ended at 150 ms in RefusedError: Unknown tool: nothing'
    const check = { name: 'no task failed', kind: 'law', pass: false, detail }
    const record = replicate(alone(failing), terms)
    expect(record.checks).toEqual([check])
    expect(record.recorded.metrics['tasks.failed']!.value).toBe(2)
    // In the warm-up too.
    expect(replicate(alone(failing, { warmUp: seconds(10) }), terms).checks).toEqual([check])
  })

  test('who handle what comes of their calls pass it', () => {
    const record = replicate(
      alone(function* (env) {
        try {
          yield* env.call({ name: 'mcp' }, spawn, ms(100))
        } catch {
          env.observe({ kind: 'count', metric: 'done' })
        }
      }),
      terms,
    )
    expect(record.checks[0]!.pass).toBe(true)
    expect(record.recorded.metrics.done!.value).toBe(1)
  })

  test('that throw what is no outcome end the run, with process, task, time and seed', () => {
    const broken = alone(function* (env) {
      yield* env.sleep(seconds(2))
      ;(undefined as unknown as { spawn(): void }).spawn()
    })
    const run = () => replicate(broken, { ...terms, seed: '7' })
    expect(run).toThrow(ModuleError)
    expect(run).toThrow(
      /^queen: start threw at 2 s with seed 7: TypeError: Cannot read properties of undefined/,
    )
  })

  test('and a workload without coordinators needs no such check', () => {
    const record = replicate(queueing({ duration: seconds(100) }), terms)
    expect(record.checks.map(({ name }) => name)).toEqual(['Little’s law'])
  })

  test('that refuse a request tell their caller, and no task has failed', () => {
    const scenario = alone(function* () {})
    const refusing = defineCoordinator({
      name: 'actor',
      meaning: 'refuses',
      parameters: {},
      create: (env) => ({
        *handle() {
          yield* env.sleep(0)
          throw new RefusedError(503, 'busy')
        },
      }),
    })
    Object.assign(coordinators, { actor: refusing })
    const { workload } = queueing()
    const asking = { ...scenario, workload: { ...workload, target: [{ name: 'queen' }] } }
    const record = replicate({ ...asking, measure: { ...asking.measure, duration: seconds(100) } }, terms)
    expect(record.recorded.metrics['requests.refused']!.value).toBeGreaterThan(20)
    expect(record.checks.map(({ pass }) => pass)).toEqual([true, true])
  })
})

test('memory and cores are looked at in every run', () => {
  const { checks: _, ...scenario } = queueing({ duration: seconds(100) })
  const { checks } = replicate(scenario as Scenario, terms)
  expect(checks.map(({ name, pass }) => [name, pass])).toEqual([
    ['Little’s law', true],
    ['memory', true],
    ['cores', true],
  ])
})

test('the metrics that a run gives are known before it', () => {
  const known = metricsOf(queueing(), terms)
  const { metrics } = replicate(queueing({ duration: seconds(100) }), terms).recorded
  expect(Object.keys(known).sort()).toEqual(Object.keys(metrics).sort())
  for (const [name, { unit, better }] of Object.entries(metrics))
    expect(known[name]).toMatchObject({ unit, better })
})

describe('a run whose messages are kept', () => {
  const { recorded: bare, ...run } = replicate(
    queueing({ duration: seconds(200), warmUp: seconds(20) }),
    terms,
  )

  test('is the same run, and observes the same', () => {
    const kept = replicate(queueing({ duration: seconds(200), warmUp: seconds(20) }), {
      ...terms,
      messages: true,
    })
    const { recorded, ...rest } = kept
    const { traffic, excerpt: _, ...figures } = recorded
    expect(rest).toEqual(run)
    expect(figures).toEqual(bare)
    expect(traffic!.measured).toBe(seconds(180))
    const sum = traffic!.links.reduce((total, [, , messages]) => total + messages, 0)
    expect(sum).toBe(bare.metrics['network.messages']!.value)
  })

  test('with MSER-5 keeps those of the second pass, since the end of warm-up', () => {
    const scenario = queueing({ warmUp: 'mser-5', duration: seconds(2000) })
    const bare = replicate(scenario, terms)
    const { recorded, fingerprint } = replicate(scenario, { ...terms, messages: true })
    expect(fingerprint).toBe(bare.fingerprint)
    const { traffic, excerpt } = recorded
    expect(traffic!.measured).toBe(recorded.measured)
    const sum = traffic!.links.reduce((total, [, , messages]) => total + messages, 0)
    expect(sum).toBe(bare.recorded.metrics['network.messages']!.value)
    expect(excerpt!.until - excerpt!.from).toBe(bare.recorded.metrics['latency.max']!.value)
  })

  test('keeps nothing where nobody asks', () => {
    expect(bare).not.toHaveProperty('traffic')
    expect(bare).not.toHaveProperty('excerpt')
  })
})
