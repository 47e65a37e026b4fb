// The normal case counted: messages and delays of a request, as the paper's figure 1 has them (Castro and Liskov, OSDI 1999).

import { describe, expect, test } from 'vitest'
import { ms, seconds } from '../../../src/units.ts'
import { TestGroup } from './group-fixture.ts'

const constant = () => ms(1)
const QUIET = { durable: false, timeout: seconds(10), retransmission: seconds(5), clientTimeout: seconds(10) }

describe('a request in the normal case', () => {
  for (const f of [0, 1, 2, 3, 4, 5, 10]) {
    const n = 3 * f + 1
    test(`takes 2n² − n + 1 messages and five delays with n = ${n}`, () => {
      const group = new TestGroup({ n, way: constant, terms: QUIET })
      let at = -1
      group.ask(0, 'x', () => {
        at = group.simulation.now
      })
      group.run(seconds(1))
      // Request, pre-prepare to n − 1, prepare from n − 1 to n − 1, commit from n to n − 1, replies of n.
      const sum = 1 + (n - 1) + (n - 1) * (n - 1) + n * (n - 1) + n
      expect(sum).toBe(2 * n * n - n + 1)
      expect(group.metrics['pbft.messages']).toBe(sum)
      // A group of one has nobody to ask.
      expect(at).toBe(ms(n === 1 ? 2 : 5))
      expect(group.decisions).toHaveLength(n)
      expect(group.disagreement()).toBeUndefined()
    })
  }
})

describe('batches', () => {
  test('are made of what comes while others are under way', () => {
    const group = new TestGroup({ n: 4, way: constant, terms: { ...QUIET, pipeline: 1 }, clients: 20 })
    for (let client = 0; client < 20; client++) group.ask(client, `x${client}`)
    group.run(seconds(1))
    expect(group.answered).toBe(20)
    // The first goes alone, the other 19 while it is under way.
    expect(group.metrics['pbft.executed']).toBe(2 * 4)
    expect(group.metrics['pbft.batch.max']).toBe(19)
    // One batch costs its messages once, and each request its own and its replies.
    const [n, requests, batches] = [4, 20, 2]
    const agreed = n - 1 + (n - 1) * (n - 1) + n * (n - 1)
    expect(group.metrics['pbft.messages']).toBe(requests * (1 + n) + batches * agreed)
  })

  test('are as many at once as the pipeline says, and take the time of so many in turn', () => {
    const time = (pipeline: number): number => {
      const group = new TestGroup({
        n: 4,
        way: constant,
        terms: { ...QUIET, pipeline, batch: 1 },
        clients: 12,
      })
      for (let client = 0; client < 12; client++) group.ask(client, client)
      group.runUntilAnswered(seconds(1))
      return group.simulation.now
    }
    // Twelve batches, each three delays under way, after the request's and before the reply's.
    expect(time(12)).toBe(ms(5))
    expect(time(4)).toBe(ms(2 + 3 * 3))
    expect(time(1)).toBe(ms(2 + 12 * 3))
  })

  test('never go beyond the window after the last stable checkpoint', () => {
    const terms = { ...QUIET, batch: 1, pipeline: 1000, checkpoint: 4, window: 8 }
    const group = new TestGroup({ n: 4, way: constant, terms, clients: 50 })
    for (let client = 0; client < 50; client++) group.ask(client, client)
    let most = 0
    while (group.answered < 50 && group.simulation.step())
      for (const replica of group.replicas.values()) most = Math.max(most, replica.logged)
    expect(most).toBe(8)
    expect(group.divergence()).toBeUndefined()
  })
})

