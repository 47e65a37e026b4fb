// What each fault does while it lasts, and that nothing of it is left when it is over.

import { expect, test } from 'vitest'
import type { Env, Task } from '../../../src/env/index.ts'
import { MiB, ms, seconds } from '../../../src/units.ts'
import { play } from '../../../src/world/faults/plan.ts'
import { faults } from '../../../src/world/faults/registry.ts'
import type { HostValues } from '../../../src/world/host.ts'
import type { World } from '../../../src/world/world.ts'
import { addCoordinator, makeWorld } from '../fixture.ts'

const named = (...names: readonly string[]) => names.map((name) => ({ name }))
const between = [named('a'), named('b')]
const fault = (world: World, at: number, kind: string, values: Record<string, unknown>) =>
  play(world, [{ at, kind, values }], faults)

/** One process that does something again and again, and notes how long it took by when it began. */
function repeated(work: (env: Env) => Task<unknown>, host: Partial<HostValues> = {}) {
  const world = makeWorld({ a: host })
  const took = new Map<number, number>()
  const process = addCoordinator(world, 'a', 'one', (env) => ({
    *start() {
      while (env.now() < seconds(10)) {
        const begun = env.now()
        yield* work(env)
        took.set(begun, env.now() - begun)
      }
    },
  }))
  process.begin()
  const run = (): readonly (readonly [begun: number, took: number])[] => {
    world.simulation.run()
    if (world.failure) throw world.failure
    return [...took]
  }
  return { world, process, run }
}

test('slow-down: cores give as much less as they are slower', () => {
  const { world, run } = repeated((env) => env.compute({ cost: ms(100) }))
  fault(world, seconds(2), 'slow-down', { host: named('a'), factor: 4, for: seconds(4) })
  for (const [begun, took] of run())
    expect(took).toBe(begun >= seconds(2) && begun < seconds(6) ? ms(400) : ms(100))
})

test('pause of a process: what was to happen meanwhile happens when it is over', () => {
  const { world, run } = repeated((env) => env.sleep(ms(100)))
  fault(world, seconds(2) + ms(50), 'pause', { process: named('one'), for: seconds(1) })
  for (const [begun, took] of run()) expect(took).toBe(begun === seconds(2) ? seconds(1) + ms(50) : ms(100))
})

test('pause of a host: work goes on where it stood', () => {
  const { world, run } = repeated((env) => env.compute({ cost: ms(100) }))
  fault(world, seconds(2) + ms(50), 'pause', { host: named('a'), for: seconds(1) })
  for (const [begun, took] of run()) expect(took).toBe(begun === seconds(2) ? ms(1100) : ms(100))
})

test('disk-slow: a save takes as much longer', () => {
  const host = { diskSync: { kind: 'constant', value: ms(10) }, diskLatency: 0, diskWriteBandwidth: 1e15 }
  const { world, run } = repeated((env) => env.save('state'), host)
  fault(world, seconds(2), 'disk-slow', { host: named('a'), factor: 5, for: seconds(5) })
  const times = run()
  expect(new Set(times.map(([, took]) => Math.round(took / ms(1))))).toEqual(new Set([10, 50]))
  for (const [begun, took] of times)
    if (begun > seconds(2) + ms(100) && begun < seconds(6)) expect(took / ms(50)).toBeCloseTo(1, 3)
})

test('disk-full: a save is refused, and what was saved before is still there', () => {
  const outcomes: string[] = []
  const { world, process, run } = repeated(function* (env): Task<void> {
    try {
      yield* env.save({ at: env.now() })
      outcomes.push('saved')
    } catch (error) {
      outcomes.push(String(error))
      expect(env.saved()).toMatchObject({ at: expect.any(Number) })
    }
    yield* env.sleep(ms(500))
  })
  fault(world, seconds(2), 'disk-full', { host: named('a'), for: seconds(4) })
  run()
  expect(outcomes).toContain('RefusedError: a: no space left on device')
  expect(outcomes.at(-1)).toBe('saved')
  expect(process.saved).toMatchObject({ at: expect.any(Number) })
})

