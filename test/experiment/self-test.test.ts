import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawnSets, onOtherSeeds, onSameSeeds, tally, withSeeds } from '../../src/experiment/self-test.ts'
import { RandomStreams } from '../../src/kernel/random.ts'
import type { Variant } from '../../src/results/result.ts'
import { figure, variantOf } from './fixture.ts'

const uniformOf = (name: string) => {
  const random = new RandomStreams('1').stream(name)
  return () => random.uniform()
}
const take = <T>(items: Iterator<T>, count: number): T[] =>
  Array.from({ length: count }, () => items.next().value)

/** Sixty seeds with a latency of 100 and noise of 1, the same for each name, and `more` of it. */
function runs(name: string, more: number, better: 'lower' | 'neither' = 'lower'): Variant {
  const random = new RandomStreams(name).stream('latency')
  const seeds = Array.from({ length: 60 }, (_, i) => String(i + 1))
  const samples = seeds.map(() => (100 + random.normal()) * more)
  const variant = variantOf(
    {},
    { 'latency.mean': { ...figure(samples[0]!, 'ns', null, samples), better } },
    seeds,
  )
  return { ...variant, fingerprints: Object.fromEntries(seeds.map((seed) => [seed, `${name} ${more}`])) }
}

const terms = (minimum: number) => ({ metrics: ['latency.mean'], minimum, significance: 0.05 })
const draw = (count: number) => ({ size: 12, count, uniform: uniformOf('sets') })

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
    const variant = runs('a', 1)
    const chosen = withSeeds(variant, [7, 3], ['x', 'y'])
    expect(chosen.seeds).toEqual(['x', 'y'])
    const { samples } = variant.metrics['latency.mean']!
    expect(chosen.metrics['latency.mean']!.samples).toEqual([samples[7], samples[3]])
    expect(withSeeds(variant, [7, 3]).seeds).toEqual(['8', '4'])
    expect(chosen.fingerprints).toEqual({ x: 'a 1', y: 'a 1' })
  })
})

describe('a tally', () => {
  test('of the same runs finds nothing', () => {
    const pairs = onSameSeeds([runs('a', 1), runs('a', 1)], draw(40))
    expect(tally(pairs, terms(0))).toEqual({ comparisons: 40, worse: 0, better: 0, neutral: 0 })
  })

  test('sees a change on the same seeds each time, and which way it goes', () => {
    const found = (more: number, better?: 'neither') =>
      tally(onSameSeeds([runs('a', 1, better), runs('a', more, better)], draw(20)), terms(0.01))
    expect(found(1.02)).toEqual({ comparisons: 20, worse: 20, better: 0, neutral: 0 })
    expect(found(0.98)).toEqual({ comparisons: 20, worse: 0, better: 20, neutral: 0 })
    expect(found(1.02, 'neither')).toEqual({ comparisons: 20, worse: 0, better: 0, neutral: 20 })
    // Less than what matters.
    expect(found(1.005)).toEqual({ comparisons: 20, worse: 0, better: 0, neutral: 0 })
  })

  test('of other seeds takes different runs on each side, and cries wolf no more than it may', () => {
    const variant = runs('a', 1)
    const pairs = [...onOtherSeeds([variant, variant], draw(200))]
    const samplesOf = (side: Variant) => new Set(side.metrics['latency.mean']!.samples)
    for (const [a, b] of pairs)
      expect([...samplesOf(a)].filter((value) => samplesOf(b).has(value))).toEqual([])
    const { worse, better } = tally(pairs, terms(0))
    // 200 × 0.05 = 10, and three deviations of 3.1, if they were independent.
    expect(worse + better).toBeLessThan(20)
  })
})
