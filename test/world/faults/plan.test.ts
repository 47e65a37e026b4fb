import { expect, test } from 'vitest'
import { ms, seconds } from '../../../src/units.ts'
import { type PlannedFault, play, recordOf } from '../../../src/world/faults/plan.ts'
import { faults } from '../../../src/world/faults/registry.ts'
import { addCoordinator, makeWorld } from '../fixture.ts'

const named = (...names: readonly string[]) => names.map((name) => ({ name }))

test('a fault is told by its kind, whom it befalls, and what is unusual about it', () => {
  const record = (fault: PlannedFault) => recordOf(fault, faults)
  expect(
    record({ at: ms(5), kind: 'slow-down', values: { host: named('a', 'b'), factor: 3, for: seconds(2) } }),
  ).toEqual({
    at: ms(5),
    until: seconds(2) + ms(5),
    kind: 'slow-down',
    befalls: 'host',
    target: 'a, b',
    detail: 'factor 3, for 2 s',
  })
  const between = [named('a'), named('b', 'c')]
  expect(record({ at: 0, kind: 'partition', values: { between, direction: 'both' } })).toMatchObject({
    until: null,
    target: 'a | b, c',
    detail: '',
  })
  expect(record({ at: 7, kind: 'clock-jump', values: { host: named('a'), by: ms(3) } })).toMatchObject({
    until: 7,
    detail: 'by 3 ms',
  })
})

test('a killed process comes back when the fault is over; a restarted one by itself', () => {
  const world = makeWorld({ a: {} })
  const lives: string[] = []
  for (const name of ['one', 'two'])
    addCoordinator(world, 'a', name, (env) => ({
      *start() {
        lives.push(`${name} at ${env.now() / ms(1)}`)
        yield* env.sleep(0)
      },
    })).begin()
  play(
    world,
    [
      { at: ms(10), kind: 'kill', values: { process: named('one'), for: ms(25) } },
      { at: ms(20), kind: 'restart', values: { process: named('two'), takes: ms(5) } },
      { at: ms(50), kind: 'kill', values: { process: named('two') } },
    ],
    faults,
  )
  world.simulation.run()
  expect(lives).toEqual(['one at 0', 'two at 0', 'two at 25', 'one at 35'])
  expect(world.processes.get('two')!.up).toBe(false)
})

test('a flapping link is cut about down / (down + up) of the time, and whole when it is over', () => {
  const world = makeWorld({ a: {}, b: {} })
  const from = addCoordinator(world, 'a', 'from', (env) => ({
    *start() {
      for (let i = 0; i < 20_000; i++) {
        env.send({ name: 'to' }, { kind: 'note' })
        yield* env.sleep(ms(10))
      }
    },
  }))
  let heard = 0
  const to = addCoordinator(world, 'b', 'to', () => ({ receive: () => void heard++ }))
  const mean = (value: number) => ({ kind: 'exponential', mean: value })
  const between = [named('a'), named('b')]
  play(
    world,
    [
      {
        at: 0,
        kind: 'flapping',
        values: { between, down: mean(ms(50)), up: mean(ms(150)), for: seconds(190) },
      },
    ],
    faults,
  )
  for (const process of [from, to]) process.begin()
  world.simulation.run()
  // 19,000 notes of which a quarter is lost, and 1,000 thereafter that all arrive.
  // A cycle takes 200 ms, so there are 950 of them; the share's standard error is about 0.25 · 0.75 · √(2 / 950) = 0.9 %.
  expect((20_000 - heard) / 19_000).toBeGreaterThan(0.22)
  expect((20_000 - heard) / 19_000).toBeLessThan(0.28)
})

test('of a service that declares no such fault it is said what it declares', () => {
  const world = makeWorld({ a: {} })
  addCoordinator(world, 'a', 'one', () => ({}))
  expect(() => faults.service!.check!(world, { service: named('one'), fault: 'hang' })).toThrow(
    'unknown fault: hang; one declares none',
  )
})
