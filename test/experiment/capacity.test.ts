import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CapacityTerms, findCapacity } from '../../src/experiment/capacity.ts'

const TERMS: CapacityTerms = {
  low: 1,
  high: 1000,
  whole: true,
  seek: 'highest',
  tolerance: 0.05,
  seeds: [3, 3],
}

const upTo = (limit: number) => async (value: number) => value <= limit
const from = (limit: number) => async (value: number) => value >= limit

test('the highest whole value that passes stands beside the next one, which fails', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 999 }), async (limit) => {
      const found = await findCapacity(TERMS, upTo(limit))
      expect([found.passing, found.failing, found.uneven]).toEqual([limit, limit + 1, null])
      // Doubling to the limit and halving back: 2 log₂ of it, one beyond, and a little.
      expect(found.trials.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(limit + 1)) + 3)
    }),
    { seed: 1 },
  )
})

test('the smallest fleet stands beside the next smaller one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 1000 }), async (limit) => {
      const found = await findCapacity({ ...TERMS, seek: 'lowest' }, from(limit))
      expect([found.passing, found.failing]).toEqual([limit, limit - 1])
    }),
    { seed: 1 },
  )
})

test('a rate is bracketed to the tolerance', async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0.2, max: 90, noNaN: true }), async (limit) => {
      const found = await findCapacity({ ...TERMS, low: 0.1, high: 100, whole: false }, upTo(limit))
      expect(found.passing!).toBeLessThanOrEqual(limit)
      expect(found.failing!).toBeGreaterThan(limit)
      expect(found.failing! - found.passing!).toBeLessThanOrEqual(0.05 * found.passing! + 1e-12)
    }),
    { seed: 1 },
  )
})

describe('at the ends of the range', () => {
  test('where nothing passes, nothing is told to', async () => {
    expect(await findCapacity(TERMS, async () => false)).toMatchObject({ passing: null, failing: 1 })
  })

  test('where all pass, nothing is told to fail', async () => {
    expect(await findCapacity(TERMS, async () => true)).toMatchObject({ passing: 1000, failing: null })
  })
})

describe('with few seeds first', () => {
  const terms: CapacityTerms = { ...TERMS, seeds: [2, 20] }

  test('both ends are tried with all of them', async () => {
    const found = await findCapacity(terms, upTo(41))
    const confirmed = found.trials.filter(({ seeds }) => seeds === 20)
    expect(confirmed.map(({ value, pass }) => [value, pass])).toEqual([
      [41, true],
      [42, false],
    ])
  })

  test('an end that turns out otherwise with all of them moves', async () => {
    // Few seeds flatter it: they pass up to 60, all of them only up to 41.
    const found = await findCapacity(terms, async (value, seeds) => value <= (seeds === 2 ? 60 : 41))
    expect([found.passing, found.failing]).toEqual([41, 42])
    const harsh = await findCapacity(terms, async (value, seeds) => value <= (seeds === 2 ? 41 : 60))
    expect([harsh.passing, harsh.failing]).toEqual([60, 61])
  })

  test('it ends, whatever the verdicts are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.func(fc.boolean()), async (verdict) => {
        const found = await findCapacity({ ...terms, high: 50 }, async (value, seeds) =>
          verdict(value, seeds),
        )
        expect(found.trials.length).toBeLessThan(200)
      }),
      { seed: 1, numRuns: 300 },
    )
  })
})

describe('where a harder value passes than one that fails', () => {
  test('it says so', async () => {
    // 16, 12, 10 and 9 fail; so should 11, the next one that was not tried.
    const found = await findCapacity(TERMS, async (value) => value <= 8 || value === 11)
    expect(found).toMatchObject({ passing: 8, failing: 9, uneven: { failed: 10, passed: 11 } })
  })

  test('few seeds alone do not make it uneven', async () => {
    const chance = async (value: number, seeds: number) => value <= 8 || (value === 11 && seeds === 2)
    expect(await findCapacity({ ...TERMS, seeds: [2, 20] }, chance)).toMatchObject({
      passing: 8,
      uneven: null,
    })
  })

  test('at the end of the range nothing more is tried', async () => {
    const tried: number[] = []
    await findCapacity({ ...TERMS, high: 9 }, async (value) => {
      tried.push(value)
      return value <= 8
    })
    expect(Math.max(...tried)).toBe(9)
  })
})
