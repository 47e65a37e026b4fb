// A new view is believed for what it shows, not for who opens it; and nothing is put forward below what it begins with.

import { describe, expect, test } from 'vitest'
import { Keyring } from '../../../src/coordination/consensus/keyring.ts'
import type {
  Checkpoint,
  NewView,
  PbftMessage,
  PrePrepare,
  ViewChange,
  Vote,
} from '../../../src/coordination/consensus/pbft-messages.ts'
import { ms } from '../../../src/units.ts'
import { TestGroup } from './group-fixture.ts'

const ring = (name: string) => new Keyring('pbft', name)
const batch = (by: string, view: number, sequence: number) =>
  ring(by).prePrepare(view, sequence, 7, [ring('c').request('c#0', sequence, 'x')])

const vote = (by: string, { view, sequence, digest }: PrePrepare) =>
  ring(by).sign<Vote>({ kind: 'pbft.prepare', view, sequence, digest })

const checkpoint = (by: string) =>
  ring(by).sign<Checkpoint>({ kind: 'pbft.checkpoint', sequence: 2, digest: 'state' })

/** r2 shows that a batch was prepared in place 3; all know that the state after place 2 is stable. */
function calls(): ViewChange[] {
  const prePrepare = batch('r0', 0, 3)
  const prepared = [{ prePrepare, votes: [vote('r1', prePrepare), vote('r2', prePrepare)] }]
  return ['r0', 'r1', 'r2'].map((by) =>
    ring(by).sign<ViewChange>({
      kind: 'pbft.view-change',
      view: 1,
      stable: 2,
      proof: ['r0', 'r1', 'r2'].map(checkpoint),
      prepared: by === 'r2' ? prepared : [],
      accepted: [],
    }),
  )
}

const opened = (by: string, viewChanges: readonly ViewChange[], prePrepares: readonly PrePrepare[]) =>
  ring(by).sign<NewView>({ kind: 'pbft.new-view', view: 1, viewChanges, prePrepares })

/** What r3, which knows of nothing, says to these messages of r1. */
function heard(...messages: PbftMessage[]): { said: PbftMessage[]; view: number } {
  const said: PbftMessage[] = []
  const group = new TestGroup({
    n: 4,
    way: () => undefined,
    terms: { durable: false, checkpoint: 2, window: 8 },
    listener: {
      says: (_at, from, to, message) =>
        void (from === 'r3' && to === 'r1' && said.push(message as PbftMessage)),
    },
  })
  const replica = group.replicas.get('r3')!
  for (const message of messages) replica.receive({ name: 'r1' }, message)
  group.run(ms(1))
  return { said, view: replica.view.number }
}

const again = () => ring('r1').prePrepare(1, 3, 7, batch('r0', 0, 3).requests)

describe('a new view', () => {
  test('is entered where it begins with what was prepared, and that is answered', () => {
    const { said, view } = heard(opened('r1', calls(), [again()]))
    expect(view).toBe(1)
    expect(said.map(({ kind }) => kind)).toEqual(['pbft.prepare'])
    expect(said[0]).toMatchObject({ view: 1, sequence: 3, digest: again().digest })
  })

  test('is not entered where it leaves out what was prepared, or puts something else there', () => {
    for (const prePrepares of [
      [],
      [ring('r1').prePrepare(1, 3, 8, again().requests)],
      [again(), batch('r1', 1, 4)],
    ])
      expect(heard(opened('r1', calls(), prePrepares)).view).toBe(0)
  })

  test('is not entered by the word of fewer than a quorum, of one twice, or of who is not its primary', () => {
    const [a, b, c] = calls() as [ViewChange, ViewChange, ViewChange]
    expect(heard(opened('r1', [a, c], [again()])).view).toBe(0)
    expect(heard(opened('r1', [a, c, c], [again()])).view).toBe(0)
    expect(heard(opened('r2', [a, b, c], [ring('r2').prePrepare(1, 3, 7, again().requests)])).view).toBe(0)
    expect(heard(opened('r1', [a, { ...b, stable: 0, proof: [] }, c], [again()])).view).toBe(0)
  })

  test('goes on above the checkpoint that it begins with: what its primary puts below is not answered', () => {
    const below = batch('r1', 1, 1)
    const above = batch('r1', 1, 4)
    const { said } = heard(opened('r1', calls(), [again()]), below, above)
    expect(said.map((each) => (each as Vote).sequence)).toEqual([3, 4])
  })
})
