import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ms, seconds } from '../../../src/units.ts'
import { play } from '../../../src/world/faults/plan.ts'
import { draw } from '../../../src/world/faults/profile.ts'
import { faults } from '../../../src/world/faults/registry.ts'
import { chaos } from './chaos.ts'
import { makeSwarm, settle, wrongs } from './swarm.ts'

describe('without faults', () => {
  test('parts go to the next agents with room, and each result goes on round', () => {
    const shape = fc
      .integer({ min: 1, max: 12 })
      .chain((agents) =>
        fc.record({ agents: fc.constant(agents), parts: fc.integer({ min: 1, max: agents }) }),
      )
    fc.assert(
      fc.property(shape, ({ agents, parts }) => {
        const swarm = makeSwarm({ agents, parts, topology: 'ring' })
        swarm.ask(0, ms(100) * parts)
        swarm.run(ms(400))
        expect(swarm.answers.map(({ ok }) => ok)).toEqual([true])
        // The k-th agent after the first takes the k-th part: parts - 1 hops out. Its result has n - k hops home.
        let hops = parts - 1
        for (let k = 1; k < parts; k++) hops += agents - k
        expect(swarm.count('swarm.messages')).toBe(hops)
        // There and back is once round, whoever takes it; to the first agent and back are two links more.
        const once = parts > 1 ? agents : 0
        expect(swarm.answers[0]!.at).toBe(ms(100) + (2 + once) * ms(1))
      }),
      { numRuns: 40 },
    )
  })

  test('where nobody has room, parts wait where least is to be done', () => {
    const swarm = makeSwarm({ agents: 4, parts: 1, topology: 'ring', latency: 0 })
    for (let i = 0; i < 12; i++) swarm.ask(ms(i), ms(300))
    swarm.run(seconds(2))
    // Three for each of four agents.
    expect(Math.max(...swarm.answers.map(({ at }) => at))).toBeLessThanOrEqual(ms(912))
    expect(swarm.count('swarm.computed')).toBe(12)
  })
})

describe('a broken ring', () => {
  test('is closed over a dead agent, whose parts are done by others', () => {
    const swarm = makeSwarm({ agents: 5, parts: 5, topology: 'ring' })
    swarm.ask(0, seconds(1))
    swarm.world.simulation.schedule(ms(100), { id: 1, fire: () => swarm.agents[2]!.kill() }, 0)
    swarm.run(seconds(5))
    expect(swarm.answers.map(({ ok }) => ok)).toEqual([true])
    // Held for dead after half a second of silence, and a heartbeat or two until that is noticed.
    expect(swarm.answers[0]!.at).toBeLessThan(ms(1200))
    expect(swarm.count('swarm.reassigned')).toBe(1)
    expect(wrongs(swarm, 1)).toEqual([])
  })

  test('is opened again for one that comes back', () => {
    const swarm = makeSwarm({ agents: 3, parts: 3, topology: 'ring' })
    const { simulation } = swarm.world
    simulation.schedule(ms(100), { id: 1, fire: () => swarm.agents[1]!.kill() }, 0)
    simulation.schedule(seconds(2), { id: 1, fire: () => swarm.agents[1]!.start() }, 0)
    swarm.ask(seconds(3), ms(300))
    swarm.run(seconds(5))
    expect(swarm.answers.map(({ asked, at }) => at - asked)).toEqual([ms(100) + 5 * ms(1)])
  })

  test('one who took a task and dies is stood in for, with what has been done', () => {
    const swarm = makeSwarm({ agents: 5, parts: 5, topology: 'ring' })
    swarm.ask(0, seconds(1))
    swarm.world.simulation.schedule(ms(100), { id: 1, fire: () => swarm.agents[0]!.kill() }, 0)
    swarm.run(seconds(5))
    expect(swarm.answers.map(({ ok }) => ok)).toEqual([true])
    // Only the dead one's own part, half done, is computed again.
    expect(swarm.count('swarm.computed')).toBe(5)
    expect(swarm.count('swarm.transferred')).toBe(4)
  })
})

describe('whatever happens', () => {
  test('no part is lost, none is counted twice, and in the end every task is answered again', () => {
    for (let seed = 0; seed < 120; seed++) {
      const swarm = makeSwarm({
        agents: 3 + (seed % 6),
        parts: 1 + (seed % 5),
        topology: 'ring',
        seed: String(seed),
      })
      play(swarm.world, draw(chaos(seconds(5), 10), swarm.world, faults), faults)
      for (let i = 0; i < 30; i++) swarm.ask(ms(300 * i), ms(60))
      settle(swarm, 30, seconds(60))
      expect(wrongs(swarm, 30), `seed ${seed}`).toEqual([])
      const late = swarm.answers.filter(({ asked, ok }) => asked > seconds(7) && !ok)
      expect(late, `seed ${seed}: in peace`).toEqual([])
    }
  })
})
