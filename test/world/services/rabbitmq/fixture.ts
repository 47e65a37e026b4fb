// A broker, or a cluster of them, and clients that keep what came to them. Costs are 0 and the network is ideal unless stated.

import {
  type AmqpContent,
  type DeliverMessage,
  type Delivery,
  type Fact,
  type Message,
  publish,
  type Settlement,
} from '../../../../src/env/index.ts'
import { ms } from '../../../../src/units.ts'
import type { Process } from '../../../../src/world/process.ts'
import { ServiceBehaviour, ServiceContext } from '../../../../src/world/service.ts'
import { rabbitmq } from '../../../../src/world/services/rabbitmq/rabbitmq.ts'
import type { World } from '../../../../src/world/world.ts'
import { makeWorld } from '../../fixture.ts'
import { Asked, addClient, metric, valuesOf } from '../fixture.ts'

type Given = Readonly<Record<string, unknown>>

/** Nothing costs anything; what is written is written at once. */
export const FREE = {
  publishCost: 0,
  deliveryCost: 0,
  queueCost: 0,
  quorumCost: 0,
  collection: 0,
  flush: ms(1),
} as const

/** A queue's terms in full. */
export const queue = (given: Given = {}): Given => ({
  type: 'classic',
  durable: true,
  overflow: 'drop-head',
  ...given,
})

export interface Rabbits {
  readonly world: World
  readonly nodes: readonly Process[]
  readonly facts: Fact[]
  /** Figures of the first node, or of another. */
  count(name: string, node?: number): number | null
}

/** Nodes on hosts `r1`, `r2` …, and hosts `a`, `b`, `c` for clients. */
export function makeRabbits(given: Given = {}, nodes = 1, network = {}, hosts: Given = {}): Rabbits {
  const names = Array.from({ length: nodes }, (_, i) => `r${i + 1}`)
  const all = ['a', 'b', 'c', ...names]
  const world = makeWorld(Object.fromEntries(all.map((name) => [name, { cores: 8, ...hosts }])), network)
  const facts: Fact[] = []
  world.listener = { said: (_at, _process, fact) => facts.push(fact) }
  const processes = names.map((name) =>
    world.addProcess(world.hosts.get(name)!, name.replace('r', 'rabbit.'), 'rabbit'),
  )
  const cluster = nodes > 1 ? { cluster: processes.map(({ address }) => address) } : {}
  const values = valuesOf(rabbitmq, { ...FREE, ...cluster, ...given })
  for (const process of processes) {
    const context = new ServiceContext(process, world.recorder, rabbitmq.metrics)
    process.behaviour = new ServiceBehaviour(() => rabbitmq.create(context, values))
  }
  for (const process of processes) process.begin()
  const count = (name: string, node = 0) => metric(world, `service.${processes[node]!.name}.${name}`)
  return { world, nodes: processes, facts, count }
}

/** One host cannot reach another, nor (where both) the other it, until what is returned is called. */
export function cut(world: World, a: string, b: string, both = true): () => void {
  const [from, to] = [a, b].map((name) => new Set([world.hosts.get(name)!]))
  return world.network.cut({ from: from!, to: to!, both })
}

/** A message of a producer, with its number. */
export const content = (sequence: number, more: Partial<AmqpContent> = {}): AmqpContent => ({
  body: { kind: 'job' },
  size: 100,
  producer: 'p',
  sequence,
  task: `t${sequence}`,
  ...more,
})

/** Publishes the messages of one producer. */
export class Producer {
  readonly process: Process
  readonly asked: Asked[] = []
  #sequence = 0

  constructor(
    readonly world: World,
    host: string,
    readonly node: Process,
    readonly name = 'producer',
  ) {
    this.process = addClient(world, host, name)
  }

  publish(
    to: string | { exchange: string; routingKey: string },
    more: Partial<AmqpContent> = {},
    terms = {},
  ): Asked {
    const message = content(++this.#sequence, {
      producer: this.name,
      task: `${this.name}/${this.#sequence}`,
      ...more,
    })
    const target = typeof to === 'string' ? { routingKey: to } : to
    const asked = new Asked(this.process, this.node, publish(target, message, terms))
    this.asked.push(asked)
    return asked
  }
}

/** What a consumer does with a delivery: how it settles it, or `undefined`: it keeps it. */
type Policy = (delivery: Delivery, consumer: TestConsumer) => Settlement | undefined

/** A consumer on one connection, which settles as it is told. */
export class TestConsumer {
  readonly process: Process
  readonly deliveries: Delivery[] = []
  readonly at: number[] = []
  readonly open: Asked
  readonly connection: string
  #sent = 0

  constructor(
    readonly world: World,
    host: string,
    readonly node: Process,
    readonly terms: {
      queue?: string
      prefetch?: number
      autoAck?: boolean
      heartbeat?: number
      name?: string
    } = {},
    readonly policy: Policy = () => 'ack',
  ) {
    const { queue, prefetch = 10, autoAck = false, heartbeat = 0, name = 'consumer' } = terms
    const now = world.simulation.now
    this.connection = `${name}@${now}`
    this.process = addClient(world, host, name)
    this.process.behaviour = {
      cost: () => 0,
      begin() {},
      deliver: ({ message }) => this.#take(message),
    }
    this.open = this.ask({ kind: 'amqp.open', connection: this.connection, heartbeat } as Message)
    if (queue !== undefined)
      this.ask({ kind: 'amqp.consume', connection: this.connection, queue, prefetch, autoAck } as Message)
  }

  ask<R extends Message = Message>(message: Message): Asked<R> {
    return new Asked<R>(this.process, this.node, message)
  }

  settle(tag: number, outcome: Settlement, multiple = false): void {
    const { connection } = this
    const message = { kind: 'amqp.settle', connection, n: ++this.#sent, tag, outcome, multiple, bytes: 30 }
    this.process.send(this.node, message)
  }

  beat(): void {
    const { connection } = this
    this.process.send(this.node, { kind: 'amqp.heartbeat', connection, n: ++this.#sent, bytes: 8 } as Message)
  }

  get sequences(): number[] {
    return this.deliveries.map(({ content }) => content.sequence!)
  }

  #take(message: Message): void {
    if (message.kind !== 'amqp.deliver') return
    const { delivery } = message as DeliverMessage
    this.deliveries.push(delivery)
    this.at.push(this.world.simulation.now)
    const outcome = this.terms.autoAck ? undefined : this.policy(delivery, this)
    if (outcome) this.settle(delivery.tag, outcome)
  }
}
