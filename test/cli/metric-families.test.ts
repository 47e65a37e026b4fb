import { expect, test } from 'vitest'
import { metricFamilies } from '../../src/cli/metric-families.ts'
import type { MetricDefinition } from '../../src/env/metric.ts'

const metric = (meaning: string): MetricDefinition => ({ unit: 'ns', better: 'lower', meaning })

const named = (metrics: Record<string, string>) =>
  metricFamilies(Object.fromEntries(Object.entries(metrics).map(([name, text]) => [name, metric(text)]))).map(
    ({ name, figures, meaning }) => [name, figures.join(' '), meaning],
  )

test('figures of one thing are a family, and mean what they have in common', () => {
  expect(
    named({
      'latency.mean': 'from asking, to the end, mean',
      'latency.p50': 'from asking, to the end, median',
      'latency.count': 'from asking, to the end, how many',
    }),
  ).toEqual([['latency', '.mean .p50 .count', 'from asking, to the end']])
})

test('a counter stands as it is and as a rate', () => {
  expect(named({ calls: 'calls', 'calls.rate': 'calls, per second' })).toEqual([['calls', ' .rate', 'calls']])
})

test('what is numbered is one family', () => {
  expect(
    named({
      'host.a.1.core.0.utilisation.mean': 'core 0 of a.1, mean',
      'host.a.1.core.1.utilisation.mean': 'core 1 of a.1, mean',
      'host.a.2.core.0.utilisation.max': 'core 0 of a.2, highest',
    }),
  ).toEqual([['host.a.N.core.N.utilisation', '.mean .max', 'core 0 of a.1, mean']])
})

test('a word that ends like a figure and stands alone is a name', () => {
  expect(named({ rate: 'a rate', throughput: 'how much' })).toEqual([
    ['rate', '', 'a rate'],
    ['throughput', '', 'how much'],
  ])
})
