import { describe, expect, test } from 'vitest'
import type { Finding } from '../../../src/gate/verdict.ts'
import { baselineCharts } from '../../../src/report/charts/baseline.ts'
import { darkRules } from '../../../src/report/charts/theme.ts'
import { type Held, heldInWords } from '../../../src/report/held.ts'
import { baselineSection } from '../../../src/report/html/baseline.ts'
import { renderSvg } from '../../../src/report/svg.ts'
import type { Result } from '../../../src/results/result.ts'
import { hostile, loads, queueing } from '../sample-results.ts'

const finding = (variant: string, metric: string, baseline: number | null, now: number | null): Finding => ({
  variant,
  metric,
  unit: 'ns',
  better: 'lower',
  class: 'exact',
  answer:
    baseline === null || now === null
      ? 'absent'
      : baseline === now
        ? 'equal'
        : now > baseline
          ? 'worse'
          : 'better',
  verdict: 'pass',
  baseline,
  now,
  interval: null,
  seeds: 1,
  threshold: 'worse by 1 %',
  note: null,
  place: null,
})

const held = (findings: readonly Finding[]): Held => ({
  date: '2026-11-03',
  commit: '7c4ba9a0f1a2b3c4d5e6f708192a3b4c5d6e7f80',
  reason: 'first figures',
  findings,
  doubts: [],
})

const MS = 1e6

/** Each variant's mean is a tenth above the baseline, but for the first, which is equal. */
const slower = (result: Result): Held =>
  held(
    result.variants.map(({ name, metrics }, i) => {
      const now = metrics['latency.p95']!.value!
      return finding(name, 'latency.p95', i === 0 ? now : now / 1.1, now)
    }),
  )

interface Layer {
  readonly data: { readonly values: readonly Record<string, unknown>[] }
}
const valuesOf = (spec: unknown): readonly Record<string, unknown>[] =>
  (spec as { layer: readonly Layer[] }).layer[1]!.data.values

describe('several variants', () => {
  const drawings = baselineCharts(loads(), slower(loads()))

  test('have a row each, from the ring to the mark', () => {
    const [drawing] = drawings
    expect(drawings.length).toBe(1)
    expect(drawing!.title).toMatch(/^latency\.p95 against the baseline: .* \(\+10\.0 %\) with rate=[\d.]+$/)
    const values = valuesOf(drawing!.spec)
    expect(values.length).toBe(2 * loads().variants.length)
    expect(
      values.map(({ what }) => what).filter((what) => what === 'baseline of 2026-11-03 (7c4ba9a)').length,
    ).toBe(5)
    expect(values[1]).toMatchObject({ row: '1', what: 'now: same', value: values[0]!.value })
    expect(values[3]!.value).toBeCloseTo(1.1 * (values[2]!.value as number), 9)
  })

  test('are a table of figures in base units', () => {
    const { columns, rows } = drawings[0]!.table!
    expect(columns).toEqual([
      'metric',
      'variant',
      'unit',
      'baseline',
      'now',
      'low',
      'high',
      'seeds',
      'outcome',
    ])
    expect(rows[1]!.at(-1)).toBe('worse')
  })
})

describe('one variant', () => {
  test('has a row for each figure that differs, by its share', () => {
    const name = queueing().variants[0]!.name
    const [drawing] = baselineCharts(
      queueing(),
      held([
        finding(name, 'latency.p95', 100 * MS, 150 * MS),
        finding(name, 'latency.mean', 80 * MS, 60 * MS),
        finding(name, 'memory.peak', 5, 5),
        finding(name, 'errors.ratio', 0, 0.1),
      ]),
    )
    const values = valuesOf(drawing!.spec).filter(({ what }) => String(what).startsWith('now'))
    expect(values).toEqual([
      { row: 'latency.p95', value: 50, what: 'now: worse' },
      { row: 'latency.mean', value: -25, what: 'now: better' },
    ])
  })
})

test('where nothing differs there is no chart, and the page says so', () => {
  const result = loads()
  const equal = held(
    slower(result).findings.map((each) => ({ ...each, baseline: each.now, answer: 'equal' as const })),
  )
  expect(baselineCharts(result, equal)).toEqual([])
  expect(baselineSection(equal, []).text).toContain('All 5 figures: the same.')
})

test('the counts of every outcome sum to all figures', () => {
  const all = held([
    finding('a', 'x', 1, 2),
    finding('a', 'y', 2, 1),
    finding('a', 'z', 1, null),
    finding('a', 'v', 1, 1),
    { ...finding('a', 'w', 1, 1), answer: 'within' },
  ])
  expect(heldInWords(all)).toBe('Of 5 figures 1 is worse, 1 not observed on one side, 1 better, 2 the same')
  expect(heldInWords(held([]))).toBe('No figure is in both')
})

test('hostile names are text in the drawing and on the page, and every colour has a dark one', async () => {
  const result = hostile()
  const metric = Object.keys(result.variants[0]!.metrics)[0]!
  const findings = result.variants.flatMap(({ name, metrics }, i) =>
    Object.keys(metrics).map((each) => finding(name, each, 1 + i, each === metric ? 2 + i : 3)),
  )
  const given = { ...held(findings), reason: metric, commit: metric, doubts: [metric] }
  const drawings = baselineCharts(result, given)
  expect(drawings.length).toBeGreaterThan(0)
  const known = new Set(darkRules('').match(/#[0-9a-f]{6}(?="\])/g))
  for (const drawing of drawings) {
    const { svg } = await renderSvg(drawing)
    expect(svg).not.toMatch(/<script|<img|\u202e/)
    for (const [, value] of svg.matchAll(/ (?:fill|stroke)="([^"]*)"/g))
      if (value !== 'none') expect(known).toContain(value)
    expect((await renderSvg(drawing)).svg).toBe(svg)
  }
  expect(baselineSection(given, []).text).not.toMatch(/<script|<img|\u202e/)
})
