// f of 3f + 1 may lie as they like, the primary among them; f + 1 may not, and then nothing happens rather than something wrong.

import { describe, expect, test } from 'vitest'
import { ms, seconds } from '../../../src/units.ts'
import { LIES, type Lie, TestGroup } from './group-fixture.ts'

const TERMS = {
  durable: false,
  timeout: ms(100),
  retransmission: ms(40),
  clientTimeout: ms(50),
  fastTimeout: ms(10),
  checkpoint: 4,
  window: 8,
} as const

const REQUESTS = 10

function played(n: number, liars: Readonly<Record<string, Lie>>, terms: object = {}): TestGroup {
  const group = new TestGroup({ n, way: () => ms(1), terms: { ...TERMS, ...terms }, liars, clients: 2 })
  for (const client of [0, 1]) group.askInTurn(client, REQUESTS)
  group.runUntilAnswered(seconds(30))
  return group
}

function expectSound(group: TestGroup): void {
  expect(group.disagreement()).toBeUndefined()
  expect(group.divergence()).toBeUndefined()
}

describe('with f that lie', () => {
  for (const lie of LIES)
    for (const fastPath of ['none', 'safe'] as const)
      test(`${lie}, all requests are answered and all agree (fast path ${fastPath})`, () => {
        const settings: [number, Record<string, Lie>][] = [
          [4, { r0: lie }],
          [4, { r1: lie }],
          [7, { r0: lie, r1: lie }],
          [7, { r0: lie, r4: 'silent' }],
        ]
        for (const [n, liars] of settings) {
          const group = played(n, liars, { fastPath })
          expect(group.answered, JSON.stringify(liars)).toBe(2 * REQUESTS)
          expectSound(group)
        }
      })

  test('a silent primary is gone after one view change, two in a row after two', () => {
    const one = played(4, { r0: 'silent' })
    expect(one.metrics['pbft.new-views']).toBe(1)
    const two = played(7, { r0: 'silent', r1: 'silent' })
    expect(two.replicas.get('r2')!.view.number).toBe(2)
  })

  test('who speaks in the names of others is refused', () => {
    const group = played(4, { r1: 'forge' })
    expect(group.metrics['pbft.refused']).toBeGreaterThan(REQUESTS)
    // It is as if it were silent.
    expect(group.metrics['pbft.new-views'] ?? 0).toBe(0)
  })

  test('who changes what others have signed is refused', () => {
    const group = new TestGroup({
      n: 4,
      way: () => ms(1),
      terms: TERMS,
      liars: { r0: 'equivocate' },
      field: 'operation',
      seed: '3',
    })
    group.askInTurn(0, REQUESTS)
    group.runUntilAnswered(seconds(30))
    expect(group.metrics['pbft.refused']).toBeGreaterThan(0)
    expect(group.answered).toBe(REQUESTS)
    expectSound(group)
  })
})

describe('with f + 1 that are silent', () => {
  const settings: Record<string, Lie>[] = [
    { r2: 'silent', r3: 'silent' },
    { r0: 'silent', r3: 'silent' },
  ]
  for (const liars of settings)
    test(`nothing is decided: ${Object.keys(liars).join(' and ')}`, () => {
      const group = played(4, liars)
      expect(group.answered).toBe(0)
      expect(group.decisions).toEqual([])
    })
})
