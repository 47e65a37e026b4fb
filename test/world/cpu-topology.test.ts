// What cores give that share their units between two hardware threads, or switch between more threads than there are cores.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ms, us } from '../../src/units.ts'
import { plainCores, socketsOf } from '../../src/world/topology.ts'
import { makeCpu } from './cpu-fixture.ts'
import { makeWorld } from './fixture.ts'

/** Work done per nanosecond by so many single threads. */
function throughput(cpu: ReturnType<typeof makeCpu>['cpu'], threads: number): number {
  const group = cpu.group()
  for (let i = 0; i < threads; i++) cpu.run(group, ms(1000), { computed() {} })
  return group.rate * threads
}

describe('two hardware threads a core', () => {
  const given = { threadsPerCore: 2, secondThread: 0.25 }

  test('give nothing more up to a thread a core, then a quarter for each, and no more than that', () => {
    // 4 cores: 4 threads do the work of 4, 8 that of 5.
    const expected = [1, 2, 3, 4, 4.25, 4.5, 4.75, 5, 5, 5]
    expected.forEach((work, i) => {
      expect(throughput(makeCpu(4, given).cpu, i + 1)).toBeCloseTo(work, 12)
    })
  })

  test('are cores to be named, limited and seen', () => {
    const { cpu, run, used } = makeCpu(2, given)
    expect(cpu.allCores).toEqual([0, 1, 2, 3])
    run(cpu.group({ quota: 3, threads: 4 }), ms(1))
    expect(used()).toEqual([1, 1, 1, 0])
    expect(cpu.coresOf([0, 2])).toBe(1)
    expect(cpu.coresOf(cpu.allCores)).toBe(2)
  })

  test('that are used by part are slower by part', () => {
    const { cpu } = makeCpu(2, given)
    const group = cpu.group({ quota: 3 })
    for (let i = 0; i < 4; i++) cpu.run(group, ms(1), { computed() {} })
    // 3 of 4: two cores and a quarter.
    expect(group.rate * 4).toBeCloseTo(2.25, 12)
  })

  test('with one there is nothing of all this', () => {
    expect(throughput(makeCpu(4, { secondThread: 0.25 }).cpu, 8)).toBe(4)
  })
})

describe('sockets', () => {
  test('have their cores in their order, both hardware threads of each', () => {
    const topology = { ...plainCores(4), sockets: 2, threadsPerCore: 2 }
    const sockets = [[0], [1], [2], [3], [4], [5], [6], [7], [0, 3], [0, 5]].map((cores) => [
      ...socketsOf(topology, cores),
    ])
    expect(sockets).toEqual([[0], [0], [1], [1], [0], [0], [1], [1], [0, 1], [0]])
  })

  test('are read from by those who are on them', () => {
    const { cpu, run } = makeCpu(4, { sockets: 2 })
    const streams: Record<string, number> = {}
    const reader = (name: string, affinity?: readonly number[]) => {
      const group = cpu.ownGroup(affinity ? { affinity } : {})
      group.speed = (cores, _threads, beside) => {
        streams[name] = beside
        return cores
      }
      run(group, ms(1))
    }
    reader('first', [0, 1])
    reader('second', [2, 3])
    expect(streams).toEqual({ first: 1, second: 1 })
    reader('everywhere')
    expect(streams).toEqual({ first: 2, second: 2, everywhere: 3 })
  })

  test('have a bandwidth each, and less between them', () => {
    const host = makeWorld({
      a: { cores: 8, sockets: 2, memoryBandwidth: 100e9, remoteBandwidth: 0.4 },
    }).hosts.get('a')!
    const all = host.cpu.allCores
    expect([
      host.bulkBandwidth(all, 8),
      // The kernel keeps them together where there is room.
      host.bulkBandwidth(all, 4),
      host.bulkBandwidth([4, 5, 6, 7], 8),
    ]).toEqual([40e9, 100e9, 100e9])
    expect(() => makeWorld({ a: { cores: 12, sockets: 5 } })).toThrow(
      'invalid sockets: 5; expected a number that divides the 12 cores',
    )
  })
})

describe('switching between threads', () => {
  const given = { contextSwitch: us(100), timeslice: us(900) }

  test('costs nothing while there is a core for each, and its share of a slice where each core has two or more', () => {
    for (const threads of [1, 4]) expect(throughput(makeCpu(4, given).cpu, threads)).toBeCloseTo(threads, 12)
    for (const threads of [8, 9, 100])
      expect(throughput(makeCpu(4, given).cpu, threads)).toBeCloseTo(4 * 0.9, 9)
  })

  test('costs in proportion where some cores have two', () => {
    // 6 threads on 4 cores: half of the cores switch.
    expect(throughput(makeCpu(4, given).cpu, 6)).toBeCloseTo(4 * 0.95, 12)
  })

  test('is a matter of the cores that a thread may use', () => {
    const { cpu, run } = makeCpu(4, given)
    const pinned = cpu.group({ affinity: [0] })
    const elsewhere = cpu.group({ affinity: [2, 3] })
    run(pinned, ms(1))
    run(pinned, ms(1))
    run(elsewhere, ms(1))
    expect(pinned.rate).toBeCloseTo(0.45, 12)
    expect(elsewhere.rate).toBe(1)
  })
})

