// A liar signs its own lies, and nobody else's.

import { describe, expect, test } from 'vitest'
import { Group } from '../../../src/coordination/consensus/group.ts'
import { Keyring } from '../../../src/coordination/consensus/keyring.ts'
import type { PrePrepare, ViewChange } from '../../../src/coordination/consensus/pbft-messages.ts'
import { fullTerms } from '../../../src/coordination/consensus/pbft-terms.ts'
import { Proofs } from '../../../src/coordination/consensus/proofs.ts'
import { changed } from '../../../src/world/faults/lie.ts'

const members = ['r0', 'r1', 'r2', 'r3'].map((name) => ({ name }))
const ring = (name: string) => new Keyring('k', name)
const request = () => ring('c').request('c#0', 1, { value: 7 })

describe('a pre-prepare in which its primary tells otherwise', () => {
  const truth = ring('r0').prePrepare(0, 1, 5, [request()])
  const lie = changed(truth, 'value') as PrePrepare

  test('is another batch, of the same requests, and as genuine as the truth', () => {
    expect(lie.value).toBe(6)
    expect(lie.digest).not.toBe(truth.digest)
    expect(lie.requests).toEqual(truth.requests)
    for (const said of [truth, lie]) expect(ring('r1').isGenuine(said)).toBe(true)
  })

  test('cannot be told again otherwise by another', () => {
    const told = { kind: 'relayed', said: truth }
    const { said } = changed(told as never, 'value') as unknown as typeof told
    expect(said.value).toBe(6)
    expect(ring('r1').isGenuine(said)).toBe(false)
  })

  test('is not genuine with a digest that is not its own', () => {
    expect(ring('r1').isGenuine(changed(truth, 'digest') as PrePrepare)).toBe(false)
  })
})

test('a request that its client did not make so is not genuine, nor is a batch of it', () => {
  const forged = { ...request(), operation: { value: 8 } }
  expect(ring('r1').isGenuine(request())).toBe(true)
  expect(ring('r1').isGenuine(forged)).toBe(false)
  expect(ring('r1').isGenuine(ring('r0').prePrepare(0, 1, 5, [forged]))).toBe(false)
})

test('a key makes other signatures than another, and a name than another', () => {
  const said = ring('r0').prePrepare(0, 1, 5, [])
  expect(new Keyring('other', 'r1').isGenuine(said)).toBe(false)
  expect(ring('r1').isGenuine({ ...said, replica: 'r2' })).toBe(false)
})

describe('a view change', () => {
  const group = new Group(members, 'g')
  const proofs = () => new Proofs(group, ring('r3'), fullTerms({ members }))
  const prePrepare = ring('r0').prePrepare(0, 1, 5, [request()])
  const vote = (name: string, digest = prePrepare.digest) =>
    ring(name).sign({ kind: 'pbft.prepare', view: 0, sequence: 1, digest } as never) as never
  const call = (votes: readonly unknown[], said = prePrepare): ViewChange =>
    ring('r1').sign<ViewChange>({
      kind: 'pbft.view-change',
      view: 1,
      stable: 0,
      proof: [],
      prepared: [{ prePrepare: said, votes: votes as never }],
      accepted: [],
    })

  test('is believed with a certificate of 2f votes, and with fewer, doubled, others’ or the primary’s votes not', () => {
    expect(proofs().isViewChange(call([vote('r1'), vote('r2')]))).toBe(true)
    expect(proofs().isViewChange(call([vote('r1')]))).toBe(false)
    expect(proofs().isViewChange(call([vote('r1'), vote('r1')]))).toBe(false)
    expect(proofs().isViewChange(call([vote('r1'), vote('r2', 'other')]))).toBe(false)
    expect(proofs().isViewChange(call([vote('r1'), vote('r0')]))).toBe(false)
    expect(proofs().isViewChange(call([vote('r1'), vote('stranger')]))).toBe(false)
  })

  test('is not believed of a batch that its primary did not put forward', () => {
    const others = ring('r2').prePrepare(0, 1, 5, [request()])
    expect(others.digest).toBe(prePrepare.digest)
    expect(proofs().isViewChange(call([vote('r1'), vote('r2')], others))).toBe(false)
  })

  test('is not believed of a checkpoint without a proof', () => {
    const claim = { ...call([]), prepared: [], stable: 4 }
    expect(proofs().isViewChange(ring('r1').sign<ViewChange>(claim))).toBe(false)
  })
})
