import { expect, test } from 'vitest'
import { all, type Env, type Message, type Request, type Task, TimeoutError } from '../../src/env/index.ts'
import { ms } from '../../src/units.ts'
import { addCoordinator, makeWorld } from './fixture.ts'

interface Ask extends Request<Message> {
  readonly kind: 'ask'
}
const ask: Ask = { kind: 'ask' }

test('a call takes there and back, and the handler’s cost on a core of the callee', () => {
  const world = makeWorld({ a: {}, b: {} }, { latency: { kind: 'constant', value: ms(3) } })
  const log: unknown[] = []
  const callee = addCoordinator(
    world,
    'b',
    'callee',
    () => ({
      *handle(): Task<Message> {
        return { kind: 'answer' }
      },
    }),
    ms(5),
  )
  const caller = addCoordinator(world, 'a', 'caller', (env: Env) => ({
    *start() {
      const reply = yield* env.call(callee.address, ask, ms(100))
      log.push(reply.kind, env.now())
    },
  }))
  for (const process of [callee, caller]) process.begin()
  world.simulation.run()
  // 3 ms there, 5 ms on the core, 3 ms back.
  expect(log).toEqual(['answer', ms(11)])
})

test('a single-threaded process answers one after the other, and its caller is told of a timeout', () => {
  const world = makeWorld({ a: {}, b: { cores: 4 } })
  const log: unknown[] = []
  const callee = addCoordinator(
    world,
    'b',
    'callee',
    () => ({
      *handle(): Task<Message> {
        return { kind: 'answer' }
      },
    }),
    ms(10),
  )
  const caller = addCoordinator(world, 'a', 'caller', (env: Env) => ({
    *start() {
      const attempt = function* (limit: number): Task<void> {
        try {
          yield* env.call(callee.address, ask, limit)
          log.push(env.now() / ms(1))
        } catch (error) {
          log.push(error instanceof TimeoutError ? `timeout at ${env.now() / ms(1)}` : error)
        }
      }
      yield* all([attempt(ms(100)), attempt(ms(100)), attempt(ms(25))])
      log.push('all')
    },
  }))
  for (const process of [callee, caller]) process.begin()
  world.simulation.run()
  expect(log).toEqual([10, 20, 'timeout at 25', 'all'])
})
