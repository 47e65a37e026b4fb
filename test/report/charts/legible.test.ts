// What a reader can take from a drawing: names that stand apart, axes with enough ticks, titles that agree with what is drawn.

import { describe, expect, test } from 'vitest'
import { labelExpression, logarithmicTicks } from '../../../src/report/charts/axis.ts'
import type { Drawing } from '../../../src/report/charts/chart.ts'
import { drawSvg } from '../../../src/report/charts/draw.ts'
import { latencyBreakdown } from '../../../src/report/charts/latency-breakdown.ts'
import { latencyDistribution } from '../../../src/report/charts/latency-distribution.ts'
import { latencyPercentiles } from '../../../src/report/charts/latency-percentiles.ts'
import { partColours, partsInOrder } from '../../../src/report/charts/part-colours.ts'
import { queueDepth } from '../../../src/report/charts/queue-depth.ts'
import { throughput } from '../../../src/report/charts/throughput.ts'
import { utilisationByCore } from '../../../src/report/charts/utilisation-by-core.ts'
import { variants } from '../../../src/report/charts/variants.ts'
import { drawnDiagram } from '../../../src/report/diagrams/diagrams.ts'
import { topologyDiagram } from '../../../src/report/diagrams/topology-diagram.ts'
import type { Result, Variant } from '../../../src/results/result.ts'
import { mesh } from '../diagram-samples.ts'
import { histogramOf, metric, queueing } from '../sample-results.ts'

const [only] = queueing().variants
const withVariants = (...variants: readonly Partial<Variant>[]): Result => ({
  ...queueing(),
  variants: variants.map((variant) => ({ ...only!, ...variant })),
})
const withTimes = (...times: readonly number[]): Result =>
  withVariants({ histograms: { latency: histogramOf(times, 'ns', 'latency') } })

/** Texts that a drawing shows, with where they stand. */
async function placesOf({ spec, name }: Drawing, pattern: RegExp) {
  const { body } = await drawSvg(spec, name)
  return [...body.matchAll(/<text[^>]*transform="translate\(([-\d.]+),([-\d.]+)\)"[^>]*>([^<]*)</g)]
    .filter(([all, , , text]) => pattern.test(text!) && !all.includes('stroke='))
    .map(([, x, y, text]) => ({ x: Number(x), y: Number(y), text: text! }))
}
const marks = (result: Result) => placesOf(latencyDistribution.draw(result)[0]!, /^p\d\d$/)

describe('the names of percentiles', () => {
  test('stand below one another where they would lie upon one another', async () => {
    const places = await marks(withTimes(...Array.from({ length: 200 }, () => 5e9)))
    expect(places.map(({ text }) => text)).toEqual(['p50', 'p95', 'p99'])
    expect(new Set(places.map(({ x }) => Math.round(x / 4))).size).toBe(1)
    const [first, second, third] = places.map(({ y }) => y)
    expect(second! - first!).toBeGreaterThanOrEqual(11)
    expect(third! - second!).toBeGreaterThanOrEqual(11)
  })

  test('stand in one line where there is room', async () => {
    const times = Array.from({ length: 1000 }, (_, i) => (i < 940 ? 1e6 : i < 980 ? 3e8 : 9e10))
    const places = await marks(withTimes(...times))
    expect(places).toHaveLength(3)
    expect(new Set(places.map(({ y }) => y)).size).toBe(1)
  })
})

