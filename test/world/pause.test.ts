// Pauses that come by themselves.

import { describe, expect, test } from 'vitest'
import { GiB, MiB, ms, seconds } from '../../src/units.ts'
import { Pauses } from '../../src/world/pause.ts'
import { makeWorld } from './fixture.ts'
import { addClient, at, metric } from './services/fixture.ts'

const constant = (value: number) => ({ kind: 'constant', value })

function pausing(terms: Partial<ConstructorParameters<typeof Pauses>[1]> = {}, seed = '1') {
  const world = makeWorld({ a: { memory: 4 * GiB } }, {}, seed)
  const process = addClient(world, 'a', 'agent')
  process.pauses = new Pauses(process, {
    every: constant(seconds(12)),
    lasts: constant(ms(100)),
    perGib: 0,
    ...terms,
  })
  const stops: [from: number, to: number][] = []
  const { halt, resume } = process
  let from = 0
  process.halt = () => {
    from = world.simulation.now
    halt.call(process)
  }
  process.resume = () => {
    stops.push([from, world.simulation.now])
    resume.call(process)
  }
  return { world, process, stops }
}

describe('a process with pauses', () => {
  test('stands still once in each interval, from start to start, and begins somewhere in the first', () => {
    const { world, process, stops } = pausing()
    process.begin()
    world.simulation.run({ until: seconds(1200) })
    const [first] = stops[0]!
    expect(first).toBeGreaterThan(0)
    expect(first).toBeLessThan(seconds(12))
    expect(stops).toHaveLength(100)
    stops.forEach(([from, to], i) => {
      expect([from, to]).toEqual([first + i * seconds(12), first + i * seconds(12) + ms(100)])
    })
    expect(metric(world, 'process.agent.paused.mean')).toBeCloseTo(1 / 120, 9)
    expect(metric(world, 'process.agent.pause.p99')).toBe(ms(100))
  })

  test('of several begin at different times', () => {
    const begins = ['1', '2', '3'].map((seed) => {
      const { world, process, stops } = pausing({}, seed)
      process.begin()
      world.simulation.run({ until: seconds(13) })
      return stops[0]![0]
    })
    expect(new Set(begins).size).toBe(3)
  })

  test('pauses the longer the more it holds', () => {
    const { world, process, stops } = pausing({ perGib: ms(400) })
    process.memory.grow(0, 256 * MiB)
    process.begin()
    world.simulation.run({ until: seconds(24) })
    process.memory.grow(seconds(24), 256 * MiB)
    world.simulation.run({ until: seconds(48) })
    // A quarter and half a GiB, and 100 ms besides.
    expect(stops.map(([from, to]) => (to - from) / ms(1))).toEqual([200, 200, 300, 300])
  })

  test('that lasts longer than the interval is followed by the next at once', () => {
    const { world, process, stops } = pausing({ lasts: constant(seconds(15)) })
    process.begin()
    world.simulation.run({ until: seconds(100) })
    for (let i = 1; i < stops.length; i++) expect(stops[i]![0]).toBe(stops[i - 1]![1])
  })

  test('that ends in the midst of one has none left, and new ones in its next life', () => {
    const { world, process, stops } = pausing()
    process.begin()
    world.simulation.run({ until: seconds(12) })
    const [first] = stops[0]!
    const paused = () =>
      world.recorder.level('process.agent.paused', { unit: 'count', better: 'lower', meaning: '' }).value
    const seen: number[] = []
    at(world, first + seconds(12) + ms(50), () => {
      seen.push(paused())
      process.kill()
      seen.push(paused())
    })
    at(world, first + seconds(50), () => process.start())
    const before = stops.length
    world.simulation.run({ until: first + seconds(50) })
    expect(seen).toEqual([1, 0])
    expect(stops.length).toBe(before)
    world.simulation.run({ until: first + seconds(50 + 24) })
    expect(stops.length).toBeGreaterThanOrEqual(before + 1)
  })

  test('without a time between them are refused', () => {
    expect(() => pausing({ every: constant(0) })).toThrow(
      'invalid every of pauses: 0 s on average; expected a time above 0',
    )
  })
})
