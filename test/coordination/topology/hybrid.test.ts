import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { groupsOf } from '../../../src/coordination/topology/hybrid.ts'
import { ms, seconds } from '../../../src/units.ts'
import { play } from '../../../src/world/faults/plan.ts'
import { draw } from '../../../src/world/faults/profile.ts'
import { faults } from '../../../src/world/faults/registry.ts'
import { chaos } from './chaos.ts'
import { makeSwarm, settle, wrongs } from './swarm.ts'

const HOST = { diskLatency: 0, diskSync: { kind: 'constant', value: 0 } } as const

describe('groups', () => {
  test('have the size asked for or more, differ by one at most, and have everyone once', () => {
    const shape = fc.record({
      agents: fc.integer({ min: 1, max: 300 }),
      size: fc.integer({ min: 1, max: 40 }),
    })
    fc.assert(
      fc.property(shape, ({ agents, size }) => {
        const members = Array.from({ length: agents }, (_, i) => ({ name: `a${i}` }))
        const groups = groupsOf(members, size)
        expect(groups.flat()).toEqual(members)
        const sizes = groups.map(({ length }) => length)
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(Math.min(size, agents))
        // Those that are too few for a group of their own are spread over the others.
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('without faults', () => {
  test('a task needs a decision in each group that it uses, two messages for each other group, and results', () => {
    for (const [groups, size, used] of [
      [1, 4, 1],
      [3, 4, 1],
      [3, 4, 2],
      [5, 4, 5],
      [3, 7, 3],
    ] as const) {
      const parts = used * size
      const swarm = makeSwarm({
        agents: groups * size,
        parts,
        topology: 'hybrid',
        host: HOST,
        agent: { groupSize: size },
      })
      swarm.ask(0, ms(100) * parts)
      swarm.run(ms(400))
      expect(swarm.answers.map(({ ok }) => ok)).toEqual([true])
      const decision = size - 1 + (size - 1) * (size - 1) + size * (size - 1) + (size - 1)
      expect(swarm.count('swarm.messages')).toBe(used * (decision + size - 1) + 2 * (used - 1))
    }
  })

  test('each level of groups is a link further away', () => {
    for (const depth of [1, 2, 3]) {
      const agent = { groupSize: 4, fanOut: 1, depth }
      const swarm = makeSwarm({
        agents: 4 * (depth + 1),
        parts: 4 * (depth + 1),
        topology: 'hybrid',
        agent,
        host: HOST,
      })
      swarm.ask(0, ms(400) * (depth + 1))
      swarm.run(seconds(1))
      const written = swarm.answers[0]!.at - (2 * ms(1) + 2 * depth * ms(1) + 4 * ms(1) + ms(100))
      expect(written).toBeGreaterThanOrEqual(0)
      expect(written).toBeLessThan(20_000)
    }
  })
})

describe('when an agent dies', () => {
  test('who speaks for a group, another does; and its parts are done by the others', () => {
    const swarm = makeSwarm({ agents: 8, parts: 8, topology: 'hybrid' })
    swarm.ask(0, seconds(4))
    // The first of the second group.
    swarm.world.simulation.schedule(ms(150), { id: 1, fire: () => swarm.agents[4]!.kill() }, 0)
    settle(swarm, 1, seconds(10))
    expect(swarm.answers.map(({ ok }) => ok)).toEqual([true])
    expect(swarm.count('swarm.computed')).toBe(8)
    expect(wrongs(swarm, 1)).toEqual([])
  })

  test('who took a task, another goes on with it', () => {
    const swarm = makeSwarm({ agents: 8, parts: 8, topology: 'hybrid' })
    swarm.ask(0, seconds(4))
    swarm.world.simulation.schedule(ms(150), { id: 1, fire: () => swarm.agents[0]!.kill() }, 0)
    settle(swarm, 1, seconds(10))
    expect(swarm.answers.map(({ ok }) => ok)).toEqual([true])
    expect(swarm.count('swarm.computed')).toBe(8)
    expect(swarm.count('swarm.transferred')).toBeGreaterThanOrEqual(7)
  })
})

describe('whatever happens', () => {
  test('no part is lost, none is counted twice, and in the end every task is answered again', () => {
    for (let seed = 0; seed < 12; seed++) {
      const swarm = makeSwarm({
        agents: 8 + (seed % 3) * 2,
        parts: 1 + (seed % 8),
        topology: 'hybrid',
        seed: String(seed),
      })
      play(swarm.world, draw(chaos(seconds(5), 10), swarm.world, faults), faults)
      for (let i = 0; i < 20; i++) swarm.ask(ms(450 * i), ms(60))
      settle(swarm, 20, seconds(90))
      expect(wrongs(swarm, 20), `seed ${seed}`).toEqual([])
      const late = swarm.answers.filter(({ asked, ok }) => asked > seconds(7) && !ok)
      expect(late, `seed ${seed}: in peace`).toEqual([])
    }
  })
})
