import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AGENT_STATES, Agent, type AgentState } from '../../../src/coordination/agents/agent.ts'
import { CapabilityIndex } from '../../../src/coordination/agents/capability-index.ts'
import { AgentPool } from '../../../src/coordination/index.ts'
import type { Task } from '../../../src/env/index.ts'
import { ms } from '../../../src/units.ts'
import { makeStage, valuesOf } from '../fixture.ts'

/** A way from birth to each state. */
const WAYS: Readonly<Record<AgentState, readonly AgentState[]>> = {
  spawning: [],
  ready: ['ready'],
  busy: ['ready', 'busy'],
  draining: ['ready', 'draining'],
  dead: ['dead'],
}

const LEGAL = [
  'spawning ready',
  'spawning dead',
  'ready busy',
  'ready draining',
  'ready dead',
  'busy ready',
  'busy draining',
  'busy dead',
  'draining dead',
]

describe('the life of an agent', () => {
  for (const from of AGENT_STATES)
    for (const to of AGENT_STATES) {
      const legal = LEGAL.includes(`${from} ${to}`)
      test(`from ${from} to ${to} is ${legal ? 'legal' : 'an error that names both and what is legal'}`, () => {
        const agent = new Agent(7, 'worker')
        for (const state of WAYS[from]) agent.become(state)
        if (legal) {
          agent.become(to)
          expect(agent.state).toBe(to)
        } else {
          expect(() => agent.become(to)).toThrow(
            new RegExp(`illegal transition of agent-7: ${from} to ${to}; from ${from} to: \\w+`),
          )
          expect(agent.state).toBe(from)
        }
      })
    }
})

describe('the capability index', () => {
  const make = (number: number, capabilities: readonly string[], load: number) => {
    const agent = new Agent(number, 'worker', 10, capabilities)
    agent.load = load
    return agent
  }

  test('finds the least loaded of those that can, and of equals the one that came first', () => {
    const index = new CapabilityIndex()
    const agents = [
      make(1, ['code'], 2),
      make(2, ['code', 'test'], 1),
      make(3, ['code'], 1),
      make(4, ['test'], 0),
    ]
    for (const agent of agents) index.add(agent)
    expect(index.least('code')).toBe(agents[1])
    expect(index.least('test')).toBe(agents[3])
    expect(index.least('draw')).toBeUndefined()
    index.remove(agents[1]!)
    expect(index.least('code')).toBe(agents[2])
  })

  test('finds what a search of all agents would, whatever comes and goes', () => {
    const change = fc.record({
      agent: fc.nat({ max: 9 }),
      load: fc.nat({ max: 3 }),
      capabilities: fc.subarray(['a', 'b', 'c']),
      inside: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const index = new CapabilityIndex()
        const inside = new Map<number, Agent>()
        for (const { agent: number, load, capabilities, inside: stays } of changes) {
          const known = inside.get(number)
          if (known) index.remove(known)
          inside.delete(number)
          if (stays) {
            const agent = make(number, capabilities, load)
            inside.set(number, agent)
            index.add(agent)
          }
          for (const capability of ['a', 'b', 'c']) {
            const able = [...inside.values()].filter((each) => each.capabilities.includes(capability))
            const least = Math.min(...able.map((each) => each.load))
            // The map keeps the order of coming, as the buckets do.
            expect(index.least(capability)).toBe(able.find((each) => each.load === least))
          }
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('the tasks of a pool', () => {
  const start = (): Task<void> => (function* () {})()

  function makePool(count: number, limit: number, stop?: (agent: Agent) => Task<unknown>) {
    const stage = makeStage()
    const died: string[] = []
    const pool = new AgentPool(stage.env, 100, {
      limit,
      ...(stop ? { stop } : {}),
      died: ({ id }) => died.push(id),
    })
    stage.begin(
      pool.spawnAll(
        Array.from({ length: count }, () => 'code'),
        100,
        start,
      ),
    )
    stage.run()
    return { ...stage, pool, died }
  }

  test('go to the least loaded in turn, as many to each as its limit', () => {
    const { pool } = makePool(3, 2)
    const taken: string[] = []
    for (let agent = pool.least('code'); agent; agent = pool.least('code')) {
      pool.take(agent)
      taken.push(agent.id)
    }
    expect(taken).toEqual(['agent-1', 'agent-2', 'agent-3', 'agent-1', 'agent-2', 'agent-3'])
    expect([pool.tasks, pool.count('busy'), pool.count('ready')]).toEqual([6, 3, 0])
  })

  test('an agent that drains finishes what it has, takes no more, and ends', () => {
    const { pool, died } = makePool(2, 2)
    const agent = pool.least('code')!
    pool.take(agent)
    pool.take(agent)
    pool.drain(agent)
    expect(agent.state).toBe('draining')
    expect(pool.least('code')!.id).toBe('agent-2')
    pool.giveBack(agent)
    expect(agent.state).toBe('draining')
    expect(() => pool.take(agent)).toThrow(/illegal transition of agent-1: draining to busy/)
    pool.giveBack(agent)
    expect([agent.state, died, pool.size]).toEqual(['dead', ['agent-1'], 1])
  })

  test('an agent that is stopped counts until it has stopped, and its end is told once', () => {
    const made = makePool(1, 1, () => made.env.sleep(ms(30)))
    const { pool, died, run, begin } = made
    begin(
      (function* (): Task<void> {
        pool.drain(pool.least('code')!)
        yield* made.env.sleep(ms(29))
        expect([pool.size, died]).toEqual([1, []])
        yield* made.env.sleep(ms(1))
      })(),
    )
    run()
    expect([pool.size, died]).toEqual([0, ['agent-1']])
  })

  test('what an agent has in hand goes with it when it is taken out', () => {
    const { pool, observed } = makePool(1, 3)
    const agent = pool.least('code')!
    pool.take(agent)
    pool.take(agent)
    pool.remove(agent)
    pool.giveBack(agent)
    expect([pool.tasks, pool.size, agent.state]).toEqual([0, 0, 'dead'])
    expect(valuesOf(observed, 'pool.tasks')).toEqual([1, 2, 0])
  })

  test('a template makes of an agent that can do nothing one that can', () => {
    const { pool, begin, run } = makePool(0, 1)
    begin(pool.bringUp(pool.admit('warm', []), start))
    run()
    const [agent] = pool.agents
    expect(pool.least('code')).toBeUndefined()
    pool.equip(agent!, ['code'])
    expect(pool.least('code')).toBe(agent)
  })
})
