import { expect, test } from 'vitest'
import { headlineFamilies, headlineMetrics, keyMetrics } from '../../src/report/key-metrics.ts'
import { absent, hostile, loads, matrix, nothing, queueing } from './sample-results.ts'

test('latency, throughput and errors come first, and what is known to be telling is enough', () => {
  expect(keyMetrics(queueing()).slice(0, 6)).toEqual([
    'latency.p50',
    'latency.p95',
    'latency.p99',
    'throughput',
    'latency.mean',
    'errors.ratio',
  ])
  expect(keyMetrics(queueing())).toHaveLength(8)
  expect(keyMetrics(hostile()).length).toBeLessThanOrEqual(12)
})

test('a metric that no pattern knows is shown where there is nothing else', () => {
  const [variant] = queueing().variants
  const result = {
    ...queueing(),
    variants: [{ ...variant!, metrics: { odd: variant!.metrics.throughput! } }],
  }
  expect(keyMetrics(result)).toEqual(['odd'])
})

test('what the scenario asks about leads when variants are compared', () => {
  expect(headlineMetrics(loads(), 2)).toEqual(['latency.p95', 'latency.p50'])
  expect(headlineMetrics(matrix(), 1)).toEqual(['setup.time.mean'])
  // Errors are the same in all of them and tell nothing of the variants.
  expect(headlineFamilies(loads(), 3)).toEqual(['latency.p95', 'throughput', 'tokens.rate'])
})

test('metrics that are absent are still named, and none is invented', () => {
  expect(keyMetrics(absent())).toEqual(['latency.p95', 'throughput'])
  expect(keyMetrics(nothing())).toEqual([])
})
