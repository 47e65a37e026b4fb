// The queues of a broker, and the other nodes of its cluster: who leads which queue, what is declared, and whose alarm is up.
// Queues declared in the scenario have their homes (and first leaders) in turn; those declared by a request, where it came.

import type { DeclareRequest, QueueTerms, RefusedError } from '../../../env/index.ts'
import type { ServiceContext } from '../../service.ts'
import { ClassicFile, ClassicStore } from './classic-store.ts'
import { deadLetter, goesRound } from './dead-letter.ts'
import { durableOf, isSame, mismatch } from './declarations.ts'
import type { DiskWatch } from './disk-watch.ts'
import type { MemoryGauge } from './memory-gauge.ts'
import { type DeathReason, Entry, type StoredMessage } from './message.ts'
import type { Declared, NodeMessage, NodePayload } from './node-messages.ts'
import type { RabbitMqValues } from './parameters.ts'
import { Peer, type PeerListener } from './peer.ts'
import { QueueClient } from './queue-client.ts'
import type { QueueMetrics } from './queue-metrics.ts'
import { QueueProcess } from './queue-process.ts'
import type { QueueStore, QueueSurroundings } from './queue-store.ts'
import { Replica } from './replica.ts'
import { ReplicaFile } from './replica-file.ts'
import { Topology } from './topology.ts'
import { costsOf, queueTerms } from './values.ts'
import { WriteAheadLog } from './write-ahead-log.ts'

/** Memory of a message in a quorum queue, whose body is on the disk. */
const QUORUM_MESSAGE_BYTES = 32
/** Where the disk keeps what was declared by requests. */
const DECLARED = 'declared'

export interface QueuesTerms {
  readonly context: ServiceContext
  readonly values: RabbitMqValues
  readonly memory: MemoryGauge
  readonly disk: DiskWatch
  readonly metrics: QueueMetrics
  /** Sends a message that has died to these queues. */
  publishDead(message: StoredMessage, queues: readonly string[]): void
  /** Another node's alarm is up, or none is any more. */
  alarmsChanged(): void
}

export class Queues implements PeerListener {
  readonly topology = new Topology()
  readonly #terms: QueuesTerms
  readonly #wal: WriteAheadLog
  readonly #clients = new Map<string, QueueClient>()
  readonly #replicas = new Map<string, Replica>()
  readonly #stores = new Map<string, ClassicStore>()
  /** The nodes in their order; this one is undefined. */
  readonly #nodes: (Peer | undefined)[] = [undefined]
  readonly #alarms = new Set<Peer>()
  #enqueuer = ''

  constructor(terms: QueuesTerms) {
    const { context, values, memory, disk } = terms
    this.#terms = terms
    this.#wal = new WriteAheadLog(context, memory, disk, values.walSize)
  }

  get peers(): readonly Peer[] {
    return this.#nodes.filter((node) => node !== undefined)
  }

  /** Whether another node has an alarm. */
  get alarm(): boolean {
    return this.#alarms.size > 0
  }

  begin(): void {
    const { context, values } = this.#terms
    const { cluster, failureDetection, queues, exchanges, bindings } = values
    this.#enqueuer = `${context.name}@${context.now()}`
    if (cluster) {
      const nodes = cluster.map((address) =>
        address.name === context.name
          ? undefined
          : new Peer(context, context.processOf(address), this, failureDetection),
      )
      this.#nodes.splice(0, 1, ...nodes)
    }
    for (const [name, terms] of Object.entries(exchanges)) this.topology.addExchange(name, terms)
    for (const [i, [name, value]] of Object.entries(queues).entries())
      this.#add(name, queueTerms(value), i % this.#nodes.length)
    for (const binding of bindings) this.topology.bind(binding)
    const known = this.#declared
    context.disk.delete(DECLARED)
    for (const declared of known) this.#take(durableOf(declared))
    for (const peer of this.peers) peer.begin()
  }

