import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Batches } from '../../src/observe/batches.ts'

test('the batches of any stream are alike in length, in order, and of all values but the last few', () => {
  fc.assert(
    fc.property(fc.integer({ min: 64, max: 5000 }), (count) => {
      const batches = new Batches()
      for (let i = 0; i < count; i++) batches.add(i)
      const means = batches.means()!
      // Of 0, 1, 2 … a batch of s from k on has the mean k + (s - 1) / 2: the next one is s further.
      const size = means[1]! - means[0]!
      expect(means[0]).toBe((size - 1) / 2)
      for (const [i, mean] of means.entries()) expect(mean).toBe(i * size + (size - 1) / 2)
      expect(count - means.length * size).toBeLessThan(size)
      expect(means.length).toBeGreaterThanOrEqual(32)
      expect(means.length).toBeLessThan(64)
    }),
    { seed: 1 },
  )
})

test('too few values have no batches, and none are left after a reset', () => {
  const batches = new Batches()
  for (let i = 0; i < 63; i++) batches.add(i)
  expect(batches.means()).toBeNull()
  batches.add(1)
  expect(batches.means()!.length).toBe(32)
  batches.clear()
  expect(batches.means()).toBeNull()
})
