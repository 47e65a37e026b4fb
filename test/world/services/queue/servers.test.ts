import { describe, expect, test } from 'vitest'
import { constant, erlangC, expectMean, exponential, observe, sojourns, waits } from './laws.ts'

const customers = 50_000

describe('one line, first come first served', () => {
  test('M/M/1: the mean wait is ρ / (μ - λ)', () => {
    const seen = observe({ customers, rate: 0.7, values: { service: exponential(1) } })
    // 0.7 / (1 - 0.7)
    expectMean(waits(seen), 0.7 / 0.3)
    expectMean(sojourns(seen), 1 / 0.3)
  })

  test('M/M/c: the mean wait is C(c, a) / (cμ - λ)', () => {
    const seen = observe({ customers, rate: 2.4, values: { servers: 3, service: exponential(1) } })
    // Erlang C of 3 servers offered 2.4 is 0.6472; over 3 - 2.4.
    expect(erlangC(3, 2.4)).toBeCloseTo(0.6472, 4)
    expectMean(waits(seen), erlangC(3, 2.4) / 0.6, 0.1)
  })

  test('M/M/c/K: as many are refused as the birth-death chain says', () => {
    const values = { servers: 2, capacity: 5, service: exponential(1) }
    const seen = observe({ customers, rate: 1.8, values })
    // p(k) ∝ 1, 1.8, then times 0.9 each: 1, 1.8, 1.62, 1.458, 1.3122, 1.18098; blocked is the last over their sum 8.37118.
    expectMean(
      seen.map((c) => (c.blocked ? 1 : 0)),
      1.18098 / 8.37118,
    )
    // Those who wait: 1·p(3) + 2·p(4) + 3·p(5) = 1.458 + 2.6244 + 3.54294 = 7.62534; by Little over λ(1 - p(5)) = 1.8 · 7.1902.
    expectMean(waits(seen), 7.62534 / (1.8 * 7.1902))
  })

  test('M/D/1: half the wait of M/M/1', () => {
    const seen = observe({ customers, rate: 0.7, values: { service: constant(1) } })
    expectMean(waits(seen), 0.7 / 0.3 / 2)
  })

  test('M/G/1 with lognormal service: Pollaczek and Khinchine', () => {
    const service = { kind: 'lognormal', mean: 1e6, cv: 1.5 }
    const seen = observe({ customers: 80_000, rate: 0.6, values: { service } })
    // λ E[S²] / (2 (1 - ρ)) with E[S²] = 1 + 1.5²
    expectMean(waits(seen), (0.6 * 3.25) / (2 * 0.4), 0.1)
  })

  test('a job may bring its service time', () => {
    const job = (_: number, uniform: number) => ({ service: Math.round(2e6 * uniform) })
    const seen = observe({ customers, rate: 0.7, values: { service: exponential(9) }, job })
    // Uniform from 0 to 2: E[S²] = 4/3.
    expectMean(waits(seen), (0.7 * (4 / 3)) / (2 * 0.3))
  })
})
