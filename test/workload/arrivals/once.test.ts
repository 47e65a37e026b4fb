import { expect, test } from 'vitest'
import { seconds } from '../../../src/units.ts'
import { once } from '../../../src/workload/arrivals/once.ts'
import { stream, times } from './observed.ts'

test('all come at the one time, and then nobody', () => {
  const process = once.create({ count: 54, at: seconds(2) }, stream('1'))
  expect(times(process, 100)).toEqual(new Array(54).fill(seconds(2)))
  expect(process.next(seconds(3))).toBeUndefined()
})
