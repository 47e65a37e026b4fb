// An agent that is fed by a RabbitMQ queue: takes tasks as its prefetch allows, does each on its own core or by a call to
// somebody else, and acknowledges it. Acknowledged after the work, a task is done at least once; before it, at most once.
// Source: rabbitmq.com/tutorials, "Work queues"; rabbitmq.com/docs/confirms.

import {
  type Address,
  Channel,
  defineCoordinator,
  type Env,
  type JobRequest,
  type Message,
  Outcome,
  type Request,
  type Task,
} from '../../env/index.ts'
import { choice, count, duration, optional, reference, text, type Values } from '../../parameters.ts'
import { minutes, ms, seconds } from '../../units.ts'
import { AmqpConsumer, type Received } from '../messaging/amqp-consumer.ts'

const parameters = {
  broker: reference('service', { meaning: 'the RabbitMQ broker, or the nodes of one, tried in turn' }),
  queue: text({ meaning: 'the queue that its tasks come from' }),
  prefetch: count({
    meaning: 'tasks that it may hold at once; 0: any number',
    default: 10,
    source: '[G] RabbitMQ’s default is no limit',
  }),
  ack: choice(['after', 'before', 'auto', 'never'], {
    meaning: 'when a task is acknowledged: after the work, before it, by its very delivery, or never (a bug)',
    default: 'after',
  }),
  target: optional(
    reference('any', { meaning: 'who does the work, asked in turn; left out: the agent itself' }),
  ),
  timeout: duration({ meaning: 'time limit of a call to the target', default: minutes(10), min: 1 }),
  work: duration({ meaning: 'core time of a task that states none and has no target', default: ms(10) }),
  concurrency: count({ meaning: 'tasks that it does at once', default: 1, min: 1 }),
  onFailure: choice(['requeue', 'reject'], {
    meaning: 'what becomes of a task whose call fails: delivered again, or dead-lettered',
    default: 'requeue',
  }),
  heartbeat: duration({
    meaning: 'after what time without a sign of life it and its broker give each other up; 0s: never',
    default: seconds(60),
    source: '[S] rabbitmq.com/docs/heartbeats',
  }),
  reconnect: duration({
    meaning: 'pause before it connects again',
    default: seconds(5),
    source: '[S] network recovery interval of the Java client',
  }),
} as const

const counted = (better: 'lower' | 'higher', meaning: string) =>
  ({ observed: 'count', unit: 'count', better, meaning }) as const

export const queueConsumer = defineCoordinator({
  name: 'queue-consumer',
  meaning: 'does the tasks of a RabbitMQ queue, by itself or by calls to others, and acknowledges them',
  parameters,
  metrics: {
    'consumer.done': counted('higher', 'tasks done'),
    'consumer.failed': counted('lower', 'tasks whose call failed'),
    'consumer.redelivered': counted('lower', 'deliveries that may not have been the first'),
    'consumer.disconnected': counted('lower', 'connections that ended, or did not come about'),
    'consumer.latency': {
      observed: 'value',
      unit: 'ns',
      better: 'lower',
      meaning: 'from the coming of a task to the broker to its being done',
    },
  },
  create: (env, terms) => new QueueConsumer(env, terms),
})

class QueueConsumer {
  readonly #env: Env
  readonly #terms: Values<typeof parameters>
  readonly #tasks = new Channel<Received>()
  readonly #consumer: AmqpConsumer
  #turn = 0

  constructor(env: Env, terms: Values<typeof parameters>) {
    this.#env = env
    this.#terms = terms
    const { broker, queue, prefetch, ack, heartbeat, reconnect } = terms
    this.#consumer = new AmqpConsumer(env, {
      brokers: broker,
      queue,
      prefetch,
      autoAck: ack === 'auto',
      heartbeat,
      timeout: seconds(10),
      reconnect,
      take: (received) => this.#take(received),
      lost: () => env.observe({ kind: 'count', metric: 'consumer.disconnected' }),
    })
  }

  *start(): Task<void> {
    for (let i = 0; i < this.#terms.concurrency; i++) this.#env.spawn(this.#workForEver(), `worker ${i + 1}`)
    yield* this.#consumer.run()
  }

  receive(_from: Address, message: Message): void {
    this.#consumer.receive(message)
  }

  #take(received: Received): void {
    if (received.delivery.redelivered) this.#env.observe({ kind: 'count', metric: 'consumer.redelivered' })
    this.#tasks.put(received)
  }

  *#workForEver(): Task<never> {
    for (;;) {
      const received = yield* this.#tasks.get()
      // What came over a connection that is no more comes again.
      if (this.#terms.ack === 'auto' || this.#consumer.isCurrent(received)) yield* this.#work(received)
    }
  }

  *#work(received: Received): Task<void> {
    const env = this.#env
    const { ack, onFailure } = this.#terms
    const { queue, content, timestamp } = received.delivery
    if (ack === 'before') this.#consumer.settle(received, 'ack')
    try {
      yield* this.#do(content.body)
    } catch (error) {
      if (!(error instanceof Outcome)) throw error
      env.observe({ kind: 'count', metric: 'consumer.failed' })
      if (ack === 'after') this.#consumer.settle(received, onFailure)
      return
    }
    env.observe({ kind: 'count', metric: 'consumer.done' })
    env.observe({ kind: 'value', metric: 'consumer.latency', value: Math.max(0, env.now() - timestamp) })
    if (content.task !== undefined) env.observe({ kind: 'fact', fact: 'done', queue, task: content.task })
    if (ack === 'after') this.#consumer.settle(received, 'ack')
  }

  #do(body: Message): Task<unknown> {
    const { target, timeout, work } = this.#terms
    if (!target) return this.#env.compute({ cost: (body as JobRequest).service ?? work })
    return this.#env.call(target[this.#turn++ % target.length]!, body as Request<unknown>, timeout)
  }
}
