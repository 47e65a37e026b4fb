// A process that ends on a host that goes on: its kernel speaks for it.

import { expect, test } from 'vitest'
import { type Env, type Task, UnreachableError } from '../../src/env/index.ts'
import { ms } from '../../src/units.ts'
import type { Process } from '../../src/world/process.ts'
import { defineService } from '../../src/world/service.ts'
import type { World } from '../../src/world/world.ts'
import { addCoordinator, makeWorld } from './fixture.ts'
import { Asked, addClient, addService } from './services/fixture.ts'

const at = (world: World, time: number, then: () => void) =>
  world.simulation.schedule(time, { id: 0, fire: then }, 0)

const network = { latency: { kind: 'constant', value: ms(2) } } as const

function pair() {
  const world = makeWorld({ a: {}, b: { cores: 2 } }, network)
  const log: string[] = []
  const server = addCoordinator(world, 'b', 'server', (env: Env) => ({
    *start(): Task<void> {
      log.push(`begins at ${env.now() / ms(1)}`)
      yield* env.sleep(0)
    },
    receive: (_from, { kind }) => void log.push(kind),
    *handle(): Task<{ kind: string }> {
      yield* env.compute({ cost: ms(100) })
      log.push('answered')
      return { kind: 'done' }
    },
  }))
  server.begin()
  return { world, log, server, client: addClient(world, 'a') }
}

const ask = (world: World, time: number, from: Process, to: Process) => {
  const asked: Asked[] = []
  at(world, time, () => asked.push(new Asked(from, to, { kind: 'work', bytes: 0 })))
  return asked
}

test('who waits for an answer of a process that is killed is told, when the news has come', () => {
  const { world, log, server, client } = pair()
  const asked = ask(world, 0, client, server)
  at(world, ms(30), () => server.kill())
  world.simulation.run()
  expect(asked[0]!.error).toBeInstanceOf(UnreachableError)
  expect(String(asked[0]!.error)).toContain('server closed the connection')
  expect(asked[0]!.endedAt).toBe(ms(32))
  expect(log).toEqual(['begins at 0'])
})

test('what waits in its mailbox is told too, and in the order of its coming', () => {
  const { world, server, client } = pair()
  const asked = [0, 1, 2].flatMap((i) => ask(world, ms(i), client, server))
  at(world, ms(30), () => server.kill())
  const ended: number[] = []
  world.simulation.run()
  for (const one of asked) ended.push(one.endedAt)
  expect(ended.every((time) => time === ms(32))).toBe(true)
})

test('a call to a process that does not run is refused after a round trip, and a one-way message is lost', () => {
  const { world, log, server, client } = pair()
  at(world, 0, () => server.kill())
  const asked = ask(world, ms(10), client, server)
  at(world, ms(10), () => client.send(server, { kind: 'note', bytes: 0 }))
  world.simulation.run()
  expect(String(asked[0]!.error)).toContain('connection refused')
  expect(asked[0]!.endedAt).toBe(ms(14))
  expect(log).toEqual(['begins at 0'])
})

test('its cores are free for others at once', () => {
  const { world, server, client } = pair()
  ask(world, 0, client, server)
  const busy: number[] = []
  at(world, ms(29), () => busy.push(server.host.cpu.busy))
  at(world, ms(30), () => server.kill())
  at(world, ms(31), () => busy.push(server.host.cpu.busy))
  world.simulation.run()
  expect(busy).toEqual([1, 0])
})

test('it starts anew with nothing of its earlier life, and answers again', () => {
  const { world, log, server, client } = pair()
  ask(world, 0, client, server)
  at(world, ms(30), () => server.kill())
  at(world, ms(40), () => server.start())
  const asked = ask(world, ms(50), client, server)
  world.simulation.run()
  expect(log).toEqual(['begins at 0', 'begins at 40', 'answered'])
  expect(asked[0]!.endedAt).toBe(ms(154))
})

test('a service gives back its memory, and its work beside the thread ends', () => {
  const world = makeWorld({ a: { memory: 1000, cores: 4 } })
  const done: string[] = []
  const hoarder = defineService({
    name: 'hoarder',
    meaning: 'holds memory and works',
    parameters: {},
    create: (context) => ({
      begin: () => {
        context.allocate(600)
        context.work(ms(100), () => done.push('worked'))
      },
      cost: () => 0,
      handle: (request) => request.reply({ kind: 'done' }),
    }),
  })
  const service = addService(world, 'a', 'hoarder', hoarder)
  const { memory, cpu } = service.host
  expect([memory.used, cpu.busy]).toEqual([600, 1])
  at(world, ms(50), () => service.kill())
  world.simulation.run()
  expect([memory.used, cpu.busy]).toEqual([0, 0])
  expect(done).toEqual([])
})

test('whom a killed process had asked hears that it has gone', () => {
  const world = makeWorld({ a: {}, b: {} }, network)
  const abandoned: number[] = []
  const patient = defineService({
    name: 'patient',
    meaning: 'never answers',
    parameters: {},
    create: (context) => ({
      cost: () => 0,
      handle: () => {},
      abandon: () => void abandoned.push(context.now()),
    }),
  })
  const service = addService(world, 'b', 'patient', patient)
  const caller = addCoordinator(world, 'a', 'caller', (env: Env) => ({
    *start(): Task<void> {
      yield* env.call(service.address, { kind: 'wait' }, ms(1000))
    },
  }))
  caller.begin()
  at(world, ms(20), () => caller.kill())
  world.simulation.run()
  expect(abandoned).toEqual([ms(22)])
})

test('its supervisor hears how it ended, once it has let go of everything', () => {
  const { world, server, client } = pair()
  ask(world, 0, client, server)
  const heard: unknown[] = []
  server.supervisor = {
    ended: (reason) =>
      void heard.push([world.simulation.now / ms(1), reason, server.up, server.host.cpu.busy]),
  }
  at(world, ms(30), () => server.kill('out-of-memory'))
  at(world, ms(31), () => server.kill())
  at(world, ms(40), () => server.start())
  at(world, ms(50), () => server.kill())
  // A host that stops tells nobody.
  at(world, ms(60), () => server.start())
  at(world, ms(70), () => server.host.crash())
  world.simulation.run()
  expect(heard).toEqual([
    [30, 'out-of-memory', false, 0],
    [50, 'killed', false, 0],
  ])
})

test('a process with a supervisor is started by it when the host is back; without one it starts by itself', () => {
  const { world, log, server } = pair()
  at(world, ms(10), () => server.host.crash())
  at(world, ms(20), () => server.host.restart())
  server.supervisor = { ended() {}, booted: () => at(world, ms(25), () => server.start()) }
  const up: boolean[] = []
  at(world, ms(22), () => up.push(server.up))
  world.simulation.run()
  expect(log).toEqual(['begins at 0', 'begins at 25'])
  expect(up).toEqual([false])
  expect(server.up).toBe(true)
})

test('a parked process does not begin with the run or its host, but when it is started', () => {
  const world = makeWorld({ a: {} })
  const log: number[] = []
  const process = addCoordinator(world, 'a', 'late', (env) => {
    log.push(env.now() / ms(1))
    return {}
  })
  process.park()
  process.begin()
  expect(process.up).toBe(false)
  at(world, ms(1), () => process.host.crash())
  at(world, ms(2), () => process.host.restart())
  at(world, ms(5), () => process.start())
  world.simulation.run()
  expect(log).toEqual([5])
})
