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

test('over several seeds, the serial fraction has an interval around it', () => {
  const variants = cross({ workers: [1, 2, 4, 8] }).map(({ workers }) => {
    const samples = [0.08, 0.1, 0.12].map((serial) => amdahl(serial, Number(workers)))
    const mean = amdahl(0.1, Number(workers))
    return variantOf({ workers: workers! }, { 'makespan.mean': figure(mean, 'ns', null, samples) }, [
      '1',
      '2',
      '3',
    ])
  })
  const [speedup] = speedups([{ name: 'workers', values: [1, 2, 4, 8] }], variants)
  const [low, high] = speedup!.amdahl!.interval!
  // 0.1 ± t(0.975, 2) · 0.02 / √3 = 0.1 ± 4.303 · 0.01155 = 0.1 ± 0.0497
  expect(low).toBeCloseTo(0.1 - 0.0497, 4)
  expect(high).toBeCloseTo(0.1 + 0.0497, 4)
})