describe('checkpoints', () => {
  test('keep the log short however long the run', () => {
    const group = new TestGroup({ n: 4, way: constant, terms: { ...QUIET, checkpoint: 8, window: 16 } })
    group.askInTurn(0, 1000)
    group.runUntilAnswered(seconds(100))
    expect(group.answered).toBe(1000)
    expect(group.metrics['pbft.log.max']).toBeLessThanOrEqual(16)
    for (const replica of group.replicas.values()) expect(replica.logged).toBeLessThanOrEqual(16)
    // n (n − 1) messages each.
    expect(group.metrics['pbft.messages']).toBe(1000 * 29 + (1000 / 8) * 12)
  })

  test('bring a replica up that was cut off for longer than the log reaches', () => {
    let cut = true
    const way = (from: string, to: string) => (cut && (from === 'r3' || to === 'r3') ? undefined : ms(1))
    const terms = { ...QUIET, retransmission: ms(20), checkpoint: 4, window: 8 }
    const group = new TestGroup({ n: 4, way, terms })
    group.askInTurn(0, 41)
    group.runUntilAnswered(seconds(10))
    expect(group.replicas.get('r3')!.executed).toBe(0)
    cut = false
    group.ask(0, 'after')
    group.run(group.simulation.now + ms(200))
    expect(group.metrics['pbft.transfers']).toBe(1)
    expect(group.replicas.get('r3')!.executed).toBe(42)
    expect(group.journals.get('r3')!.entries).toEqual(group.journals.get('r0')!.entries)
    expect(group.metrics['pbft.view-changes'] ?? 0).toBe(0)
  })
})

describe('a client', () => {
  test('whose replies are lost gets them again, and its request is executed once', () => {
    let lost = 0
    const way = (_from: string, to: string) => (to === 'c0' && lost++ < 7 ? undefined : ms(1))
    const group = new TestGroup({ n: 4, way, terms: { ...QUIET, clientTimeout: ms(20) } })
    let result: unknown
    group.ask(0, 'x', (value) => {
      result = value
    })
    group.run(seconds(1))
    expect(result).toBe(1)
    for (const journal of group.journals.values()) expect(journal.entries).toEqual(['x'])
    expect(group.metrics['pbft.multicasts']).toBe(2)
  })

  test('beside a replica puts operations forward through it, and has several under way', () => {
    const group = new TestGroup({ n: 4, way: constant, terms: QUIET })
    const results: unknown[] = []
    for (const name of ['r0', 'r1', 'r1']) group.submit(name, `by ${name}`, (value) => results.push(value))
    group.run(seconds(1))
    expect(results).toHaveLength(3)
    expect(new Set(results).size).toBe(3)
  })
})

describe('replicas that crash', () => {
  const terms = {
    ...QUIET,
    durable: true,
    retransmission: ms(20),
    timeout: ms(50),
    clientTimeout: ms(50),
    checkpoint: 4,
    window: 8,
  }

  test('come back with what they had said, and catch up with what they have missed', () => {
    const group = new TestGroup({ n: 4, way: constant, terms })
    group.askInTurn(0, 30)
    group.run(ms(40))
    group.crash('r2')
    group.run(ms(90))
    const before = group.replicas.get('r0')!.executed
    group.restart('r2')
    group.runUntilAnswered(seconds(10))
    group.run(group.simulation.now + ms(100))
    expect(before).toBeGreaterThan(8)
    expect(group.replicas.get('r2')!.executed).toBe(30)
    expect(group.divergence()).toBeUndefined()
    expect(group.disagreement()).toBeUndefined()
  })

  test('all at once lose nothing that was answered', () => {
    const group = new TestGroup({ n: 4, way: constant, terms })
    group.askInTurn(0, 30)
    group.run(ms(62))
    const answered = group.answered
    const journal = [...group.journals.get('r1')!.entries]
    for (const name of group.names) group.crash(name)
    for (const name of group.names) group.restart(name)
    group.runUntilAnswered(seconds(10))
    expect(answered).toBeGreaterThan(5)
    expect(group.answered).toBe(30)
    expect(group.divergence()).toBeUndefined()
    for (const each of group.journals.values())
      expect(each.entries.slice(0, answered)).toEqual(journal.slice(0, answered))
  })

  test('speak no sooner than what they say is on disk', () => {
    const group = new TestGroup({
      n: 4,
      way: constant,
      terms: { ...terms, timeout: seconds(10), retransmission: seconds(5) },
      sync: ms(3),
    })
    let at = 0
    group.ask(0, 'x', () => {
      at = group.simulation.now
    })
    group.run(seconds(1))
    // Five delays, and the disk before each of pre-prepare, prepare and commit.
    expect(at).toBe(ms(5 + 3 * 3))
  })
})
