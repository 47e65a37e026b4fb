import { expect, test } from 'vitest'
import type { Env, Task } from '../../../src/env/index.ts'
import { ms } from '../../../src/units.ts'
import { crash } from '../../../src/world/faults/crash.ts'
import { type PlannedFault, play } from '../../../src/world/faults/plan.ts'
import { faults } from '../../../src/world/faults/registry.ts'
import type { World } from '../../../src/world/world.ts'
import { addCoordinator, makeWorld } from '../fixture.ts'

const named = (...names: readonly string[]) => names.map((name) => ({ name }))

const at = (world: World, time: number, then: () => void) =>
  world.simulation.schedule(time, { id: 0, fire: then }, 0)

const plan = (world: World, ...planned: PlannedFault[]) => play(world, planned, faults)

/** One process on each host; each says when it begins, and can be asked to send to another. */
function fleet(hosts: readonly string[], boot = 0) {
  const world = makeWorld(Object.fromEntries(hosts.map((host) => [host, { boot }])))
  const log: string[] = []
  const envs = new Map<string, Env>()
  for (const host of hosts)
    addCoordinator(world, host, `on.${host}`, (env) => {
      envs.set(host, env)
      return {
        *start(): Task<void> {
          log.push(`${host} begins at ${env.now() / ms(1)}`)
          yield* env.sleep(0)
        },
        receive: (from) => void log.push(`${from.name} reaches ${env.self.name}`),
      }
    }).begin()
  const send = (time: number, from: string, to: string) =>
    at(world, time, () => envs.get(from)!.send({ name: `on.${to}` }, { kind: 'note' }))
  return { world, log, send }
}

test('a crashed host comes back when its time and its boot have passed, and its processes begin anew', () => {
  const { world, log } = fleet(['a', 'b'], ms(30))
  plan(world, { at: ms(10), kind: 'crash', values: { host: named('a'), for: ms(5) } })
  world.simulation.run()
  expect(log).toEqual(['a begins at 0', 'b begins at 0', 'a begins at 45'])
  expect(world.hosts.get('a')!.up).toBe(true)
})

test('a host that crashes for good stays down', () => {
  const { world, log, send } = fleet(['a', 'b'])
  plan(world, { at: ms(10), kind: 'crash', values: { host: named('a') } })
  send(ms(20), 'b', 'a')
  world.simulation.run()
  expect(log).toEqual(['a begins at 0', 'b begins at 0'])
  expect(world.hosts.get('a')!.up).toBe(false)
})

test('the name of a group stands for all its hosts, that of one for itself alone', () => {
  const rack = Array.from({ length: 11 }, (_, i) => `rack.${i + 1}`)
  const names = [...rack, 'racket.1', 'rack.b', 'other', 'alone']
  const { world } = fleet(names)
  const up = () => names.filter((name) => world.hosts.get(name)!.up)
  crash.begin(world, { host: named('rack') })
  expect(up()).toEqual(['racket.1', 'rack.b', 'other', 'alone'])
  crash.begin(world, { host: named('racket.1', 'other') })
  expect(up()).toEqual(['rack.b', 'alone'])
  // A single one may be called the first.
  crash.begin(world, { host: named('alone.1') })
  expect(up()).toEqual(['rack.b'])
})

test('while a host is down by two faults, it waits for the later of them', () => {
  const { world, log } = fleet(['a'], ms(1))
  plan(world, { at: ms(10), kind: 'crash', values: { host: named('a'), for: ms(100) } })
  plan(world, { at: ms(20), kind: 'crash', values: { host: named('a'), for: ms(5) } })
  world.simulation.run()
  expect(log).toEqual(['a begins at 0', 'a begins at 111'])
})

test('a partition cuts its sides off from each other, both ways and for its time; within a side all goes on', () => {
  const { world, log, send } = fleet(['a.1', 'a.2', 'b', 'c'])
  plan(world, {
    at: ms(10),
    kind: 'partition',
    values: { between: [named('a'), named('b')], direction: 'both', for: ms(10) },
  })
  const pairs = [
    ['a.1', 'b'],
    ['b', 'a.2'],
    ['a.1', 'a.2'],
    ['a.1', 'c'],
    ['c', 'b'],
  ] as const
  for (const time of [ms(5), ms(15), ms(25)]) for (const [from, to] of pairs) send(time, from, to)
  world.simulation.run()
  const sent = (...which: readonly number[]) =>
    which.map((i) => `on.${pairs[i]![0]} reaches on.${pairs[i]![1]}`)
  expect(log.slice(4)).toEqual([...sent(0, 1, 2, 3, 4), ...sent(2, 3, 4), ...sent(0, 1, 2, 3, 4)])
})

test('faults are listed under their own names', () => {
  for (const [name, fault] of Object.entries(faults)) expect(fault.name).toBe(name)
})
