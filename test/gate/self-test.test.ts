import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Case } from '../../src/gate/scenario-verdict.ts'
import {
  drawnSets,
  gateOf,
  onOtherSeeds,
  onSameSeeds,
  type Sides,
  tally,
  withSeeds,
} from '../../src/gate/self-test.ts'
import type { Threshold } from '../../src/gate/threshold.ts'
import { RandomStreams } from '../../src/kernel/random.ts'
import type { MetricValue, Result } from '../../src/results/result.ts'
import { metricOf, resultOf, termsWith, worseBy } from './sample-gate.ts'

const uniformOf = (name: string) => {
  const random = new RandomStreams('1').stream(name)
  return () => random.uniform()
}
const take = <T>(items: Iterator<T>, count: number): T[] =>
  Array.from({ length: count }, () => items.next().value)

/** Sixty seeds with a latency of 100 and noise of 1, the same for each name, and `more` of it. */
function runs(name: string, more: number, better: MetricValue['better'] = 'lower'): Result {
  const random = new RandomStreams(name).stream('latency')
  const samples = Array.from({ length: 60 }, () => (100 + random.normal()) * more)
  return resultOf({ 'latency.mean': metricOf(samples, { better }) })
}

const EXACT: Threshold = { kind: 'exact', text: 'exact', named: true }
const caseWith = (threshold: Threshold): Case => ({
  ...termsWith(threshold),
  name: 'fleet',
  file: 'fleet.yaml',
  accept: null,
  at: null,
  written: {},
  traces: {},
  placeOfExpectation: () => null,
  placeOfClaim: () => null,
})
const gate = (threshold: Threshold) => gateOf(caseWith(threshold), ['latency.mean'])
const draw = (count: number, size = 12) => ({ size, count, uniform: uniformOf('sets') })

describe('sets of seeds', () => {
  test('are disjoint until too few are left, and then use every place as often', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (places, size) => {
        fc.pre(size <= places)
        const each = Math.floor(places / size)
        const sets = take(drawnSets(places, size, uniformOf('sets')), 3 * each)
        for (let shuffle = 0; shuffle < 3; shuffle++) {
          const drawn = sets.slice(shuffle * each, (shuffle + 1) * each).flat() as number[]
          expect(new Set(drawn).size).toBe(each * size)
          expect(Math.max(...drawn)).toBeLessThan(places)
        }
      }),
      { seed: 1, numRuns: 50 },
    )
  })

  test('keep each seed’s figure and fingerprint, under its own name or another', () => {
    const result = runs('a', 1)
    const { samples } = result.variants[0]!.metrics['latency.mean']!
    const [chosen] = withSeeds(result, [7, 3], ['x', 'y']).variants
    expect(chosen!.seeds).toEqual(['x', 'y'])
    expect(Object.keys(chosen!.fingerprints)).toEqual(['x', 'y'])
    expect(chosen!.metrics['latency.mean']).toMatchObject({
      class: 'sampled',
      samples: [samples[7], samples[3]],
      value: (samples[7]! + samples[3]!) / 2,
    })
    expect(withSeeds(result, [7, 3]).variants[0]!.seeds).toEqual(['8', '4'])
  })

  test('of one seed make figures exact', () => {
    const [chosen] = withSeeds(runs('a', 1), [7]).variants
    expect(chosen!.metrics['latency.mean']!.class).toBe('exact')
  })
})

describe('the gate on what is known', () => {
  const same = (more: number, threshold: Threshold, size = 12, better?: MetricValue['better']) =>
    tally(onSameSeeds([runs('a', 1, better), runs('a', more, better)], draw(20, size)), gate(threshold))

  test('says nothing of the same runs, whatever its thresholds', () => {
    for (const [threshold, size] of [
      [EXACT, 1],
      [EXACT, 12],
      [worseBy(0), 1],
      [worseBy(0), 12],
    ] as const)
      expect(same(1, threshold, size)).toEqual({ comparisons: 20, fail: 0, inconclusive: 0, shown: 0 })
  })

  test('fails what is worse by its threshold on the same seeds each time, and shows what is not', () => {
    expect(same(1.02, worseBy(0.01))).toMatchObject({ fail: 20, shown: 0 })
    expect(same(1.005, worseBy(0.01))).toMatchObject({ fail: 0, shown: 20 })
    expect(same(0.98, worseBy(0.01))).toMatchObject({ fail: 0, shown: 20 })
    expect(same(0.98, worseBy(0.01), 12, 'higher')).toMatchObject({ fail: 20, shown: 0 })
  })

  test('that is exact fails the smallest change for the worse, and shows one for the better', () => {
    for (const size of [1, 12]) {
      expect(same(1 + 1e-12, EXACT, size)).toMatchObject({ fail: 20, shown: 0 })
      expect(same(1 - 1e-12, EXACT, size)).toMatchObject({ fail: 0, shown: 20 })
    }
  })

  test('of other seeds takes different runs on each side, and cries wolf no more than it may', () => {
    const result = runs('a', 1)
    const pairs = [...onOtherSeeds([result, result], draw(200))]
    const samplesOf = ({ variants }: Result) => new Set(variants[0]!.metrics['latency.mean']!.samples)
    for (const [a, b] of pairs)
      expect([...samplesOf(a)].filter((value) => samplesOf(b).has(value))).toEqual([])
    // 200 × 0.05 / 2 = 5 are worse by chance, and three deviations of 2.2, if they were independent.
    expect(tally(pairs, gate(worseBy(0))).fail).toBeLessThan(12)
  })

  test('is told from one that is broken: that takes worse for better, or for worse whatever has grown', () => {
    const whole = gate(worseBy(0.01))
    const swapped = (...[a, b]: Sides) => whole(b, a)
    const slow = [...onSameSeeds([runs('a', 1), runs('a', 1.02)], draw(20))]
    expect(tally(slow, whole).fail).toBe(20)
    expect(tally(slow, swapped).fail).toBe(0)
    const mean = ({ variants }: Result) => variants[0]!.metrics['latency.mean']!.value!
    const rash = (...[a, b]: Sides) =>
      ({ ...whole(a, b), verdict: mean(b) > mean(a) ? 'fail' : 'pass' }) as const
    const alike = [...onOtherSeeds([runs('a', 1), runs('a', 1)], draw(200))]
    expect(tally(alike, rash).fail).toBeGreaterThan(70)
  })
})
