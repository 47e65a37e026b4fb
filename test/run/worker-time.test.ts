import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { all, type Env, type Message, type Request, type Task } from '../../src/env/index.ts'
import { type OccupationState, STATES } from '../../src/observe/occupation.ts'
import { WorkerTime } from '../../src/run/worker-time.ts'
import { ms } from '../../src/units.ts'
import type { World } from '../../src/world/world.ts'
import { addCoordinator, makeWorld } from '../world/fixture.ts'

interface Job extends Request<Message> {
  readonly kind: 'job'
  readonly time: number
}

const job = (time: number): Job => ({ kind: 'job', time: ms(time) })

const computes = (env: Env) => ({
  *handle(_from: unknown, request: Request<unknown>): Task<Message> {
    yield* env.compute({ cost: (request as Job).time })
    return { kind: 'done' }
  },
})

/** So many workers on a host `b`, and a head on `a` that does what `start` says. */
function withHead(
  world: World,
  workers: number,
  start: (env: Env) => Task<void>,
  create: (env: Env, i: number) => object = computes,
): void {
  for (let i = 1; i <= workers; i++)
    addCoordinator(world, 'b', `worker.${i}`, (env) => create(env, i), 0, 'worker')
  addCoordinator(world, 'a', 'head', (env) => ({ start: () => start(env) }))
}

const worker = (i: number) => ({ name: `worker.${i}` })

/** Milliseconds in each state, of all workers together, those of none left out. */
function timeOf(world: World, fixed = true): Partial<Record<OccupationState, number>> {
  const time = new WorkerTime(world, world.recorder, { part: 'worker', services: new Set(), fixed })
  for (const process of world.processes.values()) process.begin()
  time.run({})
  const { now } = world.simulation
  expect(time.check(now).pass).toBe(true)
  const { metrics } = world.recorder.finish(now)
  return Object.fromEntries(
    STATES.map((state) => [state, ((metrics[`workers.${state}.mean`]!.value ?? 0) * now) / ms(1)] as const)
      .map(([state, value]) => [state, Math.round(value * 1e6) / 1e6] as const)
      .filter(([, value]) => value !== 0),
  )
}

const network = (latency: number) => ({ latency: { kind: 'constant', value: ms(latency) } })

