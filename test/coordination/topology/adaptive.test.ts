import { describe, expect, test } from 'vitest'
import type { AdaptiveTerms } from '../../../src/coordination/topology/adaptive-parameters.ts'
import { ms, seconds } from '../../../src/units.ts'
import { adaptiveTerms } from './adaptive-fixture.ts'
import { makeSwarm, type Swarm, wrongs } from './swarm.ts'

const NEVER = 1e9

/** Six agents of whom a queen can decide 25 tasks a second; any of them can in a ring, which takes longer to go round. */
const swarmOf = (adaptive: Partial<AdaptiveTerms>, latency = ms(5)): Swarm =>
  makeSwarm({
    agents: 6,
    topology: 'adaptive',
    parts: 3,
    latency,
    agent: {
      decision: ms(40),
      adaptive: adaptiveTerms({
        candidates: ['hierarchical', 'ring'],
        window: seconds(1),
        dwell: seconds(4),
        drain: seconds(1),
        ...adaptive,
      }),
    },
  })

/** So many tasks of 60 ms a second. */
function load(swarm: Swarm, from: number, until: number, rate: number): number {
  const asked = Math.round((until - from) * rate)
  for (let i = 0; i < asked; i++) swarm.ask(seconds(from + i / rate), ms(60))
  return asked
}

const decisions = ({ facts }: Swarm): string[] =>
  facts.flatMap(({ at, by, fact }) =>
    fact.fact === 'proposed' ? [`${Math.floor(at / 1e9)} s: ${fact.value} by ${by}`] : [],
  )

const kill = (swarm: Swarm, agent: number, at: number) =>
  swarm.world.simulation.schedule(seconds(at), { id: 1, fire: () => swarm.agents[agent]!.kill() }, 0)

describe('an adaptive swarm', () => {
  test('leaves a queen who is overrun for a ring, and comes back when there is less to do', () => {
    // With little to do 40 + 40 + 20 ms and waiting, against 6 × 20 + 40 + 20 ms: by latency alone 1.6 times as good.
    const weights = { latency: 0.7, throughput: 0.1, success: 0.1, utilisation: 0.1 }
    const swarm = swarmOf({ weights }, ms(20))
    const asked = load(swarm, 0, 10, 10) + load(swarm, 10, 25, 40) + load(swarm, 25, 45, 10)
    swarm.run(seconds(50))
    expect(decisions(swarm).map((decision) => decision.replace(/^\d+ s: /, ''))).toEqual([
      'ring by agent.1',
      'hierarchical by agent.1',
    ])
    expect(wrongs(swarm, asked)).toEqual([])
    expect(swarm.answers.every(({ ok }) => ok)).toBe(true)
    const [before, after] = ['before', 'after'].map(
      (when) => swarm.values.get(`adaptive.${when}.latency`)![0]!,
    )
    expect(after!).toBeLessThan(before!)
  })

  test('does not switch where nothing is better by the threshold', () => {
    for (const [rate, threshold] of [
      [10, 0.2],
      [40, NEVER],
    ] as const) {
      const swarm = swarmOf({ threshold })
      const asked = load(swarm, 0, 12, rate)
      swarm.run(seconds(30))
      expect(decisions(swarm)).toEqual([])
      expect(wrongs(swarm, asked)).toEqual([])
    }
  })

  test('goes over to a ring by the next in rank when queen and leader die together', () => {
    const swarm = swarmOf({})
    const asked = load(swarm, 0, 10, 10) + load(swarm, 10, 30, 40)
    // The queue grows from 10 s on; who would decide at 12 s is dead by then.
    kill(swarm, 0, 11)
    swarm.run(seconds(50))
    expect(decisions(swarm)[0]).toMatch(/: ring by agent\.2$/)
    expect(wrongs(swarm, asked)).toEqual([])
  })

  test('that has one candidate never leaves it', () => {
    const swarm = swarmOf({ candidates: ['ring'] })
    load(swarm, 0, 10, 40)
    swarm.run(seconds(20))
    expect(decisions(swarm)).toEqual([])
    expect(swarm.count('adaptive.windows.hierarchical')).toBe(0)
    expect(swarm.count('adaptive.windows.ring')).toBeGreaterThan(10)
  })

  test('runs every candidate once, where there are trials, and then the best, by however little', () => {
    const swarm = swarmOf({ trials: true, threshold: NEVER })
    load(swarm, 0, 25, 10)
    swarm.run(seconds(25))
    expect(decisions(swarm).map((decision) => decision.replace(/^\d+ s: /, ''))).toEqual([
      'ring by agent.1',
      'hierarchical by agent.1',
    ])
  })
})

describe('the leader', () => {
  /** Windows evaluated, by whomever. */
  const windows = (swarm: Swarm): number =>
    swarm.count('adaptive.windows.hierarchical') + swarm.count('adaptive.windows.ring')

  test('is one at a time, the first in rank after three windows', () => {
    const swarm = swarmOf({ threshold: NEVER })
    swarm.run(seconds(20.5))
    // From the third second on, once a second.
    expect(windows(swarm)).toBe(18)
  })

  test('is polled for by all others: what measuring costs is two messages an agent and window', () => {
    const swarm = swarmOf({ threshold: NEVER })
    swarm.run(seconds(20.5))
    expect(swarm.count('adaptive.messages')).toBe(18 * 2 * 5)
  })

  test('is followed, when it dies, by the next in rank, one window more patient', () => {
    const swarm = swarmOf({ threshold: NEVER })
    kill(swarm, 0, 10.5)
    swarm.run(seconds(20.5))
    // 3 to 10 s, and, four seconds after the last poll of 10 s, from 14 s on.
    expect(windows(swarm)).toBe(8 + 7)
  })

  test('to whom no more than half have reported decides nothing', () => {
    const swarm = swarmOf({})
    const near = new Set(['agent.1', 'agent.2', 'agent.3', 'gateway', 'client'])
    swarm.world.network.addRule({
      name: 'cut',
      decide: ({ from, to }) => (near.has(from.name) === near.has(to.name) ? undefined : 'drop'),
    })
    load(swarm, 0, 15, 40)
    swarm.run(seconds(15))
    expect(decisions(swarm)).toEqual([])
  })
})
