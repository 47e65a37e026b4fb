// The quota of a cgroup by periods: against the closed form of a job alone, and the laws that hold for any load.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ms, us } from '../../src/units.ts'
import { makeCpu } from './cpu-fixture.ts'

const PERIOD = ms(100)

/**
 * How long a single thread takes that comes `before` the next period with the whole of its quota there: what it can until then, and
 * `quota` of each period after.
 */
function alone(demand: number, quota: number, period: number, before: number): number {
  const first = Math.min(quota, before)
  if (demand <= first) return demand
  const full = Math.ceil((demand - first) / quota) - 1
  return before + full * period + (demand - first - full * quota)
}

describe('a job alone', () => {
  test('of 120 ms of core time takes 240 ms at 40 ms each 100 ms: it waits twice', () => {
    const { simulation, cpu, run, ends } = makeCpu(4)
    const throttled: [number, boolean][] = []
    const group = cpu.group({ quota: 0.4, period: PERIOD })
    group.cgroup!.observer = (is) => void throttled.push([simulation.now / ms(1), is])
    run(group, ms(120))
    simulation.run()
    expect(alone(ms(120), ms(40), PERIOD, PERIOD)).toBe(ms(240))
    expect(ends).toEqual([ms(240)])
    expect(throttled).toEqual([
      [40, true],
      [100, false],
      [140, true],
      [200, false],
    ])
  })

  test('with four threads and 2 CPUs has used up 200 ms of core time in 50 ms, and waits 50', () => {
    const { simulation, cpu, run, at, ends, used } = makeCpu(4)
    run(cpu.group({ quota: 2, period: PERIOD, threads: 4 }), ms(400))
    const seen: number[] = []
    for (const time of [25, 75]) at(ms(time), () => seen.push(used().reduce((sum, core) => sum + core, 0)))
    simulation.run()
    expect(ends).toEqual([ms(150)])
    expect(seen).toEqual([4, 0])
  })

  test('that is short waits for a period to end where the other threads of its container have used it up', () => {
    // Uber's case for cpusets: 16 threads use up 2 cores' 200 ms in 12.5 ms and stand still for 87.5.
    const observed = [{ quota: 2, period: PERIOD }, { affinity: [0, 1] }].map((terms) => {
      const { simulation, cpu, run, at, ends } = makeCpu(16)
      const group = cpu.group(terms)
      for (let i = 0; i < 16; i++) run(group, ms(100), i)
      at(ms(20), () => run(group, ms(1), 16))
      simulation.run()
      return ends[16]! / ms(1) - 20
    })
    // At 100 ms 17 threads go on, on 16 cores; on cores of their own 17 threads share 2, no matter when.
    expect(observed[0]).toBeCloseTo(80 + 17 / 16, 5)
    expect(observed[1]).toBeCloseTo(17 / 2, 5)
  })

  test('takes what the closed form says, wherever it comes in its period', () => {
    const cases = fc.record({
      demand: fc.integer({ min: us(100), max: ms(900) }),
      period: fc.integer({ min: ms(1), max: ms(200) }),
      percent: fc.integer({ min: 1, max: 99 }),
      phase: fc.nat(ms(200)),
      at: fc.nat(ms(500)),
    })
    fc.assert(
      fc.property(cases, ({ demand, period, percent, phase, at: time }) => {
        const { simulation, cpu, run, at, ends } = makeCpu(2)
        const group = cpu.group({ quota: percent / 100, period, phase: phase % period })
        at(time, () => run(group, demand))
        simulation.run()
        const since = (time - (phase % period) + period) % period
        const quota = (percent * period) / 100
        // To a nanosecond or two, which may be all that is left for another period.
        const [least, most] = [-2, 2].map(
          (more) => alone(demand + more, quota, period, period - since) + more,
        )
        expect(ends[0]! - time).toBeGreaterThanOrEqual(least!)
        expect(ends[0]! - time).toBeLessThanOrEqual(most!)
      }),
      { numRuns: 300 },
    )
  })

  test('comes nearer to the fluid limit the shorter the period is, and is never a period from it', () => {
    const demand = ms(120)
    for (const period of [ms(100), ms(10), ms(1)]) {
      const { simulation, cpu, run, ends } = makeCpu(1)
      run(cpu.group({ quota: 0.4, period }), demand)
      simulation.run()
      const late = demand / 0.4 - ends[0]!
      // The last period's work is done at its beginning.
      expect(late).toBeGreaterThanOrEqual(0)
      expect(late).toBeLessThanOrEqual(period)
    }
  })

  test('that ends as the core time of all does waits for nothing', () => {
    const { simulation, cpu, run, at, ends } = makeCpu(1)
    const group = cpu.group({ quota: 0.4, period: PERIOD })
    run(group, ms(100), 0)
    // When the core time ends has been known for long when it becomes known that this one ends then.
    at(ms(20), () => run(group, ms(10), 1))
    simulation.run({ until: ms(50) })
    expect(ends).toEqual([undefined, ms(40)])
  })

  test('that ends as its core time does waits for nothing', () => {
    const { simulation, cpu, run, ends } = makeCpu(1)
    const group = cpu.group({ quota: 0.4, period: PERIOD })
    run(group, ms(40))
    simulation.run()
    expect(ends).toEqual([ms(40)])
    // The next one comes too late for this period.
    run(group, ms(10))
    simulation.run()
    expect(ends).toEqual([ms(110)])
  })
})

