import { beforeAll, describe, expect, test, vi } from 'vitest'
import { darkRules } from '../../../src/report/charts/theme.ts'
import { chosenOf } from '../../../src/report/diagrams/chosen.ts'
import { diagramsOf } from '../../../src/report/diagrams/diagrams.ts'
import { renderFigures, renderSvgs } from '../../../src/report/svg.ts'
import type { Result } from '../../../src/results/result.ts'
import {
  balanced,
  delegated,
  drawing,
  FAULTS,
  hierarchy,
  hostileDrawing,
  longExcerpt,
  mesh,
  NAMES_OF_EVIL,
} from '../diagram-samples.ts'
import { metric, queueing } from '../sample-results.ts'

const loaded = vi.hoisted(() => ({ times: 0 }))
vi.mock('d3-node', async (original) => {
  loaded.times++
  return await original()
})

test('what draws is not loaded where there is nothing to draw', async () => {
  expect(await diagramsOf(queueing())).toEqual([])
  expect(loaded.times).toBe(0)
  expect(await diagramsOf(drawing({ traffic: balanced() }))).toHaveLength(1)
  expect(loaded.times).toBe(1)
})

const RESULTS: Readonly<Record<string, () => Result>> = {
  'a faulty hierarchy': () => drawing({ traffic: hierarchy(7, 4), excerpt: delegated(), faults: FAULTS }),
  'a mesh': () => drawing({ traffic: mesh(36, 4), excerpt: delegated(0) }),
  '2,000 agents': () => drawing({ traffic: hierarchy(2000, 167), excerpt: longExcerpt(4000, 200) }),
  'hostile names': hostileDrawing,
}

/** The names of elements in order of opening; throws where they do not nest. */
function elementsOf(xml: string): readonly string[] {
  const open: string[] = []
  const found: string[] = []
  for (const [tag] of xml.matchAll(/<[^>]*>/g)) {
    const [, closing, name, attributes, empty] =
      /^<(\/?)([a-zA-Z]+)((?: [a-zA-Z0-9:-]+="[^"<]*")*)(\/?)>$/.exec(tag) ?? []
    expect(name, tag.slice(0, 100)).toBeDefined()
    expect(attributes).not.toMatch(/ (?:on\w+|href|src|style)=/i)
    if (closing) expect(open.pop()).toBe(name)
    else found.push(name!)
    if (!closing && !empty) open.push(name!)
  }
  expect(open).toEqual([])
  return found
}

describe.each(Object.entries(RESULTS))('the diagrams of %s', (_, make) => {
  let drawn: Awaited<ReturnType<typeof diagramsOf>>
  beforeAll(async () => {
    drawn = await diagramsOf(make())
  })

  test('are there, with a title, a caption and a table', () => {
    expect(drawn.map(({ name }) => name)).toEqual(['topology', 'sequence', 'lanes'])
    for (const { title, caption, table } of drawn) {
      expect(title.length).toBeGreaterThan(10)
      expect(title.length).toBeLessThan(250)
      expect(caption.length).toBeGreaterThan(40)
      for (const row of table.rows) expect(row).toHaveLength(table.columns.length)
    }
  })

  test('are well-formed, of harmless elements and colours that have a dark one, and not heavy', () => {
    const known = new Set([...darkRules('').match(/#[0-9a-f]{6}(?="\])/g)!, 'none'])
    for (const {
      drawn: { body },
    } of drawn) {
      for (const name of new Set(elementsOf(body))) expect('g path rect circle text title').toContain(name)
      for (const [, colour] of body.matchAll(/ (?:fill|stroke)="([^"]*)"/g)) expect(known).toContain(colour)
      for (const [, text] of body.matchAll(/>([^<]+)</g)) expect(text).not.toMatch(/&(?!(?:amp|lt|gt);)/)
      expect(body.length).toBeLessThan(300_000)
      const odd = [...body.matchAll(/="[^"]*(?:NaN|Infinity|undefined|\d\.\d{3,}|-0[ ,"])/g)]
      expect(odd.map(([text]) => text)).toEqual([])
    }
  })

  test('have identifiers that begin with their names', () => {
    for (const {
      name,
      drawn: { body },
    } of drawn)
      for (const [, id] of body.matchAll(/ id="([^"]*)"/g)) expect(id).toMatch(new RegExp(`^${name}-`))
  })

  test('are the same bytes every time', async () => {
    expect(await diagramsOf(make())).toEqual(drawn)
  })
})

test('hostile names are text, printable and short', async () => {
  for (const {
    drawn: { body },
    title,
    caption,
  } of await diagramsOf(hostileDrawing()))
    for (const text of [body, title, caption]) {
      for (const name of NAMES_OF_EVIL.slice(2)) expect(text).not.toContain(name)
      if (text === body) expect(text).not.toMatch(/<script|<img|<\/svg/)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(text).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/)
      expect(text).not.toMatch(/x{90}/)
    }
})

test('diagrams are among the files and the figures of a page, after the charts', async () => {
  const result = drawing({ traffic: hierarchy(7, 4), excerpt: delegated() })
  const figures = await renderFigures(result)
  expect(figures.slice(-3).map(({ name, chart }) => [name, chart === true])).toEqual([
    ['topology', false],
    ['sequence', false],
    ['lanes', false],
  ])
  const { svg } = (await renderSvgs(result)).find(({ name }) => name === 'topology')!
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/)
  expect(elementsOf(svg)).toContain('circle')
})

test('of several variants the one that is worst in what matters most is drawn, and the caption says so', async () => {
  const latency = (seconds: number) => ({
    'latency.p95': metric(seconds * 1e9, 'ns', '95 % of all requests were answered within this time'),
  })
  const result = drawing(
    { metrics: latency(2), traffic: balanced() },
    { metrics: latency(8), traffic: hierarchy(4, 4) },
    { metrics: latency(9) },
    { metrics: latency(5), traffic: balanced() },
  )
  expect(chosenOf(result)!.variant).toBe(result.variants[1])
  const [topology] = await diagramsOf(result)
  expect(topology!.caption).toMatch(/^Variant mode=2 of 4, with the worst latency\.p95: 8 s\. /)
})
