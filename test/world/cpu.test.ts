import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ms } from '../../src/units.ts'
import type { CpuTerms } from '../../src/world/cpu.ts'
import { makeCpu } from './cpu-fixture.ts'
import { type Arrival, follow, maxMinShares } from './cpu-oracle.ts'

const CORES = 6

/** Terms with caps, weights, quotas and sets of cores that nest, cross and coincide. */
const terms: fc.Arbitrary<CpuTerms> = fc
  .record({
    threads: fc.constantFrom(undefined, 1, 2, 3, 8),
    weight: fc.constantFrom(undefined, 1, 2, 5),
    quota: fc.constantFrom(undefined, undefined, 0.5, 1.5, 3),
    affinity: fc.oneof(
      fc.constant(undefined),
      fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1, maxLength: 4 }),
    ),
  })
  .map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)))

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

test('n equal jobs on c cores end together at n w / c, or at w where there is a core for each', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 16 }),
      fc.integer({ min: 1, max: ms(100) }),
      (n, c, k) => {
        const { simulation, cpu, run, ends, busyTime } = makeCpu(c)
        // Work of c k, so that n w / c is the whole number n k.
        for (let job = 0; job < n; job++) run(cpu.group(), c * k, job)
        simulation.run()
        expect(ends).toEqual(Array(n).fill(n >= c ? n * k : c * k))
        expect(busyTime()).toBeCloseTo(n * c * k, -1)
      },
    ),
  )
})

test('a job that comes later is behind by what the first has done alone', () => {
  const { simulation, cpu, run, at, ends } = makeCpu(1)
  run(cpu.group(), ms(10), 0)
  at(ms(4), () => run(cpu.group(), ms(10), 1))
  simulation.run()
  // Alone until 4 ms; then 6 ms left at half speed until 16 ms; the other has 4 ms left then, alone.
  expect(ends).toEqual([ms(16), ms(20)])
})

test('scarce cores are shared by weight', () => {
  const { simulation, cpu, run, ends, used } = makeCpu(1)
  run(cpu.group({ weight: 1 }), ms(10), 0)
  run(cpu.group({ weight: 3 }), ms(15), 1)
  expect(used()).toEqual([1])
  simulation.run()
  // 3/4 of the core: 15 ms of work take 20 ms, in which the other does 5; its other 5 it does alone.
  expect(ends).toEqual([ms(25), ms(20)])
})

test('what one cannot use for its cap, the others get', () => {
  const { simulation, cpu, run, ends } = makeCpu(4)
  const container = cpu.group({ quota: 0.5 })
  run(container, ms(10), 0)
  run(container, ms(10), 1)
  run(cpu.group({ threads: 8, weight: 1 }), ms(70), 2)
  run(cpu.group(), ms(10), 3)
  simulation.run()
  // The container has 1/4 of a core for each job: 40 ms. The single thread has one: 10 ms. Eight threads have the rest,
  // 2.5 cores for 10 ms and then 3.5: 25 ms of work by 10 ms, the other 45 at 3.5 cores take 12.857143 ms.
  expect(ends).toEqual([ms(40), ms(40), Math.round(ms(10) + ms(45) / 3.5), ms(10)])
})

test('a slow core takes longer', () => {
  const { simulation, cpu, run, ends } = makeCpu(2, { speed: 0.5 })
  run(cpu.group({ threads: 2 }), ms(10), 0)
  simulation.run()
  // Two cores of half speed.
  expect(ends).toEqual([ms(10)])
})

test('sets of cores that nest: those who may go elsewhere do', () => {
  const { cpu, run, used } = makeCpu(3)
  const pinned = cpu.group({ affinity: [0] })
  const wide = cpu.group({ affinity: [0, 1] })
  run(pinned, ms(1))
  run(wide, ms(1))
  expect([pinned.cores, wide.cores]).toEqual([1, 1])
  run(wide, ms(1))
  // Three jobs on two cores.
  expect([pinned.cores, wide.cores]).toEqual([2 / 3, 2 / 3])
  run(cpu.group(), ms(1))
  expect(cpu.group().cores).toBe(1)
  for (const core of used()) expect(core).toBeCloseTo(1, 12)
})

