import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  all,
  type Env,
  type Message,
  RefusedError,
  type Request,
  Running,
  race,
  Semaphore,
  type Task,
  TimeoutError,
} from '../../src/env/index.ts'
import { ms } from '../../src/units.ts'
import { Call } from '../../src/world/call.ts'
import { SimEnv } from '../../src/world/sim-env.ts'
import type { World } from '../../src/world/world.ts'
import { addCoordinator, makeWorld } from './fixture.ts'

interface Ask extends Request<Message> {
  readonly kind: 'ask'
}
const ask: Ask = { kind: 'ask' }

// biome-ignore lint/correctness/useYield: it answers at once
function* answer(): Task<Message> {
  return { kind: 'answer' }
}

test('a call takes there and back, and the handler’s cost on a core of the callee', () => {
  const world = makeWorld({ a: {}, b: {} }, { latency: { kind: 'constant', value: ms(3) } })
  const log: unknown[] = []
  const callee = addCoordinator(world, 'b', 'callee', () => ({ handle: answer }), ms(5))
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
  const callee = addCoordinator(world, 'b', 'callee', () => ({ handle: answer }), ms(10))
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

const note = (number: number): Message & { number: number } => ({ kind: 'note', number })
const numberOf = (message: Message): number => (message as { number: number } & Message).number

/** Sends from nobody in particular, at a time. */
function at(world: World, time: number, then: () => void): void {
  world.simulation.schedule(time, { id: 0, fire: then }, 0)
}

const waiting = (world: World, part: string) =>
  world.recorder.level(
    `process.${part}.mailbox`,
    { unit: 'count', better: 'lower', meaning: '' },
    { series: false },
  ).value

/** A process that notes what it handles and when, and one that sends to it. */
function pair(handlerCost: number, hosts: Parameters<typeof makeWorld>[0] = { a: {}, b: {} }) {
  const world = makeWorld(hosts)
  const log: [number, number][] = []
  const receiver = addCoordinator(
    world,
    'b',
    'receiver',
    (env) => ({ receive: (_from, message) => void log.push([numberOf(message), env.now()]) }),
    handlerCost,
  )
  let env!: Env
  const sender = addCoordinator(world, 'a', 'sender', (given) => {
    env = given
    return {}
  })
  for (const process of [receiver, sender]) process.begin()
  const send = (time: number, number: number) =>
    at(world, time, () => env.send(receiver.address, note(number)))
  return { world, log, receiver, sender, send, env }
}

test('messages are handled in the order of their coming, each for its cost, and the mailbox holds the rest', () => {
  const arrivals = fc.array(fc.nat(100), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(arrivals, fc.nat(20), fc.constantFrom(1, 0.5, 2), (times, cost, speed) => {
      const { world, log, send } = pair(cost, { a: {}, b: { speed } })
      times.sort((x, y) => x - y)
      times.forEach((time, number) => {
        send(time, number)
      })
      let free = 0
      const held = cost / speed
      const ends = times.map((time) => {
        free = Math.max(free, time) + held
        return free
      })
      for (const time of times)
        at(world, time, () => {
          // Of those who have come, one is being handled and the others wait; some may come at this very instant.
          const came = times.filter((other) => other < time).length
          const ended = ends.filter((end) => end <= time).length
          expect(waiting(world, 'receiver')).toBeGreaterThanOrEqual(came - ended - 1)
        })
      world.simulation.run()
      expect(log.map(([number]) => number)).toEqual(times.map((_, i) => i))
      // A slower core takes longer; ends are whole nanoseconds, each rounded by half of one at most.
      log.forEach(([, end], i) => {
        expect(Math.abs(end - ends[i]!)).toBeLessThanOrEqual(Number.isInteger(held) ? 0 : i + 1)
      })
      expect(waiting(world, 'receiver')).toBe(0)
    }),
  )
})

test('a process does one thing at a time: work blocks the mailbox, sleep does not', () => {
  const job = fc.record({
    at: fc.nat(50),
    steps: fc.array(fc.tuple(fc.boolean(), fc.nat(9)), { maxLength: 4 }),
  })
  fc.assert(
    fc.property(fc.array(job, { maxLength: 12 }), fc.nat(3), (jobs, cost) => {
      const world = makeWorld({ a: { cores: 8 } })
      let working = 0
      let worked = 0
      let env!: Env
      const handle = function* (number: number): Task<void> {
        expect(working).toBe(0)
        for (const [computes, time] of jobs[number]!.steps) {
          if (!computes) yield* env.sleep(time)
          else {
            const [before, began] = [worked, env.now()]
            yield* env.compute({ cost: time })
            // Nobody else's work has come in between, however long it took.
            worked += time
            expect(env.now() - began).toBeGreaterThanOrEqual(worked - before)
          }
          expect(working).toBe(0)
          working++
          // What runs without waiting cannot be interrupted.
          env.send(env.self, { kind: 'nothing', bytes: 0 })
          working--
        }
      }
      const process = addCoordinator(
        world,
        'a',
        'worker',
        (given) => {
          env = given
          return {
            receive(_from, message) {
              if (message.kind === 'note') env.spawn(handle(numberOf(message)), 'job')
            },
          }
        },
        cost,
      )
      process.begin()
      jobs.forEach(({ at: time }, number) => {
        at(world, time, () => env.send(process.address, note(number)))
      })
      // Eight cores, and never more than one in use.
      const check = () => expect(world.hosts.get('a')!.cpu.busy).toBeLessThanOrEqual(1)
      for (let time = 0; time < 200; time += 3) at(world, time, check)
      world.simulation.run()
      if (world.failure) throw world.failure
      const work = jobs
        .flatMap(({ steps }) => steps)
        .reduce((sum, [computes, time]) => sum + (computes ? time : 0), 0)
      expect(worked).toBe(work)
    }),
  )
})

test('timers, wake-ups and messages wait until the process is free, in their order', () => {
  const { world, log, sender, receiver, send } = pair(ms(1))
  const order: string[] = []
  const env = new SimEnv(receiver, () => {})
  receiver.enter(() => {
    env.spawn(env.compute({ cost: ms(10) }), 'work')
    env.after(ms(3), () => order.push(`timer at ${env.now() / ms(1)}`))
    env.after(ms(4), () => order.push('never')).cancel()
    const sleeper = function* (): Task<void> {
      yield* env.sleep(ms(2))
      order.push(`awake at ${env.now() / ms(1)}`)
    }
    env.spawn(sleeper(), 'sleeper')
  })
  send(ms(1), 1)
  world.simulation.run()
  // Work until 10; then message, sleeper and timer for 1 ms each.
  expect(log).toEqual([[1, ms(11)]])
  expect(order).toEqual(['awake at 12', 'timer at 13'])
  expect(sender.epoch).toBe(0)
})

test('what is cancelled while it waits in the mailbox costs nothing', () => {
  const { world, log, receiver, send } = pair(ms(1))
  const env = new SimEnv(receiver, () => {})
  receiver.enter(() => {
    env.spawn(env.compute({ cost: ms(10) }), 'work')
    const timer = env.after(ms(3), () => log.push([-1, env.now()]))
    const sleeper = env.spawn(env.sleep(ms(3)), 'sleeper')
    world.simulation.schedule(
      ms(5),
      {
        id: 0,
        fire: () =>
          receiver.enter(() => {
            timer.cancel()
            sleeper.cancel()
          }),
      },
      0,
    )
  })
  send(ms(4), 1)
  world.simulation.run()
  expect(log).toEqual([[1, ms(11)]])
})

test('a crash ends tasks where they stand, without their finally; a restart begins anew', () => {
  const world = makeWorld({ a: {} })
  const log: string[] = []
  let lives = 0
  const process = addCoordinator(world, 'a', 'p', (env) => {
    const life = ++lives
    const lock = new Semaphore(1)
    const say = (what: string) => log.push(`${what} ${life} at ${env.now()}`)
    const holder = function* (): Task<void> {
      yield* lock.acquire()
      try {
        yield* env.sleep(100)
      } finally {
        lock.release()
        say('finally')
      }
    }
    return {
      *start() {
        say('begin')
        env.after(50, () => say('timer'))
        yield* all([holder(), lock.held(env.sleep(1)), race([env.sleep(80), env.compute({ cost: 70 })])])
        say('end')
      },
    }
  })
  process.begin()
  at(world, 60, () => world.hosts.get('a')!.crash())
  at(world, 300, () => world.hosts.get('a')!.restart())
  at(world, 340, () => world.hosts.get('a')!.crash())
  world.simulation.run()
  // The timer of the first life was due at 50 but the process was computing; nothing of it is left.
  expect(log).toEqual(['begin 1 at 0', 'begin 2 at 300'])
  expect(world.hosts.get('a')!.cpu.busy).toBe(0)
  expect(process.firstTask).toBeUndefined()
})

test('a permit let go of by a crash wakes nobody', () => {
  const world = makeWorld({ a: {} })
  const log: string[] = []
  const process = addCoordinator(world, 'a', 'p', (env) => ({
    *start() {
      const lock = new Semaphore(1)
      const user = function* (name: string): Task<void> {
        yield* lock.acquire()
        log.push(name)
        yield* env.sleep(10)
        lock.release()
        // The permit has been given to the next, who has not gone on yet.
        world.hosts.get('a')!.crash()
      }
      yield* all(['first', 'second', 'third'].map(user))
    },
  }))
  process.begin()
  world.simulation.run()
  expect(log).toEqual(['first'])
})

test('replies and their beginnings that come to another life of the caller do nothing and cost nothing', () => {
  const world = makeWorld({ a: { boot: 0 }, b: {} })
  const log: string[] = []
  const callee = world.addProcess(world.hosts.get('b')!, 'callee', 'callee')
  callee.behaviour = {
    cost: () => 0,
    begin() {},
    deliver(request) {
      at(world, 20, () => request.head())
      at(world, 30, () => request.reply({ kind: 'answer' }))
    },
  }
  const caller = addCoordinator(
    world,
    'a',
    'caller',
    (env) => ({
      receive: () => log.push(`note at ${env.now()}`),
    }),
    5,
  )
  for (const process of [callee, caller]) process.begin()
  caller.enter(() => {
    const terms = { timeout: 1000, headTimeout: 500, onHead: () => log.push('head') }
    new Running(caller, new Call<Message>(caller, callee, ask, terms), 'call').watch({
      ended: () => log.push('ended'),
    })
  })
  at(world, 10, () => world.hosts.get('a')!.crash())
  at(world, 15, () => world.hosts.get('a')!.restart())
  at(world, 30, () => new SimEnv(callee, () => {}).send(caller.address, note(1)))
  world.simulation.run()
  // The reply came at 30, too; it has not held up the note.
  expect(log).toEqual(['note at 35'])
})

test('the first part of a reply ends the wait for it, and the whole reply the call', () => {
  const world = makeWorld({ a: {}, b: {} }, { latency: { kind: 'constant', value: 1 } })
  const callee = world.addProcess(world.hosts.get('b')!, 'callee', 'callee')
  callee.behaviour = {
    cost: () => 0,
    begin() {},
    deliver(request) {
      at(world, 8, () => request.head())
      at(world, 50, () => request.reply({ kind: 'answer' }))
    },
  }
  const caller = addCoordinator(world, 'a', 'caller', () => ({}))
  for (const process of [callee, caller]) process.begin()
  const log: unknown[] = []
  for (const headTimeout of [10, 5])
    caller.enter(() => {
      const terms = { timeout: 100, headTimeout, onHead: () => log.push(`head at ${caller.now()}`) }
      const call = new Running(caller, new Call<Message>(caller, callee, ask, terms), 'call')
      call.watch({ ended: () => log.push(call.value ?? call.error, caller.now()) })
    })
  world.simulation.run()
  expect(log).toEqual([new TimeoutError('ask to callee', 5), 5, 'head at 9', { kind: 'answer' }, 51])
})

/** A callee whose handler is told what becomes of it, and a caller that gives up. */
function abandoned(handler: (env: Env, log: string[]) => Task<Message>, timeout: number, busy = 0) {
  const world = makeWorld({ a: {}, b: {} })
  const log: string[] = []
  const callee = addCoordinator(world, 'b', 'callee', (env) => ({
    start: () => env.compute({ cost: busy }),
    handle: () => handler(env, log),
    receive: () => log.push(`note at ${env.now()}`),
  }))
  const caller = addCoordinator(world, 'a', 'caller', (env) => ({
    *start() {
      try {
        yield* env.call(callee.address, ask, timeout)
      } catch (error) {
        log.push(`${(error as TimeoutError).name} at ${env.now()}`)
      }
      env.send(callee.address, note(1))
    },
  }))
  for (const process of [callee, caller]) process.begin()
  world.simulation.run()
  if (world.failure) throw world.failure
  const lost = world.recorder.finish(world.simulation.now).metrics['network.messages']!.value
  return { log, world, callee, messages: lost }
}

test('a request given up before its turn is never handled', () => {
  const { log } = abandoned(
    // biome-ignore lint/correctness/useYield: it is never called
    function* (_env, log) {
      log.push('never')
      return { kind: 'answer' }
    },
    10,
    25,
  )
  expect(log).toEqual(['TimeoutError at 10', 'note at 25'])
})

test('a request given up while it sleeps is cancelled, and nothing is sent back', () => {
  const { log, callee, messages } = abandoned(function* (env, log) {
    try {
      yield* env.sleep(100)
    } finally {
      log.push(`left at ${env.now()}`)
    }
    return { kind: 'answer' }
  }, 10)
  expect(log).toEqual(['TimeoutError at 10', 'left at 10', 'note at 10'])
  expect(callee.firstTask).toBeUndefined()
  // The request, the notice that the connection is closed, and the note.
  expect(messages).toBe(3)
})

test('a request given up while it computes frees the core and then the mailbox, its finally first', () => {
  const { log, world } = abandoned(function* (env, log) {
    try {
      yield* env.compute({ cost: 100 })
    } finally {
      log.push(`left at ${env.now()}`)
    }
    return { kind: 'answer' }
  }, 10)
  expect(log).toEqual(['TimeoutError at 10', 'left at 10', 'note at 10'])
  expect(world.simulation.now).toBe(10)
})

test('a request given up while its work waits for the process gives up the work', () => {
  const { log, world } = abandoned(function* (env, log) {
    env.spawn(env.compute({ cost: 40 }), 'other')
    try {
      yield* env.sleep(1)
      yield* env.compute({ cost: 100 })
    } finally {
      log.push(`left at ${env.now()}`)
    }
    return { kind: 'answer' }
  }, 10)
  expect(log).toEqual(['TimeoutError at 10', 'left at 10', 'note at 40'])
  expect(world.simulation.now).toBe(40)
})

test('a reply that came before the time limit counts, though the process was busy when the limit passed', () => {
  const world = makeWorld({ a: {}, b: {} })
  const log: unknown[] = []
  const callee = addCoordinator(world, 'b', 'callee', (env) => ({
    *handle(): Task<Message> {
      yield* env.sleep(5)
      return { kind: 'answer' }
    },
  }))
  const caller = addCoordinator(world, 'a', 'caller', (env) => ({
    *start() {
      const attempt = function* (limit: number): Task<void> {
        try {
          log.push((yield* env.call(callee.address, ask, limit)).kind, env.now())
        } catch (error) {
          log.push((error as TimeoutError).name, env.now())
        }
      }
      yield* all([attempt(6), attempt(4), env.compute({ cost: 20 })])
    },
  }))
  for (const process of [callee, caller]) process.begin()
  world.simulation.run()
  expect(log).toEqual(['TimeoutError', 20, 'answer', 20])
})

test('a callee that handles no requests refuses them; its error is the caller’s', () => {
  const world = makeWorld({ a: {}, b: {} })
  const errors: unknown[] = []
  const mute = addCoordinator(world, 'b', 'mute', () => ({}))
  const full = addCoordinator(world, 'b', 'full', () => ({
    // biome-ignore lint/correctness/useYield: it refuses at once
    *handle(): Task<Message> {
      throw new RefusedError(503, 'full')
    },
  }))
  const caller = addCoordinator(world, 'a', 'caller', (env) => ({
    *start() {
      for (const callee of [mute, full]) {
        try {
          yield* env.call(callee.address, ask, 10)
        } catch (error) {
          errors.push(error)
        }
      }
    },
  }))
  for (const process of [mute, full, caller]) process.begin()
  world.simulation.run()
  expect(world.failure).toBeUndefined()
  expect(errors).toEqual([new RefusedError(404, 'mute answers no ask'), new RefusedError(503, 'full')])
})
