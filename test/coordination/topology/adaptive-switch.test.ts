// Switches at any time, decided by anybody, told to anybody, with kills in the midst of them: what must never happen, does not.

import { expect, test } from 'vitest'
import type { Begun, Poll, Report } from '../../../src/coordination/topology/adaptive-messages.ts'
import type { TopologyName } from '../../../src/coordination/topology/adaptive-parameters.ts'
import type { Env } from '../../../src/env/index.ts'
import { RandomStreams } from '../../../src/kernel/random.ts'
import { ms, seconds } from '../../../src/units.ts'
import { play } from '../../../src/world/faults/plan.ts'
import { draw } from '../../../src/world/faults/profile.ts'
import { faults } from '../../../src/world/faults/registry.ts'
import type { Process } from '../../../src/world/process.ts'
import { addCoordinator } from '../../world/fixture.ts'
import { adaptiveTerms } from './adaptive-fixture.ts'
import { chaos } from './chaos.ts'
import { makeSwarm, type Swarm, wrongs } from './swarm.ts'

/** Consensus takes many messages: it is among the candidates in one run of eight. */
const candidatesOf = (seed: number): readonly TopologyName[] =>
  seed % 8 === 0 ? ['hierarchical', 'ring', 'mesh', 'hybrid'] : ['ring', 'hierarchical']
const PEACE = seconds(8)
const END = seconds(19)

/** One that speaks to the agents from outside, and hears which epoch they hold. */
interface Oracle {
  env: Env
  readonly process: Process
  readonly held: Map<string, string>
}

function addOracle({ world }: Swarm): Oracle {
  const held = new Map<string, string>()
  const process = addCoordinator(world, 'front', 'oracle', (env) => {
    oracle.env = env
    return {
      receive: (from, message) =>
        void held.set(from.name, `${(message as Report).epoch} ${(message as Report).topology}`),
    }
  })
  const oracle = { process, held } as unknown as Oracle
  process.begin()
  return oracle
}

/** Somebody decides to switch, some hear of it, and one dies at about the same time. */
function upset({ world, agents }: Swarm, oracle: Oracle, seed: number): void {
  const { process } = oracle
  const candidates = candidatesOf(seed)
  const random = new RandomStreams(String(seed)).stream('upset')
  const at = (time: number, fire: () => void) => world.simulation.schedule(time, { id: process.id, fire }, 0)
  for (let time = ms(300); time < PEACE; time += ms(200) + random.integer(ms(1500))) {
    const decider = random.integer(agents.length)
    const epoch = Math.floor(time / 1000) * agents.length + decider
    const topology = candidates[random.integer(candidates.length)]!
    const told = agents.filter((_, i) => i === decider || random.uniform() < 0.4)
    at(time, () =>
      process.enter(() => {
        for (const { name } of told)
          oracle.env.send({ name }, { kind: 'adaptive.begun', epoch, topology } as Begun)
      }),
    )
    const victim = agents[random.uniform() < 0.5 ? decider : random.integer(agents.length)]!
    at(time + random.integer(ms(60)), () => victim.kill())
    at(time + ms(100) + random.integer(ms(1500)), () => victim.start())
  }
}

/** What the agents hold at the end. */
function heldBy({ world, agents, run }: Swarm, { process, env, held }: Oracle): Set<string> {
  process.enter(() => {
    for (const { name } of agents)
      env.send({ name }, { kind: 'adaptive.poll', epoch: -1, topology: 'ring', at: 0 } as Poll)
  })
  run(world.simulation.now + seconds(1))
  expect(held.size).toBe(agents.length)
  return new Set(held.values())
}

/** Not a decision of a mesh's own consensus. */
const isSwitch = ({ group }: { readonly group: string }): boolean => group.endsWith('/topology')

/** Epochs of which two agents hold that they run different topologies. */
function quarrels({ facts }: Swarm): number[] {
  const held = new Map<number, string>()
  return facts.flatMap(({ fact }) => {
    if (fact.fact !== 'decided' || !isSwitch(fact)) return []
    const first = held.get(fact.instance)
    held.set(fact.instance, first ?? fact.value)
    return first === undefined || first === fact.value ? [] : [fact.instance]
  })
}

for (const drain of [0, ms(400)])
  test(`no task is lost and none counted twice, over switches in which agents die, with ${drain === 0 ? 'nothing' : '400 ms'} to drain`, () => {
    let switched = 0
    let migrated = 0
    for (let seed = 0; seed < 120; seed++) {
      const agents = 4 + (seed % 4)
      const swarm = makeSwarm({
        agents,
        topology: 'adaptive',
        parts: 1 + (seed % 4),
        latency: ms(1 + (seed % 5)),
        seed: String(seed),
        gateway: { timeout: seconds(7) },
        agent: {
          adaptive: adaptiveTerms({ candidates: candidatesOf(seed), window: ms(500), drain, threshold: 100 }),
        },
      })
      const oracle = addOracle(swarm)
      upset(swarm, oracle, seed)
      if (seed % 2 === 0) play(swarm.world, draw(chaos(PEACE), swarm.world, faults), faults)
      for (let i = 0; i < 40; i++) swarm.ask(ms(275 * i), ms(60))
      swarm.run(END)
      expect(wrongs(swarm, 40), `seed ${seed}`).toEqual([])
      expect(quarrels(swarm), `seed ${seed}: one epoch, two topologies`).toEqual([])
      const late = swarm.answers.filter(({ asked, ok }) => asked > PEACE + seconds(2) && !ok)
      expect(late, `seed ${seed}: in peace`).toEqual([])
      // Those who missed a switch have learnt of it.
      expect([...heldBy(swarm, oracle)], `seed ${seed}`).toHaveLength(1)
      switched += swarm.facts.filter(({ fact }) => fact.fact === 'decided' && isSwitch(fact)).length
      migrated += swarm.count('adaptive.migrated')
    }
    // Each agent goes along with about eight switches of a run; of the tasks some are in their way.
    expect(switched).toBeGreaterThan(120 * 4 * 4)
    expect(migrated).toBeGreaterThan(20)
  })
