import { describe, expect, test } from 'vitest'
import { bestChoice } from '../../../src/report/findings/best-choice.ts'
import { metric } from '../sample-results.ts'
import { resultOf, S, samples, variantOf } from './made.ts'

const latency = (of: Readonly<Record<string, readonly number[]>>, resolved: unknown = {}) =>
  bestChoice(
    resultOf(
      Object.entries(of).map(([mode, values]) =>
        variantOf({
          parameters: { mode },
          metrics: {
            'latency.p95': samples(
              values.map((value) => value * S),
              'ns',
            ),
          },
        }),
      ),
      resolved,
    ),
  ).map(({ text }) => text)

describe('the best of several choices', () => {
  test('is told with its figure, the worst and the ratio; what is as good is told too', () => {
    // b is a second worse in one seed and a second better in another: as good as three seeds can tell.
    expect(latency({ a: [10, 12, 14], b: [11, 11, 14.5], c: [40, 48, 56] })).toEqual([
      'Best is mode=a: latency.p95 12 s, against 48 s with mode=c, the worst, 4 times as much; mode=b is as good as far as 3 seeds can tell.',
    ])
  })

  test('seeds are compared in pairs: what is the same tenth worse in each is told, though the seeds differ by more', () => {
    expect(latency({ a: [10, 20, 40], b: [11, 22, 44.1] })).toEqual([
      'Best is mode=a: latency.p95 23.3 s, against 25.7 s with mode=b, 10 % more.',
    ])
    expect(latency({ a: [10, 20, 40], b: [11, 19, 47] })).toEqual([
      'Whether mode matters cannot be told: latency.p95 differs by up to 10 %, which may be chance with 3 seeds.',
    ])
  })

  test('of 100 variants a best by chance is none: the more are compared, the more it takes', () => {
    let state = 5
    const draw = () => {
      state = (state * 48271) % 2147483647
      return state / 2147483647
    }
    const noise = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`m${i}`, Array.from({ length: 5 }, () => 10 + draw())]),
    )
    expect(latency(noise)[0]).toMatch(/^Whether mode matters cannot be told/)
  })

  test('no difference is told as none', () => {
    expect(latency({ a: [10], b: [10.2] })).toEqual([
      'No difference by mode: latency.p95 is the same within 5 %.',
    ])
  })

  test('what nobody chooses has no best, only a worst', () => {
    const faults = [{ kind: ['$', '{mode}'].join('') }]
    expect(latency({ kill: [1], pause: [64] }, { faults })).toEqual([
      'Worst is mode=pause: latency.p95 64 s, against 1 s with mode=kill, 64 times as much.',
    ])
  })

  test('of two numbers the change is told, of rates in their direction, of nothing without a ratio', () => {
    const two = (name: string, better: 'lower' | 'higher', low: number, high: number) =>
      bestChoice(
        resultOf(
          [low, high].map((value, i) =>
            variantOf({
              parameters: { slots: 1 + i },
              metrics: { [name]: metric(value, 'count', '', { better }) },
            }),
          ),
        ),
      )[0]!.text
    expect(two('done', 'higher', 10, 25)).toBe(
      'With slots=2 instead of 1, done is 25 instead of 10: 2.5 times as much.',
    )
    expect(two('lost', 'lower', 40, 10)).toBe(
      'With slots=2 instead of 1, lost is 10 instead of 40: 75 % less.',
    )
    expect(two('lost', 'lower', 0, 10)).toBe('With slots=2 instead of 1, lost is 10 instead of 0.')
  })

  test('that more load has more answers is no news, that it has fewer is', () => {
    const rates = (done: readonly number[]) =>
      bestChoice(
        resultOf(
          done.map((value, i) =>
            variantOf({ parameters: { rate: 1 + i }, metrics: { throughput: samples([value], '/s') } }),
          ),
          { workload: { rate: ['$', '{rate}'].join('') } },
        ),
      ).map(({ text }) => text)
    expect(rates([1, 2])).toEqual([])
    expect(rates([1, 0.5])).toEqual([
      'With rate=2 instead of 1, throughput is 0.5/s instead of 1/s: 50 % less.',
    ])
  })

  test('it is said in how many settings of the rest it holds', () => {
    const grid = ['a', 'b'].flatMap((mode) =>
      [1, 2, 3].map((agents) =>
        variantOf({
          parameters: { mode, agents },
          metrics: { 'latency.p95': samples([(mode === 'a') === agents < 3 ? S : 2 * agents * S], 'ns') },
        }),
      ),
    )
    expect(bestChoice(resultOf(grid))[0]!.text).toBe(
      'Best is mode=b: latency.p95 1 s, against 6 s with mode=a, 6 times as much (agents=3). It is best in 1 of 3 settings of the rest, mode=a in 2.',
    )
  })
})
