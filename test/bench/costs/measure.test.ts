import { describe, expect, test } from 'vitest'
import { suspicions } from '../../../src/bench/costs/measure.ts'

describe('what speaks against a figure', () => {
  const sound = { ns: 50, steps: 1000, ratio: 2, more: 40 }

  test('is nothing where it is long against the clock, of work that is done, and twice the work is twice as long', () => {
    expect(suspicions(sound)).toEqual([])
    expect(suspicions({ ns: 50 })).toEqual([])
  })

  test.each([
    [{ steps: 12 }, 'a batch is only 12 steps of the clock'],
    [{ ns: 0.4 }, '0.40 ns is less than any work takes'],
    [{ ratio: 1.02 }, 'twice the operations take 1.02 times the time'],
    [{ more: 0.3 }, 'only 0.30 ns more than an operation that does nothing'],
    // By chance it may even be less.
    [{ more: -0.7 }, 'only 0.00 ns more than an operation that does nothing'],
  ])('%j is said', (found, said) => {
    expect(suspicions({ ...sound, ...found })).toEqual([said])
  })
})
