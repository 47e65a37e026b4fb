import { expect, test } from 'vitest'
import type { JobRequest } from '../../../src/env/clients/job.ts'
import { job } from '../../../src/workload/requests/job.ts'
import { drawn, share, streams } from './drawn.ts'

const none = { service: undefined, priority: undefined, capability: undefined, classes: undefined }
const exponential = { kind: 'exponential', mean: 5e6 }

test('a job without values asks no more than to be done', () => {
  expect(job.create(none, streams('1'))()).toEqual({ kind: 'job' })
})

test('service times are drawn from their distribution, in whole nanoseconds', () => {
  const found = drawn<JobRequest>(
    job.create({ ...none, service: exponential, priority: 2 }, streams('1')),
    100_000,
  )
  const mean = found.reduce((sum, { service }) => sum + service!, 0) / found.length
  // Standard error of the mean of exponentials: 5 ms / sqrt(100,000) = 0.016 ms.
  expect(Math.abs(mean - 5e6)).toBeLessThan(0.08e6)
  expect(found.every(({ service, priority }) => Number.isSafeInteger(service) && priority === 2)).toBe(true)
})

test('classes come by their weights, each with its service time and its priority', () => {
  const classes = [
    { weight: 9, service: { kind: 'constant', value: 1e6 }, priority: 1, capability: 'code' },
    { weight: 1, service: { kind: 'constant', value: 100e6 }, priority: 0, capability: undefined },
    { weight: 0, service: undefined, priority: undefined, capability: undefined },
  ]
  const found = drawn<JobRequest>(job.create({ ...none, classes }, streams('1')), 20_000)
  // Standard error sqrt(0.9 · 0.1 / 20,000) = 0.002.
  expect(Math.abs(share(found, ({ service }) => service === 1e6) - 0.9)).toBeLessThan(0.011)
  expect(found.every(({ service, priority }) => priority === (service === 1e6 ? 1 : 0))).toBe(true)
  expect(found.every((each) => each.capability === (each.service === 1e6 ? 'code' : undefined))).toBe(true)
  expect(job.create({ ...none, capability: 'review' }, streams('1'))()).toEqual({
    kind: 'job',
    capability: 'review',
  })
})

test('classes beside a service time or a priority, and none at all, are refused', () => {
  expect(() => job.create({ ...none, priority: 1, classes: [] }, streams('1'))).toThrow(
    /expected classes alone/,
  )
  expect(() => job.create({ ...none, service: exponential, classes: [] }, streams('1'))).toThrow(
    /expected classes alone/,
  )
  expect(() => job.create({ ...none, capability: 'code', classes: [] }, streams('1'))).toThrow(
    /expected classes alone/,
  )
  expect(() => job.create({ ...none, classes: [] }, streams('1'))).toThrow(/invalid classes: none/)
})
