// A worker that sleeps while its queue is empty, woken by whoever puts something in. The bug: between its look at the queue
// and its falling asleep there is a gap, in which a wake-up finds nobody to wake.

import { expect, test } from 'vitest'
import { type Coordinator, Deferred, type Env, type Message } from '../../src/env/index.ts'
import { ms, seconds } from '../../src/units.ts'
import type { World } from '../../src/world/world.ts'
import { addCoordinator } from '../world/fixture.ts'
import { checksOf, violations } from './fixture.ts'

interface Put extends Message {
  readonly kind: 'put'
  readonly task: string
}

function worker(env: Env, careless: boolean): Coordinator {
  const queue: string[] = []
  let wake: Deferred<void> | undefined
  return {
    *start() {
      for (;;) {
        while (queue.length > 0) {
          const task = queue.shift()!
          yield* env.sleep(ms(2))
          env.observe({ kind: 'fact', fact: 'done', queue: 'jobs', task })
        }
        // Falling asleep takes its time.
        yield* env.sleep(ms(1))
        if (!careless && queue.length > 0) continue
        wake = new Deferred<void>()
        yield* wake.wait()
        wake = undefined
      }
    },
    receive(_from, message) {
      queue.push((message as Put).task)
      wake?.resolve(undefined)
    },
  }
}

const submitter = (env: Env): Coordinator => ({
  *start() {
    for (let i = 1; i <= 5; i++) {
      yield* env.sleep(env.random('pause').integer(ms(20)))
      const task = `job ${i}`
      env.observe({ kind: 'fact', fact: 'submitted', queue: 'jobs', task, once: true })
      env.send({ name: 'worker' }, { kind: 'put', task } as Put)
    }
  },
})

/** Something always goes on, so that the run does not come to rest. */
const clock = (env: Env): Coordinator => ({
  *start() {
    for (;;) yield* env.sleep(seconds(1))
  },
})

const plot = (careless: boolean) => ({
  build(world: World) {
    addCoordinator(world, 'a', 'worker', (env) => worker(env, careless))
    addCoordinator(world, 'b', 'submitter', submitter)
    addCoordinator(world, 'c', 'clock', clock)
  },
  checks: { liveness: { within: seconds(5) } },
  until: seconds(20),
})

test('a lost wake-up is no progress while somebody waits', () => {
  const found = violations(plot(true), 200)
  expect(Object.keys(found)).toEqual(['liveness'])
  expect(found.liveness!.seeds).toBeGreaterThan(1)
  expect(found.liveness!.seeds).toBeLessThan(95)
  const { detail, violation } = found.liveness!.first
  expect(detail).toMatch(/^no progress of jobs in 5 s, while \d waits? for it, at 5\.\d+ s$/)
  expect(violation!.events.at(-1)!.event).toMatch(/began to wait for jobs|the last progress of jobs/)
})

test('a worker that looks again before it sleeps makes progress, with every seed', () => {
  expect(violations(plot(false))).toEqual({})
  const told = checksOf(plot(false), '1').find(({ name }) => name === 'liveness')!
  expect(told).toMatchObject({ pass: true, detail: 'progress 5 times, of jobs' })
})