describe('cores slowed down', () => {
  test('are so many times slower, all reasons together, until each is over', () => {
    const { simulation, cpu, run, at, ends } = makeCpu(1)
    const over: (() => void)[] = []
    at(ms(10), () => over.push(cpu.slow(2)))
    at(ms(20), () => over.push(cpu.slow(3)))
    at(ms(50), () => over[0]!())
    at(ms(53), () => over[1]!())
    // What is over twice is over once.
    at(ms(54), () => over[1]!())
    run(cpu.group(), ms(40))
    simulation.run()
    // 10 whole, 10 at half, 30 at a sixth, 3 at a third: 21 done; 19 more.
    expect(ends).toEqual([ms(72)])
  })

  test('are told to groups with a speed of their own', () => {
    const { simulation, cpu, run, at, ends } = makeCpu(1)
    const group = cpu.ownGroup({})
    group.speed = (cores, _threads, _streams, pace) => cores * pace
    run(group, ms(10))
    at(ms(5), () => cpu.slow(5))
    simulation.run()
    expect(ends).toEqual([ms(30)])
  })
})

describe('jobs that stand still', () => {
  test('keep what they have left, and leave their cores to the others', () => {
    const { simulation, cpu, run, at, ends } = makeCpu(1)
    const owner = {}
    run(cpu.group(), ms(10), 0, owner)
    run(cpu.group(), ms(10), 1)
    at(ms(4), () => cpu.freeze(owner))
    at(ms(100), () => cpu.thaw(owner))
    simulation.run()
    // Half each for 4 ms; the other goes on alone with 8 ms; the first has 8 left at 100 ms.
    expect(ends).toEqual([ms(108), ms(12)])
  })

  test('include those begun meanwhile; any of them may be taken off', () => {
    const { simulation, cpu, run, at, ends } = makeCpu(1)
    const owner = {}
    const first = run(cpu.group(), ms(10), 0, owner)
    at(ms(1), () => cpu.freeze(owner))
    at(ms(2), () => run(cpu.group(), ms(3), 1, owner))
    at(ms(3), () => {
      cpu.cancel(first)
      cpu.cancel(first)
    })
    at(ms(10), () => cpu.thaw(owner))
    simulation.run()
    expect(ends).toEqual([undefined, ms(13)])
  })

  test('are gone with their owner, or with all', () => {
    for (const all of [false, true]) {
      const { simulation, cpu, run, at, ends } = makeCpu(1)
      const owner = {}
      run(cpu.group(), ms(10), 0, owner)
      at(ms(1), () => cpu.freeze(owner))
      at(ms(2), () => cpu.clear(all ? undefined : owner))
      at(ms(3), () => cpu.thaw(owner))
      at(ms(4), () => run(cpu.group(), ms(1), 1, owner))
      simulation.run()
      expect(ends).toEqual([undefined, ms(5)])
      expect(cpu.busy).toBe(0)
    }
  })

  test('tell a group with a speed of its own that it has no cores', () => {
    const { simulation, cpu, run, at } = makeCpu(1)
    const owner = {}
    const group = cpu.ownGroup({})
    const asked: [number, number][] = []
    group.speed = (cores) => {
      asked.push([simulation.now / ms(1), cores])
      return cores
    }
    run(group, ms(10), 0, owner)
    at(ms(5), () => cpu.freeze(owner))
    at(ms(7), () => cpu.thaw(owner))
    simulation.run()
    expect(asked).toEqual([
      [0, 1],
      [5, 0],
      [7, 1],
    ])
    expect(simulation.now).toBe(ms(12))
  })

  test('end as late as they stood still, whatever the standstills', () => {
    const standstills = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 })), {
      maxLength: 10,
    })
    fc.assert(
      fc.property(fc.nat(150), standstills, (half, given) => {
        const { simulation, cpu, run, at, ends, busyTime } = makeCpu(1)
        const owner = {}
        // Standstills begin and end at even times, the work at an odd one.
        const work = 2 * half + 1
        run(cpu.group(), work, 0, owner)
        let time = 0
        let expected = work
        for (const [gap, length] of given) {
          const begin = time + 2 * gap
          time = begin + 2 * length
          at(begin, () => cpu.freeze(owner))
          at(time, () => cpu.thaw(owner))
          if (begin < expected) expected += 2 * length
        }
        simulation.run()
        expect(ends).toEqual([expected])
        expect(busyTime()).toBe(work)
      }),
    )
  })
})
