// A supervisor starts a process for each task and ends it afterwards. The bug: where the task fails, it forgets to.

import { expect, test } from 'vitest'
import { type Coordinator, type Env, RefusedError, type Request } from '../../src/env/index.ts'
import { ms, seconds } from '../../src/units.ts'
import type { World } from '../../src/world/world.ts'
import { addCoordinator } from '../world/fixture.ts'
import { checksOf, violations } from './fixture.ts'

const TASKS = 5
const work: Request<{ kind: 'done' }> = { kind: 'work' }

const supervisor = (env: Env, careless: boolean): Coordinator => ({
  *start() {
    for (let i = 1; i <= TASKS; i++) {
      const child = `child ${i}`
      let failed = false
      env.observe({ kind: 'fact', fact: 'spawned', child })
      try {
        yield* env.call({ name: 'server' }, work, seconds(1))
      } catch {
        failed = true
      }
      if (!(failed && careless)) env.observe({ kind: 'fact', fact: 'reaped', child })
    }
  },
})

const server = (env: Env): Coordinator => ({
  *handle() {
    yield* env.sleep(ms(1))
    if (env.random('luck').uniform() < 0.1) throw new RefusedError(500, 'no luck')
    return { kind: 'done' }
  },
})

const plot = (careless: boolean, killed = false) => ({
  build(world: World) {
    addCoordinator(world, 'a', 'supervisor', (env) => supervisor(env, careless))
    addCoordinator(world, 'b', 'server', server)
    if (killed)
      world.simulation.schedule(ms(2), { id: 0, fire: () => world.processes.get('supervisor')!.kill() }, 0)
  },
})

test('a process that nobody ends is a leak', () => {
  const found = violations(plot(true), 50)
  expect(Object.keys(found)).toEqual(['no-orphan'])
  const { detail, violation } = found['no-orphan']!.first
  expect(detail).toMatch(/^\d process(es)? still runs? when nothing is left to do: child \d/)
  expect(violation!.events[0]!.event).toMatch(/^spawned child \d$/)
})

test('a supervisor that ends it whatever happens leaves none, with every seed', () => {
  expect(violations(plot(false))).toEqual({})
  const told = checksOf(plot(false), '1').find(({ name }) => name === 'no-orphan')!
  expect(told).toMatchObject({ pass: true, detail: '5 children started, 0 in charge of a parent at the end' })
})

test('the children of a supervisor that is killed are left behind', () => {
  expect(Object.keys(violations(plot(false, true), 20))).toEqual(['no-orphan'])
})
