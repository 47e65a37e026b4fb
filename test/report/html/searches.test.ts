// The pages of searches and screenings, and their sections on a result's page.

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { besideSections } from '../../../src/report/html/beside.ts'
import { renderCapacityPage } from '../../../src/report/html/capacity.ts'
import { renderSensitivityPage } from '../../../src/report/html/sensitivity.ts'
import { capacityInWords, decidedInWords } from '../../../src/report/searches.ts'
import { canonicalJson } from '../../../src/results/canonical.ts'
import { searchesBeside } from '../../../src/results/read-searches.ts'
import type { Result } from '../../../src/results/result.ts'
import { type CapacityFile, hashWithoutSeeds, type SensitivityFile } from '../../../src/results/searches.ts'
import { HOSTILE, queueing } from '../sample-results.ts'
import { CAPACITIES, SENSITIVITIES } from '../terminal/searches.ts'

const RESOLVED = { name: 'fleet', seeds: 4, title: 'A fleet' }

const told = (name: string, title: string) => ({
  scenario: { name, title, hash: '0123456789abcdef', hashWithoutSeeds: hashWithoutSeeds(RESOLVED) },
  seeds: ['1', '2'],
  runs: 46,
  repeat: `rehearsal capacity '${name}'`,
})

const capacityFile = (name: string, more: Partial<CapacityFile['of']> = {}): CapacityFile => {
  const { found, titles } = CAPACITIES[name]!
  return {
    ...told(titles.name, titles.title),
    schema: 'rehearsal/capacity/1',
    of: { name: titles.of, low: 1, high: 54, whole: true, unit: titles.unit, ...more },
    seek: titles.seek,
    by: titles.by,
    found,
  }
}

const sensitivityFile = (name: string): SensitivityFile => {
  const { found, titles } = SENSITIVITIES[name]!
  return {
    ...told(titles.name, titles.title),
    schema: 'rehearsal/sensitivity/1',
    metric: titles.metric,
    unit: titles.unit,
    method: titles.method,
    ...found,
    varied: found.inputs.map((input) => input.name),
    settings: [{ values: found.inputs.map(() => null), figure: found.base }],
  }
}

describe('a sentence with its figures', () => {
  const workers = { name: 'workers', unit: '' }
  const said = (file: CapacityFile, i = 0): string => capacityInWords(file, file.found[i]!)
  const lowest = (name: string, more = {}): CapacityFile => ({
    ...capacityFile(name, workers),
    seek: 'lowest',
    ...more,
  })

  test('says what is enough and what is not, and why', () => {
    // The one that fails is beyond the one that passes, whichever way it is sought.
    expect(said(lowest('frontier'), 2)).toBe(
      'At 4 slots, 41 workers are enough; 42 are not: latency.p95 31.4 s, 4.7 % off.',
    )
    expect(said(lowest('one'))).toMatch(/^41 workers are enough; 42 are not: /)
    expect(said(capacityFile('one'))).toMatch(/^Workload\.arrivals\.rate 41\/min holds; 42\/min does not: /)
  })

  test('of one alone, and of a name that is no noun', () => {
    const one = lowest('one')
    const found = [{ ...one.found[0]!, passing: 1, failing: null }]
    expect(said({ ...one, found })).toBe('Even workers 1 is enough, the end of the range.')
    expect(said({ ...lowest('frontier'), by: 'mode' })).toMatch(/^With mode=1, 12 workers are enough/)
  })

  test('where nothing passes', () => {
    expect(said(capacityFile('nothing'))).toMatch(
      /^Nothing from 1\/min to 54\/min holds: latency\.p95 31\.4 s/,
    )
    expect(said(lowest('nothing'))).toMatch(/^Nothing from 54 to 1 is enough/)
  })

  test('of what passes says how much there is to spare', () => {
    const trial = { ...capacityFile('one').found[0]!.trials[0]!, shortfall: null }
    const nearest = {
      variant: null,
      expected: 'errors below 1 %',
      found: '0.5 %',
      figure: 'errors 0.5 %',
      by: 0.5,
    }
    expect(decidedInWords({ ...trial, nearest })).toBe('errors below 1 %: 0.5 %, 50 % to spare')
    expect(decidedInWords(trial)).toBe('')
  })
})

