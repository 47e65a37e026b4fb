// An application's Redis client as a process of its own: it takes requests for Redis and sends each command to the server
// that has its key, so that a scenario's clients, who ask one process, can use a cluster or a master with replicas.
// With handler-cost 0s it costs nothing but the way to it, and none of that where the clients' host is its own.

import {
  type Address,
  defineCoordinator,
  type Env,
  isRedisError,
  RedisCluster,
  type RedisReply,
  type RedisRequest,
  type RedisValue,
  RefusedError,
  type Request,
  type Task,
} from '../../env/index.ts'
import { choice, count, duration, reference, type Values } from '../../parameters.ts'
import { ms, seconds } from '../../units.ts'

const parameters = {
  servers: reference('service', { meaning: 'the Redis servers: a cluster, or a master and its replicas' }),
  timeout: duration({
    meaning: 'time limit of one attempt',
    default: seconds(2),
    min: 1,
    source: '[S] Jedis: 2000 ms',
  }),
  attempts: count({
    meaning: 'attempts, redirections included, before a request fails',
    default: 5,
    min: 1,
    source: '[S] Jedis: maxAttempts 5',
  }),
  backOff: duration({
    meaning: 'pause before an attempt after one that came to nothing',
    default: ms(100),
    source: '[S] ioredis: retryDelayOnFailover 100',
  }),
  readFrom: choice(['master', 'replica'], {
    meaning: 'whom reading commands go to; a replica may be behind',
    default: 'master',
  }),
} as const

export const redisClient = defineCoordinator({
  name: 'redis-client',
  meaning: 'sends commands to the Redis server that has their key, follows redirections and failovers',
  parameters,
  metrics: {
    'redis.redirects': {
      observed: 'count',
      unit: 'count',
      better: 'lower',
      meaning: 'answers that named another server',
    },
    'redis.retries': {
      observed: 'count',
      unit: 'count',
      better: 'lower',
      meaning: 'attempts after one that came to nothing',
    },
    'redis.refreshes': {
      observed: 'count',
      unit: 'count',
      better: 'neither',
      meaning: 'times that servers were asked who is who',
    },
  },
  create: (env, values) => new RedisClient(env, values),
})

const METRICS = { redirect: 'redis.redirects', retry: 'redis.retries', refresh: 'redis.refreshes' } as const

/** What is no answer to the command, but says that it was not carried out. */
const NOT_DONE = /^(MOVED|CLUSTERDOWN|READONLY|NOREPLICAS|UNBLOCKED|EXECABORT|CROSSSLOT|OOM|MISCONF)\b/

class RedisClient {
  readonly #cluster: RedisCluster

  constructor(env: Env, { servers, ...terms }: Values<typeof parameters>) {
    const onDetour = (what: keyof typeof METRICS): void =>
      env.observe({ kind: 'count', metric: METRICS[what] })
    this.#cluster = new RedisCluster(env, { nodes: servers, ...terms, onDetour })
  }

  *handle(_from: Address, request: Request<unknown>): Task<RedisReply> {
    if (request.kind !== 'redis') throw new RefusedError(404, `no ${request.kind} here`)
    const reply = yield* this.#cluster.call(request as RedisRequest)
    const error = reply.values.find(isNotDone)
    if (error !== undefined && isRedisError(error)) throw new RefusedError(503, error.error)
    return reply
  }
}

const isNotDone = (value: RedisValue): boolean => isRedisError(value) && NOT_DONE.test(value.error)
