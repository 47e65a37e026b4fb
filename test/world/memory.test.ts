// Who gets memory, who does not, and who is killed for it.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ms, seconds } from '../../src/units.ts'
import type { EndReason } from '../../src/world/behaviour.ts'
import type { Process } from '../../src/world/process.ts'
import type { World } from '../../src/world/world.ts'
import { makeWorld } from './fixture.ts'
import { addClient, at, metric } from './services/fixture.ts'

const SIZE = 1000

/** Processes that hold something, and who of them ended how, when. */
function holders(holding: Readonly<Record<string, number>>, host = {}) {
  const world = makeWorld({ a: { memory: SIZE, ...host } })
  const ends: [name: string, reason: EndReason, at: number][] = []
  const processes = Object.fromEntries(
    Object.entries(holding).map(([name, bytes]) => {
      const process = addClient(world, 'a', name)
      process.supervisor = { ended: (reason) => void ends.push([name, reason, world.simulation.now]) }
      process.memory.grow(0, bytes)
      return [name, process]
    }),
  )
  const { memory } = world.hosts.get('a')!
  return { world, ends, processes, memory }
}

const grow = (world: World, time: number, process: Process, bytes: number) =>
  at(world, time, () => process.memory.grow(time, bytes))

describe('asking for memory', () => {
  test('is refused beyond the account’s limit and beyond the host', () => {
    const { processes, memory } = holders({ one: 300, other: 500 })
    const { one, other } = processes as { one: Process; other: Process }
    one.memory.limit = 400
    expect([one.memory.free, other.memory.free]).toEqual([100, 200])
    expect(one.memory.allocate(0, 101)).toBe(false)
    expect(one.memory.allocate(0, 100)).toBe(true)
    expect(other.memory.allocate(0, 101)).toBe(false)
    expect(other.memory.allocate(0, 100)).toBe(true)
    expect(memory.free).toBe(0)
  })

  test('never holds more than there is, and what is held sums to what is used', () => {
    const step = fc.record({ who: fc.nat(3), bytes: fc.nat(500), back: fc.boolean() })
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 50 }),
        fc.array(fc.nat(600), { minLength: 4, maxLength: 4 }),
        (steps, limits) => {
          const { processes, memory } = holders({ a: 0, b: 0, c: 0, d: 0 })
          const accounts = Object.values(processes).map((process) => process.memory)
          accounts.forEach((account, i) => {
            account.limit = limits[i]!
          })
          for (const { who, bytes, back } of steps) {
            const account = accounts[who]!
            if (back) account.release(0, bytes)
            else account.allocate(0, bytes)
            expect(memory.used).toBe(accounts.reduce((sum, { used }) => sum + used, 0))
            expect(memory.used).toBeLessThanOrEqual(SIZE)
            expect(account.used).toBeLessThanOrEqual(account.limit)
          }
        },
      ),
    )
  })
})

describe('taking memory', () => {
  test('beyond its own limit ends its process and no other, at that instant', () => {
    const { world, ends, processes } = holders({ small: 100, big: 700 })
    processes.small!.memory.limit = 150
    grow(world, ms(5), processes.small!, 51)
    world.simulation.run()
    expect(ends).toEqual([['small', 'out-of-memory', ms(5)]])
    expect(metric(world, 'host.a.oom-kills')).toBe(1)
    expect(processes.big!.up).toBe(true)
    expect(processes.small!.memory.used).toBe(0)
  })

  // Badness is what is held plus oom_score_adj thousandths of the host's memory, here 1 byte each.
  const table: readonly [
    what: string,
    holding: Record<string, number>,
    adj: Record<string, number>,
    victim: string,
  ][] = [
    ['the one that holds most, whoever asks', { a: 200, b: 500, c: 250 }, {}, 'b'],
    ['one that holds little and offers itself', { a: 200, b: 500, c: 250 }, { c: 251 }, 'c'],
    ['not quite, if it offers itself too little', { a: 200, b: 500, c: 250 }, { c: 249 }, 'b'],
    ['the next, where the first is never killed', { a: 200, b: 500, c: 250 }, { b: -1000 }, 'c'],
    [
      'one of low score too, where the others may not',
      { a: 200, b: 500, c: 250 },
      { b: -1000, c: -1000, a: -999 },
      'a',
    ],
    ['of equals the one that came last', { a: 100, b: 400, c: 400 }, {}, 'c'],
    ['nobody who holds nothing', { a: 500, b: 450, idle: 0 }, { idle: 1000 }, 'a'],
  ]
  test.each(table)('beyond the host kills %s', (_what, holding, adj, victim) => {
    const { world, ends, processes, memory } = holders({ ...holding })
    for (const [name, score] of Object.entries(adj)) processes[name]!.memory.oomScoreAdj = score
    const asker = addClient(world, 'a', 'asker')
    asker.memory.oomScoreAdj = -1000
    grow(world, ms(1), asker, SIZE - memory.used + 1)
    world.simulation.run()
    expect(ends).toEqual([[victim, 'out-of-memory', ms(1)]])
    expect(memory.used).toBeLessThanOrEqual(SIZE)
  })

  test('kills as many as it takes', () => {
    const { world, ends, processes } = holders({ a: 300, b: 200, c: 100 })
    grow(world, ms(1), processes.c!, 750)
    processes.c!.memory.oomScoreAdj = -1000
    world.simulation.run()
    expect(ends.map(([name]) => name)).toEqual(['a', 'b'])
  })

  test('where nobody can be killed stops the host', () => {
    const { world, ends, processes } = holders({ a: 900 })
    processes.a!.memory.oomScoreAdj = -1000
    grow(world, ms(1), processes.a!, 200)
    world.simulation.run()
    expect(ends).toEqual([])
    expect(world.hosts.get('a')!.up).toBe(false)
  })

  test('in the midst of a process’s own code lets that end first', () => {
    const { world, ends, processes } = holders({ a: 900 })
    const seen: boolean[] = []
    at(world, ms(1), () =>
      processes.a!.enter(() => {
        processes.a!.memory.grow(ms(1), 200)
        seen.push(processes.a!.up)
      }),
    )
    world.simulation.run()
    expect(seen).toEqual([true])
    expect(ends).toEqual([['a', 'out-of-memory', ms(1)]])
  })
})

describe('eviction', () => {
  const threshold = { evictionThreshold: 100 }

  test('ends who holds most beyond its reservation, one each 10 s, until enough is free', () => {
    const { world, ends, processes } = holders({ modest: 400, greedy: 300, tiny: 60 }, threshold)
    processes.modest!.memory.reservation = 610
    processes.greedy!.memory.reservation = 250
    grow(world, seconds(3), processes.modest!, 210)
    // 30 are free. Beyond what they were promised they hold 0, 50 and 60: tiny goes, 90 are free, and greedy is next.
    world.simulation.run()
    expect(ends).toEqual([
      ['tiny', 'evicted', seconds(10)],
      ['greedy', 'evicted', seconds(20)],
    ])
    expect(metric(world, 'host.a.evictions')).toBe(2)
    expect(metric(world, 'host.a.oom-kills')).toBe(0)
  })

  test('leaves alone whoever gave back in time, and never happens without a threshold', () => {
    const { world, ends, processes } = holders({ a: 950 }, threshold)
    at(world, seconds(9), () => processes.a!.memory.release(seconds(9), 60))
    world.simulation.run()
    expect(ends).toEqual([])
    const without = holders({ a: 1000 })
    without.world.simulation.run()
    expect(without.ends).toEqual([])
    expect(without.world.simulation.now).toBe(0)
  })
})
