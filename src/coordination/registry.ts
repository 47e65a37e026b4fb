// All coordinators a scenario can name.

import type { CoordinatorDefinition } from '../env/index.ts'
import { agentPool } from './agents/agent-pool-coordinator.ts'
import { queueConsumer } from './agents/consumer.ts'
import { processExecutor } from './agents/process-executor.ts'
import { swarmSetup } from './agents/swarm-setup.ts'
import { worker } from './agents/worker.ts'
import { dispatcher } from './allocation/dispatcher.ts'
import { specialist } from './allocation/specialist.ts'
import { taskDistributor } from './allocation/task-distributor.ts'
import { pbftClient } from './consensus/client.ts'
import { pbftReplica } from './consensus/replica.ts'
import { raftElection } from './election/raft-election.ts'
import { pipeline } from './messaging/pipeline.ts'
import { redisSubscriber } from './messaging/redis-subscriber.ts'
import { websocketClient } from './messaging/websocket-client.ts'
import { redisClient } from './state/redis-client.ts'
import { stateStore } from './state/state-store.ts'
import { swarmAgent } from './topology/swarm-agent.ts'
import { swarmGateway } from './topology/swarm-gateway.ts'

const known = [
  agentPool,
  dispatcher,
  pbftClient,
  pbftReplica,
  pipeline,
  processExecutor,
  queueConsumer,
  raftElection,
  redisClient,
  redisSubscriber,
  stateStore,
  swarmAgent,
  swarmGateway,
  specialist,
  swarmSetup,
  taskDistributor,
  websocketClient,
  worker,
] as unknown as readonly CoordinatorDefinition[]

export const coordinators: Readonly<Record<string, CoordinatorDefinition>> = Object.fromEntries(
  known.map((definition) => [definition.name, definition]),
)
