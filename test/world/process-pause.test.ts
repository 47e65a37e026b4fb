// Processes and hosts that stand still, and go on as if nothing had been.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Account, type Env, Running, type Task } from '../../src/env/index.ts'
import { ms } from '../../src/units.ts'
import type { Process } from '../../src/world/process.ts'
import { defineService } from '../../src/world/service.ts'
import { Compute } from '../../src/world/waits.ts'
import type { World } from '../../src/world/world.ts'
import { addCoordinator, makeWorld } from './fixture.ts'
import { Asked, addClient, addService, at } from './services/fixture.ts'

/** Stands still from one time to another. */
function pause(world: World, who: { pause(): () => void }, from: number, to: number): void {
  at(world, from, () => {
    const resume = who.pause()
    at(world, to, () => resume())
  })
}

/** One that answers after 10 ms of work, and one that asks. */
function pair(handlerCost = 0) {
  const world = makeWorld({ a: {}, b: { cores: 2 } })
  const log: string[] = []
  const server = addCoordinator(
    world,
    'b',
    'server',
    (env: Env) => ({
      *handle(): Task<{ kind: string }> {
        yield* env.compute({ cost: ms(10) })
        log.push(`answers at ${env.now() / ms(1)}`)
        return { kind: 'done' }
      },
    }),
    handlerCost,
  )
  server.begin()
  return { world, log, server, client: addClient(world, 'a') }
}

const ask = (world: World, time: number, from: Process, to: Process) => {
  const asked: Asked[] = []
  at(world, time, () => asked.push(new Asked(from, to, { kind: 'work', bytes: 0 })))
  return asked
}

