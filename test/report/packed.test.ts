import { describe, expect, test } from 'vitest'
import { tableOf } from '../../src/report/charts/data-table.ts'
import { CHARTS } from '../../src/report/charts/registry.ts'
import { drawnSections } from '../../src/report/html/drawn.ts'
import { type Packed, packed, unpacked } from '../../src/report/packed.ts'
import type { Result } from '../../src/results/result.ts'
import { campaign } from './campaign-sample.ts'
import { SAMPLES } from './sample-results.ts'

const through = (
  result: Result,
  ...room: Parameters<typeof packed> extends [unknown, ...infer R] ? R : never
): Result => unpacked(JSON.parse(JSON.stringify(packed(result, ...room))) as Packed)

const drawings = (result: Result) =>
  CHARTS.flatMap((chart) => chart.draw(result)).map((drawing) => ({ ...drawing, table: tableOf(drawing) }))

describe.each(Object.entries({ ...SAMPLES, campaign }))('what a page keeps of %s', (_, sample) => {
  test('draws every chart, with its table, as the result does', () => {
    expect(drawings(through(sample()))).toEqual(JSON.parse(JSON.stringify(drawings(sample()))))
  })

  test('says the same of figures', () => {
    expect(drawnSections(through(sample()), [])).toEqual(drawnSections(sample(), []))
  })
})

test('where there is little room, series and histograms are coarser and the rest is as it was', () => {
  const whole = campaign({ bins: 300, buckets: 200 })
  const few = through(whole, { samples: 1e6, points: 6 * 6 * 30, exact: 0, buckets: 6 * 50 })
  const [variant] = few.variants
  expect(variant!.series.throughput!.values).toHaveLength(30)
  expect(variant!.series.throughput!.width).toBe(10 * whole.variants[0]!.series.throughput!.width)
  const { buckets, count } = variant!.histograms.latency!
  expect(buckets).toHaveLength(50)
  expect(buckets.reduce((sum, [, , held]) => sum + held, 0)).toBe(
    whole.variants[0]!.histograms.latency!.buckets.reduce((sum, [, , held]) => sum + held, 0),
  )
  expect(count).toBe(whole.variants[0]!.histograms.latency!.count)
  expect(variant!.metrics).toEqual(whole.variants[0]!.metrics)
})

test('series of a kind are there for all variants or for none, so that the worst is among them', () => {
  // Six variants with a throughput, an in-system, a queue, a service's utilisation and two cores: 24 points each.
  const kinds = (points: number): readonly string[] => {
    const { variants } = through(campaign(), { samples: 1e6, points, exact: 0, buckets: 1e6 })
    for (const { series } of variants) expect(Object.keys(series)).toEqual(Object.keys(variants[0]!.series))
    return Object.keys(variants[0]!.series)
  }
  expect(kinds(24 * 6 * 6)).toHaveLength(6)
  expect(kinds(24 * 6 * 5)).toHaveLength(4)
  expect(kinds(24 * 6 - 1)).toHaveLength(0)
})

test('metrics beyond what there is room for are left to the result file, those that matter most stay', () => {
  const whole = campaign({ metrics: 40 })
  const [variant] = through(whole, { samples: 24 * 14, points: 1e6, exact: 1e6, buckets: 1e6 }).variants
  expect(Object.keys(variant!.metrics).length).toBeLessThan(20)
  expect(variant!.metrics).toMatchObject({ 'latency.p95': whole.variants[0]!.metrics['latency.p95'] })
})
