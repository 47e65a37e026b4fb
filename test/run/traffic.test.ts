import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Env } from '../../src/env/index.ts'
import { ms } from '../../src/units.ts'
import { addCoordinator } from '../world/fixture.ts'
import { type Kept, keptWorld, linksOf, passesOn, runAll, trafficIn } from './message-fixture.ts'

const node = (i: number) => `node.${i}`

/** n nodes on three hosts, each of which sends to those that `peers` says, in each of so many rounds. */
function rounds(n: number, count: number, peers: (i: number) => readonly number[]): Kept {
  const kept = keptWorld({ a: {}, b: {}, c: {} }, { overhead: 100 })
  for (let i = 0; i < n; i++)
    addCoordinator(
      kept.world,
      'abc'[i % 3]!,
      node(i),
      (env: Env) => ({
        *start() {
          for (let round = 0; round < count; round++) {
            for (const peer of peers(i)) env.send({ name: node(peer) }, { kind: 'hello', bytes: 10 })
            yield* env.sleep(ms(1))
          }
        },
      }),
      0,
      'node',
    )
  runAll(kept)
  return kept
}

describe('the links that carried messages', () => {
  test('of a ring of n are n, each with a message a round', () => {
    const { links, further } = trafficIn(rounds(7, 5, (i) => [(i + 1) % 7]))
    expect(links).toEqual(Array.from({ length: 7 }, (_, i) => [i, (i + 1) % 7, 5, 5 * 110]))
    expect(further).toEqual({ links: 0, messages: 0, bytes: 0 })
  })

  test('of a mesh of n are n (n - 1)', () => {
    const others = (i: number) => [...Array(6).keys()].filter((peer) => peer !== i)
    const { links } = trafficIn(rounds(6, 3, others))
    expect(links).toHaveLength(6 * 5)
    expect(links.every(([, , messages, bytes]) => messages === 3 && bytes === 3 * 110)).toBe(true)
  })

  test('stand with those first that carry most', () => {
    const kept = rounds(4, 1, (i) => Array.from({ length: i }, () => 0))
    expect(linksOf(trafficIn(kept))).toEqual([
      ['node.3', 'node.0', 3],
      ['node.2', 'node.0', 2],
      ['node.1', 'node.0', 1],
    ])
  })

  test('beyond 2,000 are summed, and nothing is lost', () => {
    const others = (i: number) => [...Array(50).keys()].filter((peer) => peer !== i)
    const { links, further } = trafficIn(rounds(50, 2, others))
    expect(links).toHaveLength(2000)
    expect(further).toEqual({ links: 450, messages: 900, bytes: 900 * 110 })
  })

  test('carry together what the network was given', () => {
    const peers = fc.array(fc.array(fc.nat(8), { maxLength: 6 }), { minLength: 9, maxLength: 9 })
    fc.assert(
      fc.property(peers, fc.integer({ min: 1, max: 4 }), (of, count) => {
        const kept = rounds(9, count, (i) => of[i]!)
        const { links, processes } = trafficIn(kept)
        const { metrics } = kept.world.recorder.finish(kept.world.simulation.now)
        const sum = (column: 2 | 3) => links.reduce((total, row) => total + row[column], 0)
        expect(sum(2)).toBe(metrics['network.messages']!.value)
        expect(sum(3)).toBe(metrics['network.bytes']!.value)
        expect(processes.reduce((total, { handled }) => total + handled, 0)).toBe(sum(2))
      }),
      { numRuns: 30 },
    )
  })
})

test('a process that says nothing and hears nothing is there too, and so is its host', () => {
  const kept = keptWorld({ a: { cores: 2 }, b: {} })
  addCoordinator(kept.world, 'b', 'silent.1', () => ({}), 0, 'silent')
  runAll(kept)
  kept.world.simulation.run({ until: 1000 })
  expect(trafficIn(kept)).toEqual({
    seed: '1',
    measured: kept.world.simulation.now,
    hosts: [
      { name: 'a', cores: 2, utilisation: 0 },
      { name: 'b', cores: 1, utilisation: 0 },
    ],
    processes: [{ name: 'silent.1', part: 'silent', host: 1, handled: 0, busy: 0 }],
    links: [],
    further: { links: 0, messages: 0, bytes: 0 },
  })
})

