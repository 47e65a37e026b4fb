// What a new view begins with. The law: what may have been committed before is put forward again, whatever f liars claim.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Group } from '../../../src/coordination/consensus/group.ts'
import { Keyring } from '../../../src/coordination/consensus/keyring.ts'
import { startOf } from '../../../src/coordination/consensus/new-view.ts'
import type { PrePrepare, ViewChange } from '../../../src/coordination/consensus/pbft-messages.ts'

const groupOf = (n: number) =>
  new Group(
    Array.from({ length: n }, (_, i) => ({ name: `r${i}` })),
    'g',
  )
const keys = new Keyring('k', 'r0')
/** Batches are told apart by what their primary chose. */
const batch = (view: number, value: number, sequence = 1): PrePrepare =>
  keys.prePrepare(view, sequence, value, [])
const prepared = (view: number, value: number, sequence = 1) => ({
  prePrepare: batch(view, value, sequence),
  votes: [],
})

const call = (name: string, words: Partial<ViewChange> = {}): ViewChange => ({
  kind: 'pbft.view-change',
  view: 9,
  stable: 0,
  proof: [],
  prepared: [],
  accepted: [],
  replica: name,
  signature: '',
  ...words,
})

const FOUR = groupOf(4)
const values = (calls: readonly ViewChange[], group = FOUR) =>
  startOf(calls, group).places.map(({ sequence, value }) => [sequence, value])

describe('a new view', () => {
  test('begins with nothing where nothing was prepared', () => {
    const start = startOf([call('r1'), call('r2'), call('r3')], FOUR)
    expect(start.places).toEqual([])
    expect(start.last).toBe(0)
  })

  test('takes of each place what was prepared in the latest view, in whatever order it is told', () => {
    const calls = [
      call('r1', { prepared: [prepared(0, 10)] }),
      call('r2', { prepared: [prepared(3, 20)] }),
      call('r3', { prepared: [prepared(1, 30)] }),
    ]
    for (const order of [calls, calls.toReversed(), [calls[1]!, calls[0]!, calls[2]!]])
      expect(values(order)).toEqual([[1, 20]])
  })

  test('lets nothing happen in the places between', () => {
    const calls = [call('r1', { prepared: [prepared(0, 10, 3)] }), call('r2'), call('r3')]
    expect(values(calls)).toEqual([
      [1, 0],
      [2, 0],
      [3, 10],
    ])
  })

  test('begins after the last stable checkpoint of any', () => {
    const calls = [
      call('r1', { prepared: [prepared(0, 10, 3), prepared(0, 11, 5)] }),
      call('r2', { stable: 4 }),
      call('r3'),
    ]
    expect(values(calls)).toEqual([[5, 11]])
    expect(startOf([call('r1'), call('r2', { stable: 4 }), call('r3')], FOUR).last).toBe(4)
  })

  test('takes what f + 1 have accepted, unless something was prepared in the same view or later', () => {
    const two = [call('r1', { accepted: [batch(2, 10)] }), call('r2', { accepted: [batch(3, 10)] })]
    expect(values([...two, call('r3')])).toEqual([[1, 10]])
    expect(values([two[0]!, call('r2'), call('r3')])).toEqual([])
    expect(values([...two, call('r3', { prepared: [prepared(1, 20)] })])).toEqual([[1, 10]])
    expect(values([...two, call('r3', { prepared: [prepared(2, 20)] })])).toEqual([[1, 20]])
  })
})

describe('whatever f claim', () => {
  const VIEW = 4
  const VALUE = 1000
  const TIMES = { numRuns: 300 }
  /** What a liar can show: it accepted anything in any view; certificates of the views before alone, for there is one batch in this. */
  const claims = fc.record({
    accepted: fc.option(fc.tuple(fc.nat(8), fc.integer({ min: 1, max: 3 })), { nil: undefined }),
    prepared: fc.option(fc.tuple(fc.nat(VIEW - 1), fc.integer({ min: 1, max: 3 })), { nil: undefined }),
  })
  const claimed = (
    name: string,
    { accepted, prepared: certificate }: typeof claims extends fc.Arbitrary<infer C> ? C : never,
  ) =>
    call(name, {
      accepted: accepted ? [batch(...accepted)] : [],
      prepared: certificate ? [prepared(...certificate)] : [],
    })

  /** A quorum of calls, f of them by liars, the rest as `sound` says; in an order that chance has. */
  const calls = (sound: (name: string, i: number) => ViewChange) =>
    fc.integer({ min: 1, max: 4 }).chain((f) => {
      const group = groupOf(3 * f + 1)
      const all = fc
        .array(claims, { minLength: f, maxLength: f })
        .map((lies) => [
          ...lies.map((lie, i) => claimed(`r${i}`, lie)),
          ...Array.from({ length: f + 1 }, (_, i) => sound(`r${f + i}`, i)),
        ])
      return all
        .chain((each) => fc.shuffledSubarray(each, { minLength: each.length }))
        .map((said) => ({ group, said }))
    })

  test('what all have answered and one has committed by the fast path is put forward again', () => {
    // Every sound one has accepted it, in that view or, since, in a later one.
    const sound = (name: string, i: number) => call(name, { accepted: [batch(VIEW + (i % 3), VALUE)] })
    fc.assert(
      fc.property(calls(sound), ({ group, said }) => {
        expect(values(said, group)).toEqual([[1, VALUE]])
      }),
      TIMES,
    )
  })

  test('what a quorum has prepared and one has committed is put forward again', () => {
    // Of any quorum one at least is sound and has the certificate; the others may have accepted something else before.
    const sound = (name: string, i: number) =>
      i === 0
        ? call(name, { prepared: [prepared(VIEW, VALUE)], accepted: [batch(VIEW, VALUE)] })
        : call(name, { accepted: [batch(i % VIEW, 1 + (i % 3))] })
    fc.assert(
      fc.property(calls(sound), ({ group, said }) => {
        expect(values(said, group)).toEqual([[1, VALUE]])
      }),
      TIMES,
    )
  })
})
