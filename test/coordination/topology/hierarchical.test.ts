import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ms, seconds } from '../../../src/units.ts'
import { play } from '../../../src/world/faults/plan.ts'
import { draw } from '../../../src/world/faults/profile.ts'
import { faults } from '../../../src/world/faults/registry.ts'
import { chaos } from './chaos.ts'
import { makeSwarm, settle, wrongs } from './swarm.ts'

/** Agents of a full tree. */
const full = (fanOut: number, depth: number): number =>
  depth === 0 ? 1 : 1 + fanOut * full(fanOut, depth - 1)

describe('without faults', () => {
  test('a task needs two messages for each edge that its parts use', () => {
    const shape = fc.record({
      fanOut: fc.integer({ min: 1, max: 4 }),
      depth: fc.integer({ min: 1, max: 3 }),
      parts: fc.integer({ min: 1, max: 40 }),
    })
    fc.assert(
      fc.property(shape, ({ fanOut, depth, parts }) => {
        const swarm = makeSwarm({ agents: full(fanOut, depth), parts, agent: { fanOut, depth } })
        swarm.ask(0, ms(parts))
        swarm.run(seconds(1))
        expect(swarm.answers.map(({ ok }) => ok)).toEqual([true])
        // On level k there are fanOut^k agents, of which at most `parts` are given something.
        let edges = 0
        for (let k = 1, width = fanOut; k <= depth; k++, width *= fanOut) edges += Math.min(parts, width)
        expect(swarm.count('swarm.messages')).toBe(2 * edges)
      }),
      { numRuns: 40 },
    )
  })

  test('a delegation takes as long as the links on its way, and a decision at each agent that delegates', () => {
    const shape = fc.record({
      depth: fc.integer({ min: 1, max: 6 }),
      latency: fc.integer({ min: 0, max: 5_000_000 }),
      decision: fc.integer({ min: 0, max: 400 }),
      service: fc.integer({ min: 0, max: 1e9 }),
    })
    fc.assert(
      fc.property(shape, ({ depth, latency, decision, service }) => {
        const agent = { fanOut: 1, depth, decision: ms(decision) }
        const swarm = makeSwarm({ agents: depth + 1, latency, agent })
        swarm.ask(0, service)
        swarm.run(seconds(10))
        // To the gateway, which is on the client's host, to the queen, and down; the same way back.
        const expected = 2 * (1 + depth) * latency + depth * ms(decision) + service
        expect(swarm.answers).toEqual([{ asked: 0, at: expected, ok: true }])
        expect(swarm.values.get('swarm.coordination')).toEqual([2 * depth * latency + depth * ms(decision)])
      }),
      { numRuns: 40 },
    )
  })

  test('parts are shared out evenly, over tasks as well', () => {
    const swarm = makeSwarm({ agents: 5, parts: 2, latency: 0 })
    for (let i = 0; i < 4; i++) swarm.ask(0, ms(200))
    swarm.run(seconds(1))
    // Eight parts of 100 ms for four leaves.
    expect(Math.max(...swarm.answers.map(({ at }) => at))).toBe(ms(200))
  })
})

describe('when the queen dies', () => {
  const killed = (election: boolean, agent: object = {}) => {
    const swarm = makeSwarm({ agents: 5, parts: 4, agent: { election, ...agent } })
    for (let i = 0; i < 100; i++) swarm.ask(ms(100 * i), ms(40))
    swarm.world.simulation.schedule(seconds(3) + ms(20), { id: 1, fire: () => swarm.agents[0]!.kill() }, 0)
    swarm.run(seconds(40))
    return swarm
  }

  test('another is elected, and every task is answered', () => {
    const swarm = killed(true)
    expect(swarm.answers.filter(({ ok }) => ok)).toHaveLength(100)
    expect(wrongs(swarm, 100)).toEqual([])
    expect(swarm.count('swarm.elections')).toBe(1)
    // Elected after 500 to 1,000 ms of silence, split votes apart; asked for again within 50 ms.
    const longest = Math.max(...swarm.answers.map(({ asked, at }) => at - asked))
    expect(longest).toBeGreaterThan(ms(400))
    expect(longest).toBeLessThan(ms(1500))
  })

  test('as today, without an election, nobody answers any more', () => {
    const swarm = killed(false)
    // Those asked until 3 s, which take 14 ms.
    expect(swarm.answers.filter(({ ok }) => ok)).toHaveLength(31)
    expect(wrongs(swarm, 100)).toEqual([])
  })

  test('the next goes on from what has been computed', () => {
    const swarm = makeSwarm({ agents: 5, parts: 4 })
    // Parts of 500 ms, of which all but 20 ms are done when the queen dies.
    swarm.ask(ms(100), seconds(2))
    swarm.world.simulation.schedule(ms(580), { id: 1, fire: () => swarm.agents[0]!.kill() }, 0)
    swarm.run(seconds(20))
    expect(swarm.answers.map(({ ok }) => ok)).toEqual([true])
    expect(swarm.count('swarm.computed')).toBe(4)
    expect(swarm.count('swarm.transferred')).toBe(4)
  })
})

describe('whatever happens', () => {
  test('no part is lost, none is counted twice, and in the end every task is answered again', () => {
    for (let seed = 0; seed < 120; seed++) {
      const shape = { agents: 4 + (seed % 6), fanOut: 2, depth: 1 + (seed % 3) }
      const swarm = makeSwarm({
        agents: shape.agents,
        parts: 1 + (seed % 5),
        seed: String(seed),
        agent: { fanOut: 2, depth: shape.depth },
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
