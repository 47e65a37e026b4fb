import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Account, PARTS, SERVICE } from '../../src/env/account.ts'
import type { MetricDefinition } from '../../src/env/metric.ts'
import { InvariantError } from '../../src/errors.ts'
import { Recorder } from '../../src/observe/recorder.ts'
import { seconds } from '../../src/units.ts'

const count: MetricDefinition = { unit: 'count', better: 'neither', meaning: 'requests' }
const time: MetricDefinition = { unit: 'ns', better: 'lower', meaning: 'latency' }
const values = (recorder: Recorder, now: number): Record<string, number | null> =>
  Object.fromEntries(Object.entries(recorder.finish(now).metrics).map(([name, { value }]) => [name, value]))

describe('a recorder', () => {
  test('knows before the run which metrics it will give, and gives those', () => {
    const recorder = new Recorder()
    recorder.counter('requests', count)
    recorder.level('queue', count)
    recorder.distribution('latency', time)
    const known = recorder.definitions()
    expect(Object.keys(known)).toEqual([
      'requests',
      'requests.rate',
      'queue.mean',
      'queue.max',
      ...['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max', 'min', 'count', 'sd'].map((f) => `latency.${f}`),
    ])
    for (const [name, { value, ...definition }] of Object.entries(recorder.finish(1).metrics)) {
      expect(known[name]).toEqual(definition)
      expect(value === null || value === 0).toBe(true)
    }
  })

  test('nothing observed is null, and only counts are really 0', () => {
    const recorder = new Recorder()
    recorder.counter('requests', count)
    recorder.level('queue', count)
    recorder.distribution('latency', time)
    const found = values(recorder, seconds(1))
    const zero = Object.keys(found).filter((name) => found[name] === 0)
    expect(zero).toEqual(['requests', 'requests.rate', 'latency.count'])
    expect(Object.values(found).filter((value) => value === null)).toHaveLength(11)
    expect(recorder.finish(seconds(1)).histograms).toEqual({})
  })

  test('a rate over no time at all is null', () => {
    const recorder = new Recorder()
    recorder.counter('requests', count).add(0)
    expect(values(recorder, 0)).toEqual({ requests: 1, 'requests.rate': null })
  })

  test('a counter of bytes has a rate in bytes a second', () => {
    const recorder = new Recorder()
    const sent = recorder.counter('sent', { unit: 'bytes', better: 'lower', meaning: 'bytes sent' })
    sent.add(0, 3000)
    // 3000 B in 2 s.
    expect(recorder.finish(seconds(2)).metrics['sent.rate']).toMatchObject({ unit: 'bytes/s', value: 1500 })
  })

  test('one name is one instrument; another kind, unit or series under it is an InvariantError', () => {
    const recorder = new Recorder()
    expect(recorder.counter('x', count)).toBe(recorder.counter('x', { ...count }))
    expect(() => recorder.level('x', count)).toThrow('x is both a Counter and a Level')
    expect(() => recorder.counter('x', time)).toThrow(/x is declared as count .* and as ns/)
    expect(() => recorder.counter('x', count, { series: true })).toThrow(InvariantError)
    recorder.level('y', count)
    expect(() => recorder.counter('y.max', count)).toThrow('the metric y.max is both of y and of y.max')
  })

  test('the end of warm-up forgets what was observed, keeps levels, and leaves the series whole', () => {
    const recorder = new Recorder({ bins: 4 })
    const requests = recorder.counter('requests', count, { series: true })
    const queue = recorder.level('queue', count, { series: true })
    const latency = recorder.distribution('latency', time, { series: true })
    const breakdown = recorder.breakdown(PARTS)
    const account = new Account()
    account.add(SERVICE, 7)
    requests.add(0, 100)
    queue.set(0, 50)
    queue.set(8, 3)
    latency.record(8, 7)
    breakdown.record(7, account)
    recorder.reset(16)
    requests.add(20)
    queue.add(24, 1)
    const recorded = recorder.finish(32)
    expect(recorded.measured).toBe(16)
    // 1 in 16 ns; the level was 3 for 8 ns and 4 for 8 ns.
    expect(values(recorder, 32)).toMatchObject({
      requests: 1,
      'requests.rate': 1e9 / 16,
      'queue.mean': 3.5,
      'queue.max': 4,
      'latency.count': 0,
      'latency.mean': null,
    })
    expect(recorded.breakdown).toEqual([])
    // Four bins of 8 ns: 100 requests in the first, one in the third; the level 50, 3, 3, 4.
    expect(recorded.series.requests!.width).toBe(8)
    expect(recorded.series.requests!.values).toEqual([12.5e9, 0, 0.125e9, 0])
    expect(recorded.series.queue!.values).toEqual([50, 3, 3, 4])
    expect(recorded.series.latency!.values).toEqual([null, 7, null, null])
  })

  test('what it gives is plain data that survives a copy to another thread', () => {
    const recorder = new Recorder()
    recorder.counter('requests', count, { series: true }).add(5)
    recorder.distribution('latency', time).record(5, 12)
    const recorded = recorder.finish(10)
    expect(structuredClone(recorded)).toEqual(recorded)
    expect(JSON.parse(JSON.stringify(recorded))).toEqual(recorded)
  })
})

