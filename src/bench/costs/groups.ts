// The handlers of coordinators that come in groups: who agree by PBFT, and agents of a swarm in each of its topologies.

import { agentPool } from '../../coordination/agents/agent-pool-coordinator.ts'
import { pbftClient } from '../../coordination/consensus/client.ts'
import { pbftReplica } from '../../coordination/consensus/replica.ts'
import { HashRing } from '../../coordination/state/hash-ring.ts'
import { stateStore } from '../../coordination/state/state-store.ts'
import { swarmAgent } from '../../coordination/topology/swarm-agent.ts'
import { swarmGateway } from '../../coordination/topology/swarm-gateway.ts'
import type { Message, StateAction } from '../../env/index.ts'
import type { OperationBench, StageBench } from './bench.ts'
import { asked, named, services } from './coordinators.ts'
import { Stage } from './stage.ts'

const JOB = { kind: 'job', service: 1000 } as Message

/** A group that clients ask: three requests at once, so that there are batches. */
const pbft = (coordinator: 'pbft-replica' | 'pbft-client'): StageBench => ({
  coordinator,
  size: 'members',
  sizes: coordinator === 'pbft-client' ? [4, 16, 100] : [4, 7, 16, 31, 100],
  growth: { others: '1', 'pbft.request': 'n', 'pbft.new-view': 'n^2', 'pbft.view-change': 'n' },
  prepare(size) {
    const stage = new Stage()
    const members = named('replica', size)
    for (const { name } of members) stage.add(name, pbftReplica, { members })
    stage.add('one', pbftClient, { members })
    stage.begin()
    return {
      stage,
      drive() {
        if (stage.idle) for (let i = 0; i < 3; i++) stage.ask('one', JOB)
        // A large group sends so much that a request would be one sample.
        for (let i = 0; i < 50 && !stage.idle; i++) stage.step()
      },
    }
  },
})

/** Tasks by way of a gateway, and heartbeats between them. */
const swarm = (coordinator: 'swarm-agent' | 'swarm-gateway'): StageBench => ({
  coordinator,
  size: 'agents',
  sizes: [4, 16, 54],
  growth: { others: '1', timer: 'n' },
  prepare(size) {
    const stage = new Stage()
    const agents = named('agent', size)
    for (const { name } of agents) stage.add(name, swarmAgent, { members: agents, topology: 'hierarchical' })
    stage.add('one', swarmGateway, { agents, parts: Math.min(8, size - 1) })
    const { drive } = asked(stage, [JOB], 2)
    return {
      stage,
      drive() {
        drive()
        for (let i = 0; i < size; i++) stage.step()
      },
    }
  },
})

const pooling: StageBench = {
  coordinator: 'agent-pool',
  size: 'agents',
  sizes: [1, 16, 100],
  growth: { others: '1', timer: 'n' },
  prepare(size) {
    const stage = new Stage(services)
    const terms = { agents: named('agent', size), initial: { code: Math.ceil(size / 2) }, spawnTime: 1000 }
    stage.add('one', agentPool, terms)
    const { drive } = asked(stage, [{ ...JOB, capability: 'code' } as Message], 10)
    return {
      stage,
      drive() {
        drive()
        stage.step()
        stage.settle()
      },
    }
  },
}

const storing: StageBench = {
  coordinator: 'state-store',
  size: 'servers',
  sizes: [1],
  growth: { others: '1' },
  prepare(size) {
    const stage = new Stage(services)
    stage.add('one', stateStore, { servers: named('redis', size) })
    const actions: readonly StateAction[] = ['increment', 'write', 'read', 'push']
    const requests = Array.from({ length: 64 }, (_, i) => {
      const action = actions[i % actions.length]!
      return { kind: 'state', operations: [{ action, key: `agent:${i}`, value: '1' }] } as Message
    })
    return asked(stage, requests, 10)
  },
}

/** Looking a key up, by the shards there are. */
const lookingUp: OperationBench = {
  operation: 'hash-ring',
  size: 'shards',
  sizes: [1, 3, 16, 64],
  growth: 'n log n',
  prepare(size) {
    const ring = new HashRing(
      named('shard', size).map(({ name }) => name),
      160,
    )
    const keys = Array.from({ length: 1024 }, (_, i) => `agent_states:${i}`)
    let turn = 0
    return () => ring.shardOf(keys[turn++ & 1023]!)
  },
}

export const groups = [
  pbft('pbft-client'),
  pbft('pbft-replica'),
  swarm('swarm-agent'),
  swarm('swarm-gateway'),
  pooling,
  storing,
  lookingUp,
] as const
