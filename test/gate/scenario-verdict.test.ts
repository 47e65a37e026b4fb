// The verdict on a scenario as a whole: whether it can be compared, what it expects, which events it had.

import { describe, expect, test } from 'vitest'
import { baselineOf, changedFigures, hashOfWhatRuns, MOST_FIGURES } from '../../src/gate/baseline-of.ts'
import { scenarioVerdict } from '../../src/gate/scenario-verdict.ts'
import type { Threshold } from '../../src/gate/threshold.ts'
import { worst } from '../../src/gate/verdict.ts'
import type { Check, Result } from '../../src/results/result.ts'
import { baselineFrom, metricOf, resultOf, termsWith, worseBy } from './sample-gate.ts'

const RESOLVED = { hosts: { box: {} }, seeds: 3, expect: [{ metric: 'm', below: '1s' }] }
const before = resultOf({ m: metricOf([100]), n: metricOf([5]) }, RESOLVED)
const against = { of: 'fleet.json', commit: null, reason: 'first' }

const verdictOn = (
  result: Result,
  written: unknown = RESOLVED,
  baseline = baselineFrom(before),
  threshold: Threshold = worseBy(0.02),
) =>
  scenarioVerdict(
    {
      name: 'fleet',
      file: 'fleet.yaml',
      at: null,
      accept: 'rehearsal baseline accept fleet.yaml --reason TEXT',
      written,
      traces: {},
      placeOfExpectation: () => null,
      placeOfClaim: () => null,
      ...termsWith(threshold),
    },
    baseline,
    against,
    result,
  )

const with0 = (more: object, result = before): Result => ({
  ...result,
  variants: [{ ...result.variants[0]!, ...more }],
})

describe('a scenario', () => {
  test('that is as it was passes, with the same events', () => {
    expect(verdictOn(before)).toMatchObject({ verdict: 'pass', same: true, notes: [], reasons: [], runs: 1 })
  })

  test('whose gate ignores every figure cannot be told, and says so', () => {
    expect(verdictOn(before, RESOLVED, baselineFrom(before), { kind: 'ignore' })).toMatchObject({
      verdict: 'inconclusive',
      reasons: ['its gate ignores every figure of the baseline; name one that it holds'],
    })
  })

  test('of another hash is inconclusive, even where every figure is equal', () => {
    const other = verdictOn(before, { ...RESOLVED, hosts: { box: { cores: 2 } } })
    expect(other).toMatchObject({ verdict: 'inconclusive', reasons: [expect.stringContaining('hash')] })
  })

  test('of another hash fails for no figure that is worse: it is compared with another thing', () => {
    const worse = with0({ metrics: { m: metricOf([200]), n: metricOf([5]) } })
    const { verdict, findings } = verdictOn(worse, { ...RESOLVED, hosts: {} })
    expect([verdict, findings[0]]).toMatchObject([
      'inconclusive',
      { answer: 'worse', verdict: 'inconclusive' },
    ])
  })

  test('may be judged otherwise, and told otherwise, and be the same', () => {
    const { seeds: _, ...rest } = RESOLVED
    const judged = {
      ...rest,
      title: 'T',
      description: 'D',
      expect: [],
      claims: [],
      gate: { default: 'exact' },
    }
    expect(hashOfWhatRuns(judged)).toBe(hashOfWhatRuns(RESOLVED))
    expect(hashOfWhatRuns({ ...RESOLVED, measure: {} })).not.toBe(hashOfWhatRuns(RESOLVED))
  })

  test('with other events and equal figures passes, and says so', () => {
    const found = verdictOn(with0({ fingerprints: { '1': 'fedcba9876543210' } }))
    expect(found).toMatchObject({
      verdict: 'pass',
      same: false,
      notes: [expect.stringContaining('other events')],
    })
  })

  test('with the same events and other figures says that it is measured otherwise', () => {
    const found = verdictOn(with0({ metrics: { m: metricOf([200]), n: metricOf([5]) } }))
    expect(found).toMatchObject({
      verdict: 'fail',
      notes: [expect.stringContaining('what is observed of them')],
    })
  })

  test('whose expectation fails fails, and whose expectation cannot be told is inconclusive', () => {
    const check = (pass: boolean | null): Check => ({
      name: 'expect: m below 1 s',
      kind: 'expect',
      pass,
      detail: '2 s',
    })
    expect(verdictOn(with0({ checks: [check(false)] })).verdict).toBe('fail')
    expect(verdictOn(with0({ checks: [check(null)] })).verdict).toBe('inconclusive')
    expect(verdictOn(with0({ checks: [check(true)] })).verdict).toBe('pass')
  })

  test('with variants that came or went is inconclusive', () => {
    expect(verdictOn(with0({ name: 'other' }))).toMatchObject({
      verdict: 'inconclusive',
      reasons: [
        expect.stringContaining('no more: fleet'),
        expect.stringContaining('has not these variants: other'),
      ],
    })
  })

  test('of which the baseline has no figure is inconclusive', () => {
    const empty = baselineOf(resultOf({}, {}), { reason: 'r', file: null, keyMetrics: [] })
    expect(verdictOn(resultOf({}, {}), {}, empty)).toMatchObject({ verdict: 'inconclusive' })
  })

  test('charged by another table of costs says so', () => {
    const found = verdictOn(with0({ costs: { table: 'nominal', hash: 'abc', scale: 1 } }))
    expect(found.notes).toEqual([expect.stringContaining('another table of costs')])
  })
})

