import { describe, expect, test } from 'vitest'
import { knee } from '../../../src/report/findings/knee.ts'
import { metric } from '../sample-results.ts'
import { resultOf, S, samples, variantOf } from './made.ts'

/** As a scenario has them: the template is its own. */
const set = (axis: string): string => ['$', '{', axis, '}'].join('')
const RESOLVED = {
  hosts: { worker: { count: set('workers') } },
  workload: { arrivals: { rate: `${set('rate')} /s` } },
}

const over = (axis: string, points: readonly (readonly [number, number])[], unit: '/s' | 'ns' = '/s') =>
  resultOf(
    points.map(([at, value]) =>
      variantOf({
        parameters: { [axis]: at },
        metrics: { [unit === '/s' ? 'throughput' : 'latency.p95']: samples([value], unit) },
      }),
    ),
    RESOLVED,
  )

const said = (...of: Parameters<typeof over>) => knee(over(...of)).map(({ text }) => text)

/** The Universal Scalability Law with its peak at √((1 − α) / β). */
const usl = (n: number, alpha: number, beta: number) => (10 * n) / (1 + alpha * (n - 1) + beta * n * (n - 1))

describe('the knee', () => {
  test('of the Universal Scalability Law with α 0.05 and β 0.00371 is at its peak, 16', () => {
    const points = [1, 2, 4, 8, 16, 32, 64].map((n) => [n, usl(n, 0.05, 0.00371)] as const)
    expect(Math.sqrt(0.95 / 0.00371)).toBeCloseTo(16, 1)
    expect(said('workers', points)).toEqual([
      'Best is workers=16, and more is worse: throughput 10/s at 1, 60.6/s at 16 and 33.5/s at 64.',
    ])
  })

  test('without a loss there is no knee: more still pays', () => {
    expect(
      said(
        'workers',
        [1, 2, 4, 8].map((n) => [n, 10 * n] as const),
      ),
    ).toEqual(['Over workers, throughput still grows at the end: 10/s at 1, 40/s at 4 and 80/s at 8.'])
  })

  test('of three servers for two that are asked for is where the second is there', () => {
    const points = [1, 2, 3, 4].map((n) => [n, Math.min(20, 10 * n)] as const)
    expect(said('workers', points)).toEqual([
      'From workers=2 on, more buys nothing (less than 5 %): throughput 10/s at 1, 20/s at 2 and 20/s at 4.',
    ])
  })

  test('a metric that stays within a fifth has none', () => {
    expect(
      said(
        'workers',
        [1, 2, 3, 4].map((n) => [n, 10 + 0.5 * n] as const),
      ),
    ).toEqual([])
  })

  test('of a latency with a floor is where it leaves it', () => {
    const points = [1, 2, 4, 8, 9.5].map((rate) => [rate, (rate < 8 ? 1 : rate < 9 ? 2 : 10) * S] as const)
    expect(said('rate', points, 'ns')).toEqual([
      'Up to rate=4, latency.p95 hardly changes (less than 10 %), and then it gets worse: 1 s at 1, 1 s at 4, 2 s at 8 and 10 s at 9.5.',
    ])
  })

  test('a bump on the way ends the floor, though it is left again', () => {
    const points = [1, 2, 4, 8, 9.5].map((rate, i) => [rate, [1, 1, 2, 1, 10][i]! * S] as const)
    expect(said('rate', points, 'ns')[0]).toMatch(/^Up to rate=2, /)
  })

  test('a gain that the seeds cannot tell is none', () => {
    const noisy = (fourth: readonly number[]) =>
      knee(
        resultOf(
          [[10, 10.2, 9.8], [19, 20, 21], fourth].map((values, i) =>
            variantOf({ parameters: { workers: 2 ** i }, metrics: { throughput: samples(values, '/s') } }),
          ),
          RESOLVED,
        ),
      )[0]!.text
    // 8 % more on average, but in one seed less: within chance.
    expect(noisy([24, 19, 22])).toMatch(
      /^From workers=2 on, more buys nothing \(nothing that 3 seeds could tell\)/,
    )
    // As much more on average, and so in each seed.
    expect(noisy([20.6, 21.7, 22.7])).toMatch(/^Over workers, throughput still grows/)
  })

  test('says where else it lies, and is silent where a figure is missing', () => {
    const grid = [2, 4].flatMap((from) =>
      [1, 2, 4, 8].map((workers) =>
        variantOf({
          parameters: { workers, kind: `k${from}` },
          metrics: { throughput: samples([Math.min(workers, from)], '/s') },
        }),
      ),
    )
    expect(knee(resultOf(grid, RESOLVED))[0]!.text).toBe(
      'From workers=4 on, more buys nothing (less than 5 %): throughput 1/s at 1, 2/s at 2, 4/s at 4 and 4/s at 8 (kind=k4). In other settings that lies between 2 and 4.',
    )
    const absent = over('workers', [
      [1, 1],
      [2, 2],
      [4, 2],
    ])
    const variants = absent.variants.map((variant) => ({
      ...variant,
      metrics: { throughput: metric(null, '/s', '') },
    }))
    expect(knee({ ...absent, variants })).toEqual([])
  })

  test('a curve with a knee comes before one that only goes on, however far that goes', () => {
    const at = (mode: string, workers: number, value: number) =>
      variantOf({ parameters: { mode, workers }, metrics: { throughput: samples([value], '/s') } })
    const found = knee(
      resultOf(
        [
          ...[1, 10, 100].map((n) => at('far', n, n)),
          ...[1, 2, 2].map((value, i) => at('near', 10 ** i, value)),
        ],
        RESOLVED,
      ),
    )
    expect(found.map(({ text }) => text)).toEqual([
      'From workers=10 on, more buys nothing (less than 5 %): throughput 1/s at 1, 2/s at 10 and 2/s at 100 (mode=near).',
      'Over workers, throughput still grows at the end: 1/s at 1, 10/s at 10 and 100/s at 100 (mode=far).',
    ])
    expect(found[0]!.weight).toBeGreaterThan(found[1]!.weight)
  })

  test('where Amdahl’s law fits, how far it can go is told', () => {
    const points = [1, 2, 4, 8].map((n) => [n, 10 / (0.1 + 0.9 / n)] as const)
    const speedup = {
      axis: 'workers',
      metric: 'throughput',
      where: {},
      points: points.map(([n, value]) => [n, value, value / 10] as const),
      amdahl: { serial: 0.1, interval: null, residual: 0.001 },
      gustafson: null,
      usl: null,
    }
    const told = (residual: number) =>
      knee({
        ...over('workers', points),
        speedups: [{ ...speedup, amdahl: { ...speedup.amdahl, residual } }],
      })[0]!.text
    expect(told(0.001)).toMatch(
      /; by Amdahl’s law, with a serial fraction of 10 %, it is never more than 10× the first\.$/,
    )
    expect(told(0.3)).not.toContain('Amdahl')
  })

  test('without a law no peak of one is told, though the axis begins at 0', () => {
    const text = said('workers', [
      [0, 1],
      [1, 9],
      [2, 4],
    ])[0]
    expect(text).toBe('Best is workers=1, and more is worse: throughput 1/s at 0, 9/s at 1 and 4/s at 2.')
  })
})
