import { describe, expect, test } from 'vitest'
import { agentPool } from '../../../src/coordination/index.ts'
import { allSettled, type JobRequest, type RefusedError, type Task } from '../../../src/env/index.ts'
import { ms, seconds } from '../../../src/units.ts'
import { mcp } from '../../../src/world/services/mcp/mcp.ts'
import { addCoordinator, makeWorld } from '../../world/fixture.ts'
import { Asked, addClient, addService, at, metric } from '../../world/services/fixture.ts'
import { createdBy, makeStage, valuesOf } from '../fixture.ts'

/** A pool at its own host `a`; clients, an MCP server and the agents' processes at `b`. */
function makePool(given: Readonly<Record<string, unknown>>, workers = 0) {
  const world = makeWorld({ a: {}, b: { cores: 16 } })
  const constant = (value: number) => ({ kind: 'constant', value })
  addService(world, 'b', 'mcp', mcp, { slots: 2, cost: 0, connect: constant(0) })
  const agents = Array.from({ length: workers }, (_, i) => {
    const process = addCoordinator(world, 'b', `worker.${i + 1}`, (env) => ({
      *handle(_from, request) {
        yield* env.compute({ cost: (request as JobRequest).service! })
        return { kind: 'job.done' }
      },
    }))
    process.begin()
    return process
  })
  const stage = makeStage(world, (env) =>
    createdBy(agentPool, env, {
      ...given,
      ...(workers > 0 ? { agents: agents.map(({ address }) => address) } : {}),
    }),
  )
  const client = addClient(world, 'b')
  const asked: Asked[] = []
  const ask = (time: number, job: Partial<JobRequest> = {}) =>
    at(world, ms(time), () => {
      asked.push(new Asked(client, stage.process, { kind: 'job', service: ms(100), ...job } as JobRequest))
    })
  const run = (until: number) => {
    if (world.simulation.now === 0) stage.process.begin()
    world.simulation.run({ until: ms(until) })
    if (world.failure) throw world.failure
    return asked.map(({ latency, reply, error }) => (reply ? latency / 1e6 : (error?.status ?? 'none')))
  }
  return { ...stage, agents, ask, run, seen: (name: string) => valuesOf(stage.observed, name) }
}

describe('a job', () => {
  test('has an agent spawned for its capability, and the next like it has that agent', () => {
    const { ask, run, seen } = makePool({})
    ask(0, { capability: 'code' })
    ask(1000, { capability: 'code' })
    ask(2000, { capability: 'test' })
    // 150 ms for a new one, 100 ms of work.
    expect(run(5000)).toEqual([250, 100, 250])
    expect(seen('pool.acquire')).toEqual([ms(150), 0, ms(150)])
  })

  test('has one of those that were brought up at the beginning', () => {
    const { ask, run } = makePool({ initial: { code: 2, test: 1 } })
    for (const capability of ['code', 'code', 'test', 'code']) ask(1000, { capability })
    // The fourth waits 100 ms for the first of its kind, before a new one would be there.
    expect(run(5000)).toEqual([100, 100, 100, 200])
  })

  test('has a warm one with a template, beyond them a new one; the warm ones come again', () => {
    const { ask, run } = makePool({ warm: 2 })
    for (const time of [1000, 1000, 1000, 1001]) ask(time)
    for (const time of [3000, 3000]) ask(time, { capability: 'other' })
    // 5 ms for a template; the third and fourth wait for the first two to be given back, at 1105 ms.
    expect(run(9000)).toEqual([105, 105, 205, 204, 105, 105])
  })

  test('is refused where no agent is free in time', () => {
    const { ask, run } = makePool({ capacity: 1, patience: ms(300), queue: 1 })
    ask(0, { service: seconds(9) })
    ask(1000)
    ask(1001)
    expect(run(20_000)).toEqual([9150, 503, 429])
  })
})

