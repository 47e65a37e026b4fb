// The laws of a gate: nothing is worse than itself, absence never passes, an improvement never fails, thresholds are what they say.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fewestPairs, judge } from '../../src/gate/judge.ts'
import type { Threshold } from '../../src/gate/threshold.ts'
import type { MetricValue } from '../../src/results/result.ts'
import { baselineFrom, metricOf, resultOf, termsWith, worseBy } from './sample-gate.ts'

type Samples = readonly (number | null)[]

/** What is found of one metric that was `a` and is `b`. */
function judged(
  a: Samples,
  b: Samples,
  threshold: Threshold = worseBy(0.02),
  more: Partial<MetricValue> = {},
) {
  const [before, now] = [resultOf({ m: metricOf(a, more) }), resultOf({ m: metricOf(b, more) })]
  // What nobody observed is kept only where the gate names it.
  const named = a.every((value) => value === null) ? { gate: { m: 'exact' } } : {}
  const baseline = baselineFrom({ ...before, scenario: { ...before.scenario, resolved: named } })
  return judge(baseline, now, termsWith(threshold))[0]!
}

const EXACT: Threshold = { kind: 'exact', text: 'exact', named: true }
const better = fc.constantFrom('lower', 'higher', 'neither') as fc.Arbitrary<MetricValue['better']>
const samples = (least: number) =>
  fc.array(fc.integer({ min: 1, max: 10 ** 9 }), { minLength: least, maxLength: 20 })

describe('whatever the figures', () => {
  test('what is equal passes as equal, under any threshold', () => {
    fc.assert(
      fc.property(
        samples(1),
        better,
        fc.constantFrom(EXACT, worseBy(0), worseBy(0.5)),
        (a, better, threshold) => {
          expect(judged(a, a, threshold, { better })).toMatchObject({ answer: 'equal', verdict: 'pass' })
        },
      ),
    )
  })

  test('absence never passes: a figure that was observed in a seed and is not now is inconclusive', () => {
    fc.assert(
      fc.property(samples(1), fc.nat(), fc.constantFrom(EXACT, worseBy(0.5)), (a, at, threshold) => {
        const lost = a.map((value, i) => (i === at % a.length ? null : value))
        expect(judged(a, lost, threshold)).toMatchObject({
          answer: 'absent',
          verdict: 'inconclusive',
          note: `observed in the baseline, but not now, in 1 of ${a.length} seeds`,
        })
      }),
    )
  })

  test('where every seed is better nothing fails, and where every seed is far worse nothing passes', () => {
    fc.assert(
      fc.property(samples(1), fc.constantFrom(EXACT, worseBy(0.02)), (a, threshold) => {
        const doubled = a.map((value) => 2 * value)
        expect(judged(doubled, a, threshold).verdict).not.toBe('fail')
        expect(judged(a, doubled, threshold).verdict).not.toBe('pass')
        expect(judged(a, doubled, threshold, { better: 'higher' }).verdict).not.toBe('fail')
      }),
    )
  })

  test('with one seed a figure fails if and only if it is worse by the threshold', () => {
    const percent = fc.integer({ min: -50, max: 50 })
    fc.assert(
      fc.property(percent, fc.integer({ min: 1, max: 40 }), (change, threshold) => {
        // Hundreds of whole numbers, so that shares are exact.
        const { verdict } = judged([100], [100 + change], worseBy(threshold / 100))
        expect(verdict).toBe(change >= threshold ? 'fail' : 'pass')
      }),
    )
  })
})

describe('one seed', () => {
  test('shows a change that is smaller than the threshold, and passes', () => {
    expect(judged([100], [101])).toMatchObject({ answer: 'within', verdict: 'pass', baseline: 100, now: 101 })
  })

  test('takes a threshold in the unit of the metric, from 0 too', () => {
    const least: Threshold = { kind: 'worse-by', share: 0, least: 5, text: '', named: true }
    expect(judged([100], [104], least).verdict).toBe('pass')
    expect(judged([100], [105], least).verdict).toBe('fail')
    expect(judged([0], [4], least).verdict).toBe('pass')
    expect(judged([0], [5], least).verdict).toBe('fail')
  })

  test('fails from 0 with a share: nothing is a share of 0', () => {
    expect(judged([0], [1])).toMatchObject({ answer: 'worse', verdict: 'fail' })
  })
})

describe('exact figures over several seeds', () => {
  test('fail where a seed is worse, even if the mean is better', () => {
    expect(judged([5, 5, 5], [1, 6, 5], EXACT)).toMatchObject({
      answer: 'worse',
      verdict: 'fail',
      note: 'changed in 2 of 3 seeds',
    })
  })

  test('pass where no seed is worse, and fail where no direction is better', () => {
    expect(judged([5, 5, 5], [5, 4, 5], EXACT)).toMatchObject({ answer: 'better', verdict: 'pass' })
    expect(judged([5, 5], [5, 4], EXACT, { better: 'neither' })).toMatchObject({ verdict: 'fail' })
  })
})

