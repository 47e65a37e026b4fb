// What must be true of verdicts whatever the figures: worse never reads as better, a stricter limit never forgives, and the two sides
// are treated alike.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judge } from '../../src/gate/judge.ts'
import type { Threshold } from '../../src/gate/threshold.ts'
import type { Finding } from '../../src/gate/verdict.ts'
import type { MetricValue } from '../../src/results/result.ts'
import { baselineFrom, metricOf, resultOf, termsWith, worseBy } from './sample-gate.ts'

type Better = MetricValue['better']

function judged(a: readonly number[], b: readonly number[], threshold: Threshold, better: Better): Finding {
  const side = (samples: readonly number[]) => resultOf({ m: metricOf(samples, { better }) })
  return judge(baselineFrom(side(a)), side(b), termsWith(threshold))[0]!
}

const EXACT: Threshold = { kind: 'exact', text: 'exact', named: true }
const least = (amount: number): Threshold => ({
  kind: 'worse-by',
  share: 0,
  least: amount,
  text: `worse by ${amount}`,
  named: true,
})
/** From the mildest to the severest. */
const SEVERITY = ['pass', 'inconclusive', 'fail']
const severity = ({ verdict }: Finding): number => SEVERITY.indexOf(verdict)

/** Figures of 1 to 12 seeds, and by how much those of the other side differ by chance. */
const sides = fc.array(fc.tuple(fc.integer({ min: 500, max: 1500 }), fc.integer({ min: -60, max: 60 })), {
  minLength: 1,
  maxLength: 12,
})
const thresholds = fc.constantFrom(EXACT, worseBy(0), worseBy(0.02), worseBy(0.2), least(0), least(25))
const directions = fc.constantFrom<Better>('lower', 'higher')
const shifts = fc.integer({ min: -300, max: 300 })

describe('whatever the figures, the limit and the direction', () => {
  test('a figure that is worse by more is judged no milder', () => {
    fc.assert(
      fc.property(
        sides,
        thresholds,
        directions,
        shifts,
        fc.nat(300),
        (seeds, threshold, better, shift, more) => {
          const a = seeds.map(([figure]) => figure)
          const worse = better === 'lower' ? 1 : -1
          const shifted = (by: number) => seeds.map(([figure, noise]) => figure + noise + worse * by)
          const mild = judged(a, shifted(shift), threshold, better)
          const severe = judged(a, shifted(shift + more), threshold, better)
          expect(severity(severe)).toBeGreaterThanOrEqual(severity(mild))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a stricter limit forgives nothing', () => {
    const share = fc.integer({ min: 0, max: 300 }).map((thousandths) => thousandths / 1000)
    fc.assert(
      fc.property(sides, share, share, directions, shifts, (seeds, x, y, better, shift) => {
        const a = seeds.map(([figure]) => figure)
        const b = seeds.map(([figure, noise]) => figure + noise + shift)
        const strict = judged(a, b, worseBy(Math.min(x, y)), better)
        const lenient = judged(a, b, worseBy(Math.max(x, y)), better)
        expect(severity(strict)).toBeGreaterThanOrEqual(severity(lenient))
      }),
      { numRuns: 300 },
    )
  })

  test('with the sides swapped worse is better, better is worse, and what is neither is neither', () => {
    const swapped = { worse: 'better', better: 'worse' } as Readonly<Record<string, string>>
    fc.assert(
      fc.property(sides, fc.nat(50).map(least), directions, shifts, (seeds, threshold, better, shift) => {
        const a = seeds.map(([figure]) => figure)
        const b = seeds.map(([figure, noise]) => figure + noise + shift)
        const [there, back] = [judged(a, b, threshold, better), judged(b, a, threshold, better)]
        if (there.answer in swapped || there.answer === 'equal')
          expect(back.answer).toBe(swapped[there.answer] ?? 'equal')
        // What is within a limit for the worse may, the other way round, be in doubt.
        else expect(['within', 'untold']).toContain(back.answer)
      }),
      { numRuns: 300 },
    )
  })

  test('exactly equal figures pass, and exactly one seed that is worse fails what is exact', () => {
    fc.assert(
      fc.property(sides, directions, fc.nat(), (seeds, better, at) => {
        const a = seeds.map(([figure]) => figure)
        const worse = better === 'lower' ? 1 : -1
        const one = a.map((figure, i) => (i === at % a.length ? figure + worse * 1e-9 : figure))
        expect(judged(a, a, EXACT, better)).toMatchObject({ answer: 'equal', verdict: 'pass' })
        expect(judged(a, one, EXACT, better)).toMatchObject({ answer: 'worse', verdict: 'fail' })
        // As an improvement it fails nothing.
        expect(judged(one, a, EXACT, better)).toMatchObject({ answer: 'better', verdict: 'pass' })
      }),
    )
  })
})
