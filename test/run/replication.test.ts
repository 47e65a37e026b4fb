import { expect, test } from 'vitest'
import { createDistribution } from '../../src/kernel/distributions/registry.ts'
import { replicate } from '../../src/run/replication.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { seconds } from '../../src/units.ts'
import { HOST, NETWORK } from '../world/fixture.ts'

const terms = {
  seed: '1',
  checked: true,
  bins: 60,
  openTrace: () => {
    throw new Error('no trace here')
  },
}

/** M/M/1 with ρ = 0.5 and a mean service of 1 s. */
const queueing = (measure: Partial<Scenario['measure']> = {}): Scenario => ({
  parameters: {},
  hosts: { box: { count: 1, values: HOST } },
  network: { values: NETWORK, links: [] },
  services: {
    queue: {
      kind: 'queue',
      on: ['box'],
      count: 1,
      values: {
        servers: 1,
        discipline: 'fifo',
        classes: 1,
        service: { kind: 'exponential', mean: seconds(1) },
      },
    },
  },
  coordinators: {},
  workload: {
    target: [{ name: 'queue' }],
    arrivals: { kind: 'poisson', values: { rate: 0.5 } },
    request: { kind: 'job', values: {} },
    timeout: seconds(1e6),
    slowDown: 1,
    skip: 0,
  },
  faults: [],
  measure: { duration: seconds(20_000), warmUp: 0, requests: undefined, events: 1e8, ...measure },
  expect: [],
  claims: [],
})

test('a replication of M/M/1 obeys Little’s law and comes near its closed form', () => {
  expect(createDistribution({ kind: 'exponential', mean: 1 }).mean).toBe(1)
  const record = replicate(queueing(), terms)
  const { metrics } = record.recorded
  expect(record.checks).toEqual([expect.objectContaining({ name: 'Little’s law', pass: true })])
  // ρ = 0.5: W = 1 / (1 - 0.5) = 2 s; ten thousand customers tell it to some percent.
  expect(metrics['latency.mean']!.value! / 1e9).toBeGreaterThan(1.8)
  expect(metrics['latency.mean']!.value! / 1e9).toBeLessThan(2.2)
  expect(metrics['throughput']!.value!).toBeGreaterThan(0.48)
  expect(metrics['errors']!.value).toBe(0)
})

test('the same seed gives the same record, another seed another', () => {
  const [a, b, c] = ['1', '1', '2'].map((seed) => replicate(queueing(), { ...terms, seed }))
  expect(a).toEqual(b)
  expect(a!.fingerprint).not.toBe(c!.fingerprint)
})

test('with MSER-5 the warm-up is found by a first pass, and the second is the same run', () => {
  const stated = replicate(queueing(), terms)
  const found = replicate(queueing({ warmUp: 'mser-5' }), terms)
  expect(found.fingerprint).toBe(stated.fingerprint)
  expect(found.checks.map(({ name }) => name)).toContain('warm-up (MSER-5)')
})

test('a run ends after the number of answers asked for', () => {
  const record = replicate(queueing({ requests: 100 }), terms)
  expect(record.stopped).toBe('stopped')
  expect(record.recorded.metrics['requests.completed']!.value).toBe(100)
})
