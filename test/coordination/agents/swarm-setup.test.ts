import { describe, expect, test } from 'vitest'
import { swarmSetup } from '../../../src/coordination/index.ts'
import { ms, seconds } from '../../../src/units.ts'
import { mcp } from '../../../src/world/services/mcp/mcp.ts'
import { makeWorld } from '../../world/fixture.ts'
import { addService, metric } from '../../world/services/fixture.ts'
import { createdBy, makeStage, valuesOf } from '../fixture.ts'

const constant = (value: number) => ({ kind: 'constant', value })

/** What the queen observed, at a server whose messages and connections cost nothing. */
function setUp(given: Readonly<Record<string, unknown>>, server: Readonly<Record<string, unknown>> = {}) {
  const world = makeWorld({ a: {}, b: {} })
  addService(world, 'b', 'mcp', mcp, { slots: 100, cost: 0, connect: constant(0), ...server })
  const stage = makeStage(world, (env) => createdBy(swarmSetup, env, { server: [{ name: 'mcp' }], ...given }))
  stage.process.begin()
  stage.run()
  const values = (name: string) => valuesOf(stage.observed, name)
  return { world, values, calls: metric(world, 'service.mcp.calls') }
}

/** An agent_spawn of a server whose other tools are as ever. */
const spawnIn = (time: number) => ({ tools: { agent_spawn: { time: constant(ms(time)), cpu: 0 } } })

describe('the time of the set-up', () => {
  for (const agents of [1, 10, 54])
    test(`one by one, ${agents} agents take 500 + 150 n ms`, () => {
      const { values, calls } = setUp({ mode: 'sequential', agents })
      expect(values('setup.time')).toEqual([ms(500 + 150 * agents)])
      // Between the init of 200 ms and the orchestration of 300 ms.
      expect(values('startup.time')).toEqual([ms(150 * agents)])
      expect(values('spawn.time').length).toBe(agents)
      expect(calls).toBe(agents + 2)
    })

  for (const agents of [1, 54])
    test(`in stages, ${agents} agents take 200 + 150 + 300 ms, whatever their number`, () => {
      const { values } = setUp({ mode: 'staged', agents })
      expect(values('setup.time')).toEqual([ms(650)])
      expect(values('startup.time')).toEqual([ms(150)])
    })

  // 54 agents are 56 calls; scenarios/ollamamax/mcp-order.yaml claims where the 300 ms are reached.
  for (const [order, slots, duration] of [
    // A slot for every call: the longest of them, task_orchestrate.
    ['document', 56, 300],
    ['longest-first', 56, 300],
    // Init and 53 spawns have slots; the last spawn and the orchestration wait 150 ms for spawns to end: 150 + 300.
    ['document', 54, 450],
    ['longest-first', 54, 300],
    // 28 spawns at once, the other 26 at 150 ms; the orchestration takes one of the two slots left then.
    ['document', 29, 450],
    // Orchestration 0 to 300 ms, init 0 to 200, and 27 slots for two spawns each.
    ['longest-first', 29, 300],
    // One fewer: 26 slots for two spawns each, the last two spawns at 200 ms (init's) and 300 ms: 300 + 150.
    ['longest-first', 28, 450],
  ] as const)
    test(`all at once, ${order} on ${slots} slots, takes ${duration} ms`, () => {
      const { values } = setUp({ mode: 'concurrent', agents: 54, order }, { slots })
      expect(values('setup.time')).toEqual([ms(duration)])
    })

  test('all at once, the start-up ends with the last agent, not with the orchestration', () => {
    const { values } = setUp({ mode: 'concurrent', agents: 54 })
    expect(values('startup.time')).toEqual([ms(150)])
  })

  test('in one batch, it is the longest call, and no agent is ready before the whole batch is answered', () => {
    const { values, calls } = setUp({ mode: 'batched', agents: 54 })
    expect(values('setup.time')).toEqual([ms(300)])
    expect(values('startup.time')).toEqual([ms(300)])
    expect(values('spawn.time')).toEqual(Array.from({ length: 54 }, () => ms(300)))
    expect(calls).toBe(56)
  })

  test('in batches of 10 over a connection for one message at a time, each waits for the one before', () => {
    const given = { mode: 'batched', agents: 28, batchSize: 10, inFlight: 1 }
    // 30 calls are 3 batches: with init 200 ms, spawns alone 150 ms, with orchestrate 300 ms.
    expect(setUp(given).values('setup.time')).toEqual([ms(200 + 150 + 300)])
  })

  test('an HTTP/1.1 connection takes one call after the other, however many are issued at once', () => {
    const { values } = setUp({ mode: 'concurrent', agents: 4, inFlight: 1 })
    expect(values('setup.time')).toEqual([ms(500 + 150 * 4)])
  })

  test('a connection for each message costs its opening each time', () => {
    const given = { mode: 'sequential', agents: 3 }
    const connect = { connect: constant(ms(2)) }
    expect(setUp({ ...given, connections: 1 }, connect).values('setup.time')).toEqual([ms(950 + 2)])
    expect(setUp({ ...given, connections: 0 }, connect).values('setup.time')).toEqual([ms(950 + 2 * 5)])
  })
})

