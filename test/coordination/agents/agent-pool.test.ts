import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AgentPool } from '../../../src/coordination/index.ts'
import { all, CancelledError, RefusedError, type Task, withTimeout } from '../../../src/env/index.ts'
import { ms } from '../../../src/units.ts'
import { makeStage, valuesOf } from '../fixture.ts'

const workers = (count: number): string[] => Array.from({ length: count }, () => 'worker')

function makePool(capacity: number) {
  const stage = makeStage()
  const pool = new AgentPool(stage.env, capacity)
  /** Takes 10 ms; fails for agents whose number is in `failing`. */
  const starting = { now: 0, most: 0 }
  const start = (failing: readonly number[] = []) =>
    function* (agent: { id: string }): Task<void> {
      starting.most = Math.max(starting.most, ++starting.now)
      try {
        yield* stage.env.sleep(ms(10))
        if (failing.includes(Number(agent.id.slice(6))))
          throw new RefusedError(503, `${agent.id} has no host`)
      } finally {
        starting.now--
      }
    }
  const states = () => [...pool.agents].map(({ id, state }) => `${id} ${state}`)
  return { ...stage, pool, start, starting, states }
}

test('an agent is spawning, then ready; the size counts both, and is observed as it changes', () => {
  const { pool, start, begin, run, world, states, observed } = makePool(10)
  const running = begin(pool.spawn('worker', start()))
  world.simulation.run({ until: ms(5) })
  expect(states()).toEqual(['agent-1 spawning'])
  run()
  expect(running.value).toMatchObject({ id: 'agent-1', type: 'worker', state: 'ready' })
  expect(pool.size).toBe(1)
  pool.remove(running.value!)
  expect(running.value!.state).toBe('dead')
  expect(valuesOf(observed, 'pool.size')).toEqual([1, 0])
  expect(valuesOf(observed, 'spawn.time')).toEqual([ms(10)])
})

test('a full pool refuses with 429, those being spawned counted', () => {
  const { pool, start, begin, run } = makePool(2)
  const running = [1, 2, 3].map(() => begin(pool.spawn('worker', start())))
  running[2]!.watch({ ended() {} })
  run()
  expect(running.map(({ state }) => state)).toEqual(['done', 'done', 'failed'])
  expect(running[2]!.error).toMatchObject({ status: 429, message: 'agent pool is full: 2 agents' })
})

test('there is room again for the one that was taken out', () => {
  const { pool, start, begin, run } = makePool(1)
  const first = begin(pool.spawn('worker', start()))
  run()
  pool.remove(first.value!)
  const second = begin(pool.spawn('worker', start()))
  run()
  expect(second.value!.id).toBe('agent-2')
})

describe('a start that comes to nothing leaves no agent behind', () => {
  test('when it fails', () => {
    const { pool, start, begin, run, observed } = makePool(10)
    const running = begin(pool.spawn('worker', start([1])))
    running.watch({ ended() {} })
    run()
    expect(running.error).toMatchObject({ status: 503 })
    expect(pool.size).toBe(0)
    expect(valuesOf(observed, 'spawn.time')).toEqual([])
  })

  test('when it is cancelled', () => {
    const { pool, start, begin, run, observed } = makePool(10)
    begin(withTimeout(pool.spawn('worker', start()), ms(5))).watch({ ended() {} })
    run()
    expect(pool.size).toBe(0)
    expect(valuesOf(observed, 'pool.size')).toEqual([1, 0])
  })

  test('when a bulk is cancelled, with some ready, some starting and some whose turn had not come', () => {
    const { pool, start, begin, run, states } = makePool(10)
    begin(withTimeout(pool.spawnAll(workers(6), 2, start()), ms(15))).watch({ ended() {} })
    run()
    // Two were ready at 10 ms and are the pool's; two were starting, two waiting.
    expect(states()).toEqual(['agent-1 ready', 'agent-2 ready'])
  })

  test('when it is taken out while it starts: it does not come back, and its spawn is cancelled', () => {
    const { pool, start, begin, run, env } = makePool(10)
    const running = begin(pool.spawn('worker', start()))
    running.watch({ ended() {} })
    env.after(ms(5), () => {
      for (const agent of pool.agents) pool.remove(agent)
    })
    run()
    expect(running.error).toBeInstanceOf(CancelledError)
    expect(pool.size).toBe(0)
  })
})

