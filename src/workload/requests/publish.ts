// A message published to a RabbitMQ broker, as a task for whoever consumes it: a piece of work, or a request that its consumer
// passes on. Each bears the number of its publication and the name of its task, so that its way can be followed.

import { publish as publishRequest } from '../../env/clients/amqp.ts'
import type { Request } from '../../env/env.ts'
import { bytes, duration, flag, kind, optional, text } from '../../parameters.ts'
import { MiB } from '../../units.ts'
import { exec } from './exec.ts'
import { generate } from './generate.ts'
import { http } from './http.ts'
import { infer } from './infer.ts'
import { job } from './job.ts'
import { redis } from './redis.ts'
import { defineRequest, type RequestFactory, type RequestKind } from './request-kind.ts'
import { sql } from './sql.ts'
import { tool } from './tool.ts'

/** What a message may carry. */
const bodies = { exec, generate, http, infer, job, redis, sql, tool } as unknown as Readonly<
  Record<string, RequestKind>
>

/** Who publishes, as the broker's consumers and the facts know it. */
const PRODUCER = 'clients'

export const publish = defineRequest({
  name: 'publish',
  meaning: 'a message to an exchange of a RabbitMQ broker',
  parameters: {
    exchange: text({
      meaning: "the exchange; '': the default one, for which the key is the queue",
      default: '',
    }),
    routingKey: text({ meaning: 'the routing key', default: '' }),
    body: kind(bodies, {
      meaning: 'what its consumer is to do: a job on its own core, or a request to be passed on',
      default: { kind: 'job', values: {} },
    }),
    size: bytes({
      meaning: 'size of the body',
      default: 1000,
      max: 128 * MiB,
      source: '[P] that of most benchmarks',
    }),
    persistent: flag({ meaning: 'written to the disk by durable queues', default: true }),
    confirm: flag({ meaning: 'whether to wait until every queue has it safe', default: true }),
    mandatory: flag({ meaning: 'refused where no queue gets it', default: false }),
    expiration: optional(duration({ meaning: 'its time to live' })),
  },
  create({ exchange, routingKey, body, size, persistent, confirm, mandatory, expiration }, streams) {
    const draw = bodies[body.kind]!.create(body.values, streams)
    let sequence = 0
    const next: RequestFactory = (row) => {
      const content = {
        body: draw(row) as Request<unknown>,
        size,
        persistent,
        producer: PRODUCER,
        sequence: ++sequence,
        task: `${PRODUCER}/${sequence}`,
        ...(expiration === undefined ? {} : { expiration }),
      }
      return publishRequest({ exchange, routingKey }, content, { confirm, mandatory })
    }
    return next
  },
})
