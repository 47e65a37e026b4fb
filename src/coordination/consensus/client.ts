// A client of a PBFT group as a coordinator: what a workload asks it, it asks the group; or it asks by itself, one request after the other.

import {
  type Address,
  type Coordinator,
  defineCoordinator,
  type Env,
  type Message,
  type RedisReply,
  type Request,
  type Task,
} from '../../env/index.ts'
import { count, type Values } from '../../parameters.ts'
import { Group } from './group.ts'
import { Keyring } from './keyring.ts'
import { PbftClient } from './pbft-client.ts'
import { groupParameters, pbftMetrics } from './pbft-terms.ts'

const parameters = {
  ...groupParameters,
  requests: count({
    meaning: 'how many requests it makes by itself, each after the answer to the last',
    default: 0,
  }),
} as const

export const pbftClient = defineCoordinator({
  name: 'pbft-client',
  meaning: 'asks a PBFT group, and believes what f + 1 of its replicas say alike',
  parameters,
  metrics: pbftMetrics,
  create: (env, values) => new Client(env, values),
})

interface Answer extends Message {
  readonly kind: 'pbft.answer'
  readonly value: unknown
}

/** What the state machine gave, as who asked expects it. */
export const answerOf = ({ kind }: Request<unknown>, value: unknown): Answer | RedisReply =>
  kind === 'redis'
    ? { kind: 'redis.reply', values: value as RedisReply['values'] }
    : { kind: 'pbft.answer', value }

class Client implements Coordinator {
  readonly #client: PbftClient
  readonly #requests: number

  constructor(env: Env, { members, group, key, clientTimeout, requests }: Values<typeof parameters>) {
    this.#requests = requests
    this.#client = new PbftClient(
      env,
      new Group(members, group ?? members[0]!.name),
      new Keyring(key, env.self.name),
      clientTimeout,
      (to, message) => {
        env.observe({ kind: 'count', metric: 'pbft.messages' })
        env.send(to, message)
      },
    )
  }

  *start(): Task<void> {
    for (let i = 0; i < this.#requests; i++) yield* this.#client.request({ kind: 'count' })
  }

  receive(from: Address, message: Message): void {
    this.#client.receive(from, message)
  }

  *handle(_from: Address, request: Request<unknown>): Task<unknown> {
    return answerOf(request, yield* this.#client.request(request))
  }
}
