// All services a scenario can name.

import type { ServiceDefinition } from '../service.ts'
import { consul } from './consul/consul.ts'
import { docker } from './docker/docker.ts'
import { http } from './http/http.ts'
import { kong } from './kong/kong.ts'
import { mcp } from './mcp/mcp.ts'
import { mlApi } from './ml-api/ml-api.ts'
import { nginx } from './nginx/nginx.ts'
import { ollama } from './ollama/ollama.ts'
import { postgres } from './postgres/postgres.ts'
import { queue } from './queue/queue.ts'
import { rabbitmq } from './rabbitmq/rabbitmq.ts'
import { redis } from './redis/redis.ts'
import { vectorStore } from './vector-store/vector-store.ts'
import { websocketHub } from './websocket-hub/websocket-hub.ts'

export const services: Readonly<Record<string, ServiceDefinition>> = {
  consul: consul as unknown as ServiceDefinition,
  docker: docker as unknown as ServiceDefinition,
  http: http as unknown as ServiceDefinition,
  kong: kong as unknown as ServiceDefinition,
  mcp: mcp as unknown as ServiceDefinition,
  'ml-api': mlApi as unknown as ServiceDefinition,
  nginx: nginx as unknown as ServiceDefinition,
  ollama: ollama as unknown as ServiceDefinition,
  postgres: postgres as unknown as ServiceDefinition,
  queue: queue as unknown as ServiceDefinition,
  rabbitmq: rabbitmq as unknown as ServiceDefinition,
  redis: redis as unknown as ServiceDefinition,
  'vector-store': vectorStore as unknown as ServiceDefinition,
  'websocket-hub': websocketHub as unknown as ServiceDefinition,
}
