import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Address,
  all,
  type Env,
  type Message,
  type Request,
  Semaphore,
  type Task,
  withTimeout,
} from '../../src/env/index.ts'
import { ms, seconds, us } from '../../src/units.ts'
import { play } from '../../src/world/faults/plan.ts'
import { faults } from '../../src/world/faults/registry.ts'
import type { World } from '../../src/world/world.ts'
import { ModuleError } from '../../src/world/world.ts'
import { addCoordinator, makeWorld } from './fixture.ts'

interface Ask extends Request<Message> {
  readonly kind: 'ask'
  readonly number: number
}

/** A world where everything happens that may happen: random gaps, calls, limits, losses, a crash. */
function busyWorld(seed: string): World {
  const world = makeWorld(
    { a: { cores: 2 }, b: { speed: 0.7 }, c: { boot: ms(3) } },
    { latency: { kind: 'exponential', mean: us(300) }, bandwidth: 1e6, loopback: us(10) },
    seed,
  )
  const agent = (name: string, peers: readonly string[]) => (env: Env) => {
    const lock = new Semaphore(2)
    return {
      *start(): Task<void> {
        const random = env.random('gaps')
        for (let number = 0; ; number++) {
          yield* env.sleep(Math.round(random.exponential(ms(1))))
          const asks = peers.map((peer) => {
            const ask: Ask = { kind: 'ask', number }
            return env.call({ name: peer }, ask, ms(4))
          })
          try {
            yield* withTimeout(lock.held(all(asks)), ms(6))
          } catch {
            env.send({ name: peers[random.integer(peers.length)]! }, { kind: `sorry from ${name}` })
          }
        }
      },
      *handle(_from: unknown, request: Request<unknown>): Task<Message> {
        yield* env.compute({ cost: env.random('work').integer(us(400)) })
        return { kind: `answer to ${(request as Ask).number}, ${env.uuid()}` }
      },
    }
  }
  const names = ['one', 'two', 'three', 'four']
  names.forEach((name, i) => {
    const peers = names.filter((other) => other !== name)
    addCoordinator(world, ['a', 'a', 'b', 'c'][i]!, name, agent(name, peers), us(20)).begin()
  })
  play(world, [{ at: ms(30), kind: 'crash', values: { host: [{ name: 'c' }], for: ms(10) } }], faults)
  world.simulation.run({ until: seconds(0.2) })
  if (world.failure) throw world.failure
  return world
}

const trace = (world: World) => ({
  fingerprint: world.simulation.fingerprint.toString(),
  processed: world.simulation.processed,
  recorded: world.recorder.finish(world.simulation.now),
})

test('the same seed gives the same bits, another seed another world', () => {
  const first = trace(busyWorld('1'))
  expect(first.processed).toBeGreaterThan(1000)
  expect(trace(busyWorld('1'))).toEqual(first)
  const other = trace(busyWorld('2'))
  expect(other.fingerprint).not.toBe(first.fingerprint)
  expect(other.recorded).not.toEqual(first.recorded)
})

test('what a module draws from one stream moves nothing in another', () => {
  const draws = (more: number) => {
    const world = makeWorld()
    const drawn: number[] = []
    addCoordinator(world, 'a', 'p', (env) => ({
      *start() {
        for (let i = 0; i < 5; i++) {
          for (let k = 0; k < more; k++) env.random('other').uniform()
          if (more) env.uuid()
          drawn.push(env.random('mine').uniform())
          yield* env.sleep(1)
        }
      },
    })).begin()
    world.simulation.run()
    return drawn
  }
  expect(draws(3)).toEqual(draws(0))
})

test('identifiers are those of RFC 9562 version 4, and differ', () => {
  const world = makeWorld()
  let env!: Env
  addCoordinator(world, 'a', 'p', (given) => {
    env = given
    return {}
  }).begin()
  const ids = Array.from({ length: 1000 }, () => env.uuid())
  for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  expect(new Set(ids).size).toBe(1000)
})

const payload = fc.record({
  list: fc.array(fc.record({ deep: fc.nat() }), { minLength: 1 }),
  text: fc.string(),
})

test('in checked mode a message that was sent can be changed by nobody, however deep', () => {
  fc.assert(
    fc.property(payload, fc.boolean(), (payload, shallowlyFrozen) => {
      const world = makeWorld({ a: {}, b: {} })
      const received: unknown[] = []
      const receiver = addCoordinator(world, 'b', 'receiver', () => ({
        receive: (_from, message) => {
          received.push(message)
        },
      }))
      let env!: Env
      const sender = addCoordinator(world, 'a', 'sender', (given) => {
        env = given
        return {}
      })
      for (const process of [receiver, sender]) process.begin()
      const message = { kind: 'note', payload }
      if (shallowlyFrozen) Object.freeze(message)
      env.send(receiver.address, message)
      const change = () => {
        payload.list[0]!.deep++
      }
      expect(change).toThrow(TypeError)
      expect(() => payload.list.push({ deep: 1 })).toThrow(TypeError)
      world.simulation.run()
      expect(received).toEqual([message])
    }),
  )
})

