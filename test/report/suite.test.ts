import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { suiteEntry } from '../../src/report/suite/entry.ts'
import { addressOf } from '../../src/report/suite/scenarios.ts'
import { sparkline } from '../../src/report/suite/sparkline.ts'
import { renderSuite } from '../../src/report/suite.ts'
import type { Result } from '../../src/results/result.ts'
import { absent, loads, matrix, nothing, queueing } from './sample-results.ts'
import { FOREIGN, foreignSuite, three, threeResults } from './suite-samples.ts'

const ELEMENTS = new Set(
  'html head meta link title style body header nav main section footer h1 h2 p a bdi wbr ul li b small span div table thead tbody tr th td dl dt dd label select option input button script svg path'.split(
    ' ',
  ),
)

/** The rows of one of the two tables, as markup. */
function rowsOf(page: string, name: string): readonly string[] {
  const [, body] = new RegExp(`data-state="${name}">[\\s\\S]*?<tbody[^>]*>([\\s\\S]*?)</tbody>`).exec(page)!
  return body!.split('<tr ').slice(1)
}

describe('the page of a suite', () => {
  test('is the same bytes, in whatever order the results were read', () => {
    const suite = three()
    const page = renderSuite(suite)
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...suite.entries], { minLength: suite.entries.length }),
        (entries) => renderSuite({ ...suite, entries }) === page,
      ),
      { numRuns: 10 },
    )
  })

  test('has every scenario and every claim without its script, and its tools only with it', () => {
    const page = renderSuite(three())
    expect(rowsOf(page, 'scenarios')).toHaveLength(3)
    expect(rowsOf(page, 'claims')).toHaveLength(4)
    const tools = [...page.matchAll(/<div class="tools"[^>]*>/g)].map(([tag]) => tag)
    expect(tools).toHaveLength(2)
    for (const tag of tools) expect(tag).toContain(' hidden>')
    expect(page.match(/<tr[^>]* hidden/)).toBeNull()
  })

  test('has all 84 claims of the ledger that ships, where no result speaks of any', () => {
    const ledger = JSON.parse(readFileSync(new URL('../../scenarios/claims.json', import.meta.url), 'utf8'))
    const rows = rowsOf(renderSuite({ entries: [], unread: [], ledger }), 'claims')
    expect(rows).toHaveLength(84)
    for (const row of rows) expect(row).toContain('data-verdict="open"')
  })

  test('counts each system’s claims by verdict, and the counts sum', () => {
    const page = renderSuite(three())
    const [, summary] = /aria-label="Claims by system and verdict"[\s\S]*?<tbody>([\s\S]*?)<\/tbody>/.exec(
      page,
    )!
    // All, refuted, out of reach, reproduced, open.
    const counts = summary!
      .split('<tr>')
      .slice(1)
      .map((row) =>
        [...row.matchAll(/<td class="figure">.*?>(\d+)<\/span><\/td>/g)].map(([, n]) => Number(n)),
      )
    expect(counts).toEqual([
      [3, 1, 0, 1, 1],
      [1, 0, 1, 0, 0],
    ])
  })

  test('says of a claim what was said, what was found, under which conditions, and by which scenario', () => {
    const rows = rowsOf(renderSuite(three()), 'claims')
    const row = rows.find((each) => each.includes('>A-2<'))!
    expect(row).toContain('data-verdict="refuted" data-system="alpha"')
    for (const text of ['two', 'figures of A-2', 'where A-2 holds'])
      expect(row).toContain(`<bdi>${text}</bdi>`)
    for (const folder of ['crowd', 'queue'])
      expect(row).toContain(`<a href="./${folder}/report.html#claims"><bdi>The title of ${folder}</bdi></a>`)
    // Both verdicts are told where scenarios disagree.
    expect(row).toContain('>reproduced</span> <bdi>figures')
    expect(row).toContain('>refuted</span> <bdi>figures')
  })

  test('says of a verdict that is not that of all variants where it was reached', () => {
    const extent = { variants: 5, holds: 1, own: { condition: 'slots >= 56', variants: 1, holds: 1 } }
    const rowFor = (more: object) => {
      const [folder, result] = threeResults()[0]!
      const claims = result.claims.map((claim) => ({ ...claim, ...more }))
      const suite = { ...three(), entries: [suiteEntry({ ...result, claims }, folder, true)] }
      return rowsOf(renderSuite(suite), 'claims').find((row) => row.includes('>A-1<'))!
    }
    expect(rowFor({ extent })).toContain('under conditions')
    expect(rowFor({ extent })).toMatch(/where slots &gt;= 56 \(1 of 5 variants\), not elsewhere/)
    expect(rowFor({ extent: { variants: 5, holds: 5 } })).not.toContain('under conditions')
  })

  test('leads to a scenario’s page, and where there is none to its result', () => {
    const suite = three()
    const entries = suite.entries.map((entry) => ({ ...entry, page: entry.name !== 'rates' }))
    const rows = rowsOf(renderSuite({ ...suite, entries }), 'scenarios')
    expect(rows[0]).toContain('href="./crowd/report.html"')
    expect(rows[1]).toContain('href="./deep/rates/result.json"')
    expect(rows[1]).toContain('no page of its own')
  })

  test('says what could not be read, and of which builds the results are', () => {
    const suite = three()
    const [first, ...others] = suite.entries
    const page = renderSuite({
      ...suite,
      entries: [{ ...first!, build: 'another build' }, ...others],
      unread: [{ folder: 'old', reason: 'is a result of another version' }],
    })
    expect(page).toContain('is a result of another version')
    expect(page).toContain('Several builds made these results')
    expect(renderSuite(suite)).not.toContain('Several builds')
  })

  test('has a policy that allows its one script by its hash, and no request', () => {
    const page = renderSuite(three())
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page)!
    const [, script] = /<script>([\s\S]*?)<\/script>/.exec(page)!
    const hash = createHash('sha256').update(script!).digest('base64')
    expect(policy).toBe(
      `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`,
    )
  })
})