  get(name: string): QueueClient | undefined {
    return this.#clients.get(name)
  }

  /** Declares what is not there yet; or says what is there and different. */
  declare({ exchanges = {}, queues = {}, bindings = [] }: DeclareRequest): RefusedError | undefined {
    for (const [name, terms] of Object.entries(exchanges)) {
      const known = this.topology.exchange(name)
      if (known && known.type !== terms.type) return mismatch('exchange', name)
    }
    for (const [name, terms] of Object.entries(queues)) {
      const known = this.#clients.get(name)?.terms
      if (known && !isSame(known, terms)) return mismatch('queue', name)
    }
    const home = this.#terms.context.name
    const declared: Declared = { declarations: { exchanges, queues, bindings }, home }
    // Before anyone hears who leads it.
    for (const peer of this.peers) peer.send({ of: 'declare', ...declared }, 100)
    this.#take(declared)
    return undefined
  }

  accept(from: string, message: NodeMessage): void {
    this.peers.find(({ name }) => name === from)?.accept(message)
  }

  /** Tells the other nodes of this one's alarm. */
  tellAlarm(up: boolean): void {
    for (const peer of this.peers) peer.send({ of: 'alarm', up })
  }

  up(peer: Peer): void {
    for (const declared of this.#declared) peer.send({ of: 'declare', ...declared }, 100)
    if (this.#terms.memory.alarm || this.#terms.disk.alarm) peer.send({ of: 'alarm', up: true })
    for (const replica of this.#replicas.values()) replica.up(peer)
    for (const [queue, { led }] of this.#clients)
      if (led) peer.send({ of: 'leader', queue, term: this.#termOf(queue) })
  }

  down(peer: Peer): void {
    this.#setAlarm(peer, false)
    for (const replica of this.#replicas.values()) replica.down(peer)
    for (const client of this.#clients.values()) client.down(peer)
  }

  heard(peer: Peer, payload: NodePayload): void {
    switch (payload.of) {
      case 'tick':
        break
      case 'declare':
        this.#take(payload)
        break
      case 'alarm':
        this.#setAlarm(peer, payload.up)
        break
      case 'append':
      case 'appended':
      case 'vote':
      case 'voted':
        this.#replicas.get(payload.queue)?.heard(peer, payload)
        break
      default:
        this.#clients.get(payload.queue)?.heard(peer, payload)
    }
  }

  /** The process has ended: what was not written is gone, and with the host what was not synced. */
  crash(): void {
    const { context } = this.#terms
    for (const [queue, { unconfirmed }] of this.#stores)
      for (const { content, promised } of unconfirmed)
        if (content.task !== undefined && promised)
          context.say({ fact: 'dropped', queue, task: content.task })
    for (const file of context.disk.values()) {
      if (file instanceof ReplicaFile) file.crash()
      if (file instanceof ClassicFile && !context.host.up) file.losePower(context.now())
    }
  }

  get #declared(): readonly Declared[] {
    return (this.#terms.context.disk.get(DECLARED) as readonly Declared[] | undefined) ?? []
  }

  /** Makes what is not there yet, and keeps in mind what was declared. */
  #take(declared: Declared): void {
    const { declarations, home } = declared
    let isNew = false
    for (const [name, terms] of Object.entries(declarations.exchanges)) {
      if (this.topology.exchange(name)) continue
      this.topology.addExchange(name, terms)
      isNew = true
    }
    for (const [name, terms] of Object.entries(declarations.queues)) {
      if (this.#clients.has(name)) continue
      const at = this.#nodes.findIndex((node) => (node?.name ?? this.#terms.context.name) === home)
      this.#add(name, terms, at)
      isNew = true
    }
    for (const binding of declarations.bindings) if (this.topology.bind(binding)) isNew = true
    if (isNew) this.#terms.context.disk.set(DECLARED, [...this.#declared, declared])
  }

  /** @param home index of the node where it is, or where its first leader is */
  #add(name: string, terms: QueueTerms, home: number): void {
    const node = this.#nodes[home]
    const client = new QueueClient(name, terms, this.#enqueuer, terms.type === 'classic' ? node : undefined)
    this.#clients.set(name, client)
    this.topology.addQueue(name)
    if (terms.type === 'quorum') this.#addReplica(client, home)
    else if (!node) this.#leadClassic(client)
  }

  #leadClassic(client: QueueClient): void {
    const { context, values } = this.#terms
    const { name, terms } = client
    const { flush, writeBack } = values
    const file = terms.durable ? this.#file(name, () => new ClassicFile(writeBack)) : undefined
    const store = new ClassicStore(context, this.#terms.disk, flush, file)
    this.#stores.set(name, store)
    this.#lead(client, store, file?.recover() ?? [])
  }

  #addReplica(client: QueueClient, home: number): void {
    const { context, values } = this.#terms
    const { name } = client
    const nodes = this.#nodes
    const members = Array.from(
      { length: Math.min(values.replicas, nodes.length) },
      (_, i) => nodes[(home + i) % nodes.length],
    )
    if (!members.includes(undefined)) return
    const file = this.#file(name, () => new ReplicaFile())
    const replica = new Replica(file, {
      queue: name,
      context,
      wal: this.#wal,
      peers: members.filter((member) => member !== undefined),
      first: members[0] === undefined,
      followCost: Math.round(values.quorumCost / 3),
      lead: () => {
        const live = [...file.live].map(
          ([position, { message, expiresAt }]) => new Entry(position, message, expiresAt, true),
        )
        if (file.term > 1) this.#terms.metrics.leaderChanges.add(context.now())
        this.#lead(client, replica, live)
      },
      follow: () => client.follow(),
    })
    this.#replicas.set(name, replica)
    replica.begin()
  }

  #file<F>(queue: string, make: () => F): F {
    const { disk } = this.#terms.context
    const key = `queue/${queue}`
    const known = disk.get(key) as F | undefined
    if (known) return known
    const file = make()
    disk.set(key, file)
    return file
  }

  #lead(client: QueueClient, store: QueueStore, entries: readonly Entry[]): void {
    const { name, terms } = client
    const process = new QueueProcess(name, terms, store, this.#surroundings(terms))
    process.restore(entries)
    const term = this.#termOf(name)
    client.lead(process, term, terms.type === 'quorum' ? this.peers : [])
    for (const peer of this.peers) peer.send({ of: 'leader', queue: name, term })
  }

  #termOf(queue: string): number {
    return this.#replicas.get(queue)?.term ?? 0
  }

  #surroundings({ type }: QueueTerms): QueueSurroundings {
    const { context, memory, metrics, values } = this.#terms
    const { queueCost, quorumCost, messageMemory, bodiesInMemory } = values
    return {
      context,
      memory,
      metrics,
      costs: costsOf(type === 'quorum' ? quorumCost : queueCost, values),
      weigh: ({ content }) =>
        type === 'quorum' ? QUORUM_MESSAGE_BYTES : Math.round(messageMemory + content.size * bodiesInMemory),
      deadLetter: (queue, terms, message, reason) => this.#deadLetter(queue, terms, message, reason),
    }
  }

  #deadLetter(queue: string, terms: QueueTerms, message: StoredMessage, reason: DeathReason): boolean {
    const dead = deadLetter(message, { queue, reason }, terms)
    if (!dead) return false
    const routes = this.topology.route(dead.exchange, dead.routingKey) ?? []
    this.#terms.publishDead(
      dead,
      routes.filter((target) => !goesRound(dead, target)),
    )
    return true
  }

  #setAlarm(peer: Peer, up: boolean): void {
    if (this.#alarms.has(peer) === up) return
    if (up) this.#alarms.add(peer)
    else this.#alarms.delete(peer)
    this.#terms.alarmsChanged()
  }
}
