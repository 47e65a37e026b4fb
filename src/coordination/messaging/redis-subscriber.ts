// A process that subscribes to channels of a Redis server and does nothing with what comes but observe it: for what
// fan-out costs, and what is lost. It subscribes when it starts, and anew when the server has disconnected it.

import {
  type Address,
  defineCoordinator,
  type Env,
  type Message,
  Outcome,
  pipeline,
  type RedisPublished,
  type Task,
} from '../../env/index.ts'
import { duration, list, reference, text, type Values } from '../../parameters.ts'
import { seconds } from '../../units.ts'

const name = (meaning: string) => text({ meaning, pattern: /^\S+$/ })

const parameters = {
  server: reference('service', { meaning: 'the Redis server; of several, the first' }),
  channels: list(name('a channel'), { meaning: 'the channels to subscribe to', default: [], max: 1000 }),
  patterns: list(name('a pattern such as news.*'), {
    meaning: 'patterns of channels to subscribe to',
    default: [],
    max: 1000,
  }),
  retry: duration({
    meaning: 'time limit of subscribing, and pause before it is tried again',
    default: seconds(1),
    min: 1,
  }),
} as const

export const redisSubscriber = defineCoordinator({
  name: 'redis-subscriber',
  meaning: 'subscribes to channels of a Redis server and observes what comes',
  parameters,
  metrics: {
    'published.received': {
      observed: 'count',
      unit: 'count',
      better: 'higher',
      meaning: 'published messages that reached their subscribers',
    },
    'published.time': {
      observed: 'value',
      unit: 'ns',
      better: 'lower',
      meaning: 'from PUBLISH to the subscriber, its own handling included',
    },
    'published.disconnects': {
      observed: 'count',
      unit: 'count',
      better: 'lower',
      meaning: 'times that subscribers were disconnected because they read too slowly',
    },
  },
  create: (env, values) => new RedisSubscriber(env, values),
})

class RedisSubscriber {
  readonly #env: Env
  readonly #values: Values<typeof parameters>

  constructor(env: Env, values: Values<typeof parameters>) {
    this.#env = env
    this.#values = values
  }

  *start(): Task<void> {
    const { server, channels, patterns, retry } = this.#values
    const commands = [
      ...channels.map((channel) => ({ command: 'SUBSCRIBE', args: [channel] })),
      ...patterns.map((pattern) => ({ command: 'PSUBSCRIBE', args: [pattern] })),
    ]
    for (;;)
      try {
        yield* this.#env.call(server[0]!, pipeline(commands), retry)
        return
      } catch (error) {
        if (!(error instanceof Outcome)) throw error
        yield* this.#env.sleep(retry)
      }
  }

  receive(_from: Address, message: Message): void {
    if (message.kind === 'redis.published') {
      const { publishedAt } = message as RedisPublished
      this.#env.observe({ kind: 'count', metric: 'published.received' })
      this.#env.observe({ kind: 'value', metric: 'published.time', value: this.#env.now() - publishedAt })
    } else if (message.kind === 'redis.disconnected') {
      this.#env.observe({ kind: 'count', metric: 'published.disconnects' })
      this.#env.spawn(this.start(), 'subscribe')
    }
  }
}
