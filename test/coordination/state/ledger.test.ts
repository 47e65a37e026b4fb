import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Ledger } from '../../../src/coordination/state/ledger.ts'

test('whatever ends how, a counter that had every update once, or those unknown not at all, is within its bounds', () => {
  const update = fc.record({
    by: fc.integer({ min: 1, max: 5 }),
    end: fc.constantFrom('done', 'failed', 'unknown', 'open'),
    took: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(update), (updates) => {
      const ledger = new Ledger()
      let value = 0
      let acknowledged = 0
      for (const { by } of updates) ledger.begin('n', by)
      for (const { by, end, took } of updates) {
        if (end === 'done' || (end !== 'failed' && took)) value += by
        if (end === 'done') acknowledged += by
        if (end === 'done') ledger.done('n', by, value, 1)
        else if (end === 'failed') ledger.failed('n', by)
      }
      const { least, most } = ledger.bounds('n')
      expect(least).toBe(acknowledged)
      expect(value).toBeGreaterThanOrEqual(least)
      expect(value).toBeLessThanOrEqual(most())
      // One more than was ever asked for is too much.
      expect(
        acknowledged +
          updates
            .filter(({ end }) => end !== 'done' && end !== 'failed')
            .reduce((sum, { by }) => sum + by, 0),
      ).toBe(most())
    }),
  )
})

test('a reader must not fall short of the highest value that was acknowledged, and since when that is so', () => {
  const ledger = new Ledger()
  expect(ledger.floor('n')).toBe(undefined)
  ledger.begin('n', 2)
  ledger.done('n', 1, 7, 100)
  ledger.done('n', 1, 6, 200)
  expect(ledger.floor('n')).toEqual({ value: 7, at: 100 })
})
