import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ms, seconds } from '../../../src/units.ts'
import { play } from '../../../src/world/faults/plan.ts'
import { draw } from '../../../src/world/faults/profile.ts'
import { faults } from '../../../src/world/faults/registry.ts'
import { chaos } from './chaos.ts'
import { makeSwarm, settle, wrongs } from './swarm.ts'

const HOST = { diskLatency: 0, diskSync: { kind: 'constant', value: 0 } } as const

describe('without faults', () => {
  test('a task needs the messages of a decision and one for each result from elsewhere', () => {
    const shape = fc
      .integer({ min: 4, max: 13 })
      .chain((agents) =>
        fc.record({ agents: fc.constant(agents), parts: fc.integer({ min: 1, max: agents }) }),
      )
    fc.assert(
      fc.property(shape, ({ agents: n, parts }) => {
        const swarm = makeSwarm({ agents: n, parts, topology: 'mesh', host: HOST })
        swarm.ask(0, ms(100) * parts)
        swarm.run(ms(400))
        expect(swarm.answers.map(({ ok }) => ok)).toEqual([true])
        // The first takes the task and is primary: pre-prepares, prepares of the others, commits of all, replies of the others.
        const decision = n - 1 + (n - 1) * (n - 1) + n * (n - 1) + (n - 1)
        expect(swarm.count('swarm.messages')).toBe(decision + (parts - 1))
      }),
      { numRuns: 30 },
    )
  })

  test('a decision takes three links and a result one more', () => {
    const swarm = makeSwarm({ agents: 4, parts: 4, topology: 'mesh', host: HOST })
    swarm.ask(0, ms(400))
    swarm.run(seconds(1))
    // To the first and back; pre-prepare, prepare and commit; 100 ms; the last result comes back.
    // What is said is written to disk before: some microseconds.
    const written = swarm.answers[0]!.at - (2 * ms(1) + 3 * ms(1) + ms(100) + ms(1))
    expect(written).toBeGreaterThanOrEqual(0)
    expect(written).toBeLessThan(10_000)
  })

  test('work is shared evenly, though everyone chooses by what it has heard', () => {
    const swarm = makeSwarm({ agents: 4, parts: 4, topology: 'mesh', host: HOST })
    for (let i = 0; i < 40; i++) swarm.ask(ms(150 * i), ms(400))
    swarm.run(seconds(12))
    const times = swarm.answers.map(({ asked, at }) => at - asked)
    // All agents are busy two thirds of the time: 100 ms to compute, and less than that to wait.
    expect(times.reduce((a, b) => a + b, 0) / times.length).toBeLessThan(ms(200))
  })
})

describe('when an agent dies', () => {
  test('its parts are assigned anew', () => {
    const swarm = makeSwarm({ agents: 5, parts: 5, topology: 'mesh' })
    swarm.ask(0, seconds(1))
    swarm.world.simulation.schedule(ms(150), { id: 1, fire: () => swarm.agents[3]!.kill() }, 0)
    settle(swarm, 1, seconds(10))
    expect(swarm.answers.map(({ ok }) => ok)).toEqual([true])
    expect(swarm.count('swarm.reassigned')).toBe(1)
    expect(wrongs(swarm, 1)).toEqual([])
  })

  test('another takes its tasks over, and what has been agreed on stands', () => {
    const swarm = makeSwarm({ agents: 5, parts: 5, topology: 'mesh' })
    swarm.ask(0, seconds(1))
    swarm.world.simulation.schedule(ms(150), { id: 1, fire: () => swarm.agents[0]!.kill() }, 0)
    settle(swarm, 1, seconds(10))
    expect(swarm.answers.map(({ ok }) => ok)).toEqual([true])
    // Four parts are with the others already; the dead one's own is done by one of them.
    expect(swarm.count('swarm.transferred')).toBeGreaterThanOrEqual(4)
    expect(swarm.count('swarm.computed')).toBe(5)
  })
})

describe('a cut in two', () => {
  test('leaves the side with a quorum working, and the rest catches up when it is over', () => {
    const swarm = makeSwarm({ agents: 4, parts: 2, topology: 'mesh' })
    const { world } = swarm
    const host = (i: number) => world.hosts.get(`h.${i}`)!
    let heal = () => {}
    const cut = () => {
      const rest = [1, 2, 3].map(host).concat(world.hosts.get('front')!)
      heal = world.network.cut({ from: new Set([host(4)]), to: new Set(rest), both: true })
    }
    world.simulation.schedule(seconds(1), { id: 1, fire: cut }, 0)
    world.simulation.schedule(seconds(6), { id: 1, fire: () => heal() }, 0)
    for (let i = 0; i < 48; i++) swarm.ask(ms(250 * i), ms(20))
    settle(swarm, 48, seconds(60))
    expect(swarm.answers.filter(({ ok }) => !ok)).toEqual([])
    expect(wrongs(swarm, 48)).toEqual([])
    const late = swarm.answers.filter(({ asked }) => asked > seconds(8))
    expect(Math.max(...late.map(({ asked, at }) => at - asked))).toBeLessThan(ms(100))
  })
})

describe('whatever happens', () => {
  test('no part is lost, none is counted twice, and in the end every task is answered again', () => {
    for (let seed = 0; seed < 16; seed++) {
      const swarm = makeSwarm({
        agents: 4 + (seed % 4),
        parts: 1 + (seed % 5),
        topology: 'mesh',
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
