import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  estimate,
  type SwarmShape,
  type Workload,
} from '../../../src/coordination/topology/optimiser-estimates.ts'
import { ms, seconds } from '../../../src/units.ts'
import { makeSwarm } from './swarm.ts'

const SHAPE: SwarmShape = {
  agents: 8,
  fanOut: 0,
  depth: 1,
  groupSize: 4,
  decision: ms(20),
  decisionsAtOnce: 1,
}
const NOBODY: Workload = { arrivals: 0, parts: 4, service: ms(400), delay: ms(5) }
const TOPOLOGIES = ['hierarchical', 'mesh', 'ring', 'hybrid'] as const

/** Tasks alone in the swarm, in turn at each agent, as they come out of the simulation; the gateway's own link taken off. */
function simulated(
  topology: string,
  shape: SwarmShape,
  { parts, service, delay }: Workload,
  tasks = 1,
): number {
  const { fanOut, depth, decision } = shape
  const swarm = makeSwarm({
    agents: shape.agents,
    topology,
    parts,
    latency: delay,
    agent: { fanOut, depth, decision },
  })
  for (let i = 0; i < tasks; i++) swarm.ask(seconds(3 + 2 * i), service)
  swarm.run(seconds(13 + 2 * tasks))
  expect(swarm.answers.map(({ ok }) => ok)).toEqual(Array(tasks).fill(true))
  return swarm.answers.reduce((sum, { at, asked }) => sum + at - asked, 0) / tasks - 2 * delay
}

describe('the estimate of a task that has the swarm to itself', () => {
  test('is, for a full tree, what the simulation gives', () => {
    const given = fc.record({
      fanOut: fc.integer({ min: 1, max: 3 }),
      depth: fc.integer({ min: 1, max: 3 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      delay: fc.integer({ min: 0, max: 20 }),
    })
    fc.assert(
      fc.property(given, ({ fanOut, depth, share, delay }) => {
        let leaves = 1
        let agents = 1
        for (let level = 0; level < depth; level++) {
          leaves *= fanOut
          agents += leaves
        }
        const parts = 1 + Math.floor(share * (leaves - 1))
        const shape = { ...SHAPE, agents, depth, fanOut }
        const workload = { ...NOBODY, parts, service: ms(60) * parts, delay: ms(delay) }
        expect(simulated('hierarchical', shape, workload)).toBe(
          estimate('hierarchical', workload, shape).latency,
        )
      }),
      { numRuns: 30 },
    )
  })

  test('is, for a ring, what the simulation gives: once round, or nothing where one part stays where it came', () => {
    for (const parts of [1, 2, 4, 8]) {
      const workload = { ...NOBODY, parts, service: ms(60) * parts }
      expect(simulated('ring', SHAPE, workload), `${parts} parts`).toBe(
        estimate('ring', workload, SHAPE).latency,
      )
    }
  })

  test('is, for a mesh and a hybrid, that of the mean agent in the simulation', () => {
    for (const topology of ['mesh', 'hybrid'] as const)
      for (const parts of [1, 3, 8]) {
        const workload = { ...NOBODY, parts, service: ms(60) * parts }
        const found = simulated(topology, SHAPE, workload, SHAPE.agents)
        // Less than a tenth of a message's way off: what disks take differs by the length of what is saved.
        expect(Math.abs(estimate(topology, workload, SHAPE).latency - found)).toBeLessThan(ms(0.5))
      }
  })
})

describe('the estimate under load', () => {
  const workload = fc.record({
    arrivals: fc.double({ min: 0.01, max: 200, noNaN: true }),
    parts: fc.integer({ min: 1, max: 20 }),
    service: fc.integer({ min: ms(1), max: seconds(2) }),
    delay: fc.integer({ min: 0, max: ms(50) }),
  })

  test('is never worse with less to do: latency grows with the arrivals, throughput never exceeds them', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TOPOLOGIES), workload, (topology, given) => {
        const one = estimate(topology, given, SHAPE)
        const two = estimate(topology, { ...given, arrivals: 2 * given.arrivals }, SHAPE)
        expect(two.latency).toBeGreaterThanOrEqual(one.latency)
        expect(one.throughput).toBeLessThanOrEqual(given.arrivals)
        expect(two.throughput).toBeGreaterThanOrEqual(one.throughput * (1 - 1e-12))
        expect(one.utilisation).toBeLessThanOrEqual(1 + 1e-12)
      }),
    )
  })

  test('waits as M/D/1 says for the one who decides', () => {
    // 25/s for a queen who needs 20 ms: half of her time, so each waits 0.5 × 20 ms / (2 × 0.5) = 10 ms. Nothing to compute.
    const busy = { arrivals: 25, parts: 1, service: 0, delay: 0 }
    expect(estimate('hierarchical', busy, SHAPE).latency).toBeCloseTo(ms(20) + ms(10), 3)
  })

  test('gives a queen no more than she can decide, and the agents no more than they can compute', () => {
    // One decision takes 20 ms: 50/s. Eight agents at 400 ms a task: 20/s.
    expect(
      estimate('hierarchical', { ...NOBODY, arrivals: 80, service: ms(8) }, SHAPE).throughput,
    ).toBeCloseTo(50)
    expect(estimate('ring', { ...NOBODY, arrivals: 80 }, SHAPE).throughput).toBeCloseTo(20)
  })
})
