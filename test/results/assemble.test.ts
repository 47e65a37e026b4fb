import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Account, PARTS, QUEUE, SERVICE } from '../../src/env/account.ts'
import { InvariantError } from '../../src/errors.ts'
import type { Recorded } from '../../src/observe/recorded.ts'
import { Recorder } from '../../src/observe/recorder.ts'
import { combine } from '../../src/results/assemble.ts'

const time = { unit: 'ns', better: 'lower', meaning: 'latency' } as const

/** One seed's record, of requests that each queued and were served for so long. */
function recordOf(
  requests: readonly (readonly [queue: number, service: number])[],
  level?: number,
): Recorded {
  const recorder = new Recorder({ bins: 4 })
  const latency = recorder.distribution('latency', time)
  const breakdown = recorder.breakdown(PARTS)
  for (const [queue, service] of requests) {
    const account = new Account()
    account.add(QUEUE, queue)
    account.add(SERVICE, service)
    latency.record(0, account.total)
    breakdown.record(account.total, account)
  }
  if (level !== undefined) recorder.level('queue', time, { series: true }).set(0, level)
  return recorder.finish(8)
}

describe('the figures of a variant', () => {
  test('of one seed are exact: the figures of the seed, without an interval', () => {
    const record = recordOf([[1, 2]], 5)
    const { metrics, series, histograms, breakdown, seeds } = combine([record], ['7'])
    expect(seeds).toEqual(['7'])
    expect(Object.keys(metrics)).toEqual(Object.keys(record.metrics))
    for (const [name, metric] of Object.entries(metrics)) {
      const { value, ...definition } = record.metrics[name]!
      expect(metric).toEqual({ class: 'exact', ...definition, value, interval: null, samples: [value] })
    }
    expect(series).toEqual(record.series)
    expect(histograms).toEqual(record.histograms)
    expect(breakdown).toEqual(record.breakdown)
  })

  test('of several seeds are the mean with its Student interval, the samples in the order of the seeds', () => {
    // Means 10, 14, 12: mean 12, deviation 2, t(0.975, 2) = 4.302653, half 4.302653 · 2 / √3 = 4.968276.
    const records = [10, 14, 12].map((service) => recordOf([[0, service]]))
    const metric = combine(records, ['1', '2', '3']).metrics['latency.mean']!
    expect(metric).toMatchObject({ class: 'sampled', value: 12, samples: [10, 14, 12] })
    expect(metric.interval![0]).toBeCloseTo(12 - 4.968276, 5)
    expect(metric.interval![1]).toBeCloseTo(12 + 4.968276, 5)
  })

  test('a seed that observed nothing is null among the samples and counts for nothing in the mean', () => {
    const { metrics } = combine([recordOf([]), recordOf([[0, 10]], 3), recordOf([[0, 20]])], ['a', 'b', 'c'])
    expect(metrics['latency.mean']).toMatchObject({ value: 15, samples: [null, 10, 20] })
    // A level that only one seed has: its value, no interval.
    expect(metrics['queue.mean']).toMatchObject({
      class: 'sampled',
      value: 3,
      samples: [null, 3, null],
      interval: null,
    })
    expect(combine([recordOf([]), recordOf([])], ['a', 'b']).metrics['latency.p95']).toMatchObject({
      value: null,
      samples: [null, null],
      interval: null,
    })
  })

  test('histograms and breakdowns are over the requests of all seeds, and the parts still sum to the latency', () => {
    const nanos = fc.integer({ min: 0, max: 10 ** 9 })
    const seed = fc.array(fc.tuple(nanos, nanos), { maxLength: 20 })
    fc.assert(
      fc.property(fc.array(seed, { minLength: 1, maxLength: 5 }), (drawn) => {
        const all = drawn.flat()
        const figures = combine(
          drawn.map((requests) => recordOf(requests)),
          drawn.map((_, i) => `${i + 1}`),
        )
        if (all.length === 0) {
          expect(figures.histograms).toEqual({})
          expect(figures.breakdown).toEqual([])
          return
        }
        const mean = all.reduce((sum, [queue, service]) => sum + queue + service, 0) / all.length
        const histogram = figures.histograms.latency!
        expect(histogram.count).toBe(all.length)
        expect(histogram.buckets.reduce((sum, [, , count]) => sum + count, 0)).toBe(all.length)
        expect(Math.abs(histogram.mean - mean)).toBeLessThanOrEqual(1e-12 * mean)
        const whole = figures.breakdown.find(({ of }) => of === 'all')!
        expect(whole.requests).toBe(all.length)
        expect(Math.abs(whole.latency - mean)).toBeLessThanOrEqual(1e-12 * mean)
        for (const { latency, parts } of figures.breakdown) {
          const sum = Object.values(parts).reduce((a, b) => a + b, 0)
          expect(Math.abs(sum - latency)).toBeLessThanOrEqual(1e-12 * latency)
        }
      }),
    )
  })

  test('refuses records that do not match the seeds or each other', () => {
    const record = recordOf([])
    expect(() => combine([record], ['1', '2'])).toThrow('1 records for 2 seeds')
    expect(() => combine([], [])).toThrow(InvariantError)
    const otherUnit: Recorded = {
      ...record,
      metrics: { 'latency.mean': { ...time, unit: 'bytes', value: 1 } },
    }
    expect(() => combine([record, otherUnit], ['1', '2'])).toThrow(
      /latency\.mean is of ns in one seed and of bytes/,
    )
  })
})
