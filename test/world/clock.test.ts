// What the clocks of hosts show, and when their timers end.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Env, Running, type Task } from '../../src/env/index.ts'
import { ms, seconds } from '../../src/units.ts'
import { addCoordinator, makeWorld } from './fixture.ts'
import { at } from './services/fixture.ts'

function clocks(values: { clockOffset?: number; clockDrift?: number }) {
  const world = makeWorld({ a: values, right: {} })
  let env!: Env
  let right!: Env
  addCoordinator(world, 'a', 'one', (given) => {
    env = given
    return {}
  }).begin()
  const process = addCoordinator(world, 'right', 'other', (given) => {
    right = given
    return {}
  })
  process.begin()
  return { world, env, right, host: world.hosts.get('a')! }
}

test('a clock of which nothing is said shows virtual time', () => {
  const { world, env } = clocks({})
  world.simulation.run({ until: seconds(5) })
  expect([env.clock(), env.now()]).toEqual([seconds(5), seconds(5)])
})

test('a clock is off by its offset, and further off by its drift; durations are not', () => {
  const { world, env, right } = clocks({ clockOffset: -seconds(2), clockDrift: 50 })
  world.simulation.run({ until: seconds(1000) })
  // 50 ppm of 1000 s.
  expect(env.clock()).toBe(seconds(998) + ms(50))
  expect([env.now(), right.clock()]).toEqual([seconds(1000), seconds(1000)])
})

test('a clock that is set jumps, also back; timers go on', () => {
  const { world, env, host } = clocks({})
  const fired: number[] = []
  env.after(seconds(3), () => fired.push(env.now()))
  at(world, seconds(1), () => host.clock.jump(seconds(60)))
  at(world, seconds(2), () => host.clock.jump(-seconds(120)))
  world.simulation.run()
  expect(fired).toEqual([seconds(3)])
  expect(env.clock()).toBe(seconds(3) - seconds(60))
})

test('timers and sleeps end when their host’s clock has gone on by so much', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -100_000, max: 100_000 }),
      fc.integer({ min: 1, max: seconds(100) }),
      (drift, delay) => {
        const { world, env } = clocks({ clockDrift: drift })
        const gone: number[] = []
        const began = env.clock()
        env.after(delay, () => gone.push(env.clock() - began))
        const sleeper = function* (): Task<void> {
          yield* env.sleep(delay)
          gone.push(env.clock() - began)
        }
        const process = world.processOf(env.self)
        process.enter(() => void new Running(process, sleeper(), 'sleeper'))
        world.simulation.run()
        for (const elapsed of gone) expect(Math.abs(elapsed - delay)).toBeLessThanOrEqual(2)
        expect(gone).toHaveLength(2)
      },
    ),
  )
})
