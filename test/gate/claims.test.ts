// Claims that are settled otherwise than when the baseline was accepted.

import { describe, expect, test } from 'vitest'
import { judgeClaims, verdictsOf } from '../../src/gate/claims.ts'
import type { Claim, Verdict } from '../../src/results/result.ts'

const claim = (id: string, verdict: Verdict): Claim => ({
  id,
  text: 'it is faster',
  verdict,
  found: '12 % faster',
  conditions: '',
})
const place = (index: number) => (index < 0 ? null : { file: 'fleet.yaml', line: index + 1, column: 1 })
const judged = (then: Record<string, Verdict> | undefined, ...now: Claim[]) => judgeClaims(then, now, place)

describe('a claim', () => {
  test('that is settled as it was is nothing to tell', () => {
    expect(
      judged({ a: 'refuted', b: 'out of reach' }, claim('a', 'refuted'), claim('b', 'out of reach')),
    ).toEqual([])
  })

  test.each([
    ['reproduced', 'refuted', 'fail'],
    ['refuted', 'reproduced', 'fail'],
    ['reproduced', 'out of reach', 'inconclusive'],
    ['refuted', 'out of reach', 'inconclusive'],
    ['out of reach', 'reproduced', 'pass'],
    ['out of reach', 'refuted', 'pass'],
  ] as const)('that was %s and is %s: %s', (then, now, verdict) => {
    expect(judged({ a: then }, claim('a', now))).toEqual([
      {
        id: 'a',
        text: 'it is faster',
        baseline: then,
        now,
        verdict,
        found: '12 % faster',
        place: { file: 'fleet.yaml', line: 1, column: 1 },
      },
    ])
  })

  test('that nobody settles any more cannot be told; a new one is shown', () => {
    expect(judged({ a: 'reproduced' })).toMatchObject([{ now: null, verdict: 'inconclusive', place: null }])
    expect(judged({}, claim('a', 'refuted'))).toMatchObject([{ baseline: null, verdict: 'pass' }])
  })

  test('of a baseline of before, which says nothing of claims, is not held to anything', () => {
    expect(judged(undefined, claim('a', 'refuted'))).toEqual([])
  })

  test('shares its id with others of the scenario, and is told from them', () => {
    const now = [claim('a', 'refuted'), claim('b', 'refuted'), claim('a', 'reproduced')]
    expect(verdictsOf(now)).toEqual({ a: 'refuted', b: 'refuted', 'a (2)': 'reproduced' })
    expect(judged({ ...verdictsOf(now), 'a (2)': 'refuted' }, ...now)).toMatchObject([
      { id: 'a (2)', baseline: 'refuted', now: 'reproduced', place: { line: 3 } },
    ])
  })
})
