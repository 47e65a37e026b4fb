import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { largestParts } from '../../src/report/breakdown.ts'
import { naturally } from '../../src/report/natural-order.ts'
import { condense, pointsOf, seriesNamed } from '../../src/report/series.ts'
import { absent, queueing } from './sample-results.ts'

const levels = fc.array(fc.option(fc.double({ min: 0, max: 1000, noNaN: true })), { maxLength: 300 })

describe('a series', () => {
  test('in fewer points stays within its extremes and covers the same time', () => {
    fc.assert(
      fc.property(levels, fc.integer({ min: 1, max: 100 }), (values, most) => {
        const points = pointsOf({ unit: 'count', meaning: '', start: 7, width: 10, values }, most)
        expect(points.length).toBeLessThanOrEqual(most)
        expect(points.at(-1)?.to ?? 7).toBe(7 + 10 * values.length)
        points.slice(1).forEach((point, i) => {
          expect(point.from).toBe(points[i]!.to)
        })
        const known = values.filter((value) => value !== null)
        for (const { value } of points) {
          if (value === null) continue
          expect(value).toBeGreaterThanOrEqual(Math.min(...known) - 1e-9)
          expect(value).toBeLessThanOrEqual(Math.max(...known) + 1e-9)
        }
      }),
    )
  })

  test('condensed in equal stretches keeps its mean, and what is unknown stays unknown', () => {
    expect(condense([1, 3, 5, 7, null, null], 3)).toEqual([2, 6, null])
  })

  test('of which nothing is known is not there', () => {
    expect(seriesNamed(absent().variants[0]!, /./)).toEqual([])
    expect(seriesNamed(queueing().variants[0]!, /core/).map(({ name }) => name)[3]).toBe(
      'host.worker.1.core.3.utilisation',
    )
  })
})

test('names are in the order people count', () => {
  expect(['core.10', 'core.2', 'core', 'core.2.a'].sort(naturally)).toEqual([
    'core',
    'core.2',
    'core.2.a',
    'core.10',
  ])
})

test('the largest parts, with the rest put together, sum to what all parts sum to', () => {
  const parts = fc.dictionary(fc.string(), fc.integer({ min: 0, max: 1e9 }), { maxKeys: 20 })
  fc.assert(
    fc.property(parts, fc.integer({ min: 2, max: 9 }), (parts, most) => {
      const latency = Object.values(parts).reduce((sum, time) => sum + time, 0)
      const shown = largestParts({ of: 'all', requests: 1, latency, parts }, most)
      expect(shown.length).toBeLessThanOrEqual(most)
      expect(shown.reduce((sum, [, time]) => sum + time, 0)).toBe(latency)
    }),
  )
})
