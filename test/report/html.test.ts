import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { renderHtml } from '../../src/report/html.ts'
import { HOSTILE, loads, queueing, SAMPLES } from './sample-results.ts'

const ELEMENTS = new Set(
  'html head meta link title style body header nav main section footer h1 h2 h3 p a code ul li b small span div table thead tbody tr th td dl dt dd details summary pre figure figcaption script svg desc rect text tspan g path line defs clipPath template'.split(
    ' ',
  ),
)

const PAGES = new Map<string, string>()

beforeAll(async () => {
  for (const [name, sample] of Object.entries(SAMPLES)) PAGES.set(name, await renderHtml(sample()))
})

describe.each(Object.keys(SAMPLES))('the page of %s', (name) => {
  test('has only elements of ours, without handlers, and loads nothing', () => {
    const page = PAGES.get(name)!
    const tags = [
      ...page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, '<$1></$1>').matchAll(/<([^!/][^\s>]*)([^>]*)>/g),
    ]
    for (const [, element, attributes] of tags) {
      expect(ELEMENTS).toContain(element!.replace(/\/$/, ''))
      const names = attributes!.replace(/"[^"]*"/g, '')
      expect(names).not.toMatch(/\bon\w+=|src=|srcset=|action=/)
      expect(attributes).not.toMatch(/ href="(?!#|data:,")/)
      expect(attributes).not.toMatch(/url\((?!#)/)
    }
    expect(page.match(/<script/g)).toHaveLength(1)
    const unscripted = page.replace(/<script>[\s\S]*?<\/script>/, '')
    expect(unscripted).not.toMatch(/@import|xmlns|<img|<iframe|<object|<base/)
  })

  test('is the same bytes every time', async () => {
    expect(await renderHtml(SAMPLES[name]!())).toBe(PAGES.get(name))
  })

  test('has identifiers of its own that are all different, and links that lead somewhere', () => {
    const page = PAGES.get(name)!
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, target] of page.matchAll(/(?:href="#|url\(#)([^")]*)/g)) expect(ids).toContain(target)
    for (const [, targets] of page.matchAll(/aria-labelledby="([^"]*)"/g))
      for (const target of targets!.split(' ')) expect(ids).toContain(target)
  })

  test('is not heavy', async () => {
    // What draws it anew is there where something can be chosen: a third of a million bytes.
    const weight = PAGES.get(name)!.replace(/<template data-packed="drawing">[^<]*/, '').length
    expect(weight).toBeLessThan(name === 'hostile' ? 3_000_000 : 360_000)
  })
})

test('the policy allows the one script by its hash, and no request', async () => {
  const page = PAGES.get('queueing')!
  const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page)!
  const [, script] = /<script>([\s\S]*?)<\/script>/.exec(page)!
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain(`script-src 'sha256-${createHash('sha256').update(script!).digest('base64')}'`)
  expect(policy).not.toContain('unsafe-eval')
})

test('hostile text is there to be read, as text', async () => {
  const page = PAGES.get('hostile')!
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  for (const text of HOSTILE.slice(0, 5)) expect(page).not.toContain(text)
  expect(page).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u)
})

test('the verdict stands before everything else', async () => {
  const page = PAGES.get('matrix')!
  const order = [
    'check failed',
    'claim refuted',
    'Failed: expect: setup.time.mean below 8.61 s.',
    'id="claims"',
    'id="charts"',
    'id="figures"',
    'id="provenance"',
  ]
  const places = order.map((text) => page.indexOf(text))
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
})

test('nor does a title or a description that never ends push it out of sight', async () => {
  const long = `<b>${'x'.repeat(10_000)}`
  const result = queueing()
  const page = await renderHtml({
    ...result,
    scenario: { ...result.scenario, title: long, description: long },
  })
  const top = page.slice(page.indexOf('<body>'), page.indexOf('aria-label="Verdict"'))
  expect(top).toContain('<h1>&lt;b&gt;xxx')
  expect(top.length).toBeLessThan(4000)
  expect(page).toMatch(/<title>&lt;b&gt;x{190,200}…<\/title>/)
})

test('nor does the value of a parameter flood the tables', async () => {
  const result = loads()
  const variants = result.variants.map((variant, i) => ({
    ...variant,
    parameters: { text: `${i}${'x'.repeat(10_000)}` },
  }))
  const page = await renderHtml({ ...result, variants })
  const shown = page
    .slice(page.indexOf('<main'), page.indexOf('<footer'))
    .replace(/<(figure|template|script|select)[\s\S]*?<\/\1>/g, '')
  expect(shown.match(/x{161,}/)?.[0].length).toBeUndefined()
})

test('a verdict on a claim has beside it where it was reached', async () => {
  expect(PAGES.get('matrix')!).toContain(
    '<p><b>reproduced</b> where slots &gt;= 56 (1 of 5 variants), not elsewhere</p>',
  )
})

test('tables can be sorted by figures in base units and read without the script', async () => {
  const page = PAGES.get('loads')!
  expect(page).toContain('<table class="sortable" data-sort="key">')
  expect(page).toMatch(
    /<td class="figure" data-value="\d+(\.\d+)?">\d\.\d\d s<span class="interval"> ± 0\.16<\/span>/,
  )
})

test('nothing observed is absent, never 0, and sorts behind all figures', async () => {
  const page = PAGES.get('absent')!
  expect(page).toContain('<td class="figure" data-value=""><span class="quiet">absent</span></td>')
  expect(page).toContain('check cannot be told')
  expect(page).not.toContain('<figure')
})

test('what differs from run to run stands in the footer alone', async () => {
  const page = PAGES.get('queueing')!
  const { provenance } = queueing()
  const later = await renderHtml({
    ...queueing(),
    provenance: { ...provenance, created: 'later', wallSeconds: 99 },
  })
  const above = (text: string) => text.slice(0, text.indexOf('<footer'))
  expect(later).not.toBe(page)
  expect(above(later)).toBe(above(page))
})