describe('hostile text', () => {
  const page = renderSuite(foreignSuite())

  test('becomes no element, no attribute and no address', () => {
    const tags = [
      ...page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, '<$1></$1>').matchAll(/<([^!/][^\s>]*)([^>]*)>/g),
    ]
    for (const [, element, attributes] of tags) {
      expect(ELEMENTS).toContain(element!.replace(/\/$/, ''))
      const names = attributes!.replace(/"[^"]*"/g, '')
      expect(names).not.toMatch(/\bon\w+|src=|srcset=|action=/)
      expect(attributes).not.toMatch(/ href="(?!#|data:,"|\.\/)/)
    }
    expect(page.match(/<script/g)).toHaveLength(1)
    for (const text of FOREIGN.filter((each) => /[<"]/.test(each))) expect(page).not.toContain(text)
  })

  test('has no control characters, no marks that turn the text around, and no half characters', () => {
    expect(page).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u)
    // Letters from right to left stay, each text isolated from what stands around it.
    expect(page).toContain('שלום')
    const outside = page.replace(/<(bdi|option)[^>]*>.*?<\/\1>|"[^"]*"/g, '')
    expect(outside).not.toMatch(/\p{Script=Hebrew}|\u200f/u)
  })

  test('of ten thousand characters is cut, between characters', () => {
    expect(page).toContain(`${'\u{1f469}'.repeat(100)}`)
    expect(page.replace(/"[^"]*"/g, '')).not.toContain('\u{1f469}'.repeat(1000))
  })

  test('any folder is an address below the suite that leads back to the same folder', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 3 }), (names) => {
        fc.pre(!names.some((name) => name.includes('/') || name === '.' || name === '..'))
        const url = new URL(addressOf(names.join('/'), 'report.html'), 'file:///suite/index.html')
        expect(url.hash + url.search).toBe('')
        expect(url.pathname.split('/').map(decodeURIComponent)).toEqual([
          '',
          'suite',
          ...names,
          'report.html',
        ])
      }),
    )
  })
})

describe('what is told of a result', () => {
  const entryOf = (result: Result) => suiteEntry(result, 'x', true)

  test('is its worst check: a failure, then an expectation that cannot be told', () => {
    expect(entryOf(matrix()).outcome).toBe('failed')
    expect(entryOf(absent()).outcome).toBe('untold')
    expect(entryOf(nothing()).outcome).toBe('passed')
    for (const result of [matrix(), loads(), absent()]) {
      const { checks } = entryOf(result)
      const all = result.variants.reduce((sum, variant) => sum + variant.checks.length, 0)
      expect(checks.failed + checks.untold + checks.passed).toBe(all)
    }
  })

  test('a metric of several variants is told by its least and its largest, and drawn by variant', () => {
    const { course, figures } = entryOf(loads())
    expect(course).toMatchObject({ over: 'variants' })
    expect(course!.values).toHaveLength(loads().variants.length)
    expect(figures[0]!.text).toMatch(/ to /)
  })

  test('a single variant is drawn over time, and one of which nothing is known not at all', () => {
    expect(entryOf(queueing()).course).toMatchObject({ over: 'time' })
    expect(entryOf(nothing()).course).toBeNull()
    expect(entryOf(absent()).course).toBeNull()
  })
})

describe('a sparkline', () => {
  const values = fc.array(fc.option(fc.double()), { minLength: 1, maxLength: 40 })

  test('stays within its drawing, whatever the figures', () => {
    fc.assert(
      fc.property(values, fc.constantFrom('time', 'variants'), (values, over) => {
        const { text } = sparkline({ over, metric: 'm', values, from: 'a', to: 'b' })
        expect(text).not.toMatch(/NaN|Infinity/)
        const [, path] = / d="([^"]*)"/.exec(text)!
        const heights = [...path!.matchAll(/[ML][\d.]+ (-?[\d.e+-]+)|V(-?[\d.e+-]+)/g)].map(([, a, b]) =>
          Number(a ?? b),
        )
        for (const y of heights) expect(y >= 0 && y <= 30).toBe(true)
      }),
    )
  })

  test('draws a figure twice another’s twice as high', () => {
    const { text } = sparkline({ over: 'variants', metric: 'm', values: [1, 2], from: '1', to: '2' })
    const [, path] = / d="([^"]*)"/.exec(text)!
    const bars = [...path!.matchAll(/M[\d.]+ ([\d.]+)V([\d.]+)h/g)].map(
      ([, foot, top]) => Number(foot) - Number(top),
    )
    // 28 pixels are the whole.
    expect(bars).toEqual([14, 28])
    expect(text).toContain('aria-label="m by variant: 1 to 2"')
  })
})
