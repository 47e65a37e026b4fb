// A disk as those who read and write see it.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createDistribution } from '../../src/kernel/distributions/registry.ts'
import { laws } from '../../src/statistics/laws/registry.ts'
import { ms, seconds, us } from '../../src/units.ts'
import type { HostValues } from '../../src/world/host.ts'
import { makeWorld } from './fixture.ts'
import { at, batchMeans, metric } from './services/fixture.ts'

const MB = 1e6

/** 1 MB is read in 1 ms and written in 2. */
function makeDisk(values: Partial<HostValues> = {}) {
  const world = makeWorld({
    a: { diskBandwidth: 1e9, diskWriteBandwidth: 0.5e9, diskLatency: 0, disk: 1000 * MB, ...values },
  })
  const host = world.hosts.get('a')!
  const ends: Record<string, number> = {}
  const noted = (name: string) => () => {
    ends[name] = world.simulation.now
  }
  return {
    world,
    host,
    disk: host.disk,
    ends,
    noted,
    at: (time: number, then: () => void) => at(world, time, then),
  }
}

test('an operation takes its latency and its bytes; a bulk read has no latency', () => {
  const { world, disk, ends, noted } = makeDisk({ diskLatency: us(100) })
  disk.read(10 * MB, noted('read'))
  world.simulation.run()
  disk.write(10 * MB, noted('write'))
  world.simulation.run()
  disk.stream(10 * MB, noted('stream'))
  world.simulation.run()
  expect(ends).toEqual({ read: us(10_100), write: us(30_200), stream: us(40_200) })
})

test('readers and writers share the disk’s time alike', () => {
  const { world, disk, ends, noted, at } = makeDisk()
  disk.stream(10 * MB, noted('first'))
  at(ms(4), () => disk.stream(10 * MB, noted('second')))
  at(ms(4), () => disk.write(2 * MB, noted('write')))
  world.simulation.run()
  // Alone for 4 ms; then 6 ms, 10 ms and 4 ms of the disk's time are left. A third each until the write ends at 16 ms, half
  // each for the 2 ms that the first has left, and the 4 ms of the second alone.
  expect(ends).toEqual({ write: ms(16), first: ms(20), second: ms(24) })
})

test('n reads at once take n times as long as one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 32 }), fc.integer({ min: 1, max: 100 }), (n, size) => {
      const { world, disk, ends, noted } = makeDisk()
      for (let i = 0; i < n; i++) disk.read(size * MB, noted(`${i}`))
      world.simulation.run()
      expect(Object.values(ends)).toEqual(Array(n).fill(n * ms(size)))
    }),
  )
})

test('is an M/G/1 queue with processor sharing: the mean time does not depend on how sizes vary', () => {
  for (const size of [
    { kind: 'constant', value: 6 * MB },
    { kind: 'hyperexponential', mean: 6 * MB, cv: 2 },
  ]) {
    const { world, disk } = makeDisk({ diskQueue: 1000 })
    const [arrivals, sizes] = ['arrivals', 'sizes'].map((name) => world.streams.stream(name))
    const drawn = createDistribution(size, 'bytes')
    const times: number[] = []
    const next = () => world.simulation.now + Math.round(arrivals!.exponential(ms(10)))
    const arrive = (): void => {
      const begun = world.simulation.now
      disk.read(Math.round(drawn.sample(sizes!)), () => times.push(world.simulation.now - begun))
      if (times.length < 30_000) at(world, next(), arrive)
    }
    at(world, next(), arrive)
    world.simulation.run()
    // 6 ms of work each 10 ms.
    const law = laws['m/g/1/ps']!.evaluate({ arrivalRate: 100, serviceTime: ms(6) }).sojourn!
    const { mean, error } = batchMeans(times)
    expect(law).toBeCloseTo(ms(15), 3)
    expect(error).toBeLessThan(0.05 * law)
    expect(Math.abs(mean - law)).toBeLessThan(4 * error)
  }
})

test('more than its queue holds wait, first come first served', () => {
  const { world, disk, ends, noted } = makeDisk({ diskQueue: 2 })
  for (const name of ['a', 'b', 'c', 'd']) disk.read(MB, noted(name))
  world.simulation.run()
  expect(ends).toEqual({ a: ms(2), b: ms(2), c: ms(4), d: ms(4) })
})

