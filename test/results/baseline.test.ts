// The file of a baseline: what is none is refused with the reason, and two branches can both change it.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Baseline, parseBaseline } from '../../src/results/baseline.ts'
import { baselineText } from '../../src/results/baseline-file.ts'
import { acceptanceLine, parseHistory } from '../../src/results/baseline-history.ts'
import { canonicalJson } from '../../src/results/canonical.ts'
import { overSeeds } from '../../src/results/over-seeds.ts'
import { baselineFrom, metricOf, resultOf } from '../gate/sample-gate.ts'

const baseline = (a: number, z: number): Baseline =>
  baselineFrom(resultOf({ a: metricOf([a, a]), m: metricOf([7, 8]), z: metricOf([z, z]) }))

describe('a baseline', () => {
  test('is read as it was written', () => {
    expect(parseBaseline(baselineText(baseline(1, 2)), 'b.json')).toEqual(baseline(1, 2))
  })

  test('is the same, written short or long, whatever was not observed, and with means to the last bit', () => {
    const sample = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }))
    const row = fc.array(sample, { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), row, { minKeys: 1 }), (rows) => {
        const metrics = Object.entries(rows).map(([name, samples]) => [
          name,
          metricOf(samples, { value: overSeeds(samples).value }),
        ])
        const whole = baselineFrom(resultOf(Object.fromEntries(metrics)))
        const [short, long] = [baselineText(whole), canonicalJson(whole)].map((text) =>
          parseBaseline(text, 'b.json'),
        )
        expect(short).toEqual(long)
        expect(canonicalJson(short)).toBe(canonicalJson(whole))
      }),
      // The example is one whose mean is next to nothing, and below 0.
      { numRuns: 50, examples: [[{ a: [-5e-323, 9e-323, -4.4e-323] }]] },
    )
  })

  test('keeps what a metric is apart where variants do not agree on it', () => {
    const { variants, ...rest } = baseline(1, 2)
    const { a } = variants.fleet!.metrics
    const other = { ...variants.fleet!, metrics: { a: { ...a!, unit: 'count' as const } } }
    const two = { ...rest, variants: { ...variants, other } }
    expect(parseBaseline(baselineText(two), 'b.json')).toEqual(two)
  })

  test('of before, without claims and traces, is read', () => {
    const { claims: _, ...older } = baseline(1, 2)
    expect(parseBaseline(canonicalJson(older), 'b.json')).toEqual(older)
  })

  test('of which two branches changed different figures is merged by git without a conflict', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearsal-merge-'))
    try {
      const file = (name: string, value: Baseline) => {
        writeFileSync(join(folder, name), baselineText(value))
        return join(folder, name)
      }
      const files = [
        file('ours', baseline(10, 2)),
        file('base', baseline(1, 2)),
        file('theirs', baseline(1, 20)),
      ]
      const { status, stdout } = spawnSync('git', ['merge-file', '-p', ...files], { encoding: 'utf8' })
      expect(status).toBe(0)
      expect(parseBaseline(stdout, 'merged')).toEqual(baseline(10, 20))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test.each([
    ['{', 'is not JSON'],
    ['null', 'is no baseline'],
    ['{"schema":"rehearsal/result/1"}', 'is no baseline'],
    ['{\n<<<<<<< ours\n', 'merge conflict'],
    ['{"schema":"rehearsal/baseline/1"}', 'is not a whole baseline: accepted'],
  ])('%j is refused: it %s', (text, reason) => {
    expect(() => parseBaseline(text, 'b.json')).toThrow(reason)
  })

  test('without a figure for one of its seeds is refused: it would be taken for absent', () => {
    const whole = baseline(1, 2)
    const variant = whole.variants.fleet!
    const samples = { '1': 7 }
    const cut = { ...variant, metrics: { ...variant.metrics, m: { ...variant.metrics.m!, samples } } }
    expect(() => parseBaseline(canonicalJson({ ...whole, variants: { fleet: cut } }), 'b.json')).toThrow(
      'variants.fleet.metrics.m.samples',
    )
    const short = baselineText(whole)
    expect(() => parseBaseline(short.replace('"m": [7, 8]', '"m": [7]'), 'b.json')).toThrow(
      'variants.fleet.m',
    )
    expect(() => parseBaseline(short.replace('"m": [7, 8]', '"n": [7, 8]'), 'b.json')).toThrow(
      'metrics: n: missing',
    )
  })
})

describe('the history', () => {
  const entry = {
    name: 'fleet\n',
    when: '2026-01-01T00:00:00Z',
    who: null,
    commit: null,
    reason: 'a "reason"',
    first: true,
    changed: [],
  }

  test('has a line for each acceptance, whatever is in its names', () => {
    expect(parseHistory(acceptanceLine(entry) + acceptanceLine(entry), 'h')).toEqual([entry, entry])
  })

  test('names the line that is none', () => {
    expect(() => parseHistory(`${acceptanceLine(entry)}<<<<<<< ours\n`, 'h.ndjson')).toThrow('h.ndjson:2')
  })
})
