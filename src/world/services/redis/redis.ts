// A Redis server: one thread, a cost a message and a cost a command, real values, an append-only file; alone, with replicas,
// or as one of a cluster.
// Costs follow from the two figures of its own benchmark (redis.io, "Redis benchmark"): SET 180,000/s one by one, and
// 1.5 million/s in pipelines of 16. A message of k commands takes m + k·c of the thread:
//   m + c = 1 s / 180,000 = 5,556 ns;  m + 16 c = 16 s / 1,500,000 = 10,667 ns;  so c = 5,111 / 15 = 341 ns, m = 5,215 ns.
// The published median of 0.143 ms at 180,000/s is 26 requests under way (Little), half of the benchmark's 50 connections.
// With appendfsync always the thread carries out all that has come, syncs once, and only then answers.
// Left out: I/O threads, snapshots on disk, the size of the file, its rewriting and loading, eviction, streams, scripts but for one, WATCH, moving slots.

import { type Address, type Message, RefusedError } from '../../../env/index.ts'
import { createDistribution, type Distribution } from '../../../kernel/distributions/registry.ts'
import type { Recording } from '../../../observe/recording.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import { defineService, type Service, type ServiceContext } from '../../service.ts'
import type { Written } from './backlog.ts'
import { PUBLISHED } from './commands/server.ts'
import { Exchange } from './exchange.ts'
import { Execution } from './execution.ts'
import { Expiry } from './expiry.ts'
import { Group } from './group.ts'
import type { Keyspace } from './keyspace.ts'
import type { Left } from './losses.ts'
import type { NoticeMessage } from './messages.ts'
import { Notice, type Noticed } from './notice.ts'
import { faults, metrics, parameters, type RedisValues } from './parameters.ts'
import { type Replicated, Replication } from './replication.ts'
import { Store } from './store.ts'
import { Subscriptions } from './subscriptions.ts'
import { Thread, type ThreadItem, Writing } from './thread.ts'

export const redis = defineService({
  name: 'redis',
  meaning:
    'Redis: one thread, real values, pipelines, publishing, an append-only file; alone, replicated, a cluster',
  parameters,
  metrics,
  faults,
  create: (context, values) => new Redis(context, values),
})

const LEFT = '(what a crash left)'

class Redis implements Service, Replicated, Noticed {
  readonly replication: Replication
  readonly group: Group | undefined
  readonly #context: ServiceContext
  readonly #values: RedisValues
  readonly #fsync: Distribution | undefined
  readonly #thread: Thread
  readonly #store: Store
  readonly #subscriptions: Subscriptions
  readonly #delivery: Writing
  readonly #execution: Execution
  readonly #expiry: Expiry
  readonly #latency: Recording
  /** The message that holds the thread now. */
  #reading: { readonly of: Envelope | Message; readonly item: ThreadItem } | undefined

