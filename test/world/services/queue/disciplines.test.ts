import { describe, expect, test } from 'vitest'
import { constant, erlangC, expectMean, exponential, observe, sojourns, waits } from './laws.ts'

const customers = 50_000

describe('other disciplines', () => {
  test('last come first served has the same mean wait and more spread', () => {
    const values = { service: exponential(1) }
    const fifo = observe({ customers, rate: 0.7, values })
    const lifo = observe({ customers, rate: 0.7, values: { ...values, discipline: 'lifo' } })
    expectMean(waits(lifo), 0.7 / 0.3)
    const square = (seen: typeof fifo) => seen.reduce((sum, { wait }) => sum + wait * wait, 0) / seen.length
    // E[W²] of LIFO is that of FIFO over 1 - ρ: 3.33 times as much (Takács).
    expect(square(lifo) / square(fifo)).toBeGreaterThan(2)
    expect(square(lifo) / square(fifo)).toBeLessThan(5)
  })

  test('priorities: Cobham’s waits, class by class', () => {
    const job = (_: number, uniform: number) => ({ priority: uniform < 0.25 ? 0 : uniform < 0.5 ? 1 : 2 })
    const values = { discipline: 'priority', classes: 3, service: exponential(1) }
    const seen = observe({ customers: 80_000, rate: 0.8, values, job })
    // W0 = λ E[S²] / 2 = 0.8; the loads up to each class are 0.2, 0.4, 0.8: W0 / ((1 - σ(k-1)) (1 - σ(k))).
    const laws = [0.8 / (1 * 0.8), 0.8 / (0.8 * 0.6), 0.8 / (0.6 * 0.2)]
    for (const [priority, law] of laws.entries())
      expectMean(waits(seen.filter((c) => c.job.priority === priority)), law, 0.1)
  })

  test('processor sharing does not care for the shape of the demand, only for its mean', () => {
    const shapes = [exponential(1), constant(1), { kind: 'lognormal', mean: 1e6, cv: 2 }]
    for (const service of shapes) {
      const values = { discipline: 'processor-sharing', service }
      const seen = observe({ customers: 30_000, rate: 0.6, values })
      // 1 / (μ - λ)
      expectMean(sojourns(seen), 1 / 0.4)
    }
  })

  test('processor sharing by three servers has the number in system of M/M/3', () => {
    const values = { discipline: 'processor-sharing', servers: 3, service: exponential(1) }
    const seen = observe({ customers: 30_000, rate: 2.4, values })
    expectMean(sojourns(seen), 1 + erlangC(3, 2.4) / 0.6)
  })
})
