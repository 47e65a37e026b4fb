// Push-pull gossip spreads a rumour to n in about log2 n + ln n rounds of pushing alone (Pittel 1987), and faster with pulling.

import { expect, test } from 'vitest'
import { Gossip } from '../../../src/coordination/topology/gossip.ts'
import { ms } from '../../../src/units.ts'
import { addCoordinator, makeWorld } from '../../world/fixture.ts'
import { messagesOf } from './swarm.ts'

function gossips(count: number, seed: string) {
  const names = Array.from({ length: count }, (_, i) => `agent.${i}`)
  const world = makeWorld(Object.fromEntries(names.map((name) => [name, {}])), {}, seed)
  const peers = names.map((name) => ({ name }))
  const gossips: Gossip[] = []
  names.forEach((name, i) => {
    addCoordinator(world, name, name, (env) => {
      const gossip = new Gossip(env, { peers, interval: ms(100), load: () => i + 1, dead: () => false })
      gossips.push(gossip)
      return { receive: (from, message) => void gossip.receive(from, message) }
    }).begin()
  })
  return { world, names, gossips }
}

test('after log2 n + ln n rounds nearly everyone knows of nearly everyone, whatever the seed', () => {
  for (const count of [8, 64]) {
    const rounds = Math.ceil(Math.log2(count) + Math.log(count))
    for (let seed = 0; seed < 5; seed++) {
      const { world, names, gossips: all } = gossips(count, String(seed))
      world.simulation.run({ until: ms(100) * rounds + 1 })
      const known = all.reduce(
        (sum, gossip) => sum + names.filter((name, i) => gossip.loadOf(name) === i + 1).length,
        0,
      )
      expect(known / (count * count)).toBeGreaterThan(0.97)
    }
  }
})

test('each round has two messages an agent', () => {
  const { world } = gossips(16, '1')
  const messages = messagesOf(world)
  world.simulation.run({ until: ms(1050) })
  expect(messages()).toBe(2 * 16 * 10)
})