describe('sampled figures', () => {
  const base = [100, 104, 98, 101, 97, 103, 99, 102, 100, 96]
  const noise = [1, -1, 2, -2, 0.5, -0.5, 1.5, -1.5, 0.2, -0.2]
  const shifted = (by: number, scale = 1) => base.map((value, i) => value + by + scale * noise[i]!)

  test('fail where interval, flipped signs and threshold agree', () => {
    expect(judged(base, shifted(10))).toMatchObject({ answer: 'worse', verdict: 'fail', seeds: 10 })
  })

  test('pass where the interval leaves no room for so much worse', () => {
    expect(judged(base, shifted(0.1, 0.1))).toMatchObject({ answer: 'within', verdict: 'pass' })
    // Better or alike, nobody knows; but not worse by 2 %.
    // The interval is about -3.4 to 0.4 of 100: neither alike nor different, but its worse end is no 2 %.
    expect(judged(base, shifted(-1.5, 2))).toMatchObject({
      answer: 'within',
      verdict: 'pass',
      note: expect.stringContaining('not worse by so much'),
    })
    // And about 0.1 to 3.9: it may be worse by 2 %.
    expect(judged(base, shifted(2, 2)).verdict).not.toBe('pass')
  })

  test('are inconclusive where chance may have done it, and say how many seeds would tell', () => {
    const found = judged(base, shifted(2, 10))
    expect(found).toMatchObject({ answer: 'untold', verdict: 'inconclusive' })
    expect(found.note).toMatch(/about \d+ seeds would tell/)
  })

  test('of too few seeds never fail where the change varies: there are not enough ways to flip signs', () => {
    // 2 of 2^4 ways are as extreme: p = 0.125.
    expect(judged([100, 100, 100, 100], [150, 151, 149, 152])).toMatchObject({ answer: 'untold' })
  })

  test('are corrected for how many are tested: one among many has to be surer', () => {
    const many = (shift: (i: number) => number) =>
      Object.fromEntries(
        Array.from({ length: 12 }, (_, k) => [
          `m${k}`,
          metricOf(base.slice(0, 6).map((value, i) => value + shift(k) * (1 + 0.01 * i))),
        ]),
      )
    const found = judge(
      baselineFrom(resultOf(many(() => 0))),
      resultOf(many(() => 10)),
      termsWith(worseBy(0.02)),
    )
    // 2 of 2^6 ways: p = 0.031 by itself, 0.375 among twelve.
    expect(new Set(found.map(({ verdict }) => verdict))).toEqual(new Set(['inconclusive']))
    // Among eleven that are equal, which nobody needs to test, it is sure enough.
    const one = judge(
      baselineFrom(resultOf(many(() => 0))),
      resultOf(many((k) => (k === 0 ? 10 : 0))),
      termsWith(worseBy(0.02)),
    )
    expect(one.map(({ verdict }) => verdict)).toEqual(['fail', ...Array(11).fill('pass')])
    expect(fewestPairs(12)).toBe(9)
    expect(fewestPairs(1)).toBe(6)
  })
})

describe('what is not a figure to hold', () => {
  test('the machine’s time is shown, and fails never', () => {
    expect(judged([100], [500], worseBy(0.02), { class: 'wall' })).toMatchObject({
      answer: 'worse',
      verdict: 'pass',
      note: expect.stringContaining('advisory'),
    })
  })

  test('a metric without a direction fails only where the scenario names it', () => {
    expect(judged([100], [150], worseBy(0.02), { better: 'neither' })).toMatchObject({
      verdict: 'pass',
      answer: 'changed',
    })
    expect(judged([100], [50], worseBy(0.02, true), { better: 'neither' })).toMatchObject({ verdict: 'fail' })
  })

  test('a metric without a direction passes where nobody can tell, and is not called changed', () => {
    const [a, b] = [
      [100, 100, 100, 100],
      [150, 90, 120, 101],
    ]
    expect(judged(a, b, worseBy(0.02), { better: 'neither' })).toMatchObject({
      answer: 'untold',
      verdict: 'pass',
    })
    expect(judged(a, b, worseBy(0.02, true), { better: 'neither' })).toMatchObject({
      verdict: 'inconclusive',
    })
  })

  test('what is ignored is not found at all', () => {
    expect(judged([1], [9], { kind: 'ignore' })).toBeUndefined()
  })

  test('a metric that is measured no more, or in another unit, is inconclusive', () => {
    const baseline = baselineFrom(resultOf({ m: metricOf([1]) }))
    const terms = termsWith(worseBy(0.02))
    expect(judge(baseline, resultOf({ n: metricOf([1]) }), terms)[0]).toMatchObject({
      answer: 'absent',
      verdict: 'inconclusive',
    })
    expect(judge(baseline, resultOf({ m: metricOf([1], { unit: 'bytes' }) }), terms)[0]).toMatchObject({
      verdict: 'inconclusive',
    })
  })

  test('a metric that the gate names and the baseline has not is inconclusive', () => {
    const baseline = baselineFrom(resultOf({ m: metricOf([1]) }))
    const now = resultOf({ m: metricOf([1]), n: metricOf([2]) })
    const found = judge(baseline, now, termsWith(worseBy(0.02), ['n']))
    expect(found.map(({ metric, verdict }) => [metric, verdict])).toEqual([
      ['m', 'pass'],
      ['n', 'inconclusive'],
    ])
  })

  test('what was observed neither then nor now is inconclusive; what is new is shown', () => {
    expect(judged([null, null], [null, null])).toMatchObject({ answer: 'absent', verdict: 'inconclusive' })
    expect(judged([null, null], [1, 2])).toMatchObject({ answer: 'changed', verdict: 'pass' })
  })
})