describe('the time of workers goes', () => {
  test('to the serial part while the head computes', () => {
    const world = makeWorld({ a: {}, b: { cores: 4 } })
    withHead(world, 4, function* (env) {
      yield* env.compute({ cost: ms(30) })
      yield* all([1, 2, 3, 4].map((i) => env.call(worker(i), job(10), ms(1e6))))
    })
    expect(timeOf(world)).toEqual({ computing: 40, serial: 120 })
  })

  test('to waiting for a core where there are fewer', () => {
    const world = makeWorld({ a: {}, b: { cores: 2 } })
    withHead(world, 5, function* (env) {
      yield* all([1, 2, 3, 4, 5].map((i) => env.call(worker(i), job(20), ms(1e6))))
    })
    // 100 ms of work on 2 cores take 50 ms; 5 workers have 250.
    expect(timeOf(world)).toEqual({ computing: 100, contention: 150 })
  })

  test('to the network while work or answers are on their way', () => {
    const world = makeWorld({ a: {}, b: { cores: 2 } }, network(7))
    withHead(world, 2, function* (env) {
      for (let round = 0; round < 3; round++)
        yield* all([1, 2].map((i) => env.call(worker(i), job(10), ms(1e6))))
    })
    expect(timeOf(world)).toEqual({ computing: 60, network: 2 * 3 * 14 })
  })

  test('to peers who still work, where the jobs are unequal: P times the longest less all of them', () => {
    const times = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(times, (each) => {
        const world = makeWorld({ a: {}, b: { cores: 8 } })
        withHead(world, each.length, function* (env) {
          yield* all(each.map((time, i) => env.call(worker(i + 1), job(time), ms(1e6))))
        })
        const sum = each.reduce((a, b) => a + b, 0)
        const stragglers = each.length * Math.max(...each) - sum
        expect(timeOf(world)).toEqual({ computing: sum, ...(stragglers > 0 ? { stragglers } : {}) })
      }),
      { numRuns: 30 },
    )
  })

  test('to agreement while they handle what peers ask, and wait for them', () => {
    const world = makeWorld({ a: {}, b: { cores: 3 } })
    // One has a job, and asks the two others, who take 5 ms each, before it is done.
    const asking = (env: Env, i: number) => ({
      *handle(_from: unknown, request: Request<unknown>): Task<Message> {
        yield* env.compute({ cost: (request as Job).time })
        if (i === 1) yield* all([2, 3].map((peer) => env.call(worker(peer), job(5), ms(1e6))))
        return { kind: 'done' }
      },
    })
    withHead(world, 3, (env) => env.call(worker(1), job(10), ms(1e6)) as Task<unknown> as Task<void>, asking)
    expect(timeOf(world)).toEqual({ computing: 10, stragglers: 20, coherency: 15 })
  })

  test('to votes of peers that come as messages, each of which costs its handling', () => {
    const world = makeWorld({ a: {}, b: { cores: 4 } })
    for (let i = 1; i <= 4; i++)
      addCoordinator(
        world,
        'b',
        `worker.${i}`,
        (env) => ({
          *start() {
            yield* env.compute({ cost: ms(10) })
            for (let peer = 1; peer <= 4; peer++) if (peer !== i) env.send(worker(peer), { kind: 'vote' })
          },
        }),
        ms(1),
        'worker',
      )
    // Each handles three votes of 1 ms.
    expect(timeOf(world)).toEqual({ computing: 40, coherency: 12 })
  })

  test('to nothing of theirs while they are down', () => {
    const world = makeWorld({ a: {}, b: { cores: 2 } })
    withHead(world, 2, function* (env) {
      yield* env.call(worker(1), job(30), ms(1e6))
    })
    world.simulation.schedule(ms(10), { id: 0, fire: () => world.processes.get('worker.2')!.kill() }, 0)
    expect(timeOf(world)).toEqual({ computing: 30, stragglers: 10, down: 20 })
  })

  test('to nobody who died while they worked for him, and to their work again after they died themselves', () => {
    const world = makeWorld({ a: {}, b: { cores: 2 } }, network(5))
    withHead(world, 2, (env) => all([1, 2].map((i) => env.call(worker(i), job(20), ms(1e6)))) as Task<never>)
    const at = (time: number, fire: () => void) => world.simulation.schedule(ms(time), { id: 0, fire }, 0)
    const process = (name: string) => world.processes.get(name)!
    // He has asked both when he ends, and at 15 they hear of it and stop. At 50 he comes back, and asks anew.
    at(10, () => process('head').kill())
    at(50, () => process('head').start())
    // One ends with nothing in hand, and is back at once.
    at(40, () => {
      process('worker.2').kill()
      process('worker.2').start()
    })
    expect(timeOf(world)).toEqual({ computing: 2 * (10 + 20), network: 2 * (5 + 10), idle: 2 * 35 })
  })

  test('each to one cause, and all of it, whatever they do', () => {
    const asked = fc.record({
      at: fc.integer({ min: 0, max: 40 }),
      worker: fc.integer({ min: 1, max: 4 }),
      time: fc.integer({ min: 0, max: 20 }),
      peer: fc.option(fc.integer({ min: 1, max: 4 })),
    })
    const system = fc.record({
      jobs: fc.array(asked, { maxLength: 12 }),
      cores: fc.integer({ min: 1, max: 4 }),
      latency: fc.integer({ min: 0, max: 5 }),
      fixed: fc.boolean(),
    })
    fc.assert(
      fc.property(system, ({ jobs, cores, latency, fixed }) => {
        const world = makeWorld({ a: {}, b: { cores } }, network(latency))
        const create = (env: Env) => ({
          *handle(_from: unknown, request: Request<unknown>): Task<Message> {
            const { time, peer } = request as Job & { peer?: number }
            yield* env.compute({ cost: time })
            if (peer) yield* env.call(worker(peer), job(1), ms(1e6))
            return { kind: 'done' }
          },
        })
        withHead(
          world,
          4,
          function* (env) {
            yield* all(
              jobs.map(function* ({ at, worker: to, time, peer }) {
                yield* env.sleep(ms(at))
                yield* env.call(worker(to), { ...job(time), ...(peer ? { peer } : {}) }, ms(1e6))
              }),
            )
          },
          create,
        )
        // The check inside holds that it is all of it; what was computed for the head is told from what was for peers.
        const { computing = 0, coherency = 0 } = timeOf(world, fixed)
        const own = jobs.reduce((sum, { time }) => sum + time, 0)
        const peers = jobs.filter(({ peer }) => peer).length
        expect(computing).toBeLessThanOrEqual(own + peers + 1e-6)
        expect(computing + coherency).toBeGreaterThanOrEqual(own - 1e-6)
      }),
      { numRuns: 60 },
    )
  })
})

test('what is seen of workers changes nothing of what they do', () => {
  const fingerprint = (seen: boolean): string => {
    const world = makeWorld({ a: {}, b: { cores: 2 } }, network(3))
    withHead(world, 3, function* (env) {
      for (let round = 1; round < 5; round++)
        yield* all([1, 2, 3].map((i) => env.call(worker(i), job(i * round), ms(1e6))))
    })
    const run = seen
      ? new WorkerTime(world, world.recorder, { part: 'worker', services: new Set(), fixed: true })
      : world.simulation
    for (const process of world.processes.values()) process.begin()
    run.run({})
    return world.simulation.fingerprint.toString()
  }
  expect(fingerprint(true)).toBe(fingerprint(false))
})