describe('a process that stands still', () => {
  test('goes on with its work where it was, and its core is free for others meanwhile', () => {
    const { world, log, server, client } = pair()
    ask(world, 0, client, server)
    pause(world, server, ms(4), ms(50))
    const busy: number[] = []
    at(world, ms(10), () => busy.push(server.host.cpu.busy))
    world.simulation.run()
    expect(log).toEqual(['answers at 56'])
    expect(busy).toEqual([0])
  })

  test('takes what comes, in its order, when it goes on; the mailbox holds it', () => {
    const { world, log, server, client } = pair(ms(1))
    pause(world, server, ms(1), ms(20))
    const first = ask(world, ms(5), client, server)
    const second = ask(world, ms(6), client, server)
    const depth: number[] = []
    at(world, ms(10), () => depth.push(server.depth.value))
    world.simulation.run()
    expect(depth).toEqual([2])
    // 1 ms for the handling of each, 10 ms of work; the work of the first comes before the handling of the second.
    expect(log).toEqual(['answers at 31', 'answers at 42'])
    for (const [asked] of [first, second]) expect(asked!.account.total).toBe(asked!.latency)
  })

  test('wakes late from its sleep, and its timers are late; neither if it is up again in time', () => {
    const world = makeWorld()
    const log: number[] = []
    const process = addCoordinator(world, 'a', 'one', (env) => ({
      *start() {
        env.after(ms(10), () => log.push(env.now() / ms(1)))
        yield* env.sleep(ms(15))
        log.push(env.now() / ms(1))
        yield* env.sleep(ms(100))
        log.push(env.now() / ms(1))
      },
    }))
    process.begin()
    pause(world, process, ms(5), ms(30))
    pause(world, process, ms(50), ms(60))
    world.simulation.run()
    expect(log).toEqual([30, 30, 130])
  })

  test('several pauses end with the last', () => {
    const { world, log, server, client } = pair()
    ask(world, 0, client, server)
    pause(world, server, ms(4), ms(20))
    pause(world, server, ms(6), ms(30))
    pause(world, server.host, ms(10), ms(40))
    // Over twice is over once.
    at(world, ms(7), () => {
      const resume = server.pause()
      resume()
      resume()
    })
    world.simulation.run()
    expect(log).toEqual(['answers at 46'])
  })

  test('knows nothing of its pause in a new life', () => {
    const { world, log, server, client } = pair()
    const resumes: (() => void)[] = []
    at(world, ms(1), () => resumes.push(server.pause()))
    at(world, ms(2), () => server.kill())
    at(world, ms(3), () => server.start())
    ask(world, ms(4), client, server)
    at(world, ms(5), () => resumes.push(server.pause()))
    // The resume of the earlier life ends no pause of this one.
    at(world, ms(6), () => resumes[0]!())
    at(world, ms(20), () => resumes[1]!())
    world.simulation.run()
    expect(log).toEqual(['answers at 29'])
  })

  test('that stops itself ends what it is at, and no more', () => {
    const world = makeWorld()
    const log: string[] = []
    const process: Process = addCoordinator(world, 'a', 'one', (env) => ({
      start: () => env.compute({ cost: ms(1) }),
      receive: (_from, { kind }) => {
        log.push(`${kind} at ${env.now() / ms(1)}`)
        if (kind !== 'stop') return
        const resume = process.pause()
        at(world, ms(20), () => resume())
      },
    }))
    process.begin()
    const client = addClient(world, 'a')
    for (const kind of ['first', 'stop', 'last']) at(world, 0, () => client.send(process, { kind, bytes: 0 }))
    world.simulation.run()
    expect(log).toEqual(['first at 1', 'stop at 1', 'last at 20'])
  })

  test('that is down does not pause', () => {
    const { world, log, server, client } = pair()
    server.kill()
    const resume = server.pause()
    server.start()
    ask(world, ms(1), client, server)
    at(world, ms(2), resume)
    world.simulation.run()
    expect(log).toEqual(['answers at 11'])
  })

  test('tells nobody: whoever asks it waits, and gives up by its own limit', () => {
    const { world, server, client } = pair()
    const asked: Asked[] = []
    pause(world, server, ms(1), ms(500))
    at(world, ms(2), () =>
      asked.push(new Asked(client, server, { kind: 'work', bytes: 0 }, { timeout: ms(50) })),
    )
    world.simulation.run()
    expect(asked[0]!.endedAt).toBe(ms(52))
  })

  test('runs what was meant for later when it goes on, before what is in its mailbox', () => {
    const world = makeWorld({ a: { cores: 2 } })
    const log: string[] = []
    const note = (what: string) => () => void log.push(`${what} ${world.simulation.now / ms(1)}`)
    const slow = defineService({
      name: 'slow',
      meaning: 'works beside its thread, and later',
      parameters: {},
      create: (context) => ({
        begin: () => {
          context.later(ms(5), note('later'))
          context.work(ms(10), note('worked'))
        },
        cost: () => 0,
        handle: (request) => {
          note('handled')()
          request.reply({ kind: 'done' })
        },
      }),
    })
    const service = addService(world, 'a', 'slow', slow)
    const client = addClient(world, 'a')
    pause(world, service, ms(2), ms(20))
    ask(world, ms(3), client, service)
    world.simulation.run()
    expect(log).toEqual(['later 20', 'handled 20', 'worked 28'])
  })

  test('is late by what it stood still, whatever the pauses', () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 })), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 15 }), (given, quarter) => {
        // Pauses begin and end at multiples of 4, work and sleep do not, so that nothing happens at the same time.
        const work = 4 * quarter + 1
        const world = makeWorld()
        const account = new Account()
        let endedAt = -1
        const process = addCoordinator(world, 'a', 'one', (env) => ({
          *start() {
            yield* env.compute({ cost: work })
            yield* env.sleep(work)
            endedAt = env.now()
          },
        }))
        process.begin()
        for (let task = process.firstTask; task; task = task.next) task.account = account
        let time = 0
        let expected = work
        let stage = 0
        for (const [gap, length] of given) {
          const begin = time + 4 * gap
          time = begin + 4 * length
          pause(world, process, begin, time)
          // A pause moves what is left of the work, but not the end of a sleep that lies behind it.
          if (stage === 0 && begin > expected) {
            expected += work
            stage = 1
          }
          if (stage === 0) expected += 4 * length
          else if (begin <= expected && expected < time) expected = time
        }
        if (stage === 0) expected += work
        world.simulation.run()
        expect(endedAt).toBe(expected)
      }),
    )
  })
})

describe('a host that stands still', () => {
  test('holds a process that ends and starts again meanwhile', () => {
    const { world, log, server, client } = pair()
    pause(world, server.host, ms(4), ms(50))
    at(world, ms(5), () => server.kill())
    at(world, ms(6), () => server.start())
    ask(world, ms(7), client, server)
    at(world, ms(45), () => log.push(`${server.depth.value} waiting`))
    world.simulation.run()
    expect(log).toEqual(['1 waiting', 'answers at 60'])
  })

  test('holds all its processes, also one that is started meanwhile', () => {
    const { world, log, server, client } = pair()
    const born: number[] = []
    const other = addCoordinator(world, 'b', 'other', (env) => {
      born.push(env.now() / ms(1))
      return {}
    })
    other.park()
    ask(world, 0, client, server)
    pause(world, server.host, ms(4), ms(50))
    at(world, ms(5), () => other.start())
    world.simulation.run()
    expect(log).toEqual(['answers at 56'])
    expect(born).toEqual([50])
  })

  test('is itself again after a crash', () => {
    const { world, log, server, client } = pair()
    const resumes: (() => void)[] = []
    at(world, ms(1), () => resumes.push(server.host.pause()))
    at(world, ms(2), () => server.host.crash())
    at(world, ms(3), () => server.host.restart())
    ask(world, ms(4), client, server)
    at(world, ms(5), () => resumes.push(server.host.pause()))
    at(world, ms(6), () => resumes[0]!())
    at(world, ms(20), () => resumes[1]!())
    world.simulation.run()
    expect(log).toEqual(['answers at 29'])
  })
})

