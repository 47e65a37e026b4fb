import fc from 'fast-check'
import { expect, test } from 'vitest'
import { binned, positiveExtent, quantileOf, timesShown } from '../../src/report/histogram.ts'
import { absent, histogramOf, hostile, matrix, queueing } from './sample-results.ts'

const values = fc.array(fc.double({ min: 1, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 200 })

test('the shares of all bins sum to one', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 60 }), (values, count) => {
      const data = histogramOf(values, 'ns', '')
      const bins = binned(data, positiveExtent([data]), count)
      expect(bins).toHaveLength(count)
      expect(bins.reduce((sum, bin) => sum + bin.share, 0)).toBeCloseTo(1, 9)
      for (const bin of bins) expect(bin.share).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('quantiles rise, from the least to the largest value, within the buckets of the exact ones', () => {
  fc.assert(
    fc.property(values, (values) => {
      const data = histogramOf(values, 'ns', '')
      const sorted = values.toSorted((a, b) => a - b)
      const found = [0, 0.25, 0.5, 0.75, 0.95, 1].map((fraction) => quantileOf(data, fraction)!)
      expect(found[0]).toBe(data.min)
      expect(found.at(-1)).toBeCloseTo(data.max, 3)
      found.slice(1).forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(found[i]!)
      })
      // The nearest-rank median lies in the same bucket, 2 % wide.
      const median = sorted[Math.ceil(0.5 * sorted.length) - 1]!
      expect(found[2]! / median).toBeGreaterThan(0.97)
      expect(found[2]! / median).toBeLessThan(1.03)
    }),
  )
})

test('a zero has a place on a logarithmic axis, and so has a single value', () => {
  const zero = hostile().variants[0]!.histograms.latency!
  expect(positiveExtent([zero])[0]).toBeGreaterThan(0)
  const single = histogramOf([5], 'ns', '')
  const [low, high] = positiveExtent([single])
  expect(low).toBeLessThan(high)
})

test('where nothing was observed there is no quantile and nothing to show', () => {
  expect(quantileOf(absent().variants[0]!.histograms.latency!, 0.5)).toBeNull()
  expect([absent(), matrix(), queueing()].map(timesShown)).toEqual([undefined, undefined, 'latency'])
})
