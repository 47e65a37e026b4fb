// A swarm for tests: agents each on a host of its own, a gateway and a client on another; what they observe and what they say.

import { swarmAgent } from '../../../src/coordination/topology/swarm-agent.ts'
import { swarmGateway } from '../../../src/coordination/topology/swarm-gateway.ts'
import type { Address, Coordinator, Env, Fact, Message, Task } from '../../../src/env/index.ts'
import { Outcome } from '../../../src/env/index.ts'
import { ms, seconds } from '../../../src/units.ts'
import type { HostValues } from '../../../src/world/host.ts'
import type { Process } from '../../../src/world/process.ts'
import { CoordinatorBehaviour, SimEnv } from '../../../src/world/sim-env.ts'
import type { World } from '../../../src/world/world.ts'
import { makeWorld } from '../../world/fixture.ts'
import { createdBy } from '../fixture.ts'

export interface SwarmTerms {
  readonly agents: number
  readonly topology?: string
  readonly parts?: number
  /** Of a link, one way. */
  readonly latency?: number
  readonly seed?: string
  readonly host?: Partial<HostValues>
  /** Parameters of the agents. */
  readonly agent?: Readonly<Record<string, unknown>>
  readonly gateway?: Readonly<Record<string, unknown>>
  /** Puts something else in the place of an agent's code, to plant a mistake. */
  readonly mistaken?: (agent: Coordinator, env: Env) => Coordinator
}

export interface Answer {
  readonly asked: number
  readonly at: number
  readonly ok: boolean
}

export interface Swarm {
  readonly world: World
  readonly agents: readonly Process[]
  readonly gateway: Process
  /** Sums of what was counted. */
  readonly counts: Map<string, number>
  readonly values: Map<string, number[]>
  readonly facts: { readonly at: number; readonly by: string; readonly fact: Fact }[]
  readonly answers: Answer[]
  /** The client asks the gateway for a job of this core time, at this instant. */
  ask(at: number, service: number): void
  count(metric: string): number
  /** Runs until this instant; what a module would be blamed for is thrown. */
  run(until: number): void
}

export function makeSwarm(terms: SwarmTerms): Swarm {
  const { agents: size, topology = 'hierarchical', parts = 1, latency = ms(1), seed = '1' } = terms
  const names = Array.from({ length: size }, (_, i) => `agent.${i + 1}`)
  const hosts = Object.fromEntries([['front', {}], ...names.map((_, i) => [`h.${i + 1}`, terms.host ?? {}])])
  const world = makeWorld(hosts, { latency: { kind: 'constant', value: latency } }, seed)
  const counts = new Map<string, number>()
  const values = new Map<string, number[]>()
  const facts: Swarm['facts'] = []
  const answers: Answer[] = []
  world.listener = { said: (at, process, fact) => facts.push({ at, by: process.name, fact }) }

  function add(host: string, name: string, part: string, create: (env: Env) => Coordinator): Process {
    const process = world.addProcess(world.hosts.get(host)!, name, part)
    const env = new SimEnv(process, (observation) => {
      if (observation.kind === 'count')
        counts.set(observation.metric, (counts.get(observation.metric) ?? 0) + (observation.by ?? 1))
      else values.set(observation.metric, [...(values.get(observation.metric) ?? []), observation.value])
    })
    process.behaviour = new CoordinatorBehaviour(process, 0, () => create(env))
    return process
  }

  const members: Address[] = names.map((name) => ({ name }))
  const given = { members, topology, ...terms.agent }
  const { mistaken = (agent) => agent } = terms
  const agents = names.map((name, i) =>
    add(`h.${i + 1}`, name, 'agent', (env) => mistaken(createdBy(swarmAgent, env, given), env)),
  )
  const gateway = add('front', 'gateway', 'gateway', (env) =>
    createdBy(swarmGateway, env, {
      agents: members,
      parts,
      entry: 'in-turn',
      timeout: seconds(20),
      ...terms.gateway,
    }),
  )
  let clientEnv!: Env
  const client = add('front', 'client', 'client', (env) => {
    clientEnv = env
    return {}
  })
  for (const process of [...agents, gateway, client]) process.begin()

  function* job(service: number): Task<void> {
    const asked = clientEnv.now()
    let ok = true
    try {
      yield* clientEnv.call(gateway.address, { kind: 'job', service } as Message, seconds(60))
    } catch (error) {
      if (!(error instanceof Outcome)) throw error
      ok = false
    }
    answers.push({ asked, at: clientEnv.now(), ok })
  }
  return {
    world,
    agents,
    gateway,
    counts,
    values,
    facts,
    answers,
    ask(at, service) {
      const fire = () => client.enter(() => void clientEnv.spawn(job(service), 'job'))
      world.simulation.schedule(at, { id: client.id, fire }, 0)
    },
    count: (metric) => counts.get(metric) ?? 0,
    run(until) {
      world.simulation.run({ until })
      if (world.failure) throw world.failure
    },
  }
}

/** What is wrong with a run whose client has got all its answers: parts lost, or done more than once. */
export function wrongs({ facts, answers }: Swarm, asked: number): string[] {
  const state = new Map<string, { submitted: number; done: number; dropped: number }>()
  for (const { fact } of facts) {
    if (fact.fact !== 'submitted' && fact.fact !== 'done' && fact.fact !== 'dropped') continue
    const key = `${fact.queue} ${fact.task}`
    const of = state.get(key) ?? { submitted: 0, done: 0, dropped: 0 }
    of[fact.fact]++
    state.set(key, of)
  }
  const unanswered = answers.length === asked ? [] : [`${asked - answers.length} were never answered`]
  const wrong = [...state].filter(([, s]) => s.submitted !== 1 || s.done + s.dropped !== 1)
  return [...unanswered, ...wrong.map(([key, s]) => `${key}: ${JSON.stringify(s)}`)]
}

/** Runs until the client has all its answers, or until this instant. */
export function settle(swarm: Swarm, asked: number, until: number): void {
  const { simulation } = swarm.world
  while (swarm.answers.length < asked && simulation.now < until) swarm.run(simulation.now + ms(500))
}

/** How many messages there have been since. */
export function messagesOf(world: World): () => number {
  let count = 0
  world.network.addRule({
    name: 'count',
    decide() {
      count++
      return undefined
    },
  })
  return () => count
}