describe('agents', () => {
  for (const mode of ['sequential', 'staged', 'concurrent', 'batched'])
    test(`beyond the pool's capacity fail and are counted, ${mode}`, () => {
      const { values, calls } = setUp({ mode, agents: 12, capacity: 10 })
      expect([values('agents.ready'), values('agents.failed')]).toEqual([[10], [2]])
      expect(calls).toBe(12)
      expect(Math.max(...values('pool.size'))).toBe(10)
    })

  for (const mode of ['sequential', 'staged', 'concurrent'])
    test(`whose spawn times out are counted as failed and leave the pool, ${mode}`, () => {
      const { values } = setUp({ mode, agents: 5, timeout: ms(400) }, spawnIn(500))
      expect([values('agents.ready'), values('agents.failed')]).toEqual([[0], [5]])
      expect(values('pool.size').at(-1)).toBe(0)
      expect(values('spawn.time')).toEqual([])
      // None came up: there is no time in which they did.
      expect(values('startup.time')).toEqual([])
      expect(values('setup.time').length).toBe(1)
    })

  test('of a batch that times out have all failed; other batches are not touched', () => {
    const short = { time: constant(ms(50)), cpu: 0 }
    const tools = { ...spawnIn(100).tools, swarm_init: short, task_orchestrate: short }
    // One batch after the other on one slot: [init, 1, 2] 250 ms, [3, 4, 5] 300 ms, [6, 7, orchestrate] 250 ms.
    const given = { mode: 'batched', agents: 7, batchSize: 3, inFlight: 1, timeout: ms(280) }
    const { values } = setUp(given, { slots: 1, tools })
    expect([values('agents.ready'), values('agents.failed')]).toEqual([[4], [3]])
    expect(values('setup.time')).toEqual([ms(250 + 280 + 250)])
  })
})

test('a swarm whose init or orchestration fails is not set up, however its calls are issued', () => {
  for (const mode of ['sequential', 'staged', 'concurrent', 'batched']) {
    // 250 ms: enough for a spawn and the init, not for the orchestration.
    const { world, values } = setUp({ mode, agents: 3, timeout: ms(250), cycles: 2 })
    expect([mode, values('setup.time')]).toEqual([mode, []])
    expect(values('cycle.time')).toEqual([])
    expect(metric(world, 'tasks.failed')).toBe(1)
    expect(world.firstUnhandled).toMatch(
      /^actor: start ended at (\d+) ms in TimeoutError: mcp\.(call|batch) to mcp/,
    )
  }
})

test('cycles coordinate one call after the other, or both at once', () => {
  // task_orchestrate 300 ms and coordination_sync 50 ms.
  for (const [mode, time] of [
    ['sequential', 350],
    ['staged', 350],
    ['concurrent', 300],
    ['batched', 300],
  ] as const)
    expect(setUp({ mode, agents: 1, cycles: 3 }).values('cycle.time')).toEqual([ms(time), ms(time), ms(time)])
})

test('with a cache, cycles after the first only orchestrate while the reply of the sync stands: to orchestrate has an effect', () => {
  const { values } = setUp({ mode: 'sequential', agents: 1, cycles: 3, cache: seconds(60) })
  expect(values('cycle.time')).toEqual([ms(300 + 50), ms(300), ms(300)])
})
