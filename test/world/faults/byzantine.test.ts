// One process that breaks the protocol among three that keep to it.

import { describe, expect, test } from 'vitest'
import type { Env, Message } from '../../../src/env/index.ts'
import { ms, seconds } from '../../../src/units.ts'
import { play } from '../../../src/world/faults/plan.ts'
import { faults } from '../../../src/world/faults/registry.ts'
import { addCoordinator, makeWorld } from '../fixture.ts'

interface Vote extends Message {
  readonly kind: 'vote'
  readonly round: number
  readonly ballot: { readonly value: string }
}

/** Peers 1 to 4; the first, which is the traitor, tells all others something once every 10 ms for a second. */
function betrayal(values: Record<string, unknown>, seed = '1') {
  const world = makeWorld({ 'h.1': {}, 'h.2': {}, 'h.3': {}, 'h.4': {} }, {}, seed)
  const heard: { at: number; from: string; by: string; vote: Vote }[] = []
  const others = ['peer.2', 'peer.3', 'peer.4']
  const processes = [1, 2, 3, 4].map((i) =>
    addCoordinator(
      world,
      `h.${i}`,
      `peer.${i}`,
      (env: Env) => ({
        *start() {
          if (i !== 1) return
          for (let round = 0; round < 100; round++) {
            for (const name of others)
              env.send({ name }, { kind: 'vote', round, ballot: { value: `v${round}` } } as Vote)
            yield* env.sleep(ms(10))
          }
        },
        receive: (from, message) =>
          void heard.push({ at: env.now(), from: from.name, by: env.self.name, vote: message as Vote }),
      }),
      0,
      'peer',
    ),
  )
  const given = { share: 1, delay: { kind: 'constant', value: seconds(1) }, field: 'value', ...values }
  play(world, [{ at: 0, kind: 'byzantine', values: { process: [{ name: 'peer.1' }], ...given } }], faults)
  for (const process of processes) process.begin()
  world.simulation.run()
  if (world.failure) throw world.failure
  return { heard, others }
}

describe('a traitor', () => {
  test('that is silent is not heard of again', () => {
    const { heard } = betrayal({ how: 'silent', for: ms(495) })
    // What it sends at the very beginning is under way already; from 500 ms on it is heard again.
    expect(heard.filter(({ at }) => at > 0 && at < ms(495))).toEqual([])
    expect(heard.filter(({ at }) => at >= ms(500))).toHaveLength(50 * 3)
  })

  test('that is late is heard as much later as it is late', () => {
    const { heard } = betrayal({ how: 'late', delay: { kind: 'constant', value: seconds(2) } })
    const late = heard.filter(({ vote }) => vote.round > 0)
    expect(late).toHaveLength(99 * 3)
    for (const { at, vote } of late) expect(at).toBe(ms(10) * vote.round + seconds(2))
  })

  test('that equivocates tells the same peers the truth and the same others a lie', () => {
    const seeds = ['1', '2', '3', '4', '5', '6', '7', '8']
    const lied = seeds.map((seed) => {
      const { heard, others } = betrayal({ how: 'equivocate' }, seed)
      expect(heard).toHaveLength(300)
      return others.filter((name) => {
        const mine = heard.filter(({ by, vote }) => by === name && vote.round > 0)
        const lies = mine.filter(({ vote }) => vote.ballot.value === `v${vote.round}'`)
        expect([0, 99]).toContain(lies.length)
        return lies.length > 0
      }).length
    })
    // Half of three peers, over eight seeds: 12 of 24, give or take.
    const all = lied.reduce((a, b) => a + b, 0)
    expect(all).toBeGreaterThan(5)
    expect(all).toBeLessThan(19)
  })

  test('that forges speaks in the names of the other instances of its part', () => {
    const { heard } = betrayal({ how: 'forge', share: 0.5 })
    const names = new Set(heard.map(({ from }) => from))
    expect([...names].sort()).toEqual(['peer.1', 'peer.2', 'peer.3', 'peer.4'])
    expect(heard).toHaveLength(300)
    const honest = heard.filter(({ from }) => from === 'peer.1').length
    expect(honest).toBeGreaterThan(110)
    expect(honest).toBeLessThan(190)
  })

  test('that replays says again what it has said before', () => {
    const { heard } = betrayal({ how: 'replay', share: 1 })
    expect(heard.length).toBeGreaterThan(560)
    const original = heard.filter(({ at, vote }) => at === ms(10) * vote.round)
    expect(original.length).toBeGreaterThanOrEqual(300)
    for (const { at, vote } of heard) expect(at).toBeGreaterThanOrEqual(ms(10) * vote.round)
  })
})
