import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Bins } from '../../src/observe/series.ts'

const whole = (bins: Bins, end: number): { sum: number; from: number; to: number }[] =>
  bins.map(end, (sum, from, to) => ({ sum, from, to }))

describe('bins of a time series', () => {
  test('the sums conserve what was added, whatever the length of the run', () => {
    const moments = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 10 ** 15 }), fc.integer({ min: 0, max: 1000 })),
    )
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), moments, (size, added) => {
        const bins = new Bins(size)
        for (const [now, amount] of added) bins.add(now, amount)
        const end = Math.max(0, ...added.map(([now]) => now)) + 1
        const all = whole(bins, end)
        expect(all.length).toBeLessThanOrEqual(size)
        expect(all.reduce((total, { sum }) => total + sum, 0)).toBe(
          added.reduce((total, [, amount]) => total + amount, 0),
        )
        for (const { sum, from, to } of all)
          expect(sum).toBe(
            added.filter(([now]) => from <= now && now < to).reduce((total, [, n]) => total + n, 0),
          )
      }),
    )
  })

  test('a level fills each bin with the level times its time there', () => {
    const steps = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 10 ** 6 }), fc.integer({ min: 0, max: 1000 })),
      { minLength: 1 },
    )
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), steps, (size, held) => {
        const bins = new Bins(size)
        let now = 0
        const spans = held.map(([duration, level]) => {
          const from = now
          now += duration
          return { from, to: now, level }
        })
        for (const { from, to, level } of spans) bins.hold(from, to, level)
        for (const { sum, from, to } of whole(bins, now)) {
          const overlap = (span: { from: number; to: number }): number =>
            Math.max(0, Math.min(to, span.to) - Math.max(from, span.from))
          expect(sum).toBe(spans.reduce((total, span) => total + span.level * overlap(span), 0))
        }
      }),
    )
  })

  test('at least half of the bins are in use once the run is longer than they are many', () => {
    // 1,000,000 ns in 100 bins: the least width 2^k with 100·2^k > 1,000,000 is 16,384; 1,000,000 / 16,384 = 61.04.
    const bins = new Bins(100)
    bins.add(999_999, 1)
    expect(bins.width).toBe(16_384)
    expect(whole(bins, 1_000_000)).toHaveLength(62)
  })

  test('the bins grow to the end of a run in which nothing more happened', () => {
    const bins = new Bins(4)
    bins.add(1, 7)
    // 4 bins reach 100 ns with a width of 32: [0, 32) … [96, 100).
    expect(whole(bins, 100).map(({ sum, to }) => [sum, to])).toEqual([
      [7, 32],
      [0, 64],
      [0, 96],
      [0, 100],
    ])
  })

  test('an odd number of bins loses nothing when pairs merge', () => {
    const bins = new Bins(3)
    for (const now of [0, 1, 2, 3]) bins.add(now, 1)
    // Width 2: {0, 1}, {2, 3}.
    expect(whole(bins, 4).map(({ sum }) => sum)).toEqual([2, 2])
  })
})
