import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attributionOf } from '../../src/experiment/attribution.ts'
import { speedups } from '../../src/experiment/speedup.ts'
import type { Variant } from '../../src/results/result.ts'
import { seconds } from '../../src/units.ts'
import { cross, figure, variantOf } from './fixture.ts'

/** What workers did, in means over time, for so many seconds. */
const variant = (
  agents: number,
  means: Readonly<Record<string, number>>,
  more: Parameters<typeof variantOf>[1],
  time = 100,
): Variant =>
  variantOf(
    { agents },
    {
      ...Object.fromEntries(
        Object.entries(means).map(([state, mean]) => [`workers.${state}.mean`, figure(mean, 'count')]),
      ),
      'workers.time': figure(agents * seconds(time)),
      ...more,
    },
  )

const throughput = (value: number) => ({ throughput: figure(value, '/s') })

describe('what is useful', () => {
  test('is what one worker needed for as much work; what is spent beyond it is contention', () => {
    // One is at work for 90 % of the time and does 3/s: 0.3 s each. Four do 8/s, which is useful for 2.4 of them; they are at work for 3.
    const found = attributionOf('throughput', [
      variant(1, { computing: 0.6, served: 0.3, serial: 0.1 }, throughput(3)),
      variant(4, { computing: 2, served: 1, contention: 0.2, serial: 0.8 }, throughput(8)),
    ])!
    expect(found[0]).toMatchObject({ useful: 0.9, lost: { contention: 0 } })
    expect(found[0]!.lost.serial).toBeCloseTo(0.1, 12)
    expect(found[1]!.useful).toBeCloseTo(0.6, 12)
    // 0.6 of four that is slower than alone, and 0.2 that waited for cores.
    expect(found[1]!.lost.contention).toBeCloseTo(0.2, 12)
    expect(found[1]!.lost.serial).toBeCloseTo(0.2, 12)
  })

  test('of a time counts the jobs: their number over how long the workers were seen', () => {
    // One does a job in 50 s, and idles as long; five in 10 s each, at the same work, five times in 100 s.
    const jobs = (mean: number, count: number) => ({
      'makespan.mean': figure(seconds(mean)),
      'makespan.count': figure(count, 'count'),
    })
    const found = attributionOf('makespan.mean', [
      variant(1, { computing: 0.5, idle: 0.5 }, jobs(50, 1)),
      variant(5, { computing: 2.5, network: 2.5 }, jobs(10, 5)),
    ])!
    for (const { useful } of found) expect(useful).toBeCloseTo(0.5, 12)
    expect(found[1]!.lost.network).toBe(0.5)
    expect(found[1]!.lost.contention).toBeCloseTo(0, 12)
  })

  test('and what is lost are all of the time, whatever was seen', () => {
    const mean = fc.double({ min: 0, max: 50, noNaN: true })
    const means = fc.record({
      computing: fc.double({ min: 0.01, max: 50, noNaN: true }),
      served: mean,
      contention: mean,
      serial: mean,
      network: mean,
      coherency: mean,
      stragglers: mean,
      idle: mean,
      down: mean,
    })
    const point = fc.record({ means, rate: fc.double({ min: 0.01, max: 100, noNaN: true }) })
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 4 }), (points) => {
        const series = points.map(({ means, rate }, i) => variant(i + 1, means, throughput(rate)))
        for (const { useful, lost } of attributionOf('throughput', series)!) {
          expect(Object.values(lost).reduce((a, b) => a + b, useful)).toBeCloseTo(1, 9)
          for (const share of [useful, ...Object.values(lost)]) expect(share).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  test('cannot be told where nobody looked, or one did nothing', () => {
    expect(attributionOf('throughput', [variantOf({ agents: 1 }, throughput(3))])).toBeUndefined()
    expect(attributionOf('throughput', [variant(1, { idle: 1 }, throughput(3))])).toBeUndefined()
  })
})

describe('a speedup that is asked for', () => {
  const axes = { agents: [1, 2, 4] }
  const times = (of: (agents: number) => number | null, metric = 'cycle.mean') =>
    cross(axes).map((each) => variantOf(each, { [metric]: figure(of(Number(each.agents))) }))
  const all = [{ name: 'agents', values: axes.agents }]

  test('is of any figure, be it a slow-down; each point has its efficiency, and what Karp and Flatt tell of it', () => {
    const asked = { over: 'agents', of: 'cycle.mean', workers: undefined }
    expect(
      speedups(
        all,
        times((n) => n * 10),
      ),
    ).toEqual([])
    const [found] = speedups(
      all,
      times((n) => n * 10),
      false,
      asked,
    )
    // T(4) = 4 T(1): an efficiency of 1/16, and (4 - 1/4) / (1 - 1/4) = 5.
    expect(found).toMatchObject({ axis: 'agents', metric: 'cycle.mean' })
    expect(found!.efficiencies![2]).toEqual({ efficiency: 1 / 16, serial: 5 })
    expect(found!.efficiencies![0]).toEqual({ efficiency: 1, serial: null })
    expect(found).not.toHaveProperty('attribution')
  })

  test('does without points that were not observed', () => {
    const asked = { over: 'agents', of: 'cycle.mean', workers: 'agent' }
    const variants = [...times((n) => 60 / n), variantOf({ agents: 8 }, { 'cycle.mean': figure(null) })]
    const [found] = speedups(all, variants, false, asked)
    expect(found!.points.map(([p]) => p)).toEqual([1, 2, 4])
    expect(
      speedups(
        all,
        times((n) => (n === 1 ? null : 60 / n)),
        false,
        asked,
      ),
    ).toEqual([])
  })
})
