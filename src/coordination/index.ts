// The coordinators as a library: `import { McpClient } from 'rehearsal/coordination'`.

export { AgentPool } from './agents/agent-pool.ts'
export { queueConsumer } from './agents/consumer.ts'
export { processExecutor } from './agents/process-executor.ts'
export { swarmSetup } from './agents/swarm-setup.ts'
export { worker } from './agents/worker.ts'
export { dispatcher } from './allocation/dispatcher.ts'
export { raftElection } from './election/raft-election.ts'
export { AmqpConsumer, type AmqpConsumerTerms, type Received } from './messaging/amqp-consumer.ts'
export { McpClient, type McpClientTerms } from './messaging/mcp-client.ts'
export { pipeline } from './messaging/pipeline.ts'
export { coordinators } from './registry.ts'
export { redisClient } from './state/redis-client.ts'
