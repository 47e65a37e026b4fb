import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Axis, speedups } from '../../src/experiment/speedup.ts'
import type { Speedup } from '../../src/results/result.ts'
import { seconds } from '../../src/units.ts'
import { cross, figure, type Settings, variantOf } from './fixture.ts'

const amdahl = (serial: number, processors: number): number =>
  seconds(60) * (serial + (1 - serial) / processors)

/** The speedups found when the variants take this long. */
function found(
  values: Readonly<Record<string, readonly (number | string)[]>>,
  time: (settings: Settings) => number,
  metric = 'makespan.mean',
): Speedup[] {
  const axes: Axis[] = Object.entries(values).map(([name, values]) => ({ name, values }))
  return speedups(
    axes,
    cross(values).map((each) => variantOf(each, { [metric]: figure(time(each)) })),
  )
}

describe('the axis', () => {
  test('is the one along which a job gets faster; the serial fraction is found again', () => {
    const fractions = fc.integer({ min: 0, max: 95 }).map((percent) => percent / 100)
    fc.assert(
      fc.property(fractions, (serial) => {
        const [speedup, ...more] = found({ workers: [1, 2, 4, 8, 16] }, ({ workers }) =>
          amdahl(serial, Number(workers)),
        )
        if (amdahl(serial, 1) / amdahl(serial, 16) < 1.05) return
        expect(more).toEqual([])
        expect(speedup).toMatchObject({ axis: 'workers', metric: 'makespan.mean', where: {} })
        expect(speedup!.amdahl!.serial).toBeCloseTo(serial, 9)
        expect(speedup!.amdahl!.residual).toBeLessThan(1e-9)
        // T(1) / T(P) = 1 / (s + (1 - s) / P)
        for (const [processors, , times] of speedup!.points)
          expect(times).toBeCloseTo(1 / (serial + (1 - serial) / processors), 9)
      }),
    )
  })

  test('is taken with each setting of the others, which are named', () => {
    const all = found({ serial: [0.1, 0.2], workers: [1, 2, 4] }, ({ serial, workers }) =>
      amdahl(Number(serial), Number(workers)),
    )
    expect(
      all.map(({ axis, where, amdahl }) => [axis, where, Math.round(amdahl!.serial * 1e6) / 1e6]),
    ).toEqual([
      ['workers', { serial: 0.1 }, 0.1],
      ['workers', { serial: 0.2 }, 0.2],
    ])
  })

  test('may be written in any order; its points ascend', () => {
    const [speedup] = found({ workers: [8, 1, 4] }, ({ workers }) => amdahl(0, Number(workers)))
    expect(speedup!.points).toEqual([
      [1, seconds(60), 1],
      [4, seconds(15), 4],
      [8, seconds(7.5), 8],
    ])
  })

  for (const [what, values] of [
    ['of two values', [1, 2]],
    ['that does not begin at 1', [2, 4, 8]],
    ['of fractions', [0.5, 1, 2]],
    ['of words', ['a', 'b', 'c']],
    ['of the same values', [1, 1, 2]],
  ] as const)
    test(`${what} is none`, () => {
      expect(found({ x: values }, ({ x }) => seconds(60) / (Number(x) || 1))).toEqual([])
    })

  test('that makes nothing faster is none: agents to be started, say', () => {
    expect(found({ agents: [1, 10, 54] }, ({ agents }) => Number(agents))).toEqual([])
    expect(found({ agents: [1, 10, 54] }, () => 100)).toEqual([])
    // 1.04 times is noise, 1.06 times is not.
    expect(found({ agents: [1, 10, 54] }, ({ agents }) => (agents === 54 ? 100 / 1.04 : 100))).toEqual([])
    expect(found({ agents: [1, 10, 54] }, ({ agents }) => (agents === 54 ? 100 / 1.06 : 100)).length).toBe(1)
  })
})

test('where the law does not fit, the points stand without it', () => {
  // Ten times slower at 2 than at 1, then fast: no serial fraction gives that.
  const times: Readonly<Record<number, number>> = { 1: 100, 2: 1000, 4: 10 }
  const [speedup] = found({ workers: [1, 2, 4] }, ({ workers }) => times[Number(workers)]!)
  expect(speedup).toMatchObject({
    amdahl: null,
    points: [
      [1, 100, 1],
      [2, 1000, 0.1],
      [4, 10, 10],
    ],
  })
})

