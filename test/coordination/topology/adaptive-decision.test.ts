import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DecisionTerms, SwitchDecision } from '../../../src/coordination/topology/adaptive-decision.ts'
import type { Ranked } from '../../../src/coordination/topology/optimiser.ts'
import { ms, seconds } from '../../../src/units.ts'

const TERMS: DecisionTerms = { threshold: 0.2, dwell: seconds(10), confirmations: 2 }
const NO_FIGURES = { latency: 1, throughput: 1, success: 1, utilisation: 1 }

const ranked = (scores: Readonly<Record<string, number>>): Ranked[] =>
  Object.entries(scores)
    .map(([topology, score]) => ({ topology, score, figures: NO_FIGURES }))
    .sort((a, b) => b.score - a.score)

interface Switch {
  readonly at: number
  readonly from: string
  readonly to: string
}

/** Evaluates once a second and follows every decision. */
function switches(terms: DecisionTerms, course: readonly Readonly<Record<string, number>>[]): Switch[] {
  const decision = new SwitchDecision<string>(terms, 0)
  const found: Switch[] = []
  let running = 'hierarchical'
  course.forEach((scores, i) => {
    const at = seconds(i + 1)
    const to = decision.decide(at, running, ranked(scores))
    if (to === undefined) return
    found.push({ at, from: running, to })
    running = to
    decision.began(at)
  })
  return found
}

const score = fc.double({ min: 0.01, max: 1, noNaN: true })
const course = fc.array(fc.record({ hierarchical: score, mesh: score, ring: score }), { maxLength: 120 })
const anyTerms: fc.Arbitrary<DecisionTerms> = fc.record({
  threshold: fc.double({ min: 0.01, max: 1, noNaN: true }),
  dwell: fc.integer({ min: 0, max: seconds(30) }),
  confirmations: fc.integer({ min: 1, max: 4 }),
})

describe('the decision to switch', () => {
  test('is taken at exactly the threshold and not below it', () => {
    const steady = (mesh: number) =>
      Array.from({ length: 30 }, () => ({ hierarchical: 0.5, mesh, ring: 0.1 }))
    expect(switches(TERMS, steady(0.599))).toEqual([])
    expect(switches(TERMS, steady(0.6))).toEqual([{ at: seconds(10), from: 'hierarchical', to: 'mesh' }])
  })

  test('waits for the same other one to be better in a row', () => {
    const better = { hierarchical: 0.5, mesh: 0.8, ring: 0.1 }
    const other = { hierarchical: 0.5, mesh: 0.1, ring: 0.8 }
    const equal = { hierarchical: 0.5, mesh: 0.5, ring: 0.1 }
    const atOnce = { ...TERMS, dwell: 0 }
    expect(switches(atOnce, [better, equal, better, other, better, equal])).toEqual([])
    expect(switches(atOnce, [better, better])).toEqual([{ at: seconds(2), from: 'hierarchical', to: 'mesh' }])
  })

  test('is never taken below the threshold, whatever the scores do', () => {
    fc.assert(
      fc.property(anyTerms, course, (terms, scores) => {
        for (const { at, from, to } of switches(terms, scores)) {
          const then = scores[at / seconds(1) - 1]! as Readonly<Record<string, number>>
          expect(then[to]! / then[from]! - 1).toBeGreaterThanOrEqual(terms.threshold - 2e-9)
        }
      }),
    )
  })

  test('never comes sooner than the dwell time after the one before it, whatever the scores do', () => {
    fc.assert(
      fc.property(anyTerms, course, (terms, scores) => {
        const times = [0, ...switches(terms, scores).map(({ at }) => at)]
        for (let i = 1; i < times.length; i++)
          expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(terms.dwell)
        // So there are at most as many as dwell times fit into the course.
        if (terms.dwell > 0)
          expect(times.length - 1).toBeLessThanOrEqual(Math.floor(seconds(scores.length) / terms.dwell))
      }),
    )
  })

  test('does not flap when the advantage oscillates about the threshold: there is one switch and no way back', () => {
    // Between 10 % and 30 % better, changing every other second; the way back would need the other to be 20 % better in its turn.
    const scores = Array.from({ length: 600 }, (_, i) => ({
      hierarchical: 0.5,
      mesh: i % 4 < 2 ? 0.55 : 0.65,
      ring: 0.1,
    }))
    expect(switches(TERMS, scores)).toHaveLength(1)
  })

  test('follows a workload that turns round every half minute, at most once a turn', () => {
    const scores = Array.from({ length: 600 }, (_, i) =>
      Math.floor(i / 30) % 2 === 0
        ? { hierarchical: 0.5, mesh: 0.9, ring: 0.1 }
        : { hierarchical: 0.9, mesh: 0.5, ring: 0.1 },
    )
    expect(switches(TERMS, scores)).toHaveLength(20)
  })

  test('with no time to dwell and no dead band would flap: the bound is the terms’ doing', () => {
    const scores = Array.from({ length: 100 }, (_, i) => ({
      hierarchical: 0.5,
      mesh: i % 2 === 0 ? 0.55 : 0.45,
      ring: 0.1,
    }))
    expect(switches({ threshold: 0, dwell: 0, confirmations: 1 }, scores)).toHaveLength(100)
    expect(switches({ threshold: 0, dwell: ms(9_500), confirmations: 1 }, scores).length).toBeLessThanOrEqual(
      10,
    )
  })
})
