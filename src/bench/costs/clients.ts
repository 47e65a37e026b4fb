// The handlers of coordinators that are clients of a service, on a stage: answers and what comes one way as the service sends it.

import { queueConsumer } from '../../coordination/agents/consumer.ts'
import { redisSubscriber } from '../../coordination/messaging/redis-subscriber.ts'
import { websocketClient } from '../../coordination/messaging/websocket-client.ts'
import { redisClient } from '../../coordination/state/redis-client.ts'
import type { DeliverMessage, Message, RedisPublished, RedisRequest, WsEvent } from '../../env/index.ts'
import type { StageBench } from './bench.ts'
import { asked, flat, JOB, named, services } from './coordinators.ts'
import { Stage } from './stage.ts'

const redisClienting: StageBench = {
  coordinator: 'redis-client',
  size: 'servers',
  sizes: [1, 6],
  growth: flat,
  prepare(size) {
    const servers = named('redis', size)
    const each = Math.floor(16_384 / size)
    // The masters share out the slots; a master alone says that it is one.
    const slots = servers.map(({ name }, i) => [
      i * each,
      i === size - 1 ? 16_383 : (i + 1) * each - 1,
      [name],
    ])
    const stage = new Stage((request, to) =>
      size > 1 && (request as RedisRequest).commands[0]!.command === 'CLUSTER'
        ? ({ kind: 'redis.reply', values: [slots, ['master', 0, []]] } as Message)
        : services(request, to),
    )
    stage.add('one', redisClient, { servers })
    const requests = Array.from({ length: 64 }, (_, i) => ({
      kind: 'redis',
      commands: [{ command: i % 2 ? 'GET' : 'SET', args: i % 2 ? [`key:${i}`] : [`key:${i}`, 'value'] }],
    }))
    return asked(stage, requests)
  },
}

const subscribing: StageBench = {
  coordinator: 'redis-subscriber',
  sizes: [1],
  growth: flat,
  prepare() {
    const stage = new Stage(services)
    stage.add('one', redisSubscriber, { server: named('redis', 1), channels: ['news'] })
    stage.begin()
    stage.settle()
    const news = {
      kind: 'redis.published',
      channel: 'news',
      message: 'hello',
      publishedAt: 0,
    } as RedisPublished
    return {
      stage,
      drive() {
        for (let i = 0; i < 100; i++) stage.tell('one', news)
        stage.settle()
      },
    }
  },
}

const watching: StageBench = {
  coordinator: 'websocket-client',
  sizes: [1],
  growth: flat,
  prepare() {
    let connection = ''
    const stage = new Stage((request) => {
      if (request.kind === 'ws.open') connection = (request as Message & { connection: string }).connection
      return undefined
    })
    stage.add('one', websocketClient, { hub: named('hub', 1), topics: ['agents'], silence: 0 })
    stage.begin()
    let n = 0
    return {
      stage,
      drive() {
        for (let i = 0; i < 100; i++) {
          n++
          const news = { topic: 'agents', sequence: n, publishedAt: 0, body: undefined }
          const event = { kind: 'ws.event', connection, n, news, bytes: 300 } as WsEvent
          stage.tell('one', i % 20 === 0 ? ({ kind: 'ws.ping', connection, n } as Message) : event)
        }
        stage.settle()
      },
    }
  },
}

const consuming: StageBench = {
  coordinator: 'queue-consumer',
  sizes: [1],
  growth: flat,
  prepare() {
    let connection = ''
    const stage = new Stage((request, to) => {
      if (request.kind === 'amqp.open') connection = (request as Message & { connection: string }).connection
      return services(request, to)
    })
    const terms = { broker: named('rabbit', 1), queue: 'tasks', target: named('worker', 1), heartbeat: 0 }
    stage.add('one', queueConsumer, terms)
    stage.begin()
    stage.settle()
    let n = 0
    return {
      stage,
      drive() {
        for (let i = 0; i < 50; i++) {
          const delivery = {
            tag: ++n,
            queue: 'tasks',
            exchange: '',
            routingKey: 'tasks',
            content: { body: JOB, size: 100, task: `task ${n}` },
            redelivered: false,
            timestamp: 0,
          }
          stage.tell('one', { kind: 'amqp.deliver', connection, n, delivery } as DeliverMessage)
        }
        stage.settle()
      },
    }
  },
}

export const clientBenches: readonly StageBench[] = [consuming, redisClienting, subscribing, watching]
