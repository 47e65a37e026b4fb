import { beforeAll, describe, expect, test } from 'vitest'
import { logarithmicTicks } from '../../../src/report/charts/axis.ts'
import { label, labels } from '../../../src/report/charts/labels.ts'
import { CHARTS } from '../../../src/report/charts/registry.ts'
import { textWidth } from '../../../src/report/charts/text-width.ts'
import { darkRules } from '../../../src/report/charts/theme.ts'
import { safeFileName } from '../../../src/report/file-name.ts'
import { type NamedSvg, renderSvgs } from '../../../src/report/svg.ts'
import type { Result } from '../../../src/results/result.ts'
import { absent, HOSTILE, hostile, loads, matrix, nothing, queueing, SAMPLES } from '../sample-results.ts'

/** The elements of a document in order of opening; throws where they do not nest, or an attribute is not quoted. */
function elementsOf(xml: string): readonly { name: string; attributes: readonly [string, string][] }[] {
  const open: string[] = []
  const found: { name: string; attributes: [string, string][] }[] = []
  for (const [tag, text] of xml.matchAll(/<[^>]*>|([^<]+)/g)) {
    if (text !== undefined) {
      expect(text).not.toMatch(/&(?!(amp|lt|gt|quot|#39|#x9|#xA|#xD);)/)
      continue
    }
    const closing = /^<\/([a-zA-Z]+)>$/.exec(tag)
    if (closing) {
      expect(open.pop()).toBe(closing[1])
      continue
    }
    const parts = /^<([a-zA-Z]+)((?: [a-zA-Z0-9:-]+="[^"<]*")*)(\/?)>$/.exec(tag)
    expect(parts, tag.slice(0, 200)).not.toBeNull()
    const attributes = [...parts![2]!.matchAll(/ ([a-zA-Z0-9:-]+)="([^"]*)"/g)]
    found.push({ name: parts![1]!, attributes: attributes.map(([, key, value]) => [key!, value!]) })
    if (parts![3] === '') open.push(parts![1]!)
  }
  expect(open).toEqual([])
  return found
}

const DRAWN = new Map<string, readonly NamedSvg[]>()

beforeAll(async () => {
  for (const [name, sample] of Object.entries(SAMPLES)) DRAWN.set(name, await renderSvgs(sample()))
})

describe.each(Object.keys(SAMPLES))('the charts of %s', (sample) => {
  test('are well-formed SVG of harmless elements that load nothing', () => {
    for (const { svg } of DRAWN.get(sample)!)
      for (const { name, attributes } of elementsOf(svg)) {
        expect('svg title desc style rect text tspan g path line defs clipPath').toContain(name)
        for (const [key, value] of attributes) {
          expect(key).not.toMatch(/^on|href|src/i)
          if (key !== 'xmlns') expect(value).not.toMatch(/https?:|javascript:|data:/)
        }
      }
  })

  test('have names of their own that are safe as files, titles and captions', () => {
    const svgs = DRAWN.get(sample)!
    expect(new Set(svgs.map(({ name }) => name)).size).toBe(svgs.length)
    for (const { name, title, caption, svg } of svgs) {
      expect(safeFileName(name)).toBe(name)
      expect(title.length).toBeGreaterThan(5)
      expect(title.length).toBeLessThan(250)
      expect(caption.length).toBeGreaterThan(20)
      expect(svg.length).toBeLessThan(150_000)
    }
  })

  test('have a dark colour for every colour they use', async () => {
    const known = new Set(darkRules('').match(/#[0-9a-f]{6}(?="\])/g))
    for (const { svg } of DRAWN.get(sample)!)
      for (const [, value] of svg.matchAll(/ (?:fill|stroke)="([^"]*)"/g))
        if (value !== 'none') expect(known).toContain(value)
  })
})

test('the same result gives the same bytes, whatever was drawn before or meanwhile', async () => {
  const first = DRAWN.get('queueing')!
  const [again, other] = await Promise.all([renderSvgs(queueing()), renderSvgs(matrix())])
  expect(again).toEqual(first)
  expect(await renderSvgs(matrix())).toEqual(other)
})

test('what was not observed is not drawn', () => {
  for (const result of [nothing(), absent()])
    for (const chart of CHARTS) expect(chart.draw(result)).toEqual([])
})

test('every chart has something to draw in one of the samples, and its drawings begin with its name', () => {
  const results = [queueing(), loads(), matrix()]
  for (const chart of CHARTS) {
    const drawings = results.flatMap((result) => chart.draw(result))
    expect(drawings.length, chart.name).toBeGreaterThan(0)
    for (const { name } of drawings) expect(name.startsWith(chart.name)).toBe(true)
    expect(chart.meaning).toMatch(/\?$/)
  }
})

const titlesOf = (result: Result): string =>
  CHARTS.flatMap((chart) => chart.draw(result))
    .map(({ title }) => title)
    .join('\n')

test('titles say what is seen', () => {
  expect(titlesOf(matrix())).toContain(
    'setup.time.mean: 300 ms (agents=1 mode=concurrent slots=4) to 8.6 s (agents=54 mode=batched slots=1)',
  )
  expect(titlesOf(matrix())).toContain('19× with 54 instead of 1 slots')
  // 8,600 ms, of which all but 650 wait: 7,950 / 8,600 = 92 %.
  expect(titlesOf(matrix())).toContain('in the slowest variant queue takes 92 % of 8.6 s')
  expect(titlesOf(queueing())).toMatch(
    /Half of all requests take under 1\.\d+ s, one in a hundred over 3\.\d+ s/,
  )
})

test('the fit of Amdahl passes through the first point and ends below the ideal', () => {
  const [drawing] = CHARTS.find(({ name }) => name === 'speedup')!.draw(matrix())
  const { layer } = drawing!.spec as { layer: { data: { values: { p: number; factor: number }[] } }[] }
  const curve = layer[1]!.data.values
  expect(curve[0]).toMatchObject({ p: 1, factor: 1 })
  // S(54) = 1 / (0.0336 + 0.9664 / 54) = 19.42
  expect(curve.at(-1)!.factor).toBeCloseTo(19.42, 2)
})

test('text of a scenario stands in data, titles and domains alone: no field, filter or expression has any of it', () => {
  const walk = (value: unknown, key: string): void => {
    if (Array.isArray(value)) for (const item of value) walk(item, key)
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) {
        expect(HOSTILE).not.toContain(name)
        walk(inner, name)
      }
    else if (typeof value === 'string' && /^(field|filter|labelExpr|format|type|expr|signal)$/.test(key))
      for (const text of HOSTILE) expect(value).not.toContain(text.slice(0, 8))
  }
  for (const chart of CHARTS)
    for (const { spec } of chart.draw(hostile())) {
      const { data: _, ...rest } = spec
      walk(rest, '')
    }
})

test('titles and captions are short, however long the names', () => {
  const long = 'x'.repeat(10_000)
  const result = hostile()
  const variants = result.variants.map((variant, i) => ({
    ...variant,
    name: `${long}${i}`,
    parameters: { [long]: `${long}${i}` },
    faults: variant.faults.map((fault) => ({ ...fault, at: i, kind: long, target: long })),
  }))
  for (const chart of CHARTS)
    for (const { title, caption } of chart.draw({ ...result, variants }))
      expect([title.length < 500, caption.length < 1000, title, caption]).toEqual([
        true,
        true,
        title,
        caption,
      ])
})

test('labels are printable, short and all different', () => {
  expect(label('a\u001b\n b')).toBe('a� b')
  expect(label('x'.repeat(100), 10)).toBe('xxxxxxxxx…')
  expect(labels(['x'.repeat(50), 'x'.repeat(60)], 10)).toEqual(['xxxxxxxxx…', 'xxxxxxxxx… (2)'])
  expect(label('\u{1f469}'.repeat(50), 10)).not.toMatch(/[\ud800-\udfff]/u)
})

test('logarithmic ticks are at 1, 2 and 5, and at powers alone over many decades', () => {
  expect(logarithmicTicks(3, 60)).toEqual([5, 10, 20, 50])
  expect(logarithmicTicks(1, 1e5)).toEqual([1, 10, 100, 1000, 1e4, 1e5])
})

test('logarithmic ticks are round in the units in which they are written', () => {
  const [second, minute, hour, day] = [1e9, 60e9, 3600e9, 86_400e9]
  expect(logarithmicTicks(90 * second, 3 * hour, 'ns')).toEqual([
    ...[100, 200, 500].map((count) => count * second),
    ...[10, 20, 50, 100].map((count) => count * minute),
    2 * hour,
  ])
  expect(logarithmicTicks(second, 12 * day, 'ns')).toEqual([
    ...[1, 10, 100].map((count) => count * second),
    ...[10, 100].map((count) => count * minute),
    10 * hour,
    10 * day,
  ])
  expect(logarithmicTicks(100, 20 * 1024, 'bytes')).toEqual([
    100,
    200,
    500,
    1000,
    ...[1, 2, 5, 10, 20].map((count) => count * 1024),
  ])
})

test('text takes more room the more of it there is, the wider its letters and the larger they are', () => {
  expect(textWidth('', 12)).toBe(0)
  expect(textWidth('ab', 12)).toBeGreaterThan(textWidth('a', 12))
  expect(textWidth('WW', 12)).toBeGreaterThan(textWidth('ii', 12))
  expect(textWidth('幅', 12)).toBeGreaterThanOrEqual(12)
  expect(textWidth('latency', 24)).toBeGreaterThan(1.9 * textWidth('latency', 12))
})
