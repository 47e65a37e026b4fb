// A RabbitMQ broker, or one node of a cluster: exchanges and bindings, classic and quorum queues, consumers with a prefetch,
// acknowledgements and redelivery, confirms, dead letters, credit flow and the memory alarm. Each connection and each queue
// is an Erlang process, with one core at most; the rest of the runtime costs nothing.
// Clients connect to any node: what another leads is passed on to it. Declarations are told to all nodes without their vote.
// Left out: setting up connections, streams, transactions, plug-ins, users, booting and reading queues then.

import {
  type Address,
  type AmqpRequest,
  amqpBytes,
  type ConsumeRequest,
  type Delivery,
  type DepthReply,
  type FromClient,
  type GetReply,
  type GetRequest,
  type Message,
  type PublishRequest,
  RefusedError,
} from '../../../env/index.ts'
import type { Envelope } from '../../envelope.ts'
import { defineService, type Service, type ServiceContext } from '../../service.ts'
import { Connection } from './connection.ts'
import { DiskWatch } from './disk-watch.ts'
import { ErlangProcess } from './erlang-process.ts'
import { MemoryGauge } from './memory-gauge.ts'
import type { Entry, StoredMessage } from './message.ts'
import type { NodeMessage } from './node-messages.ts'
import { faults, metrics, parameters, type RabbitMqValues } from './parameters.ts'
import { Publishing } from './publishing.ts'
import type { QueueClient } from './queue-client.ts'
import { QueueMetrics } from './queue-metrics.ts'
import { Queues } from './queues.ts'
import { RemoteGets } from './remote-gets.ts'
import { checkValues, memoryLimit } from './values.ts'

export const rabbitmq = defineService({
  name: 'rabbitmq',
  meaning: 'a RabbitMQ broker: exchanges, classic and quorum queues, acknowledgements, confirms, a cluster',
  parameters,
  metrics,
  faults,
  create: (context, values) => new RabbitMq(context, values),
})

const DONE = { kind: 'amqp.done', bytes: 20 } as const

class RabbitMq implements Service {
  readonly #context: ServiceContext
  readonly #values: RabbitMqValues
  readonly #memory: MemoryGauge
  readonly #disk: DiskWatch
  readonly #queueMetrics: QueueMetrics
  readonly #queues: Queues
  readonly #publishing: Publishing
  readonly #remoteGets: RemoteGets
  readonly #connections = new Map<string, Connection>()
  readonly #closed
  #subscriptions = 0
  /** What has come while it hangs. */
  #stuck: (() => void)[] | undefined