describe('bulk spawn', () => {
  test('conserves agents, honours the concurrency and names every failure’s reason', () => {
    const terms = fc.record({
      count: fc.integer({ min: 0, max: 30 }),
      capacity: fc.integer({ min: 1, max: 30 }),
      concurrency: fc.integer({ min: 1, max: 10 }),
      failing: fc.uniqueArray(fc.integer({ min: 1, max: 30 })),
    })
    fc.assert(
      fc.property(terms, ({ count, capacity, concurrency, failing }) => {
        const { pool, start, starting, begin, run, world } = makePool(capacity)
        const running = begin(pool.spawnAll(workers(count), concurrency, start(failing)))
        run()
        const { ready, failed } = running.value!
        const admitted = Math.min(count, capacity)
        const broken = failing.filter((i) => i <= admitted).length
        expect(ready.length).toBe(admitted - broken)
        expect(pool.size).toBe(ready.length)
        expect(ready.every(({ state }) => state === 'ready')).toBe(true)
        const statuses = failed.map(({ error }) => (error as RefusedError).status)
        expect(statuses.filter((status) => status === 429).length).toBe(count - admitted)
        expect(statuses.filter((status) => status === 503).length).toBe(broken)
        expect(failed.every(({ agent }) => agent.state === 'dead')).toBe(true)
        expect(starting.most).toBe(Math.min(admitted, concurrency))
        // Rounds of 10 ms.
        expect(world.simulation.now).toBe(ms(10) * Math.ceil(admitted / concurrency))
      }),
      { numRuns: 100 },
    )
  })

  test('tells which agent failed, and why', () => {
    const { pool, start, begin, run } = makePool(2)
    const running = begin(pool.spawnAll(['worker', 'coder', 'judge'], 3, start([2])))
    run()
    expect(running.value!.failed).toMatchObject([
      {
        agent: { id: '', type: 'judge', state: 'dead' },
        error: new RefusedError(429, 'agent pool is full: 2 agents'),
      },
      {
        agent: { id: 'agent-2', type: 'coder', state: 'dead' },
        error: new RefusedError(503, 'agent-2 has no host'),
      },
    ])
  })
})

describe('spawning together', () => {
  test('one task brings all up; those it reports as failed, and those without room, are left out', () => {
    const { pool, begin, run, env, observed, states } = makePool(3)
    const running = begin(
      pool.spawnTogether(workers(4), function* (agents) {
        yield* env.sleep(ms(7))
        return agents.map(({ id }) => (id === 'agent-2' ? new RefusedError(400, 'no') : undefined))
      }),
    )
    run()
    expect(states()).toEqual(['agent-1 ready', 'agent-3 ready'])
    expect(running.value!.ready.map(({ id }) => id)).toEqual(['agent-1', 'agent-3'])
    expect(running.value!.failed.map(({ error }) => (error as RefusedError).status)).toEqual([429, 400])
    expect(valuesOf(observed, 'spawn.time')).toEqual([ms(7), ms(7)])
  })

  test('when its task fails, no agent is left behind', () => {
    const { pool, begin, run, env } = makePool(3)
    const running = begin(
      pool.spawnTogether(workers(2), function* () {
        yield* env.sleep(ms(7))
        throw new RefusedError(500, 'no')
      }),
    )
    running.watch({ ended() {} })
    run()
    expect(running.error).toMatchObject({ status: 500 })
    expect(pool.size).toBe(0)
  })
})

test('ids are never given twice, and agents keep the order of their coming', () => {
  const { pool, start, begin, run, states } = makePool(10)
  begin(all<unknown>([pool.spawn('a', start([1])), pool.spawnAll(workers(2), 1, start())])).watch({
    ended() {},
  })
  run()
  begin(pool.spawn('b', start()))
  run()
  expect(new Set(states()).size).toBe(states().length)
  expect(states().at(-1)).toBe('agent-4 ready')
})
