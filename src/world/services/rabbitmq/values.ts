// What a scenario says of a broker, held against itself.

import type { QueueTerms } from '../../../env/index.ts'
import { quote, ScenarioError, unknownName } from '../../../errors.ts'
import type { Nanos } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'
import { isName, type RabbitMqValues } from './parameters.ts'
import type { QueueCosts } from './queue-store.ts'

/** Deliveries of a message of a quorum queue that may fail. */
const QUORUM_DELIVERY_LIMIT = 20

type QueueValue = RabbitMqValues['queues'][string]

export const queueTerms = (value: QueueValue): QueueTerms => {
  const quorum = value.type === 'quorum'
  return {
    ...value,
    durable: quorum || value.durable,
    deliveryLimit: value.deliveryLimit ?? (quorum ? QUORUM_DELIVERY_LIMIT : undefined),
  }
}

/** What a queue's process takes for each message, of the cost of its whole way. */
export const costsOf = (cost: Nanos, { collectEvery, collection }: RabbitMqValues): QueueCosts => {
  const quarter = Math.round(cost / 4)
  return { enqueue: cost - 2 * quarter, deliver: quarter, settle: quarter, collectEvery, collection }
}

/** Bytes above which the memory alarm is raised. */
export const memoryLimit = (
  { watermark, totalMemory }: RabbitMqValues,
  { host, process }: ServiceContext,
): number =>
  watermark * Math.min(totalMemory ?? Number.POSITIVE_INFINITY, process.memory.limit, host.values.memory)

/** Throws ScenarioError for what does not go together. */
export function checkValues(values: RabbitMqValues, context: ServiceContext): void {
  const { queues, exchanges, bindings, cluster, idleMemory } = values
  const knownQueues = Object.keys(queues)
  const knownExchanges = ['amq.direct', 'amq.fanout', 'amq.topic', ...Object.keys(exchanges)]
  for (const name of [...knownQueues, ...Object.keys(exchanges)])
    if (!isName(name))
      throw new ScenarioError(`invalid name: ${quote(name)}; expected letters, digits and . : _ / % - only`)
  for (const name of Object.keys(exchanges))
    if (name.startsWith('amq.'))
      throw new ScenarioError(
        `invalid exchange: ${quote(name)}; expected a name that does not begin with amq.`,
      )
  for (const { exchange, queue } of bindings) {
    if (!knownExchanges.includes(exchange))
      throw new ScenarioError([unknownName('exchange', exchange, knownExchanges)])
    if (!knownQueues.includes(queue)) throw new ScenarioError([unknownName('queue', queue, knownQueues)])
  }
  for (const [name, { deadLetterExchange, type, durable }] of Object.entries(queues)) {
    if (deadLetterExchange && !knownExchanges.includes(deadLetterExchange))
      throw new ScenarioError([unknownName('exchange', deadLetterExchange, knownExchanges)])
    if (type === 'quorum' && !durable)
      throw new ScenarioError(`invalid durable of ${name}: false; expected true, as quorum queues always are`)
  }
  if (cluster && !cluster.some(({ name }) => name === context.name))
    throw new ScenarioError(
      `invalid cluster of ${context.name}: ${cluster.map(({ name }) => name).join(', ')}; expected itself among them`,
    )
  const limit = memoryLimit(values, context)
  if (limit <= idleMemory)
    throw new ScenarioError(
      `invalid watermark: ${values.watermark} of the memory is ${Math.round(limit)} bytes; expected more than idle-memory, ${idleMemory} bytes, or nobody could ever publish`,
    )
}
