import { describe, expect, test } from 'vitest'
import { compare, pairsOf } from '../../src/experiment/comparison.ts'
import { RandomStreams } from '../../src/kernel/random.ts'
import type { Result, Variant } from '../../src/results/result.ts'
import { figure, mistakeOf, variantOf } from './fixture.ts'

const TERMS = { minimum: 0.01, significance: 0.05 }
const seeds = (n: number) => Array.from({ length: n }, (_, i) => `${i + 1}`)

const side = (samples: readonly (number | null)[], names = seeds(samples.length)): Variant => ({
  ...variantOf({}, { latency: figure(1, 'ns', null, samples) }, names),
  fingerprints: Object.fromEntries(names.map((seed, i) => [seed, `${samples[i]}`])),
})

const answer = (a: Variant, b: Variant) => compare([[a, b]], { ...TERMS, metrics: ['latency'] })[0]!

/** Noisy samples around a mean, the same noise for the same stream. */
function noisy(n: number, mean: number, noise: number, stream: string): number[] {
  const random = new RandomStreams('noise').stream(stream)
  return Array.from({ length: n }, () => mean * (1 + noise * (random.uniform() - 0.5)))
}

describe('one seed is exact', () => {
  test('what is equal is alike, and what is not is different', () => {
    expect(answer(side([100]), side([100])).metrics[0]!.answer.kind).toBe('alike')
    expect(answer(side([100]), side([102])).metrics[0]!.answer.kind).toBe('different')
    expect(answer(side([100]), side([100.5])).metrics[0]!.answer.kind).toBe('alike')
  })

  test('runs of the same events are the same', () => {
    expect(answer(side([100]), side([100])).same).toBe(true)
    expect(answer(side([100]), side([101])).same).toBe(false)
  })
})

describe('over seeds', () => {
  test('common random numbers show a change of 2 % under noise of 50 %', () => {
    const a = noisy(10, 100, 0.5, 'a')
    const b = a.map((value) => value * 1.02)
    expect(answer(side(a), side(b)).metrics[0]).toMatchObject({ answer: { kind: 'different' } })
  })

  test('without them nobody can tell, and how many seeds would is said', () => {
    const { answer: told } = answer(side(noisy(10, 100, 0.5, 'a')), side(noisy(10, 102, 0.5, 'b')))
      .metrics[0]!
    expect(told.kind).toBe('untold')
    expect((told as { pairs: number }).pairs).toBeGreaterThan(100)
  })

  test('a difference surely below the smallest that matters is none', () => {
    const a = noisy(10, 100, 0.5, 'a')
    const b = a.map((value) => value * 1.001)
    expect(answer(side(a), side(b)).metrics[0]!.answer.kind).toBe('alike')
  })

  test('A against A raises no alarm in a thousand, and 1, 2 and 5 % are found under common random numbers', () => {
    const found = (change: number): number => {
      let alarms = 0
      for (let i = 0; i < 1000; i++) {
        const a = noisy(12, 100, 0.3, `a${i}`)
        const jitter = noisy(12, 1, 0.002, `j${i}`)
        const b = a.map((value, seed) => value * jitter[seed]! * (1 + change))
        if (answer(side(a), side(b)).metrics[0]!.answer.kind === 'different') alarms++
      }
      return alarms
    }
    const table = [0, 0.011, 0.02, 0.05].map((change) => [change, found(change)])
    console.log(`compare, alarms in 1,000: ${table.map(([c, n]) => `${100 * c!} %: ${n}`).join(', ')}`)
    expect(table[0]![1]).toBe(0)
    for (const [, alarms] of table.slice(1)) expect(alarms).toBe(1000)
  })

  test('one outlier is no difference', () => {
    const a = Array.from({ length: 12 }, () => 100)
    const b = a.map((value, i) => value + (i === 0 ? 5000 : i % 2 === 0 ? 0.1 : -0.1))
    expect(answer(side(a), side(b)).metrics[0]!.answer.kind).toBe('untold')
  })

  test('only seeds of both sides are paired', () => {
    const a = side([1, 2, 3], ['1', '2', '3'])
    const b = side([9, 3, 2], ['9', '3', '2'])
    expect(answer(a, b).seeds).toEqual(['2', '3'])
    expect(answer(a, b).metrics[0]!.change).toMatchObject({ a: 2.5, b: 2.5 })
    expect(mistakeOf(() => answer(side([1], ['1']), side([1], ['2'])))).toContain('no seed in common')
  })

  test('a figure that one side lacks is absent, never 0', () => {
    expect(answer(side([1, null]), side([1, 2])).metrics[0]).toMatchObject({
      change: null,
      answer: { kind: 'absent' },
    })
  })
})

test('variants are paired by name, or as the only ones', () => {
  const named = (...names: string[]) =>
    ({ variants: names.map((name) => ({ ...side([1]), name })) }) as unknown as Result
  expect(pairsOf(named('a', 'b'), named('b', 'c')).map(([a, b]) => [a.name, b.name])).toEqual([['b', 'b']])
  expect(pairsOf(named('a'), named('b')).length).toBe(1)
  expect(mistakeOf(() => pairsOf(named('a', 'b'), named('c', 'd')))).toContain('--a and --b')
})
