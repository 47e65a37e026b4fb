import { describe, expect, test } from 'vitest'
import { CHARTS } from '../../../src/report/charts/registry.ts'
import type { Figure } from '../../../src/report/figure.ts'
import { findingsOf } from '../../../src/report/findings/registry.ts'
import { findingsSection } from '../../../src/report/html/findings.ts'
import { widthOf } from '../../../src/report/terminal/text.ts'
import { renderTerminal } from '../../../src/report/terminal.ts'
import { hostile, loads, metric, nothing, queueing, SAMPLES } from '../sample-results.ts'
import { breakdownOf, resultOf, S, samples, seriesOf, share, variantOf } from './made.ts'

/** All that is found, not only what is shown. */
const ALL = 100

describe.each(Object.keys(SAMPLES))('the findings of %s', (name) => {
  const found = findingsOf(SAMPLES[name]!(), ALL)

  test('are sentences of figures: nothing undefined, nothing infinite, no name longer than a line', () => {
    for (const { text } of found) {
      expect(text).toMatch(/^[\p{Lu}\d<].*\.$/u)
      expect(text).not.toMatch(/NaN|undefined|Infinity|\bnull\b|\[object| {2}/)
      expect(text.length).toBeLessThan(1000)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    }
  })

  test('are at most five, heaviest first, the same every time', () => {
    const shown = findingsOf(SAMPLES[name]!())
    expect(shown).toEqual(found.slice(0, 5))
    expect(shown.map(({ weight }) => weight)).toEqual(
      shown.map(({ weight }) => weight).toSorted((a, b) => b - a),
    )
  })

  test('name variants and charts that there are, and figures that are figures', () => {
    const variants = new Set(SAMPLES[name]!().variants.map((variant) => variant.name))
    const charts = new Set(CHARTS.map((chart) => chart.name))
    for (const { where, chart, evidence, weight } of found) {
      for (const each of where) expect(variants).toContain(each)
      if (chart !== undefined) expect(charts).toContain(chart)
      for (const { value } of evidence) expect(Number.isFinite(value)).toBe(true)
      expect(weight).toBeGreaterThanOrEqual(0)
      expect(weight).toBeLessThanOrEqual(100)
    }
  })
})

test('of what was not run there is nothing to say', () => {
  expect(findingsOf(nothing())).toEqual([])
})

test('of a queue under growing load: where its latency leaves the floor, and what is the limit', () => {
  const texts = findingsOf(loads(), ALL).map(({ text }) => text)
  expect(texts.join('\n')).toMatch(/latency\.p95 (?:grows|hardly changes)/)
})

test('names of 10,000 characters and a hundred variants are bearable', () => {
  const long = 'x'.repeat(10_000)
  const variants = Array.from({ length: 100 }, (_, i) =>
    variantOf({
      parameters: { [long]: `${long}${i % 10}`, rate: Math.floor(i / 10) },
      metrics: {
        'latency.p95': samples([(1 + i) * S], 'ns'),
        [`service.${long}.utilisation.mean`]: share(0.9 + i / 1000),
        [`host.${long}.oom-kills`]: metric(i, 'count', long),
      },
      rest: {
        breakdown: [
          breakdownOf('all', 1000, { [long]: S }),
          breakdownOf('p50', 100, { [long]: S }),
          breakdownOf('p99', 10, { [long]: 9 * S }),
        ],
        checks: [{ name: long, kind: 'law', pass: i % 2 === 0, detail: long }],
        series: {
          'in-system': seriesOf(Array.from({ length: 100 }, (_, at) => at * i)),
          throughput: seriesOf(Array(100).fill(1)),
        },
        faults: [{ at: 50 * S, until: null, kind: long, befalls: 'host', target: long, detail: long }],
      },
    }),
  )
  const found = findingsOf(resultOf(variants, { services: { [long]: { kind: long } } }), ALL)
  expect(found.length).toBeGreaterThan(5)
  for (const { text } of found) expect(text.length).toBeLessThan(900)
})

describe('in a terminal', () => {
  const section = (columns: number, colour = false) =>
    renderTerminal(queueing(), { columns, colour }).split('\n\n')[1]!

  test('they stand below the title, wrapped at its width', () => {
    for (const columns of [40, 80, 120])
      for (const line of section(columns).split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns)
    expect(section(80)).toMatchInlineSnapshot(`
      "what matters most
        • 1 check cannot be told: expect: retries.count below 10; retries.count is
          absent.
        • One request in a hundred takes 3.91 s or more, 3.5 times the median’s
          1.11 s: of the 2.8 s that it takes longer 68 % is being served."
    `)
  })

  test('a figure is not parted from its unit', () => {
    for (let columns = 40; columns <= 120; columns++)
      expect(section(columns)).not.toMatch(/\d\n {4}(?:ms|s|%)[\s,.:)]/)
  })

  test('without colour there is no escape', () => {
    expect(section(80)).not.toContain('\u001b')
    expect(section(80, true)).toContain('\u001b[36m')
  })
})

describe('on a page', () => {
  const FIGURES = ['latency-breakdown', 'queue-depth'].map((name) => ({ name }) as Figure)

  test('each names its metrics, and links to its chart where the page has it', () => {
    const text = findingsSection(queueing(), FIGURES)!.text
    expect(text).toContain(
      'From latency.p99 and latency.p50. <a href="#chart-latency-breakdown">See latency breakdown</a>',
    )
    expect(findingsSection(queueing(), [])!.text).not.toContain('<a')
  })

  test('names are text', () => {
    expect(findingsSection(hostile(), FIGURES)!.text).not.toMatch(/<script|<img|<\/style/)
    expect(findingsSection(nothing(), FIGURES)).toBeNull()
  })
})
