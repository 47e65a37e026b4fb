// What a site shows of searches that lie beside a result.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { canonicalJson } from '../../src/results/canonical.ts'
import { hashWithoutSeeds } from '../../src/results/searches.ts'
import { Site } from '../../src/view/site.ts'
import { nothing } from '../report/sample-results.ts'

const root = mkdtempSync(join(tmpdir(), 'rehearsal-'))
const folder = join(root, 'fleet')
afterAll(() => rmSync(root, { recursive: true, force: true }))

const LEDGER = { systems: {}, claims: {} }
const result = nothing()
const capacity = (of: unknown) => ({
  schema: 'rehearsal/capacity/1',
  scenario: { name: 'fleet', title: 'A fleet', hash: 'of another', hashWithoutSeeds: hashWithoutSeeds(of) },
  seeds: ['1'],
  runs: 2,
  of: { name: 'workers', low: 1, high: 9, whole: true, unit: '' },
  seek: 'lowest',
  by: null,
  found: [
    {
      at: null,
      passing: 3,
      failing: null,
      uneven: null,
      trials: [{ value: 3, pass: true, seeds: 1, passingSeeds: 1, shortfall: null }],
    },
  ],
})
const write = (of: unknown) => writeFileSync(join(folder, 'capacity.json'), canonicalJson(capacity(of)))

beforeAll(() => {
  mkdirSync(folder)
  writeFileSync(join(folder, 'result.json'), canonicalJson(result))
})

test('of the same scenario it has a page, and the pages of the result and of all lead to it', async () => {
  const site = new Site(root, LEDGER)
  expect(await site.show('/fleet/capacity.html')).toBeUndefined()
  const before = site.version('/fleet/report.html')
  write(result.scenario.resolved)
  expect((await site.show('/fleet/capacity.html'))!.text).toContain('Even 3 workers are enough')
  expect((await site.show('/fleet/report.html'))!.text).toContain('<a href="capacity.html">')
  expect((await site.show('/'))!.text).toContain('<a href="./fleet/capacity.html">')
  expect(site.version('/fleet/report.html')).not.toBe(before)
  expect(await site.show('/capacity.html')).toBeUndefined()
})

test('of another version it is told and has none', async () => {
  write({ other: true })
  const site = new Site(join(folder, 'result.json'), LEDGER)
  expect(await site.show('/capacity.html')).toBeUndefined()
  expect((await site.show('/'))!.text).toContain('is of another version of the scenario')
})
