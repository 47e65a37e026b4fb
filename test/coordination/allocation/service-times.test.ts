import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ServiceTimes } from '../../../src/coordination/allocation/service-times.ts'

test('before anything is done, what was guessed is expected of all', () => {
  const times = new ServiceTimes(0.2, 700)
  expect([times.expected('code', 0), times.mean]).toEqual([700, 700])
})

test('the first sample is the mean; each one after it moves it by its weight of the difference', () => {
  const times = new ServiceTimes(0.25, 700)
  times.learn('code', 0, 100)
  expect(times.expected('code', 0)).toBe(100)
  times.learn('code', 0, 200)
  expect(times.expected('code', 0)).toBe(125)
})

test('what is not known of an agent is told by the type, and of the type by all', () => {
  const times = new ServiceTimes(1, 700)
  times.learn('code', 0, 100)
  times.learn('search', 0, 40)
  expect(times.expected('code', 1)).toBe(100)
  expect(times.expected('search', 1)).toBe(40)
  expect(times.expected('paint', 1)).toBe(40)
})

test('a mean lies between the least and the most it has seen, and comes to what stays the same', () => {
  const samples = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(samples, fc.double({ min: 0.1, max: 1, noNaN: true }), (seen, weight) => {
      const times = new ServiceTimes(weight, 5000)
      for (const sample of seen) times.learn('code', 3, sample)
      const mean = times.expected('code', 3)
      expect(mean).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-9)
      expect(mean).toBeLessThanOrEqual(Math.max(...seen) + 1e-9)
      for (let i = 0; i < 200; i++) times.learn('code', 3, 77)
      expect(times.expected('code', 3)).toBeCloseTo(77, 3)
    }),
  )
})