const load = fc.array(
  fc.record({
    at: fc.nat(ms(400)),
    work: fc.integer({ min: us(10), max: ms(60) }),
    group: fc.nat(1),
  }),
  { minLength: 1, maxLength: 20 },
)

test('in no period is more used than the quota, by all groups of a cgroup together', () => {
  fc.assert(
    fc.property(load, fc.constantFrom(0.3, 1, 1.7), (arrivals, quota) => {
      const { simulation, cpu, run, at, ends, busyTime } = makeCpu(4)
      const first = cpu.group({ quota, period: PERIOD })
      const groups = [first, cpu.group({ threads: 2, cgroup: first.cgroup })]
      arrivals.forEach(({ at: time, work, group }, i) => {
        at(time, () => run(groups[group]!, work, i))
      })
      const usage: number[] = []
      for (let period = 1; period <= 80; period++) at(period * PERIOD, () => usage.push(busyTime()))
      simulation.run()
      usage.forEach((sum, i) => {
        expect(sum - (usage[i - 1] ?? 0)).toBeLessThanOrEqual(quota * PERIOD + 10)
      })
      // Nothing is lost.
      expect(ends.filter((end) => end > 0)).toHaveLength(arrivals.length)
      const work = arrivals.reduce((sum, one) => sum + one.work, 0)
      expect(Math.abs(busyTime() - work)).toBeLessThanOrEqual(4 * (arrivals.length + usage.length))
    }),
    { numRuns: 150 },
  )
})

test('a quota that is never used up changes nothing', () => {
  fc.assert(
    fc.property(load, (arrivals) => {
      const observed = [{}, { quota: 4, period: PERIOD }].map((terms) => {
        const { simulation, cpu, run, at, ends } = makeCpu(4)
        const group = cpu.group(terms)
        arrivals.forEach(({ at: time, work }, i) => {
          at(time, () => run(group, work, i))
        })
        simulation.run()
        return ends
      })
      expect(observed[1]).toEqual(observed[0])
    }),
  )
})

test('without a period all groups of a cgroup stay within its quota at every instant', () => {
  const { simulation, cpu, run, ends, used } = makeCpu(4)
  const first = cpu.group({ quota: 1 })
  run(first, ms(10), 0)
  run(cpu.group({ threads: 3, cgroup: first.cgroup }), ms(30), 1)
  run(cpu.group(), ms(20), 2)
  expect(used().reduce((sum, core) => sum + core, 0)).toBeCloseTo(2, 9)
  simulation.run()
  // One core for both, by threads 1 to 3: 10 ms of a quarter and 30 ms of three quarters both take 40 ms.
  expect(ends).toEqual([ms(40), ms(40), ms(20)])
})

test('what is throttled leaves its cores to the others, and does not crowd them', () => {
  const { simulation, cpu, run, ends } = makeCpu(1, { contextSwitch: us(100), timeslice: us(900) })
  run(cpu.group({ quota: 0.1, period: PERIOD }), ms(20), 0)
  run(cpu.group(), ms(60), 1)
  simulation.run()
  // Together each has half of 0.9 cores: 10 ms of core time are used up, in cores, after 20 ms, 9 ms of work done by each.
  // Then the other has the core for itself until it ends with 51 ms more at 71 ms. At 100 ms the first goes on alone for
  // 10 ms, and so has 1 ms left for 200 ms.
  expect(ends).toEqual([ms(201), ms(71)])
})

test('a crash ends a standstill; who comes after it has the whole of a period', () => {
  const { simulation, cpu, run, at, ends } = makeCpu(1)
  const group = cpu.group({ quota: 0.4, period: PERIOD })
  run(group, ms(60))
  at(ms(50), () => cpu.clear())
  at(ms(60), () => run(group, ms(30), 1))
  simulation.run()
  expect(ends).toEqual([undefined, ms(90)])
})

describe('weights of cgroups', () => {
  test('hold for all of their threads together', () => {
    const { simulation, cpu, run, ends } = makeCpu(1)
    const light = cpu.group({ share: 1 })
    const heavy = cpu.group({ share: 3 })
    // Three jobs of the light one have a quarter of the core together.
    for (let i = 0; i < 3; i++) run(light, ms(5), i)
    run(heavy, ms(45), 3)
    simulation.run()
    // Both have what they asked for after 60 ms: 15 of 60 and 45 of 60.
    expect(ends).toEqual([ms(60), ms(60), ms(60), ms(60)])
  })

  test('count as so many threads outside', () => {
    const { simulation, cpu, run, ends } = makeCpu(1)
    run(cpu.group({ share: 2, threads: 8 }), ms(20), 0)
    for (let i = 1; i <= 2; i++) run(cpu.group(), ms(10), i)
    simulation.run()
    expect(ends).toEqual([ms(40), ms(40), ms(40)])
  })

  test('are shared within by threads, over its groups', () => {
    const { cpu, run } = makeCpu(2)
    const first = cpu.group({ share: 1 })
    const second = cpu.group({ cgroup: first.cgroup, threads: 2 })
    const outside = cpu.group({ share: 1, threads: 4 })
    run(first, ms(1))
    run(second, ms(1))
    run(outside, ms(1))
    expect(outside.cores).toBeCloseTo(1, 12)
    expect(first.cores).toBeCloseTo(1 / 3, 12)
    expect(second.cores).toBeCloseTo(2 / 3, 12)
  })
})