  constructor(context: ServiceContext, values: RabbitMqValues) {
    checkValues(values, context)
    this.#context = context
    this.#values = values
    this.#closed = context.counter('connections.closed')
    this.#queueMetrics = new QueueMetrics(context)
    const ownAlarmChanged = (): void => {
      this.#queues.tellAlarm(this.#ownAlarm)
      this.#publishing.alarmChanged()
    }
    this.#memory = new MemoryGauge(context, values.memoryCheck, ownAlarmChanged)
    this.#disk = new DiskWatch(context, values.diskFreeLimit, ownAlarmChanged)
    this.#queues = new Queues({
      context,
      values,
      memory: this.#memory,
      disk: this.#disk,
      metrics: this.#queueMetrics,
      publishDead: (message, queues) => this.#publishing.publishTo(queues, message),
      alarmsChanged: () => this.#publishing.alarmChanged(),
    })
    this.#publishing = new Publishing({
      context,
      values,
      memory: this.#memory,
      queues: this.#queues,
      alarm: () => this.#ownAlarm || this.#queues.alarm,
    })
    this.#remoteGets = new RemoteGets(context, this.#queues)
  }

  begin(): void {
    this.#memory.begin(memoryLimit(this.#values, this.#context), this.#values.idleMemory)
    this.#queues.begin()
  }

  cost(): 0 {
    return 0
  }

  handle(request: Envelope): void {
    // A stream brings everything once.
    if (request.isCopy) return
    if (this.#stuck) this.#stuck.push(() => this.#handle(request))
    else this.#handle(request)
  }

  receive(from: Address, message: Message): void {
    if (this.#stuck) this.#stuck.push(() => this.#receive(from, message))
    else this.#receive(from, message)
  }

  abandon(request: Envelope): void {
    if (request.message.kind !== 'amqp.open') return
    if (this.#stuck) this.#stuck.push(() => this.#abandon(request))
    else this.#abandon(request)
  }

  crash(): void {
    this.#queues.crash()
    this.#queueMetrics.crash()
    this.#memory.crash()
    this.#publishing.crash()
  }

  fault(name: string): () => void {
    return name === 'hang' ? this.#hang() : this.#memory.force()
  }

  /** Whether this node holds publishers back. */
  get #ownAlarm(): boolean {
    return this.#memory.alarm || this.#disk.alarm
  }

  #hang(): () => void {
    const stuck: (() => void)[] = []
    this.#stuck = stuck
    return () => {
      this.#stuck = undefined
      for (const go of stuck) go()
    }
  }

  #handle(request: Envelope): void {
    const message = request.message as AmqpRequest
    switch (message.kind) {
      case 'amqp.publish':
        this.#publishing.receive(request.from, message, request)
        break
      case 'amqp.open':
        this.#open(request)
        break
      case 'amqp.consume':
        this.#consume(request, message)
        break
      case 'amqp.get':
        this.#get(request, message)
        break
      case 'amqp.declare': {
        const error = this.#queues.declare(message)
        if (error) request.refuse(error)
        else request.reply(DONE)
        break
      }
      case 'amqp.depth':
        this.#depth(request, message.queue)
        break
      default:
        this.#handleNode(request)
    }
  }

  /** What only other nodes ask. */
  #handleNode(request: Envelope): void {
    const { kind } = request.message
    // A node's link is held for as long as this process runs.
    if (kind === 'rabbitmq.link') return
    if (!this.#remoteGets.handle(request))
      request.refuse(new RefusedError(404, `${this.#context.name} answers no ${kind}`))
  }

  #receive(from: Address, message: Message): void {
    switch (message.kind) {
      case 'amqp.publish':
        this.#publishing.receive(this.#context.processOf(from), message as PublishRequest)
        break
      case 'amqp.settle':
      case 'amqp.heartbeat': {
        const fromClient = message as FromClient
        this.#connections.get(fromClient.connection)?.accept(fromClient)
        break
      }
      case 'rabbitmq.node':
        this.#queues.accept(from.name, message as NodeMessage)
        break
    }
  }

  #abandon(request: Envelope): void {
    for (const connection of this.#connections.values())
      if (connection.request === request) connection.close()
  }

  #open(request: Envelope): void {
    const { deliveryCost, deliveryTimeout, connectionMemory } = this.#values
    const context = this.#context
    const connection = new Connection(request, {
      context,
      process: new ErlangProcess(context),
      deliveryCost,
      settleCost: deliveryCost,
      deliveryTimeout,
      nextSubscription: () => ++this.#subscriptions,
      closed: ({ name, givenUp }) => {
        this.#connections.delete(name)
        this.#memory.add(-connectionMemory)
        if (givenUp) this.#closed.add(context.now())
      },
    })
    this.#connections.set(connection.name, connection)
    this.#memory.add(connectionMemory)
  }

  #consume(
    request: Envelope,
    { connection: name, queue: queueName, prefetch, autoAck = false }: ConsumeRequest,
  ): void {
    const connection = this.#connections.get(name)
    const queue = this.#queueOf(request, queueName)
    if (!queue) return
    if (!connection) request.refuse(new RefusedError(404, `no connection ${name}`))
    else {
      connection.consume(queue, prefetch, autoAck)
      request.reply(DONE)
    }
  }

  #get(request: Envelope, { queue: queueName, connection: name }: GetRequest): void {
    const queue = this.#queueOf(request, queueName)
    if (!queue) return
    const connection = name === undefined ? undefined : this.#connections.get(name)
    if (name !== undefined && !connection) {
      request.refuse(new RefusedError(404, `no connection ${name}`))
      return
    }
    const subscription = connection?.getting(queue)
    const answer = (
      found: Pick<Entry, 'position' | 'message' | 'redelivered'> | undefined,
      left: number,
    ): void => {
      const reply: GetReply = {
        kind: 'amqp.got',
        delivery: found && {
          ...deliveryOf(queueName, found.message, found.redelivered),
          tag: subscription ? connection!.hold(queue, subscription, found.position) : 0,
        },
        left,
        bytes: amqpBytes(found?.message.content.size ?? 0),
      }
      request.reply(reply)
    }
    if (queue.led)
      queue.get(subscription && queue.consumer(subscription.id), ({ entry, left }) => answer(entry, left))
    else this.#remoteGets.ask(request, queue, subscription?.id, answer)
  }

  #depth(request: Envelope, queueName: string): void {
    const queue = this.#queueOf(request, queueName)
    if (!queue) return
    if (!queue.led) {
      this.#remoteGets.pass(request, queue)
      return
    }
    const { ready, unacked } = queue.led
    const reply: DepthReply = { kind: 'amqp.depth', ready, unacked, bytes: 40 }
    request.reply(reply)
  }

  /** The queue, if it is there and up; otherwise the request is refused. */
  #queueOf(request: Envelope, name: string): QueueClient | undefined {
    const queue = this.#queues.get(name)
    if (queue && !queue.isDown) return queue
    request.refuse(queue?.downError ?? new RefusedError(404, `no queue ${name}`))
    return undefined
  }
}

const deliveryOf = (
  queue: string,
  { exchange, routingKey, content, timestamp }: StoredMessage,
  redelivered: boolean,
): Omit<Delivery, 'tag'> => ({ queue, exchange, routingKey, content, redelivered, timestamp })