describe('a level', () => {
  test('its integral is that of the step function, whatever the steps', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: -5, max: 50 })), {
      minLength: 1,
    })
    fc.assert(
      fc.property(steps, fc.nat(30), (held, warmUpStep) => {
        const recorder = new Recorder()
        const level = recorder.level('x', count)
        let now = 0
        let area = 0
        let start = 0
        let highest: number | null = null
        held.forEach(([duration, value], i) => {
          if (i === warmUpStep) {
            recorder.reset(now)
            area = 0
            start = now
            highest = null
          }
          level.set(now, value)
          now += duration
          area += value * duration
          if (duration > 0) highest = Math.max(highest ?? value, value)
        })
        expect(level.integral(now)).toBe(area)
        expect(values(recorder, now)).toEqual(
          now > start
            ? { 'x.mean': area / (now - start), 'x.max': highest }
            : { 'x.mean': null, 'x.max': null },
        )
      }),
    )
  })

  test('set tells nothing of the time before, add says that it was 0', () => {
    const recorder = new Recorder({ bins: 4 })
    recorder.level('set', count, { series: true }).set(60, 10)
    recorder.level('add', count, { series: true }).add(60, 10)
    // 10 for 40 of 40 known ns; 10 for 40 of 100 ns.
    const recorded = recorder.finish(100)
    expect(recorded.metrics['set.mean']!.value).toBe(10)
    expect(recorded.metrics['add.mean']!.value).toBe(4)
    // Bins of 32 ns: [32, 64) holds 10 from 60 on, 4 of 32 ns.
    expect(recorded.series.set!.values).toEqual([null, 10, 10, 10])
    expect(recorded.series.add!.values).toEqual([0, 1.25, 10, 10])
  })

  test('a level first added to after the warm-up was 0 from the end of warm-up on', () => {
    const recorder = new Recorder()
    const level = recorder.level('x', count)
    recorder.reset(100)
    level.add(150, 4)
    // 4 for 50 of 100 ns.
    expect(values(recorder, 200)).toEqual({ 'x.mean': 2, 'x.max': 4 })
    const below = recorder.level('y', count)
    expect(below.value).toBe(0)
    below.add(100, -4)
    expect(values(recorder, 200)).toMatchObject({ 'y.mean': -4, 'y.max': -4 })
  })

  test('a value that held for no time is not its maximum', () => {
    const recorder = new Recorder()
    const level = recorder.level('x', count)
    level.add(0, 1)
    level.add(5, 1)
    level.add(5, -1)
    expect(values(recorder, 10)['x.max']).toBe(1)
  })

  test('going back in time and values that are no number are refused', () => {
    const level = new Recorder().level('x', count)
    level.set(10, 1)
    expect(() => level.set(9, 1)).toThrow('a level went back in time, from 10 ns to 9 ns')
    expect(() => level.set(11, Number.NaN)).toThrow(InvariantError)
    expect(() => level.set(Number.NaN, 1)).toThrow(InvariantError)
  })
})

test('a distribution gives its figures from one sample of each percentile', () => {
  // 1 … 1000: nearest ranks 500, 900, 950, 990, 999; within 1/256. Sample variance of 1…n is n(n+1)/12 = 83,416.67.
  const recorder = new Recorder()
  const latency = recorder.distribution('x', time)
  for (let i = 1; i <= 1000; i++) latency.record(i, i)
  const found = values(recorder, 1000)
  for (const [figure, exact] of Object.entries({ p50: 500, p90: 900, p95: 950, p99: 990, p999: 999 }))
    expect(Math.abs(found[`x.${figure}`]! - exact) / exact).toBeLessThanOrEqual(1 / 256)
  expect(found).toMatchObject({ 'x.mean': 500.5, 'x.min': 1, 'x.max': 1000, 'x.count': 1000 })
  expect(found['x.sd']).toBeCloseTo(Math.sqrt((1000 * 1001) / 12), 9)
})

test('a counter only goes up', () => {
  const requests = new Recorder().counter('x', count)
  expect(() => requests.add(0, -1)).toThrow('a counter only goes up, got -1')
  expect(() => requests.add(0, Number.NaN)).toThrow(InvariantError)
})