test('sets of cores that cross: a job makes room by moving to its other core', () => {
  const { cpu, run, used } = makeCpu(4)
  run(cpu.group({ affinity: [0, 1] }), ms(1))
  // Lowest first, the first job would sit on core 0; but these two need cores 0 and 3.
  const other = cpu.group({ affinity: [3, 0] })
  run(other, ms(1))
  expect(used()).toEqual([1, 0, 0, 1])
  run(other, ms(1))
  expect(used()).toEqual([1, 1, 0, 1])
})

test('shares are the weighted max-min ones, no cap is exceeded, and the cores in use sum to them', () => {
  const load = fc.record({ terms, jobs: fc.integer({ min: 1, max: 5 }) })
  fc.assert(
    fc.property(fc.array(load, { minLength: 1, maxLength: 5 }), (given) => {
      const { cpu, run, used, total } = makeCpu(CORES)
      // A group of its own for each: equal terms would share one.
      const groups = given.map(({ terms }) => cpu.ownGroup(terms))
      given.forEach(({ jobs }, g) => {
        for (let i = 0; i < jobs; i++) run(groups[g]!, 1e12)
      })
      const expected = maxMinShares(given, CORES)
      groups.forEach((group, g) => {
        expect(group.cores).toBeCloseTo(expected[g]!, 5)
        expect(group.cores).toBeLessThanOrEqual(given[g]!.terms.threads ?? 1)
      })
      const busy = sum(groups.map((group) => group.cores * group.heap.length))
      expect(cpu.busy).toBeCloseTo(busy, 9)
      expect(busy).toBeLessThanOrEqual(CORES + 1e-9)
      expect(total.value * CORES).toBeCloseTo(busy, 9)
      expect(sum(used())).toBeCloseTo(busy, 9)
      for (const core of used()) {
        expect(core).toBeGreaterThanOrEqual(0)
        expect(core).toBeLessThanOrEqual(1 + 1e-9)
      }
    }),
    { numRuns: 300 },
  )
})

test('jobs end when following each of them says, and the time in use is the work done', () => {
  const arrival = fc.record(
    {
      at: fc.nat(ms(2)),
      group: fc.nat(2),
      work: fc.integer({ min: 1, max: ms(1) }),
      cancelAt: fc.integer({ min: 1, max: ms(4) }),
    },
    { requiredKeys: ['at', 'group', 'work'] },
  )
  fc.assert(
    fc.property(
      fc.tuple(terms, terms, terms),
      fc.array(arrival, { minLength: 1, maxLength: 14 }),
      (given, raw) => {
        const arrivals: Arrival[] = raw.map((one) =>
          one.cancelAt && one.cancelAt <= one.at ? { ...one, cancelAt: one.at + 1 } : one,
        )
        const { simulation, cpu, run, at, ends, busyTime } = makeCpu(4)
        const within = given.map(({ affinity, ...rest }) => {
          const here = affinity?.filter((core) => core < 4)
          return here?.length ? { ...rest, affinity: here } : rest
        })
        const groups = within.map((one) => cpu.ownGroup(one))
        arrivals.forEach(({ at: time, group, work, cancelAt }, number) => {
          at(time, () => {
            const job = run(groups[group]!, work, number)
            // A job that has ended meanwhile is none of its business.
            if (cancelAt !== undefined) at(cancelAt, () => cpu.cancel(job))
          })
        })
        simulation.run()
        const expected = follow(within, arrivals, 4)
        // Each end is rounded to a nanosecond, and moves those after it by at most that.
        const slack = 2 * arrivals.length + 2
        expected.ends.forEach((end, number) => {
          const found = ends[number]
          const { cancelAt } = arrivals[number]!
          if (end !== undefined && found !== undefined)
            expect(Math.abs(found - end)).toBeLessThanOrEqual(slack)
          // Whether it ended just before it was taken off may hang on the rounding.
          else if (end !== found) expect(Math.abs((end ?? found)! - cancelAt!)).toBeLessThanOrEqual(slack)
        })
        expect(Math.abs(busyTime() - expected.done)).toBeLessThanOrEqual(slack * 4)
        expect(cpu.busy).toBe(0)
      },
    ),
    { numRuns: 150 },
  )
})