describe('a process whose own code ends it', () => {
  /** One that kills itself in the midst of a handler, and what its code then sees. */
  function suicidal(then: (process: Process, log: string[]) => void) {
    const world = makeWorld({ a: { cores: 2 } })
    const log: string[] = []
    const process: Process = addCoordinator(world, 'a', 'one', (env) => ({
      *start() {
        yield* env.sleep(0)
        log.push(`begins at ${env.now() / ms(1)}`)
      },
      receive: () => {
        process.kill()
        then(process, log)
        log.push('end of the handler')
      },
    }))
    process.begin()
    const client = addClient(world, 'a')
    return {
      world,
      log,
      process,
      send: (time: number) => at(world, time, () => client.send(process, { kind: 'x', bytes: 0 })),
    }
  }

  test('finishes that code and nothing else: what it wakes does not run within it', () => {
    const ran: string[] = []
    const { world, log, process, send } = suicidal((process) => {
      process.start()
      // Its new life has begun; a task of it goes on after this code, and not in the midst of it.
      const task = function* (): Task<void> {
        ran.push('task')
        yield* []
      }
      new Running(process, task(), 'task')
      ran.push('after the task was made')
    })
    send(ms(5))
    world.simulation.run()
    expect(ran).toEqual(['after the task was made', 'task'])
    expect(log).toEqual(['begins at 0', 'end of the handler', 'begins at 5'])
    expect(process.up).toBe(true)
  })

  test('or starts anew in the midst of it takes messages as ever', () => {
    const { world, log, send } = suicidal((process) => process.start())
    send(ms(5))
    send(ms(10))
    world.simulation.run()
    expect(log).toEqual([
      'begins at 0',
      'end of the handler',
      'begins at 5',
      'end of the handler',
      'begins at 10',
    ])
  })
})

test('cancelling the work of another task, from wherever, never lets two pieces of code run at once', () => {
  const step = fc.record({
    at: fc.nat(40),
    what: fc.constantFrom('work', 'cancel', 'message', 'abandon', 'later'),
    length: fc.integer({ min: 0, max: 15 }),
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), fc.nat(3), (steps, handlerCost) => {
      const world = makeWorld({ a: { cores: 4 } })
      let inside = 0
      const once = (code: () => void): void => {
        expect(++inside).toBe(1)
        code()
        inside--
      }
      const works: Running<void>[] = []
      const process = addCoordinator(
        world,
        'a',
        'one',
        (env) => ({
          receive: () => once(() => works.shift()?.cancel()),
          *handle(_from, message): Task<{ kind: string }> {
            once(() => {})
            yield* env.compute({ cost: (message as unknown as { length: number }).length })
            once(() => works.pop()?.cancel())
            return { kind: 'done' }
          },
        }),
        handlerCost,
      )
      process.begin()
      const client = addClient(world, 'a')
      const work = function* (length: number): Task<void> {
        once(() => {})
        yield* new Compute(process, length)
        once(() => works.shift()?.cancel())
      }
      for (const { at: time, what, length } of steps)
        at(world, time, () => {
          if (what === 'work')
            process.enter(() => void works.push(new Running(process, work(length), 'work')))
          else if (what === 'cancel') process.enter(() => once(() => works.shift()?.cancel()))
          else if (what === 'message') client.send(process, { kind: 'x', bytes: 0 })
          else if (what === 'later') process.after(length, () => once(() => works.pop()?.cancel()))
          else {
            const asked = new Asked(client, process, { kind: 'work', bytes: 0, length } as never)
            at(world, time + 3, () => asked.cancel())
          }
        })
      world.simulation.run()
      expect(inside).toBe(0)
      expect(process.host.cpu.busy).toBe(0)
      // Nothing is left holding it: it still answers at once.
      const last = new Asked(client, process, { kind: 'work', bytes: 0, length: 5 } as never)
      world.simulation.run()
      expect(last.latency).toBe(5 + handlerCost)
    }),
    { numRuns: 300 },
  )
})