describe('a baseline', () => {
  test('keeps what the scenario asks about, what a summary shows, and nothing that nobody observed', () => {
    const result = resultOf(
      {
        m: metricOf([1]),
        key: metricOf([2]),
        'host.other': metricOf([3]),
        claimed: metricOf([null]),
        gated: metricOf([null]),
      },
      { ...RESOLVED, claims: [{ metric: 'claimed' }], gate: { default: 'exact', gated: 'exact' } },
    )
    const { variants } = baselineOf(result, { reason: 'r', file: null, keyMetrics: ['key'] })
    expect(Object.keys(variants.fleet!.metrics).sort()).toEqual(['gated', 'key', 'm'])
  })

  test('keeps what coordinators observe of themselves, of a distribution its mean and 95th percentile', () => {
    const names = [
      'nap.mean',
      'nap.p95',
      'nap.p50',
      'nap.max',
      'naps',
      'naps.rate',
      'host.box.evictions',
      'latency.min',
    ]
    const metrics = Object.fromEntries(names.map((name) => [name, metricOf([1])]))
    const result = resultOf({ ...metrics, size: metricOf([1], { better: 'neither' }) })
    const { variants } = baselineOf(result, { reason: 'r', file: null, keyMetrics: [] })
    expect(Object.keys(variants.fleet!.metrics)).toEqual(['nap.mean', 'nap.p95', 'naps'])
  })

  test('tells which figures changed, came and went', () => {
    const [from, to] = [
      resultOf({ a: metricOf([1]), b: metricOf([2]) }),
      resultOf({ a: metricOf([1.5]), c: metricOf([3]) }),
    ]
    expect(changedFigures(baselineFrom(from), baselineFrom(to))).toEqual([
      { variant: 'fleet', metric: 'a', from: 1, to: 1.5 },
      { variant: 'fleet', metric: 'b', from: 2, to: null },
      { variant: 'fleet', metric: 'c', from: null, to: 3 },
    ])
  })
})

test('of several verdicts the worst counts, and no verdict is no pass', () => {
  expect(worst(['pass', 'inconclusive', 'fail'])).toBe('fail')
  expect(worst(['pass', 'inconclusive'])).toBe('inconclusive')
  expect(worst(['pass'])).toBe('pass')
  expect(worst([])).toBe('inconclusive')
})

test('of very many figures a baseline keeps those that somebody asks about', () => {
  const kept = (count: number): number => {
    const own = Object.fromEntries(Array.from({ length: count }, (_, i) => [`own${i}`, metricOf([i])]))
    const result = resultOf(
      { ...own, 'latency.mean': metricOf([5]) },
      { expect: [{ metric: 'latency.mean' }] },
    )
    const terms = { reason: 'r', file: null, keyMetrics: [] }
    return Object.keys(baselineOf(result, terms).variants.fleet!.metrics).length
  }
  expect([kept(MOST_FIGURES - 1), kept(MOST_FIGURES)]).toEqual([MOST_FIGURES, 1])
})