describe('the pages', () => {
  test.each(Object.keys(CAPACITIES))(
    'of the search %s: the verdict first, every trial, no element of a name',
    async (name) => {
      const file = capacityFile(name)
      const page = await renderCapacityPage(file)
      const trials = file.found.reduce((sum, { trials }) => sum + trials.length, 0)
      expect(page.match(/<span class="mark (?:good|bad)">(?:passes|fails)<\/span>/g)!.length).toBe(trials)
      expect(page.indexOf('aria-label="Verdict"')).toBeLessThan(page.indexOf('<figure'))
      expect(await renderCapacityPage(file)).toBe(page)
      harmless(page)
    },
  )

  test.each(Object.keys(SENSITIVITIES))(
    'of the screening %s: every input, no element of a name',
    async (name) => {
      const file = sensitivityFile(name)
      const page = await renderSensitivityPage(file)
      const table = page.slice(page.indexOf('<section id="inputs">'), page.indexOf('<section id="points">'))
      expect(table.match(/<tr><th scope="row">/g)!.length).toBe(file.inputs.length)
      expect(page).toContain('<pre>rehearsal capacity')
      harmless(page)
    },
  )
})

/** Scripts aside, which are ours and held by the policy: no element but of ours, no handler, nothing that loads. */
function harmless(page: string): void {
  const body = page.replace(/<script>.*?<\/script>/s, '')
  const wrong = [...body.matchAll(/<[a-z][^>]*>/g)].filter(
    ([tag]) => /^<(?:script|img|iframe)/.test(tag) || / (?:on\w+|src|href)="(?!data:,|#)/.test(tag),
  )
  expect(wrong.map(([tag]) => tag.slice(0, 80))).toEqual([])
  expect(body.includes('\u202e')).toBe(false)
}

describe('beside a result', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const result: Result = {
    ...queueing(),
    scenario: { ...queueing().scenario, resolved: { ...RESOLVED, seeds: 40 } },
  }

  test('stand the searches of the same scenario, with their charts and links', async () => {
    writeFileSync(join(folder, 'capacity.json'), canonicalJson(capacityFile('frontier')))
    writeFileSync(join(folder, 'sensitivity.json'), canonicalJson(sensitivityFile('tornado')))
    const beside = searchesBeside(folder, result)
    expect(beside.leftOut).toEqual([])
    const { sections, figures } = await besideSections(result, beside)
    expect(sections.map(({ id }) => id)).toEqual(['capacity', 'sensitivity'])
    expect(figures.map(({ name }) => name)).toEqual(['capacity', 'sensitivity'])
    expect(sections[0]!.body!.text).toContain('<a href="capacity.html">')
  })

  test('what is of another version, unreadable, or a link is told or passed over, never shown', async () => {
    const other = { ...result, scenario: { ...result.scenario, resolved: { ...RESOLVED, hosts: {} } } }
    writeFileSync(join(folder, 'sensitivity.json'), '{"schema": "rehearsal/sensitivity/1"')
    const beside = searchesBeside(folder, other)
    expect(beside.capacity ?? beside.sensitivity).toBeUndefined()
    expect(beside.leftOut[0]).toMatch(
      /^capacity\.json .* another version of the scenario \(hash 0123456789abcdef\)/,
    )
    expect(beside.leftOut[1]).toMatch(/^sensitivity\.json .* is not JSON/)
    const { sections } = await besideSections(other, beside)
    expect(sections.map(({ id }) => id)).toEqual(['left-out'])
    rmSync(join(folder, 'sensitivity.json'))
    symlinkSync(join(folder, 'capacity.json'), join(folder, 'sensitivity.json'))
    expect(searchesBeside(folder, result).sensitivity).toBeUndefined()
  })

  test.each(HOSTILE)('%j where a number should be is told in words', (text) => {
    writeFileSync(join(folder, 'capacity.json'), JSON.stringify({ ...capacityFile('one'), runs: text }))
    expect(searchesBeside(folder, result).leftOut[0]).toMatch(
      /^capacity\.json beside this result cannot be read/,
    )
  })
})