describe('an agent', () => {
  test('is spawned by agent_spawn over the MCP server, as many at once as that has slots', () => {
    const { ask, run, world } = makePool({ server: [{ name: 'mcp' }] })
    for (let i = 0; i < 4; i++) ask(0)
    // Two slots of 150 ms: at 150 ms two, which serve again at 250; the next two spawns are there at 300.
    expect(run(5000)).toEqual([250, 250, 350, 350])
    expect(metric(world, 'service.mcp.calls')).toBe(4)
  })

  test('does its tasks in its own process, where it has one', () => {
    const { ask, run, agents } = makePool({ capacity: 100 }, 2)
    for (let i = 0; i < 3; i++) ask(0)
    // There are no more agents than processes.
    expect(run(5000)).toEqual([250, 250, 350])
    expect(agents.length).toBe(2)
  })

  test('that breaks at its task is replaced, and the task goes to another', () => {
    const { ask, run, agents, world, seen } = makePool({ initial: { any: 2 } }, 3)
    ask(1000, { service: seconds(1) })
    at(world, ms(1500), () => agents[0]!.kill())
    // 500 ms in vain, then a second with the other.
    expect(run(10_000)).toEqual([1500])
    expect([seen('pool.broken'), seen('pool.replaced')]).toEqual([[1], [1]])
    expect(seen('pool.ready').at(-1)).toBe(2)
  })

  test('that breaks while it is idle is found out by its health, after so many answers missing', () => {
    const { run, agents, world, seen } = makePool(
      { initial: { any: 2 }, healthEvery: seconds(1), healthRetries: 3 },
      3,
    )
    at(world, ms(500), () => agents[1]!.kill())
    run(2900)
    expect(seen('pool.broken')).toEqual([])
    run(10_000)
    expect([seen('pool.broken'), seen('pool.replaced')]).toEqual([[1], [1]])
  })
})

describe('the forecast', () => {
  /** So many jobs in each second, evenly. */
  const demand = (ask: (time: number) => void, counts: readonly number[]) => {
    for (const [second, count] of counts.entries())
      for (let i = 0; i < count; i++) ask(1000 * second + (1000 * (i + 0.5)) / count)
  }
  const forecast = { interval: seconds(1), lead: seconds(1), levelWeight: 1, trendWeight: 1, safety: 0 }

  test('keeps as many warm as a rise of demand says will come, within its bounds', () => {
    const { ask, run, seen } = makePool({ warm: 2, warmMost: 10, reuse: false, forecast })
    demand(ask, [2, 4, 6, 8, 10, 12])
    run(6100)
    // With both weights 1 the forecast is the last value and the last change: 2 (no change yet), 4 + 2, 6 + 2, … at most 10.
    expect(seen('pool.warm.target')).toEqual([2, 6, 8, 10, 10, 10])
  })

  test('lets warm agents go when demand falls', () => {
    const { ask, run, seen } = makePool({ warm: 1, warmMost: 10, reuse: false, forecast })
    demand(ask, [8, 8, 4, 0, 0])
    run(5200)
    // 8; 8; 4 − 4 = 0, 0 − 4 < 0 and 0: at least 1.
    expect(seen('pool.warm.target')).toEqual([8, 8, 1, 1, 1])
    expect(seen('pool.warm.size').at(-1)).toBe(1)
  })
})

test('a pool that starts again after a crash begins with nothing, and its leases have other names', () => {
  const { ask, run, process, world, observed } = makePool({})
  ask(0)
  ask(2000)
  at(world, ms(1000), () => {
    process.kill()
    process.start()
  })
  run(5000)
  const leases = observed.flatMap((each) =>
    each.kind === 'fact' && each.fact === 'submitted' ? [each.task] : [],
  )
  expect(new Set(leases).size).toBe(leases.length)
})

test('a job that its client gives up gives its agent back', () => {
  const stage = makePool({ capacity: 1 })
  const { world, env } = stage
  const pool = { name: 'actor' }
  const caller = makeCaller(world)
  const outcome = caller.begin(
    (function* (): Task<unknown> {
      const job = { kind: 'job', service: seconds(60) } as JobRequest
      return yield* allSettled([
        caller.env.call(pool, job, ms(500)),
        caller.env.call(pool, { ...job, service: 1 } as JobRequest, seconds(5)),
      ])
    })(),
  )
  stage.run(10_000)
  expect(outcome.state).toBe('done')
  const [first, second] = outcome.value as { ok: boolean; error?: RefusedError }[]
  expect([first!.ok, second!.ok]).toEqual([false, true])
  expect(env.now()).toBe(ms(10_000))
})

function makeCaller(world: ReturnType<typeof makeWorld>) {
  let env!: Parameters<Parameters<typeof addCoordinator>[3]>[0]
  const process = addCoordinator(world, 'b', 'caller', (made) => {
    env = made
    return {}
  })
  process.begin()
  return {
    env,
    begin<T>(task: Task<T>) {
      const result: { state: string; value: T | undefined } = { state: 'running', value: undefined }
      process.enter(() => {
        env.spawn(
          (function* () {
            result.value = yield* task
            result.state = 'done'
          })(),
          'caller',
        )
      })
      return result
    },
  }
}