test('of 3,000 processes those are kept that talk, in their order', () => {
  const kept = rounds(3000, 1, (i) => (i >= 2990 ? [0] : []))
  const { processes, links, further } = trafficIn(kept)
  expect(processes).toHaveLength(2000)
  expect(processes[0]!.name).toBe(node(0))
  expect(processes.slice(-10).map(({ name }) => name)).toEqual(
    Array.from({ length: 10 }, (_, i) => node(2990 + i)),
  )
  expect(links).toHaveLength(10)
  expect(further.links).toBe(0)
})

/** A caller on one host and a line of three, each on a host of its own, all of one core. */
function line(): Kept {
  const kept = keptWorld({ z: {}, a: {}, b: {}, c: {} }, { latency: { kind: 'constant', value: ms(1) } })
  addCoordinator(kept.world, 'a', 'first', passesOn('second', ms(2)))
  addCoordinator(kept.world, 'b', 'second', passesOn('third', ms(3)))
  addCoordinator(kept.world, 'c', 'third', passesOn(undefined, ms(4)))
  addCoordinator(kept.world, 'z', 'caller', (env) => ({
    *start() {
      for (let i = 0; i < 3; i++) yield* env.call({ name: 'first' }, { kind: 'ask' }, 1e12)
    },
  }))
  return kept
}

describe('the busy share of a process', () => {
  test('alone on a host of one core is the utilisation of the host', () => {
    const kept = line()
    runAll(kept)
    const { hosts, processes } = trafficIn(kept)
    for (const { host, busy, name } of processes)
      expect([name, busy]).toEqual([name, hosts[host]!.utilisation])
    // Three times 4, 6 and 8 ms of work, and six links of 1 ms: 24 ms a request.
    const works = processes.map(({ busy }) => busy * 24)
    expect(works).toEqual([4, 6, 8, 0].map((work) => expect.closeTo(work, 9)))
  })

  test('counts the time in which it waits for its core', () => {
    const kept = keptWorld({ a: {} })
    for (const name of ['one', 'two'])
      addCoordinator(kept.world, 'a', name, (env) => ({
        *start() {
          yield* env.compute({ cost: ms(5) })
        },
      }))
    runAll(kept)
    const { hosts, processes } = trafficIn(kept)
    expect(hosts[0]!.utilisation).toBe(1)
    expect(processes.map(({ busy }) => busy)).toEqual([1, 1])
  })

  test('ends with the process', () => {
    const kept = keptWorld({ a: {} })
    const process = addCoordinator(kept.world, 'a', 'one', (env) => ({
      *start() {
        yield* env.compute({ cost: ms(100) })
      },
    }))
    kept.world.simulation.schedule(ms(5), { id: 0, fire: () => process.kill() }, 0)
    runAll(kept, ms(20))
    expect(trafficIn(kept).processes[0]!.busy).toBe(0.25)
  })
})

test('what was before the end of warm-up counts for nothing', () => {
  const kept = line()
  const { world, messages } = kept
  for (const process of world.processes.values()) process.begin()
  // One request takes 24 ms, and six messages.
  world.simulation.run({ until: ms(24) + 1 })
  world.recorder.reset(world.simulation.now)
  messages.measure(world)
  world.simulation.run({})
  const { links, processes, hosts, measured } = trafficIn(kept)
  expect(measured).toBe(ms(48) - 1)
  // The second request is under way when the warm-up ends.
  expect(links.reduce((sum, [, , count]) => sum + count, 0)).toBe(11)
  for (const { host, busy } of processes) expect(busy).toBe(hosts[host]!.utilisation)
})
