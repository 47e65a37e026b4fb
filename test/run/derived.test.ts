import { describe, expect, test } from 'vitest'
import type { MetricDefinition } from '../../src/env/metric.ts'
import { withDerived } from '../../src/run/derived.ts'

const of = (value: number | null, more: Partial<MetricDefinition> = {}) =>
  ({ unit: 'count', better: 'lower', meaning: 'something at ollama.1', value, ...more }) as const

/** The figures that follow from these. */
function derived(given: Readonly<Record<string, number | null>>): Record<string, number | null> {
  const metrics = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, of(value)]))
  const { metrics: all } = withDerived({ measured: 1, metrics, series: {}, histograms: {}, breakdown: [] })
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, { value }]) => (name in given ? [] : [[name, value]])),
  )
}

describe('the instances of a part together', () => {
  test('means are averaged, maxima taken, counts and rates added', () => {
    const figures = derived({
      'service.ollama.1.utilisation.mean': 0.2,
      'service.ollama.2.utilisation.mean': 0.4,
      'service.ollama.1.queue.max': 3,
      'service.ollama.2.queue.max': 7,
      'service.ollama.1.loads': 5,
      'service.ollama.2.loads': 6,
      'service.ollama.1.loads.rate': 0.5,
      'service.ollama.2.loads.rate': 0.25,
    })
    expect(figures['service.ollama.utilisation.mean']).toBeCloseTo(0.3, 12)
    expect(figures).toMatchObject({
      'service.ollama.queue.max': 7,
      'service.ollama.loads': 11,
      'service.ollama.loads.rate': 0.75,
    })
  })

  test('a mean over samples weighs each instance by how many it has', () => {
    const figures = derived({
      'service.mcp.1.wait.mean': 10,
      'service.mcp.1.wait.count': 30,
      'service.mcp.2.wait.mean': 50,
      'service.mcp.2.wait.count': 10,
      'service.mcp.3.wait.mean': null,
      'service.mcp.3.wait.count': 0,
    })
    // (10 · 30 + 50 · 10) / 40
    expect(figures).toEqual({ 'service.mcp.wait.mean': 20, 'service.mcp.wait.count': 40 })
  })

  test('hosts are folded too, their single cores are not', () => {
    expect(
      derived({
        'host.worker.1.cpu.mean': 0.5,
        'host.worker.2.cpu.mean': 0.7,
        'host.worker.1.core.1.mean': 1,
        'host.worker.2.core.1.mean': 0,
      }),
    ).toEqual({ 'host.worker.cpu.mean': 0.6 })
  })

  test('percentiles, least values and deviations are not folded', () => {
    const names = ['p50', 'p95', 'p99', 'p999', 'sd', 'min']
    const given = names.flatMap((name) => [1, 2].map((i) => [`service.ollama.${i}.wait.${name}`, i] as const))
    expect(derived(Object.fromEntries(given))).toEqual({})
  })

  test('what one has not observed is left out, what none has observed stays absent', () => {
    expect(
      derived({
        'service.ollama.1.wait.max': 4,
        'service.ollama.2.wait.max': null,
        'service.ollama.1.evictions': null,
        'service.ollama.2.evictions': null,
        'service.ollama.1.idle.mean': null,
        'service.ollama.2.idle.mean': null,
      }),
    ).toEqual({
      'service.ollama.wait.max': 4,
      'service.ollama.evictions': null,
      'service.ollama.idle.mean': null,
    })
  })

  test('a part of one instance is its own figure, and the meaning names no instance', () => {
    expect(derived({ 'service.ollama.queue.max': 3, 'service.queue.wait.0.mean': 1 })).toEqual({})
    const metrics = { 'service.ollama.1.loads': of(1), 'service.ollama.2.loads': of(1) }
    const all = withDerived({ measured: 1, metrics, series: {}, histograms: {}, breakdown: [] }).metrics
    expect(all['service.ollama.loads']!.meaning).toBe('something at ollama, all instances')
  })
})

describe('of all requests', () => {
  test('throughput is the rate of answers, errors the share of requests without one', () => {
    const figures = derived({
      'requests.completed': 6,
      'requests.completed.rate': 0.6,
      'requests.timed-out': 1,
      'requests.refused': 2,
      'requests.failed': 3,
    })
    // (1 + 2 + 3) / (6 + 6)
    expect(figures).toEqual({ throughput: 0.6, errors: 0.5 })
  })

  test('where none ended, the share of errors is not 0 but absent', () => {
    const figures = derived({
      'requests.completed': 0,
      'requests.completed.rate': 0,
      'requests.timed-out': 0,
      'requests.refused': 0,
      'requests.failed': 0,
    })
    expect(figures).toEqual({ throughput: 0, errors: null })
  })

  test('without a workload there are none', () => {
    expect(derived({ makespan: 3 })).toEqual({})
  })

  test('the series of answers bears the name of the throughput', () => {
    const series = { unit: 'count', meaning: 'requests answered', start: 0, width: 1, values: [1] } as const
    const recorded = { measured: 1, metrics: {}, histograms: {}, breakdown: [] }
    const found = withDerived({ ...recorded, series: { 'requests.completed': series, other: series } }).series
    expect(Object.keys(found).sort()).toEqual(['other', 'throughput'])
    expect(found.throughput).toMatchObject({ unit: '/s', values: [1] })
  })
})