test('clock-jump: the wall clock jumps, timers do not', () => {
  const readings: number[] = []
  const { world, run } = repeated(function* (env): Task<void> {
    readings.push(env.clock() - env.now())
    yield* env.sleep(ms(500))
  })
  fault(world, seconds(2) + 1, 'clock-jump', { host: named('a'), by: seconds(3), direction: 'back' })
  const times = run()
  expect(readings.slice(0, 5)).toEqual([0, 0, 0, 0, 0])
  expect(new Set(readings.slice(5))).toEqual(new Set([-seconds(3)]))
  for (const [, took] of times) expect(took).toBe(ms(500))
})

test('memory-leak: memory is taken at its rate, and given back when it is over', () => {
  const { world, process, run } = repeated((env) => env.sleep(ms(100)), { memory: 1024 * MiB })
  fault(world, seconds(1), 'memory-leak', { process: named('one'), rate: 10 * MiB, for: seconds(5) })
  const used: number[] = []
  for (const time of [0.5, 2.05, 5.95, 7])
    world.simulation.schedule(seconds(time), { id: 0, fire: () => used.push(process.memory.used / MiB) }, 0)
  run()
  expect(used.map(Math.round)).toEqual([0, 10, 49, 0])
})

test('memory-leak: who takes more than there is is killed for it', () => {
  const { world, process, run } = repeated((env) => env.sleep(ms(100)), { memory: 20 * MiB })
  fault(world, 0, 'memory-leak', { process: named('one'), rate: 10 * MiB })
  run()
  expect(process.up).toBe(false)
  expect(world.hosts.get('a')!.memory.used).toBe(0)
})

/** A note every 10 ms from one to the other; when each was sent and came. */
function notes() {
  const world = makeWorld({ a: {}, b: {} }, { latency: { kind: 'constant', value: ms(1) } })
  const came: { readonly number: number; readonly at: number }[] = []
  const from = addCoordinator(world, 'a', 'from', (env) => ({
    *start() {
      for (let number = 0; number < 1000; number++) {
        env.send({ name: 'to' }, { kind: String(number) })
        yield* env.sleep(ms(10))
      }
    },
  }))
  const to = addCoordinator(world, 'b', 'to', (env) => ({
    receive: (_from, { kind }) => void came.push({ number: Number(kind), at: env.now() }),
  }))
  const run = () => {
    for (const process of [from, to]) process.begin()
    world.simulation.run()
    if (world.failure) throw world.failure
    return came
  }
  return { world, run }
}

test('hold: what is sent is kept, and comes in its order when it is over', () => {
  const { world, run } = notes()
  fault(world, seconds(2) + 1, 'hold', { between, direction: 'both', for: seconds(3) })
  const came = run()
  expect(came.map(({ number }) => number)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
  const late = came.filter(({ number, at }) => at > ms(10) * number + ms(1))
  expect(late.length).toBe(300)
  for (const { at } of late) expect(at).toBeGreaterThanOrEqual(seconds(5))
})

test('bad-link: later by as much, for as long', () => {
  const { world, run } = notes()
  const worse = { loss: 0, duplicate: 0, corrupt: 0, reorder: 0, bandwidthRatio: 1 }
  const extraLatency = { kind: 'constant', value: ms(7) }
  fault(world, seconds(2) + 1, 'bad-link', {
    between,
    direction: 'one-way',
    ...worse,
    extraLatency,
    for: seconds(3),
  })
  for (const { number, at } of run()) {
    const sent = ms(10) * number
    const bad = sent > seconds(2) && sent < seconds(5) + 1
    // The first after it may not overtake the last of it.
    expect(at - sent).toBe(bad ? ms(8) : ms(1))
  }
})

test('partition one way: the other way all comes', () => {
  const { world, run } = notes()
  fault(world, seconds(2) + 1, 'partition', {
    between: [named('b'), named('a')],
    direction: 'one-way',
    for: seconds(3),
  })
  expect(run()).toHaveLength(1000)
})