test('a job taken off midway leaves its cores to the others at once; taking it off twice harms nobody', () => {
  const { simulation, cpu, run, at, ends } = makeCpu(1)
  const other = cpu.group({ weight: 2 })
  const job = run(cpu.group(), ms(10), 0)
  run(other, ms(10), 1)
  at(ms(3), () => cpu.cancel(job))
  at(ms(4), () => cpu.cancel(job))
  simulation.run()
  // Two thirds of the core for 3 ms, then all of it for the other 8 ms of work.
  expect(ends).toEqual([undefined, ms(11)])
})

test('after a crash nothing ends and nothing is in use; the cores work as before', () => {
  const { simulation, cpu, run, at, ends, used, busyTime } = makeCpu(2)
  const job = run(cpu.group(), ms(10), 0)
  run(cpu.group({ threads: 2 }), ms(10), 1)
  at(ms(5), () => cpu.clear())
  at(ms(6), () => cpu.cancel(job))
  simulation.run()
  expect(ends).toEqual([])
  expect(used()).toEqual([0, 0])
  // Two cores for 5 ms.
  expect(busyTime()).toBe(ms(10))
  run(cpu.group(), ms(1), 2)
  simulation.run()
  expect(ends[2]).toBe(ms(7))
})

test('who begins the next job when one ends is seen as never having let go', () => {
  const { simulation, cpu, total } = makeCpu(1)
  let left = 3
  const next = { computed: () => void (--left > 0 && cpu.run(cpu.group(), ms(1), next)) }
  cpu.run(cpu.group(), ms(1), next)
  simulation.run()
  expect(simulation.now).toBe(ms(3))
  expect(total.integral(simulation.now)).toBe(ms(3))
})

test('the sharing seen from within an end is that of those who are left', () => {
  const { simulation, cpu } = makeCpu(2)
  let busy = -1
  cpu.run(cpu.group(), ms(1), {
    computed() {
      busy = cpu.busy
    },
  })
  cpu.run(cpu.group(), ms(2), { computed() {} })
  simulation.run()
  expect(busy).toBe(1)
})

test('a group may say how fast its cores make it, and is asked anew when others come and go', () => {
  const { simulation, cpu, run, at, ends } = makeCpu(2)
  const asked: number[][] = []
  const group = cpu.ownGroup({ threads: 4 })
  group.speed = (cores, oversubscription, streams) => {
    asked.push([cores, oversubscription, streams])
    return Math.min(1, cores)
  }
  run(group, ms(10), 0)
  at(ms(2), () => run(cpu.group({ threads: 4 }), ms(3), 1))
  simulation.run()
  // Four threads on two cores, then eight, each four with one core; one core is as fast as two.
  expect(asked.slice(0, 2)).toEqual([
    [2, 2, 1],
    [1, 4, 1],
  ])
  expect(ends).toEqual([ms(10), ms(5)])
})

test('a group that stands still waits for its speed to change', () => {
  const { simulation, cpu, run, at, ends } = makeCpu(1)
  const group = cpu.ownGroup({})
  let speed = 0
  group.speed = () => speed
  run(group, ms(1), 0)
  at(ms(5), () => {
    speed = 1
    cpu.changed()
  })
  simulation.run()
  expect(ends).toEqual([ms(6)])
})

test('terms that cannot be are refused with the mend', () => {
  const { cpu } = makeCpu(4)
  expect(() => cpu.group({ affinity: [1, 4] })).toThrow('invalid affinity: core 4; expected 0 to 3')
  expect(() => cpu.group({ affinity: [] })).toThrow('invalid affinity: no core; expected at least one')
  for (let core = 0; core < 4; core++) cpu.group({ affinity: [core] })
  for (const set of [
    [0, 1],
    [1, 2],
    [2, 3],
    [0, 3],
  ])
    cpu.group({ affinity: set })
  expect(() => cpu.group({ affinity: [0, 2] })).toThrow(
    '9 different sets of cores on one host; expected at most 8',
  )
})

test('equal terms share a group, whatever way their set of cores is written', () => {
  const { cpu } = makeCpu(4)
  expect(cpu.group({ threads: 1 })).toBe(cpu.group())
  expect(cpu.group({ affinity: [3, 1] })).toBe(cpu.group({ affinity: [1, 3, 3] }))
  expect(cpu.group({ affinity: [0, 1, 2, 3] })).toBe(cpu.group())
  expect(cpu.group({ quota: 1 })).not.toBe(cpu.group({ quota: 1 }))
})