  constructor(context: ServiceContext, values: RedisValues) {
    const grouped = values.cluster || values.replicas > 0
    this.#context = context
    this.#values = values
    this.#fsync = values.fsync && createDistribution(values.fsync)
    this.#latency = context.recording('latency')
    this.#thread = new Thread(context, () => this.#settle())
    this.#store = new Store(context, values)
    this.#subscriptions = new Subscriptions(context, values.outputBufferLimit)
    this.#delivery = new Writing(this.#thread, 0, values.deliveryCost, () => this.#subscriptions.gather())
    this.replication = new Replication(context, this.#thread, values, this, grouped)
    this.#execution = new Execution(
      context,
      this.#thread,
      values,
      this.#store,
      this.replication,
      this.#subscriptions,
    )
    if (grouped) this.group = new Group(context, this.#thread, values, this.replication, this.#execution)
    this.#execution.group = this.group
    this.#expiry = new Expiry(context, this.#thread, values.elementCost)
  }

  begin(): void {
    const { disk } = this.#context
    const left = disk.get(LEFT) as Left | undefined
    disk.delete(LEFT)
    this.group?.begin()
    if (left && !this.replication.master) this.replication.crashed(left)
    this.#store.count()
  }

  cost(envelope: Envelope): Nanos {
    const { role, sender, message } = envelope
    const item = role === 'request' ? this.#exchange(envelope) : new Notice(this, sender, message)
    this.#reading = { of: role === 'request' ? envelope : message, item }
    return this.#thread.cost(item)
  }

  handle(request: Envelope): void {
    const { kind } = request.message
    if (kind === 'redis') this.#thread.take(this.#read(request) ?? this.#exchange(request))
    else
      this.#thread.do(() => request.refuse(new RefusedError(404, `${this.#context.name} answers no ${kind}`)))
  }

  receive(from: Address, message: Message): void {
    this.#thread.take(this.#read(message) ?? new Notice(this, from, message))
  }

  abandon(request: Envelope): void {
    this.#execution.abandon(request)
  }

  crash(): void {
    this.#thread.crash()
    this.#store.crash(this.#context.now())
    const { history, offset, master } = this.replication
    const left: Left = { history, offset: Math.max(0, offset - this.#store.unsaved) }
    if (!master) this.#context.disk.set(LEFT, left)
  }

  fault(name: string): () => void {
    const { process } = this.#context
    if (name === 'failover') {
      process.enter(() => this.#thread.do(() => this.group?.failover()))
      return () => {}
    }
    let release = (): void => {}
    process.enter(() => {
      release = this.#thread.hold()
    })
    return () => process.enter(() => release())
  }

  copy(): Keyspace {
    return this.#store.db.copy()
  }

  apply(write: Written): void {
    this.#store.apply(write)
    this.#execution.applied()
  }

  adopt(data: Keyspace): void {
    this.#store.adopt(data)
  }

  costOfNotice(message: NoticeMessage): Nanos {
    const { deliveryCost, commandCost, elementCost } = this.#values
    let cost = deliveryCost
    if (message.kind === 'redis.stream')
      for (const { invocation } of message.writes) cost += this.#execution.weigh(invocation)
    else if (message.kind === 'redis.snapshot') cost += message.data.size * commandCost
    else if (message.kind === 'redis.forward')
      cost += PUBLISHED * this.#subscriptions.receivers(message.channel) * elementCost
    return Math.round(cost)
  }

  forwarded(channel: string, message: string): void {
    this.#subscriptions.publish(channel, message)
  }

  #exchange(request: Envelope): Exchange {
    return new Exchange(this.#execution, request)
  }

  #read(of: Envelope | Message): ThreadItem | undefined {
    const reading = this.#reading
    this.#reading = undefined
    return reading?.of === of ? reading.item : undefined
  }

  /** At the end of a turn of the loop: memory is counted, callers have their replies, the rest is written after what waits. */
  #settle(): void {
    const { master, clock } = this.replication
    this.#expiry.look(this.#store.db, master ? clock : this.#context.now())
    this.#store.count()
    const finished = this.#execution.takeFinished()
    if (this.#execution.written && this.#values.appendfsync === 'always') this.#sync(finished)
    else for (const exchange of finished) this.#reply(exchange)
    this.#execution.written = false
    if (this.#subscriptions.waiting) this.#delivery.request()
  }

  #reply(exchange: Exchange): void {
    const { request, offset } = exchange
    const now = this.#context.now()
    if (!request.abandoned) this.#latency.record(now, now - request.arrivedAt)
    this.replication.acknowledge(offset)
    exchange.reply()
  }

  /** The thread is held until the disk has what was written; then all that came meanwhile is carried out together. */
  #sync(finished: readonly Exchange[]): void {
    const release = this.#thread.hold()
    const synced = (): void => {
      this.#store.sync()
      for (const exchange of finished) this.#reply(exchange)
      release()
    }
    const { host } = this.#context
    if (this.#fsync)
      this.#context.later(Math.round(this.#fsync.sample(this.#context.random('fsync'))), synced)
    else host.disk.sync(this.#context.entering(synced))
  }
}