describe('a logarithmic axis', () => {
  test.each([
    [102e6, 283e6],
    [4.1e9, 9.5e9],
    [6.1, 7.9],
    [112e6, 148e6],
    [1, 900],
    [1, 1e8],
  ])('has at least three ticks from %d to %d, all within', (low, high) => {
    const ticks = logarithmicTicks(low, high)
    expect(ticks.length).toBeGreaterThanOrEqual(3)
    expect(ticks.length).toBeLessThan(14)
    expect(ticks.every((tick) => tick >= low * 0.99 && tick <= high * 1.01)).toBe(true)
    expect(labelExpression('ns')).toContain('format')
  })

  test('is not stretched by a few that take next to nothing, and the drawing says where they are', () => {
    const times = Array.from({ length: 4000 }, (_, i) => (i < 4 ? 100 : 1e9 + i * 1e6))
    const [distribution] = latencyDistribution.draw(withTimes(...times))
    expect(distribution!.caption).toContain('The first bar has what is shorter, too, down to 100 ns.')
    const { rows } = distribution!.table!
    expect(rows[0]![0]).toBeGreaterThan(1e7)
    expect(rows.reduce((sum, [, , share]) => sum + Number(share), 0)).toBeCloseTo(1, 6)
    const [percentiles] = latencyPercentiles.draw(withTimes(...times))
    expect(JSON.stringify(percentiles!.spec)).toContain('"zero":true')
    const plain = latencyDistribution.draw(withTimes(...times.slice(4)))
    expect(plain[0]!.caption).not.toContain('The first bar')
  })
})

test('ticks that would run into one another are left out', async () => {
  const at = (n: number): Partial<Variant> => ({
    name: `n=${n}`,
    parameters: { n },
    metrics: { 'latency.p50': metric(n * 1e9, 'ns', 'median') },
  })
  const [drawn] = variants.draw(withVariants(at(10), at(11), at(37)))
  expect((await placesOf(drawn!, /^[\d.]+$/)).map(({ text }) => text)).toEqual(
    expect.not.arrayContaining(['11']),
  )
})

describe('variants are drawn over', () => {
  const at = (a: number, b: number): Partial<Variant> => ({
    name: `a=${a} b=${b}`,
    parameters: { a, b },
    metrics: { 'latency.p50': metric((a + b) * 1e9, 'ns', 'median') },
  })
  const titleOf = (result: Result): unknown => {
    const { layer } = variants.draw(result)[0]!.spec as { layer: [{ encoding: { x: { axis: unknown } } }] }
    return (layer[0].encoding.x.axis as { title: string }).title
  }

  test('the axis with most values, whichever comes first', () => {
    const many = [1, 2, 4, 8].flatMap((b) => [at(16, b), at(128, b)])
    expect(titleOf(withVariants(...many))).toBe('b')
    expect(titleOf(withVariants(at(1, 1), at(2, 1), at(3, 2)))).toBe('a')
  })

  test('lines of what was chosen, not of what follows from it', () => {
    const some = [1, 4, 16].flatMap((b) =>
      ['today', 'all'].map((system, i) => ({
        ...at(i, b),
        parameters: { system, mode: `${system} at once`, b },
      })),
    )
    const [drawn] = variants.draw(withVariants(...some))
    expect(drawn!.title).not.toContain('mode')
    expect(drawn!.title).toContain('system=all b=16')
    expect(JSON.stringify(drawn!.spec)).not.toContain('at once')
    expect(drawn!.table!.columns.slice(0, 2)).toEqual(['system', 'b'])
  })

  test('one set of axes, where the combinations that there are make few lines', () => {
    const some = [1, 2, 3, 4, 5].flatMap((b) =>
      [
        [1, 1],
        [1, 2],
        [1, 3],
        [2, 3],
      ].map(([a, c]) => ({ ...at(a!, b), parameters: { a: a!, b, c: c! }, name: `${a} ${b} ${c}` })),
    )
    expect(variants.draw(withVariants(...some))[0]!.spec).not.toHaveProperty('facet')
  })
})

test.each([
  ['throughput', throughput],
  ['in-system', queueDepth],
])('the highest that the title tells of %s is the highest that is drawn', (name, chart) => {
  const values = Array.from({ length: 500 }, (_, i) => (i === 250 ? 1000 : 1))
  const series = { unit: 'number' as const, meaning: name, start: 0, width: 1e9, values }
  const [drawn] = chart.draw(withVariants({ series: { [name]: series } }))
  const highest = Math.max(...drawn!.table!.rows.map(([, value]) => Number(value)))
  expect(highest).toBeLessThan(1000)
  expect(drawn!.title).toContain(`${Number(highest.toPrecision(3))}`)
  expect(drawn!.title).not.toContain('1,000')
})

