import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DemandForecast } from '../../../src/coordination/agents/demand-forecast.ts'
import { Holt } from '../../../src/coordination/agents/holt.ts'

const after = (values: readonly number[], level: number, trend: number, first?: number): Holt => {
  const holt = new Holt(level, trend, first)
  for (const value of values) holt.add(value)
  return holt
}

const weight = fc.double({ min: 0, max: 1, noNaN: true })

describe('Holt’s method', () => {
  test('gives the forecasts of NIST’s worked example', () => {
    // NIST/SEMATECH e-Handbook 6.4.3.4: α 0.3623, γ 1.0, the first trend the mean of the first three differences.
    const values = [6.4, 5.6, 7.8, 8.8, 11.0, 11.6, 16.7, 15.3, 21.6, 22.4]
    const holt = after(values, 0.3623, 1, (8.8 - 6.4) / 3)
    const forecasts = [1, 2, 3, 4, 5].map((steps) => Number(holt.ahead(steps).toFixed(1)))
    expect(forecasts).toEqual([25.8, 28.7, 31.7, 34.6, 37.6])
  })

  test('follows a straight line exactly, whatever its weights: level + steps × slope', () => {
    const terms = fc.record({
      from: fc.integer({ min: -50, max: 50 }),
      slope: fc.integer({ min: -10, max: 10 }),
      count: fc.integer({ min: 2, max: 30 }),
      level: weight,
      trend: weight,
      steps: fc.integer({ min: 1, max: 10 }),
    })
    fc.assert(
      fc.property(terms, ({ from, slope, count, level, trend, steps }) => {
        const line = Array.from({ length: count }, (_, i) => from + slope * i)
        const expected = from + slope * (count - 1 + steps)
        expect(after(line, level, trend).ahead(steps)).toBeCloseTo(expected, 6)
      }),
    )
  })

  test('is simple exponential smoothing where the trend has no weight: Σ α (1 − α)ᵏ y', () => {
    const terms = fc.record({
      values: fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 20 }),
      level: weight,
    })
    fc.assert(
      fc.property(terms, ({ values, level }) => {
        const n = values.length
        // The first value stands for all that were before it.
        const expected = values.reduce(
          (sum, value, i) => sum + value * (1 - level) ** (n - 1 - i) * (i === 0 ? 1 : level),
          0,
        )
        expect(after(values, level, 0, 0).ahead(7)).toBeCloseTo(expected, 6)
      }),
    )
  })

  test('expects nothing before it has seen anything', () => {
    expect(new Holt(0.5, 0.5).ahead(3)).toBe(0)
  })
})

describe('the forecast of demand', () => {
  const seen = (counts: readonly (readonly number[])[]): DemandForecast => {
    const demand = new DemandForecast(0.5, 0.5)
    for (const interval of counts) {
      for (const [i, count] of interval.entries()) for (let n = 0; n < count; n++) demand.count(`c${i}`)
      demand.tick()
    }
    return demand
  }

  test('sums what each capability will be asked for: of 2, 4, 6 and of 5, 5, 5 a time come 8 + 10 and 5 + 5', () => {
    const demand = seen([
      [2, 5],
      [4, 5],
      [6, 5],
    ])
    expect(demand.expected('c0', 2)).toBeCloseTo(18)
    expect(demand.expected('c1', 2)).toBeCloseTo(10)
    expect(demand.total(2)).toBeCloseTo(28)
    // A half of the 8, and of the 8 and half of the 10.
    expect(demand.expected('c0', 0.5)).toBeCloseTo(4)
    expect(demand.expected('c0', 1.5)).toBeCloseTo(13)
    expect(demand.expected('never asked for', 2)).toBe(0)
  })

  test('of a demand that falls is never below nothing', () => {
    // 6, 4, 2: next 0, −2, −4 …
    expect(seen([[6], [4], [2]]).total(5)).toBe(0)
  })
})