test('what is called off leaves its place and its share to the others; one called off twice or too late harms nobody', () => {
  const { world, disk, ends, noted, at } = makeDisk({ diskQueue: 2, diskLatency: ms(1) })
  const cancel = ['a', 'b', 'c', 'd', 'e'].map((name) => disk.read(10 * MB, noted(name)))
  at(ms(0.5), () => cancel[2]!())
  // While its bytes come, and again.
  at(ms(5), () => cancel[1]!())
  at(ms(6), () => cancel[1]!())
  // In its latency.
  at(ms(5.5), () => cancel[3]!())
  world.simulation.run()
  cancel[0]!()
  // a: 1 ms of latency, two halves for 4 ms, 8 ms alone but for e's: e begins at 5.5 with its latency, and shares from 6.5.
  // a has 10 - 2 - 1.5 = 6.5 left then, e 10: a ends at 19.5, e at 23.
  expect(ends).toEqual({ a: ms(19.5), e: ms(23) })
})

test('a sync takes its own time, drawn anew each time, and a place in the queue', () => {
  const diskSync = { kind: 'uniform', low: ms(1), high: ms(3) }
  const { world, disk, ends, noted } = makeDisk({ diskQueue: 1, diskSync })
  disk.sync(noted('first'))
  disk.sync(noted('second'))
  world.simulation.run()
  const { first, second } = ends as { first: number; second: number }
  for (const time of [first, second - first]) {
    expect(time).toBeGreaterThanOrEqual(ms(1))
    expect(time).toBeLessThanOrEqual(ms(3))
  }
  expect(second - first).not.toBe(first)
})

describe('a full disk', () => {
  test('refuses what does not fit, and takes it when there is room', () => {
    const { world, disk, ends, noted } = makeDisk()
    expect(disk.write(700 * MB, noted('big'))).toBeDefined()
    expect(disk.write(301 * MB, noted('more'))).toBeUndefined()
    disk.remove(1 * MB)
    expect(disk.free).toBe(301 * MB)
    expect(disk.write(301 * MB, noted('more'))).toBeDefined()
    world.simulation.run()
    expect(Object.keys(ends).sort()).toEqual(['big', 'more'])
  })

  test('by a fault refuses every write until the last such fault is over; reads go on', () => {
    const { disk, noted } = makeDisk()
    const over = [disk.fill(), disk.fill()]
    over[0]!()
    over[0]!()
    expect([disk.free, disk.write(1, noted('x'))]).toEqual([0, undefined])
    disk.read(1, noted('read'))
    over[1]!()
    expect(disk.free).toBe(1000 * MB)
  })
})

test('a slow disk is so many times slower in all it does, also in what it has begun', () => {
  const { world, disk, ends, noted, at } = makeDisk({ diskLatency: ms(1) })
  disk.stream(10 * MB, noted('begun'))
  let over = () => {}
  at(ms(5), () => {
    over = disk.slow(10)
  })
  // 5 ms are left, at a tenth: 2 ms done by 25 ms.
  at(ms(25), () => {
    over()
    over()
  })
  world.simulation.run()
  expect(ends.begun).toBe(ms(28))
  disk.slow(10)
  disk.read(MB, noted('after'))
  world.simulation.run()
  expect(ends.after! - ends.begun!).toBe(ms(20))
})

test('its utilisation is the share of time in which an operation is under way', () => {
  const { world, disk, noted, at } = makeDisk({ diskLatency: ms(1) })
  disk.read(MB, noted('a'))
  disk.read(MB, noted('b'))
  at(ms(12), () => {})
  world.simulation.run()
  // 1 ms of latency, 2 ms for both.
  expect(metric(world, 'host.a.disk.utilisation.mean')).toBeCloseTo(3 / 12, 12)
})

test('a crash ends what is under way; what was written stays', () => {
  const { world, host, disk, ends, noted, at } = makeDisk({ diskQueue: 1 })
  disk.write(10 * MB, noted('write'))
  disk.read(10 * MB, noted('read'))
  at(ms(5), () => host.crash())
  at(ms(6), () => host.restart())
  at(seconds(1), () => disk.read(MB, noted('later')))
  world.simulation.run()
  expect(ends).toEqual({ later: seconds(1) + ms(1) })
  expect(disk.used).toBe(10 * MB)
})
