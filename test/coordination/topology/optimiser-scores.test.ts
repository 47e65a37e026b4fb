import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  advantage,
  checkWeights,
  type Figures,
  scoresOf,
  type Weights,
  weightsParameter,
} from '../../../src/coordination/topology/optimiser-scores.ts'
import { ms } from '../../../src/units.ts'

const WEIGHTS: Weights = { latency: 0.4, throughput: 0.3, success: 0.2, utilisation: 0.1 }

const figures = (latency: number, throughput: number, success: number, utilisation: number): Figures => ({
  latency,
  throughput,
  success,
  utilisation,
})

const anyFigures: fc.Arbitrary<Figures> = fc.record({
  latency: fc.oneof(fc.integer({ min: 1, max: ms(100_000) }), fc.constant(Infinity)),
  throughput: fc.double({ min: 0, max: 1000, noNaN: true }),
  success: fc.double({ min: 0, max: 1, noNaN: true }),
  utilisation: fc.double({ min: 0, max: 1, noNaN: true }),
})
const anyWeights: fc.Arbitrary<Weights> = fc
  .array(fc.integer({ min: 1, max: 100 }), { minLength: 4, maxLength: 4 })
  .map((parts) => {
    const sum = parts.reduce((a, b) => a + b)
    const [latency, throughput, success, utilisation] = parts.map((part) => part / sum)
    return { latency: latency!, throughput: throughput!, success: success!, utilisation: utilisation! }
  })
const several = fc.array(anyFigures, { minLength: 1, maxLength: 5 })

describe('scores', () => {
  test('are, for an example worked out by hand, those of the hand', () => {
    const candidates = [
      figures(ms(200), 10, 0.9, 0.5),
      figures(ms(100), 5, 1, 0.25),
      figures(ms(400), 8, 0.8, 0.4),
    ]
    // The best are 100 ms, 10/s, 1 and 0.5.
    const expected = [
      0.4 * (100 / 200) + 0.3 * (10 / 10) + 0.2 * (0.9 / 1) + 0.1 * (0.5 / 0.5), // 0.2 + 0.3 + 0.18 + 0.1 = 0.78
      0.4 * (100 / 100) + 0.3 * (5 / 10) + 0.2 * (1 / 1) + 0.1 * (0.25 / 0.5), // 0.4 + 0.15 + 0.2 + 0.05 = 0.8
      0.4 * (100 / 400) + 0.3 * (8 / 10) + 0.2 * (0.8 / 1) + 0.1 * (0.4 / 0.5), // 0.1 + 0.24 + 0.16 + 0.08 = 0.58
    ]
    expect(expected.map((score) => score.toFixed(6))).toEqual(['0.780000', '0.800000', '0.580000'])
    expect(scoresOf(candidates, WEIGHTS)).toEqual(expected)
  })

  test('say 20 % better of what is 1.2 times as good in the one figure that counts', () => {
    const alone: Weights = { latency: 1, throughput: 0, success: 0, utilisation: 0 }
    const [fast, slow] = scoresOf([figures(ms(100), 1, 1, 1), figures(ms(120), 9, 1, 1)], alone)
    expect(advantage(fast!, slow!)).toBeCloseTo(0.2, 12)
  })

  test('lie between 0 and 1, and are 1 for what is best in everything', () => {
    fc.assert(
      fc.property(several, anyWeights, (candidates, weights) => {
        const best = figures(
          Math.min(...candidates.map(({ latency }) => latency)),
          Math.max(...candidates.map(({ throughput }) => throughput)),
          Math.max(...candidates.map(({ success }) => success)),
          Math.max(...candidates.map(({ utilisation }) => utilisation)),
        )
        const scores = scoresOf([...candidates, best], weights)
        expect(scores.at(-1)).toBeCloseTo(1, 12)
        for (const score of scores) {
          expect(score).toBeGreaterThanOrEqual(0)
          expect(score).toBeLessThanOrEqual(1 + 1e-12)
        }
      }),
    )
  })

  test('do not depend on the units, nor on the order of the candidates', () => {
    fc.assert(
      fc.property(several, anyWeights, fc.integer({ min: 2, max: 1000 }), (candidates, weights, factor) => {
        const scaled = candidates.map(({ latency, throughput, success, utilisation }) =>
          figures(latency * factor, throughput * factor, success, utilisation),
        )
        const scores = scoresOf(candidates, weights)
        for (const [i, score] of scoresOf(scaled, weights).entries()) expect(score).toBeCloseTo(scores[i]!, 9)
        expect(scoresOf(candidates.toReversed(), weights)).toEqual(scores.toReversed())
      }),
    )
  })

  test('of a topology without a single result count nothing for its latency and throughput', () => {
    const [dead] = scoresOf([figures(Infinity, 0, 0, 0.3), figures(ms(1), 1, 1, 0.3)], WEIGHTS)
    expect(dead).toBeCloseTo(0.1, 12)
  })

  test('are 1 all round where nobody has any result', () => {
    const dead = figures(Infinity, 0, 0, 0)
    expect(scoresOf([dead, dead], WEIGHTS).map((score) => score.toFixed(12))).toEqual([
      '1.000000000000',
      '1.000000000000',
    ])
  })
})

describe('weights', () => {
  test('that do not sum to 1 are refused', () => {
    expect(() => checkWeights({ ...WEIGHTS, latency: 0.5 })).toThrow(/sum to 1\.1.*; expected .* 1$/)
  })

  test('as given by default sum to 1', () => {
    expect(() => checkWeights(weightsParameter.default!)).not.toThrow()
  })
})