test('the time is the makespan, else that of the set-up, where every variant has it', () => {
  const faster = ({ slots }: Settings) => 100 / Number(slots)
  expect(found({ slots: [1, 2, 4] }, faster, 'setup.time.mean')[0]).toMatchObject({
    metric: 'setup.time.mean',
  })
  expect(found({ slots: [1, 2, 4] }, faster, 'latency.mean')).toEqual([])
  const half = cross({ slots: [1, 2, 4] }).map((each, i) =>
    variantOf(each, { 'makespan.mean': figure(i === 2 ? null : 100) }),
  )
  expect(speedups([{ name: 'slots', values: [1, 2, 4] }], half)).toEqual([])
})

test('over the seeds, the serial fraction has an interval around it', () => {
  const serials = [0.08, 0.09, 0.1, 0.11, 0.12]
  const seeds = serials.map((_, i) => `${i}`)
  const variants = cross({ workers: [1, 2, 4, 8] }).map(({ workers }) => {
    const samples = serials.map((serial) => amdahl(serial, Number(workers)))
    const mean = amdahl(0.1, Number(workers))
    return variantOf({ workers: workers! }, { 'makespan.mean': figure(mean, 'ns', null, samples) }, seeds)
  })
  const [speedup] = speedups([{ name: 'workers', values: [1, 2, 4, 8] }], variants)
  const [low, high] = speedup!.amdahl!.interval!
  // The mean of five drawn from 0.08 … 0.12 deviates by 0.0141 / √5 = 0.0063: 95 % lie within 0.0124 of 0.1.
  expect(low).toBeGreaterThan(0.085)
  expect(low).toBeLessThan(0.095)
  expect(high).toBeGreaterThan(0.105)
  expect(high).toBeLessThan(0.115)
  // The same figures, the same bytes.
  expect(speedups([{ name: 'workers', values: [1, 2, 4, 8] }], variants)).toEqual([speedup])
})

describe('the throughput of a closed workload', () => {
  const throughputs = (law: (p: number) => number) =>
    speedups(
      [{ name: 'agents', values: [1, 2, 4, 8, 16, 32, 54] }],
      cross({ agents: [1, 2, 4, 8, 16, 32, 54] }).map((each) =>
        variantOf(each, { throughput: figure(law(Number(each.agents)), '/s') }),
      ),
      true,
    )[0]!

  test('is a speedup, with the coherency that makes it fall again and its peak', () => {
    const { metric, points, usl, amdahl } = throughputs(
      (n) => (5 * n) / (1 + 0.02 * (n - 1) + 0.001 * n * (n - 1)),
    )
    expect(metric).toBe('throughput')
    expect(points[1]![2]).toBeCloseTo(2 / (1 + 0.02 + 0.002), 9)
    expect(usl!.contention).toBeCloseTo(0.02, 6)
    expect(usl!.coherency).toBeCloseTo(0.001, 7)
    expect(usl!.peak).toBeCloseTo(Math.sqrt(0.98 / 0.001), 3)
    // Amdahl's curve never falls.
    expect(amdahl).toBeNull()
  })

  test('of work that grows with the agents follows Gustafson, and not Amdahl', () => {
    const { gustafson, amdahl } = throughputs((n) => 5 * (n - 0.1 * (n - 1)))
    expect(gustafson!.serial).toBeCloseTo(0.1, 9)
    expect(amdahl).toBeNull()
  })

  test('is none where the workload is open: it is what is asked, not what could be done', () => {
    const variants = cross({ agents: [1, 2, 4] }).map((each) =>
      variantOf(each, { throughput: figure(Number(each.agents), '/s') }),
    )
    expect(speedups([{ name: 'agents', values: [1, 2, 4] }], variants)).toEqual([])
  })
})

test('a law that is off by more than a twentieth at one point does not fit', () => {
  const off = (factor: number) =>
    found(
      { workers: [1, 2, 5, 10, 54] },
      ({ workers }) => amdahl(0.1, Number(workers)) * (workers === 5 ? factor : 1),
    )[0]!.amdahl
  expect(off(1.15)).toBeNull()
  expect(off(1.05)!.residual).toBeGreaterThan(0.02)
  expect(off(1.05)!.serial).toBeCloseTo(0.1, 2)
})
