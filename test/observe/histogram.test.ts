import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvariantError } from '../../src/errors.ts'
import { BUCKETS, bucketOf, LARGEST, lowerEdge, RELATIVE_ERROR } from '../../src/observe/buckets.ts'
import { Histogram, mergeHistograms } from '../../src/observe/histogram.ts'
import { Sum } from '../../src/observe/sum.ts'

const value = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 53 - 1 }),
  fc.integer({ min: 0, max: 100_000 }),
  fc.double({ min: 0, max: 2 ** 53, noNaN: true }),
  fc.integer({ min: 0, max: 10 ** 6 }).map((n) => n / 10 ** 6),
)
const nearestRank = (sorted: readonly number[], fraction: number): number =>
  sorted[Math.max(1, Math.ceil(fraction * sorted.length)) - 1]!

const histogramOf = (values: readonly number[]): Histogram => {
  const histogram = new Histogram()
  for (const each of values) histogram.record(each)
  return histogram
}

describe('buckets', () => {
  test('every value lies between the edges of its bucket', () => {
    fc.assert(
      fc.property(value, (v) => {
        const bucket = bucketOf(v)
        return lowerEdge(bucket) <= v && v < lowerEdge(bucket + 1) && bucket >= 0 && bucket < BUCKETS
      }),
      { numRuns: 5000 },
    )
  })

  test('a bucket is at most 1/128 of its lower edge wide, so its middle is within the stated error', () => {
    for (let i = 1; i < BUCKETS; i++) {
      const width = lowerEdge(i + 1) - lowerEdge(i)
      expect(width).toBeGreaterThan(0)
      expect(width / 2 / lowerEdge(i)).toBeLessThanOrEqual(RELATIVE_ERROR)
    }
    expect(RELATIVE_ERROR).toBe(0.00390625) // 1/256
  })

  test('the first and last buckets take 0, -0 and 2^53', () => {
    expect(bucketOf(0)).toBe(0)
    expect(bucketOf(-0)).toBe(0)
    expect(bucketOf(LARGEST)).toBe(BUCKETS - 1)
    expect(lowerEdge(BUCKETS - 1)).toBe(LARGEST)
  })
})

describe('a histogram', () => {
  test('every percentile is within 0.4 % of the value of the nearest rank', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, fraction) => {
          const exact = nearestRank(
            values.toSorted((a, b) => a - b),
            fraction,
          )
          const found = histogramOf(values).percentile(fraction)!
          // Below 2^-32 a value shares its bucket with 0.
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * RELATIVE_ERROR * (1 + 1e-12) + 2 ** -32)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('whole values below 256 have exact percentiles', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, fraction) => {
          expect(histogramOf(values).percentile(fraction)).toBe(
            nearestRank(
              values.toSorted((a, b) => a - b),
              fraction,
            ),
          )
        },
      ),
    )
  })

  test('one value gives itself, exactly, as every figure', () => {
    fc.assert(
      fc.property(value, (v) => {
        const histogram = histogramOf([v])
        for (const fraction of [0, 0.5, 0.999, 1]) expect(histogram.percentile(fraction)).toBe(v + 0)
        expect([histogram.mean, histogram.min, histogram.max, histogram.variance]).toEqual([v, v, v, null])
      }),
    )
  })

  test('the sum of whole values is exact far past 2^53', () => {
    // 1,000,000 values of 2^53 - 1, as exact integers: the plain double sum is off by thousands.
    const histogram = new Histogram()
    const large = 2 ** 53 - 1
    for (let i = 0; i < 1_000_000; i++) histogram.record(large)
    expect(histogram.sum).toBe(Number(BigInt(large) * 1_000_000n))
    expect(histogram.mean).toBe(large)
    expect(histogram.variance).toBe(0)
  })

  test('variance does not drown in a large mean', () => {
    // 1e15 + {4, 7, 13, 16}: mean deviation from 10 is -6, -3, 3, 6; squares 36 + 9 + 9 + 36 = 90; 90 / 3 = 30.
    const histogram = histogramOf([4, 7, 13, 16].map((v) => 1e15 + v))
    expect(histogram.variance).toBe(30)
  })

  test('merging two is recording both', () => {
    const values = fc.array(fc.integer({ min: 0, max: 10 ** 12 }), { maxLength: 50 })
    fc.assert(
      fc.property(values, values, (a, b) => {
        const merged = histogramOf(a)
        merged.merge(histogramOf(b))
        const both = histogramOf([...a, ...b])
        expect(merged.data('ns', 'x')).toEqual(both.data('ns', 'x'))
        const spread = both.variance ?? 0
        expect(Math.abs((merged.variance ?? 0) - spread)).toBeLessThanOrEqual(1e-9 * spread)
        const parts = [histogramOf(a), histogramOf(b)].flatMap((h) => h.data('ns', 'x') ?? [])
        if (parts.length > 0) {
          const { mean, ...rest } = mergeHistograms(parts)
          const { mean: exactMean, ...exactRest } = both.data('ns', 'x')!
          expect(rest).toEqual(exactRest)
          expect(Math.abs(mean - exactMean)).toBeLessThanOrEqual(1e-12 * exactMean)
        }
      }),
    )
  })

  test('merging values that are not whole makes the percentiles those of fractions', () => {
    // 5.03 lies in [5, 5.03125): its middle is 5.015625, its lower edge 5.
    const merged = histogramOf([1, 5, 5, 9])
    merged.merge(histogramOf([5.03]))
    expect(merged.percentile(0.5)).toBe(5.015625)
    expect(histogramOf([1, 5, 5, 5, 9]).percentile(0.5)).toBe(5)
  })

  test('nothing recorded is null, also after clearing', () => {
    const histogram = histogramOf([1, 2.5])
    histogram.clear()
    expect(histogram.count).toBe(0)
    expect([
      histogram.mean,
      histogram.min,
      histogram.max,
      histogram.variance,
      histogram.percentile(0.5),
    ]).toEqual([null, null, null, null, null])
    expect(histogram.data('ns', 'x')).toBeNull()
    // 2.5 is forgotten: whole values are exact again.
    histogram.record(3)
    histogram.record(5)
    expect(histogram.percentile(0.5)).toBe(3)
  })

  test('refuses what is not from 0 to 2^53', () => {
    for (const wrong of [Number.NaN, -1, Number.POSITIVE_INFINITY, 2 ** 54])
      expect(() => histogramOf([wrong])).toThrow(InvariantError)
  })
})

test('a sum keeps what a plain double loses', () => {
  // 1e16 + 1 + 1 - 1e16 is 2; in doubles 1e16 + 1 is 1e16.
  const sum = new Sum()
  for (const v of [1e16, 1, 1, -1e16]) sum.add(v)
  expect(sum.value).toBe(2)
})
