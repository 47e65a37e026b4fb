// The charts that are not of a result: the frontier of a search, the tornado of a screening.

import { describe, expect, test } from 'vitest'
import type { Drawing } from '../../../src/report/charts/chart.ts'
import { frontier } from '../../../src/report/charts/frontier.ts'
import { darkRules } from '../../../src/report/charts/theme.ts'
import { tornado } from '../../../src/report/charts/tornado.ts'
import { renderSvg } from '../../../src/report/svg.ts'
import { CAPACITIES, SENSITIVITIES } from '../terminal/searches.ts'

const DRAWINGS: readonly (readonly [string, Drawing])[] = [
  ...Object.entries(CAPACITIES).map(
    ([name, { found, titles }]) => [`the search ${name}`, frontier(found, titles)] as const,
  ),
  ...Object.entries(SENSITIVITIES).map(
    ([name, { found, titles }]) => [`the screening ${name}`, tornado(found, titles)!] as const,
  ),
]

describe.each(DRAWINGS)('%s', (_, drawing) => {
  test('is a document of its own with a title and a caption, the same every time', async () => {
    const { svg, title, caption } = await renderSvg(drawing)
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*>.*<\/svg>\n$/s)
    expect(title.length).toBeGreaterThan(10)
    expect(caption.length).toBeGreaterThan(40)
    expect((await renderSvg(drawing)).svg).toBe(svg)
  })

  test('has a dark colour for every colour it uses, and no script, link or handler', async () => {
    const { svg } = await renderSvg(drawing)
    const known = new Set(darkRules('').match(/#[0-9a-f]{6}(?="\])/g))
    for (const [, value] of svg.matchAll(/ (?:fill|stroke)="([^"]*)"/g))
      if (value !== 'none') expect(known).toContain(value)
    expect(svg).not.toMatch(
      /<(?!\/?(?:svg|title|desc|style|rect|text|tspan|g|path|line|defs|clipPath)\b)[^>]*>/,
    )
    for (const [tag] of svg.matchAll(/<[^>]*>/g)) expect(tag).not.toMatch(/ on\w+=|href=/i)
  })
})

/** The rows of data of a drawing's layers. */
const valuesOf = (drawing: Drawing): readonly Record<string, unknown>[] =>
  (drawing.spec.layer as { data: { values: Record<string, unknown>[] } }[]).flatMap(({ data }) => data.values)

test('a frontier marks each value by the verdict of the most seeds, and joins the bracket’s ends', () => {
  const { found, titles } = CAPACITIES.frontier!
  const drawing = frontier(found, titles)
  expect(drawing.title).toBe(
    'workload.arrivals.rate: at most 12/min with slots=1, at most 41/min with slots=4',
  )
  const values = valuesOf(drawing)
  expect(values).toContainEqual({ row: '2', passing: 23, failing: 24 })
  expect(values).toContainEqual({ row: '2', value: 24, verdict: 'fails' })
  expect(values.filter(({ verdict }) => verdict).length).toBe(12)
})

test('a value tried again is marked by the verdict of more seeds', () => {
  const { found, titles } = CAPACITIES.one!
  const again = { ...found[0]!.trials[1]!, seeds: 3, pass: false }
  const drawing = frontier([{ ...found[0]!, trials: [again, ...found[0]!.trials] }], titles)
  expect(valuesOf(drawing)).toContainEqual(expect.objectContaining({ value: 41, verdict: 'passes' }))
})

test('a tornado’s bars begin at the scenario as it is; an input without a figure is left out', () => {
  const { found, titles } = SENSITIVITIES.tornado!
  const drawing = tornado(found, titles)!
  expect(drawing.title).toBe('latency.p95 hangs most on slots: 60 s at 1, 10 s at 16')
  expect(drawing.caption).toContain('1 of 4 are left out')
  const bars = valuesOf(drawing).filter(({ row }) => row)
  expect(bars.length).toBe(6)
  expect(bars[0]).toEqual({ row: 'slots 1 to 16', series: 'at the low end', from: 20, to: 60 })
})

test('where no input has a figure there is no tornado', () => {
  const { found, titles } = SENSITIVITIES.tornado!
  expect(tornado({ ...found, inputs: found.inputs.slice(-1) }, titles)).toBeUndefined()
})
