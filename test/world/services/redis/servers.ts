// Several Redis servers on a host each, as one part of a scenario, and clients on hosts of their own.

import {
  type RedisReply,
  type RedisRequest,
  type RedisValue,
  redis as say,
} from '../../../../src/env/index.ts'
import { seconds } from '../../../../src/units.ts'
import type { NetworkValues } from '../../../../src/world/network.ts'
import type { Process } from '../../../../src/world/process.ts'
import { ServiceBehaviour, ServiceContext } from '../../../../src/world/service.ts'
import { redis } from '../../../../src/world/services/redis/redis.ts'
import type { World } from '../../../../src/world/world.ts'
import { makeWorld } from '../../fixture.ts'
import { Asked, addClient, valuesOf } from '../fixture.ts'

export type Words = readonly [string, ...(string | number)[]]

export class Servers {
  readonly world: World
  /** `redis.1` …, on hosts `h1` … */
  readonly all: readonly Process[]
  /** On a host `c`. */
  readonly client: Process

  constructor(
    count: number,
    values: Readonly<Record<string, unknown>> = {},
    network: Partial<NetworkValues> = {},
    seed = '1',
  ) {
    const hosts = Object.fromEntries(
      [...Array.from({ length: count }, (_, i) => `h${i + 1}`), 'c', 'd'].map((name) => [name, {}]),
    )
    this.world = makeWorld(hosts, network, seed)
    const { world } = this
    this.all = Array.from({ length: count }, (_, i) =>
      world.addProcess(world.hosts.get(`h${i + 1}`)!, `redis.${i + 1}`, 'redis'),
    )
    for (const process of this.all) {
      const context = new ServiceContext(process, world.recorder, redis.metrics)
      process.behaviour = new ServiceBehaviour(
        () => redis.create(context, valuesOf(redis, values)),
        redis.faults,
      )
    }
    for (const process of this.all) process.begin()
    this.client = addClient(world, 'c')
  }

  /** Goes on until a time. */
  until(time: number): void {
    this.world.simulation.run({ until: time })
  }

  ask(server: number, ...words: Words): Asked<RedisReply> {
    return this.send(server, say(...words))
  }

  send(server: number, request: RedisRequest, from = this.client): Asked<RedisReply> {
    return new Asked<RedisReply>(from, this.all[server - 1]!, request, { timeout: seconds(60) })
  }

  /** Asks, and waits for the answer. */
  say(server: number, ...words: Words): RedisValue | undefined {
    return this.answer(this.ask(server, ...words))
  }

  answer(asked: Asked<RedisReply>): RedisValue | undefined {
    const { simulation } = this.world
    const end = simulation.now + seconds(60)
    while (asked.endedAt < 0 && simulation.now < end) simulation.run({ until: simulation.now + 1e6 })
    return asked.reply?.values[0]
  }

  /** Whether a server is a master. */
  leads(server: number): boolean {
    return (this.say(server, 'ROLE') as RedisValue[])[0] === 'master'
  }

  cut(...between: readonly [readonly string[], readonly string[]]): () => void {
    const [a, b] = between.map((names) => new Set(names.map((name) => this.world.hosts.get(name)!)))
    return this.world.network.cut({ from: a!, to: b!, both: true })
  }
}
