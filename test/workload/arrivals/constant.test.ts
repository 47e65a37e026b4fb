import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ms } from '../../../src/units.ts'
import { constant } from '../../../src/workload/arrivals/constant.ts'
import { counts, stream, times } from './observed.ts'

const random = stream('1')

test('the n-th arrival is at offset + n/rate, rounded once', () => {
  // 3/s from 2 ms on: 2,000,000 + n · 333,333,333.33 ns.
  const found = times(constant.create({ rate: 3, offset: ms(2) }, random), 3_000_001)
  expect(found.slice(0, 4)).toEqual([2_000_000, 335_333_333, 668_666_667, 1_002_000_000])
  // 3,000,000 thirds of a second are 1,000,000 s, to the nanosecond.
  expect(found.at(-1)).toBe(1_000_000e9 + 2_000_000)
})

test('every whole second has exactly `rate` arrivals', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), (rate) => {
      expect(counts(constant.create({ rate, offset: 0 }, random), 1e9, 3)).toEqual([rate, rate, rate])
    }),
    { numRuns: 50 },
  )
})

test('with rate 0 nobody comes', () => {
  expect(constant.create({ rate: 0, offset: 0 }, random).next(0)).toBeUndefined()
})
