// Clusters of Consul agents, each on a host of its own, whose insides tests may look at.

import { ms } from '../../../../src/units.ts'
import type { Process } from '../../../../src/world/process.ts'
import { defineService, ServiceBehaviour, ServiceContext } from '../../../../src/world/service.ts'
import { Agent, consul } from '../../../../src/world/services/consul/consul.ts'
import type { ConsulValues } from '../../../../src/world/services/consul/parameters.ts'
import type { World } from '../../../../src/world/world.ts'
import { makeWorld } from '../../fixture.ts'
import { valuesOf } from '../fixture.ts'

export interface Cluster {
  readonly world: World
  readonly processes: readonly Process[]
  /** The agent of each process in its present life. */
  readonly agents: Agent[]
  /** Runs up to so many nanoseconds since the beginning. */
  run(until: number): void
  /** Sum of a metric over all agents. */
  sum(name: string): number
}

export interface ClusterTerms {
  readonly agents: number
  /** The first so many are servers. */
  readonly servers?: number
  readonly values?: Readonly<Record<string, unknown>>
  readonly latency?: number
  readonly seed?: string
}

const FREE = { cost: 0, gossipCost: 0 }

/** Agents `consul.1` … on hosts `host.1` …, which begin together at 0. */
export function makeCluster({
  agents: count,
  servers = 1,
  values = {},
  latency = ms(1),
  seed = '1',
}: ClusterTerms): Cluster {
  const numbers = Array.from({ length: count }, (_, i) => i + 1)
  const hosts = Object.fromEntries([...numbers.map((i) => [`host.${i}`, {}]), ['client', {}]])
  const world = makeWorld(hosts, { latency: { kind: 'constant', value: latency } }, seed)
  const processes = numbers.map((i) =>
    world.addProcess(world.hosts.get(`host.${i}`)!, `consul.${i}`, 'consul'),
  )
  const given = { servers: processes.slice(0, servers).map(({ address }) => address), ...FREE, ...values }
  const checked = valuesOf(consul, given) as ConsulValues
  const agents: Agent[] = []
  for (const [i, process] of processes.entries()) {
    const context = new ServiceContext(process, world.recorder, consul.metrics)
    const definition = defineService({
      ...consul,
      create(context, values) {
        const agent = new Agent(context, values)
        agents[i] = agent
        return agent
      },
    })
    process.behaviour = new ServiceBehaviour(() => definition.create(context, checked), consul.faults)
  }
  return {
    world,
    processes,
    agents,
    run: (until) => void world.simulation.run({ until }),
    sum: (name) => {
      const { metrics } = world.recorder.finish(world.simulation.now)
      return processes.reduce(
        (sum, process) => sum + (metrics[`service.${process.name}.${name}`]?.value ?? 0),
        0,
      )
    },
  }
}

export function beginAll({ processes }: Cluster): void {
  for (const process of processes) process.begin()
}

/** Up to a time, step by step, until something holds; when that was, or undefined. */
export function runUntil(
  { world }: Pick<Cluster, 'world'>,
  until: number,
  step: number,
  holds: () => boolean,
): number | undefined {
  while (!holds()) {
    if (world.simulation.now >= until) return undefined
    world.simulation.run({ until: world.simulation.now + step })
  }
  return world.simulation.now
}

/** Makes all links lose so many packets. */
export function losePackets(world: World, loss: number): () => void {
  const hosts = new Set(world.hosts.values())
  return world.network.impair(hosts, hosts, { loss }, false)
}

/** Loses what goes over UDP, and nothing else. */
export const loseDatagrams = (world: World): (() => void) =>
  world.network.addRule({ name: 'no UDP', decide: ({ message }) => (message.datagram ? 'drop' : undefined) })
