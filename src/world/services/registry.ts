// All services a scenario can name.

import type { ServiceDefinition } from '../service.ts'
import { queue } from './queue/queue.ts'

export const services: Readonly<Record<string, ServiceDefinition>> = {
  queue: queue as unknown as ServiceDefinition,
}