test('requests and replies are sealed, too', () => {
  const world = makeWorld({ a: {}, b: {} })
  const log: unknown[] = []
  const answer = { kind: 'answer', list: [1] }
  const callee = addCoordinator(world, 'b', 'callee', () => ({
    // biome-ignore lint/correctness/useYield: it answers at once
    *handle(_from, request): Task<Message> {
      log.push(Object.isFrozen(request))
      return answer
    },
  }))
  const caller = addCoordinator(world, 'a', 'caller', (env) => ({
    *start() {
      const ask: Ask = { kind: 'ask', number: 1 }
      log.push(Object.isFrozen(yield* env.call(callee.address, ask, 10)), Object.isFrozen(answer.list))
    },
  }))
  for (const process of [callee, caller]) process.begin()
  world.simulation.run()
  expect(log).toEqual([true, true, true])
})

/** What becomes of a world in which a module has a bug somewhere. */
function failed(
  bug: (env: Env) => { start?(): Task<void>; receive?(): void; handle?(): Task<unknown> },
): Error | undefined {
  const world = makeWorld({ a: {} }, { loopback: ms(1) }, 'seed-7')
  const buggy = addCoordinator(world, 'a', 'buggy', bug)
  const other = addCoordinator(world, 'a', 'other', (env) => ({
    *start() {
      yield* env.sleep(ms(4))
      env.send(buggy.address, { kind: 'note' })
      const ask: Ask = { kind: 'ask', number: 1 }
      yield* env.call(buggy.address, ask, ms(10))
    },
  }))
  for (const process of [buggy, other]) process.begin()
  expect(world.simulation.run()).toBe('stopped')
  return world.failure
}

test('a bug in a module stops the run, and its place is named: process, task, time, seed', () => {
  const bug = () => {
    throw new TypeError('x is not a function')
  }
  const where: [string, Parameters<typeof failed>[0]][] = [
    [
      'start threw at 3 ms',
      (env) => ({
        *start() {
          yield* env.sleep(ms(3))
          bug()
        },
      }),
    ],
    [
      'side job threw at 2 ms',
      (env) => ({
        *start() {
          const job = function* (): Task<void> {
            yield* env.sleep(ms(2))
            bug()
          }
          env.spawn(job(), 'side job')
          yield* env.sleep(ms(50))
        },
      }),
    ],
    ['note threw at 5 ms', () => ({ receive: bug })],
    ['ask threw at 5 ms', () => ({ handle: bug })],
    [
      'ask threw at 6 ms',
      (env) => ({
        *handle() {
          yield* env.sleep(ms(1))
          bug()
        },
      }),
    ],
    [
      'a timer threw at 2 ms',
      (env) => ({
        *start() {
          env.after(ms(2), bug)
          yield* env.sleep(ms(50))
        },
      }),
    ],
  ]
  for (const [place, module] of where) {
    const failure = failed(module)
    expect(failure).toBeInstanceOf(ModuleError)
    expect(failure!.message).toContain(`buggy: ${place} with seed seed-7: TypeError: x is not a function`)
  }
})

test('a bug in making a coordinator is named before anything runs', () => {
  const world = makeWorld({ a: {} }, {}, 'seed-7')
  const process = addCoordinator(world, 'a', 'buggy', () => {
    throw new TypeError('x is not a function')
  })
  process.begin()
  expect(world.failure).toBeInstanceOf(ModuleError)
  expect(world.failure!.message).toContain('buggy: start threw at 0 ns with seed seed-7: TypeError: x is not')
})

test('an address in a message is its name and nothing more, and can be answered', () => {
  const world = makeWorld({ a: {}, b: {} })
  const log: string[] = []
  const receiver = addCoordinator(world, 'b', 'receiver', (env) => ({
    receive: (_from, message) => env.send((message as Introduction).who, { kind: 'welcome' }),
  }))
  const sender = addCoordinator(world, 'a', 'sender', (env) => ({
    *start() {
      const introduction: Introduction = { kind: 'hello', who: env.self }
      env.send(receiver.address, introduction)
      yield* env.sleep(1)
    },
    receive: (from, message) => void log.push(`${message.kind} from ${from.name}`),
  }))
  for (const process of [receiver, sender]) process.begin()
  world.simulation.run()
  expect(log).toEqual(['welcome from receiver'])
  // {"kind":"hello","who":{"name":"sender"}} is 40 bytes, {"kind":"welcome"} 18.
  expect(world.recorder.finish(1).metrics['network.bytes']!.value).toBe(40 + 18)
  expect(Object.isFrozen(world.hosts)).toBe(false)
})

interface Introduction extends Message {
  readonly who: Address
}