test('what was never in use is not drawn', () => {
  const idle = (value: number) => ({
    'host.box.core.0.utilisation': {
      unit: 'ratio' as const,
      meaning: 'share',
      start: 0,
      width: 1e9,
      values: [0, value, 0],
    },
  })
  expect(utilisationByCore.draw(withVariants({ series: idle(0) }))).toEqual([])
  expect(utilisationByCore.draw(withVariants({ series: idle(0.5) }))).toHaveLength(1)
})

describe('a part of a latency', () => {
  const coloursOf = (parts: Readonly<Record<string, number>>): Readonly<Record<string, string>> => {
    const breakdown = [{ of: 'all' as const, requests: 1, latency: 3e9, parts }]
    const { layer } = latencyBreakdown.draw(withVariants({ breakdown }))[0]!.spec as {
      layer: [{ encoding: { color: { scale: { domain: string[]; range: string[] } } } }]
    }
    const { domain, range } = layer[0].encoding.color.scale
    return Object.fromEntries(domain.map((part, i) => [part, range[i]!]))
  }

  test('has the same colour whichever others there are', () => {
    const few = coloursOf({ queue: 1e9, service: 2e9 })
    const more = coloursOf({ mailbox: 1e8, core: 1e8, queue: 8e8, service: 2e9 })
    expect(few).toEqual({ queue: more.queue, service: more.service })
    expect(new Set(Object.values(more)).size).toBe(4)
  })

  test('stands in one order, whichever a file has; what is no part comes last, with a colour of its own', () => {
    expect(partsInOrder(['zeta', 'service', 'core', 'queue'])).toEqual(['core', 'queue', 'service', 'zeta'])
    expect(new Set(partColours(['zeta', 'service', 'core', 'eta'])).size).toBe(4)
  })
})

test('what is said of a host or a link stands on paper of its own, so that lines do not strike it out', async () => {
  const variant = { name: 'mesh', faults: [], traffic: mesh(12, 4) }
  const { drawn } = await drawnDiagram(topologyDiagram({ variant, why: '' })!)
  const plates = [
    ...drawn.body.matchAll(/<rect x="([^"]+)" y="([^"]+)" width="([^"]+)"[^>]*fill-opacity="0.8"/g),
  ]
  const texts = [...drawn.body.matchAll(/<text x="([^"]+)" y="([^"]+)"([^>]*)>([^<]*(?:% used|B\/s))</g)]
  expect(texts.length).toBeGreaterThan(5)
  for (const [, x, y, look, text] of texts) {
    const middle = look!.includes('middle')
    const under = plates.some(([, left, top, width]) => {
      const right = Number(left) + Number(width)
      const begins = middle ? (Number(left) + right) / 2 - Number(x) : Number(x) - Number(left)
      return Math.abs(begins) <= 4 && Number(y) > Number(top) && Number(y) < Number(top) + 15
    })
    expect(under, text).toBe(true)
  }
})

describe('a title of times', () => {
  test('tells the figures that the table has, not what a bucket makes of them', () => {
    const metrics = { 'latency.p50': metric(16.5e9, 'ns', ''), 'latency.p99': metric(69.5e9, 'ns', '') }
    const histograms = { latency: histogramOf([16.6e9, 16.6e9, 69.8e9], 'ns', 'latency') }
    expect(latencyDistribution.draw(withVariants({ metrics, histograms }))[0]!.title).toBe(
      'Half of all requests take under 16.5 s, one in a hundred over 69.5 s',
    )
  })

  test('tells no percentile that its curves do not reach', () => {
    const values = (count: number) => ({
      histograms: {
        latency: histogramOf(
          Array.from({ length: count }, (_, i) => (i + 1) * 1e9),
          'ns',
          'latency',
        ),
      },
    })
    const titled = (least: number) =>
      latencyPercentiles.draw(withVariants(values(least), { ...values(500) }))[0]!.title
    expect(titled(99)).toContain('the 90th percentile')
    expect(titled(100)).toContain('the 99th percentile')
  })
})
