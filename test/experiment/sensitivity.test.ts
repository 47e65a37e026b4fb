// M/M/1's mean latency, W = 1 / (μ − λ), stands in for a simulation: what it hangs on is known in closed form.

import { describe, expect, test } from 'vitest'
import type { Range } from '../../src/experiment/range.ts'
import { type Effect, type Figure, screening, sizeOf } from '../../src/experiment/sensitivity.ts'

const range = (name: string, low: number, high: number, whole = false): Range => ({
  name,
  low,
  high,
  whole,
  unit: '',
})

const ARRIVALS = range('arrivals', 0.3, 0.7)
const SERVICE = range('service', 1, 1.25)
const BASE = [0.5, 1]

const latency = (arrivals: number, service: number): number => 1 / (service - arrivals)

const figure = (value: number | null, ...samples: number[]): Figure => ({
  value,
  samples: value === null ? [] : [value, ...samples],
})

/** The effects where a figure is this function of the inputs. */
function effectsOf(
  method: Parameters<typeof screening>[0],
  ranges: readonly Range[],
  points: number,
  model: (...values: number[]) => number | null,
): readonly Effect[] | null {
  const design = screening(method, ranges, points)
  return design.effects(
    design.settings.map((setting) => figure(model(...setting.map((value, i) => value ?? BASE[i]!)))),
  )
}

describe('one at a time', () => {
  test('each swing is the difference of the closed form at the ends of a range', () => {
    const [arrivals, service] = effectsOf('one-at-a-time', [ARRIVALS, SERVICE], 2, latency)!
    // 1 / 0.3 − 1 / 0.7 = 1.905; 1 / 0.5 − 1 / 0.75 = 0.667.
    expect(sizeOf(arrivals!)).toBeCloseTo(1.9048, 4)
    expect(sizeOf(service!)).toBeCloseTo(0.6667, 4)
  })

  test('over a narrow range it is the derivative, W²', () => {
    const narrow = range('arrivals', 0.499, 0.501)
    const [effect] = effectsOf('one-at-a-time', [narrow, SERVICE], 2, latency)!
    expect(sizeOf(effect!) / 0.002).toBeCloseTo(4, 3)
  })

  test('the first setting is the scenario as it is, and none is there twice', () => {
    const { settings } = screening('one-at-a-time', [range('a', 1, 2, true), range('b', 1, 9, true)], 5)
    expect(settings).toEqual([
      [null, null],
      [1, null],
      [2, null],
      [null, 1],
      [null, 3],
      [null, 5],
      [null, 7],
      [null, 9],
    ])
  })

  test('with more points a figure that turns shows between the ends', () => {
    const [effect] = effectsOf('one-at-a-time', [range('x', 0, 1)], 3, (x) => x! * (1 - x!))!
    expect(sizeOf(effect!)).toBe(0.25)
  })

  test('the interval of a swing is that of the pairs: what all seeds share does not widen it', () => {
    const design = screening('one-at-a-time', [range('x', 0, 1)], 2)
    const effect = (low: readonly number[], high: readonly number[]) => {
      const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
      const [found] = design.effects([
        figure(1),
        { value: mean(low), samples: low },
        { value: mean(high), samples: high },
      ])!
      return found as Extract<Effect, { method: 'one-at-a-time' }>
    }
    expect(effect([1, 5, 9], [3, 7, 11])).toMatchObject({ swing: 2, interval: [2, 2] })
    const [low, high] = effect([1, 5, 9], [7, 3, 11]).interval!
    expect(low).toBeLessThan(0)
    expect(high).toBeGreaterThan(2)
    expect(effect([1], [3]).interval).toBeNull()
  })

  test('where a figure is absent there is no swing', () => {
    const [effect] = effectsOf('one-at-a-time', [range('x', 0, 1)], 2, (x) => (x === 1 ? null : 1))!
    expect(effect).toMatchObject({ swing: null, interval: null })
    expect(sizeOf(effect!)).toBe(-1)
  })
})

describe('Morris', () => {
  test('a linear figure moves by its coefficient over the range, whole values included', () => {
    const ranges = [range('a', 1, 16, true), range('b', 0, 4), range('c', 1, 2, true)]
    const effects = effectsOf('morris', ranges, 8, (a, b, c) => 3 * a! - 2 * b! + 10 * c!)!
    // Coefficient times width: 45, −8, 10.
    for (const [i, expected] of [45, -8, 10].entries()) {
      const effect = effects[i] as Extract<Effect, { method: 'morris' }>
      expect(effect.direction).toBeCloseTo(expected, 9)
      expect(effect.size).toBeCloseTo(Math.abs(expected), 9)
      expect(effect.spread).toBeCloseTo(0, 9)
    }
  })

  test('of M/M/1, which bends, both have a spread, and more load is worse, more speed better', () => {
    const [arrivals, service] = effectsOf('morris', [ARRIVALS, SERVICE], 20, latency) as Extract<
      Effect,
      { method: 'morris' }
    >[]
    expect(arrivals!.direction).toBeGreaterThan(0)
    expect(service!.direction).toBeLessThan(0)
    expect(arrivals!.size).toBeGreaterThan(service!.size)
    expect(Math.min(arrivals!.spread, service!.spread)).toBeGreaterThan(0.1)
  })
})

describe('Sobol', () => {
  test('of a sum the shares are those of the variances: 9 and 4 of 13', () => {
    const effects = effectsOf('sobol', [range('a', 0, 1), range('b', 0, 2)], 8192, (a, b) => 3 * a! + b!)!
    for (const [i, share] of [9 / 13, 4 / 13].entries()) {
      const effect = effects[i] as Extract<Effect, { method: 'sobol' }>
      expect(Math.abs(effect.first - share)).toBeLessThan(0.04)
      expect(Math.abs(effect.total - share)).toBeLessThan(0.04)
    }
  })

  test('of M/M/1 they are those of the integrals', () => {
    const expected = indicesByQuadrature()
    const effects = effectsOf('sobol', [ARRIVALS, SERVICE], 4096, latency)!
    for (const [i, { first, total }] of expected.entries()) {
      const effect = effects[i] as Extract<Effect, { method: 'sobol' }>
      expect(Math.abs(effect.first - first)).toBeLessThan(0.04)
      expect(Math.abs(effect.total - total)).toBeLessThan(0.04)
      expect(effect.totalInterval.low).toBeLessThan(total)
      expect(effect.totalInterval.high).toBeGreaterThan(total)
    }
  })

  test('a figure that never changes has no shares', () => {
    expect(effectsOf('sobol', [ARRIVALS, SERVICE], 8, () => 1)).toBeNull()
  })

  test('few whole values are run once each', () => {
    const { settings } = screening('sobol', [range('a', 1, 2, true), range('b', 1, 2, true)], 64)
    expect(settings.length).toBe(1 + 4)
  })
})

/** S₁ = Var(E[W | x₁]) / Var(W), and ST₁ = 1 − S₂, by the midpoint rule. */
function indicesByQuadrature() {
  const n = 400
  const at = ({ low, high }: Range, i: number) => low + ((i + 0.5) / n) * (high - low)
  const rows = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => latency(at(ARRIVALS, i), at(SERVICE, j))),
  )
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const variance = (values: readonly number[]) =>
    mean(values.map((value) => value * value)) - mean(values) ** 2
  const whole = variance(rows.flat())
  const [a, b] = [
    variance(rows.map(mean)) / whole,
    variance(rows[0]!.map((_, j) => mean(rows.map((row) => row[j]!)))) / whole,
  ]
  return [
    { first: a, total: 1 - b },
    { first: b, total: 1 - a },
  ]
}
