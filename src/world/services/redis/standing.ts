// Where a server of a group stands: who the masters are, as far as it knows, in which epoch, and who votes. Kept on disk
// (nodes.conf), so that a restart forgets nothing of it.

import type { Process } from '../../process.ts'
import type { ServiceContext } from '../../service.ts'
import type { RedisValues } from './parameters.ts'
import { merged, Shards, type View } from './shards.ts'

const NODES_CONF = 'nodes.conf'

interface Conf {
  readonly view: View
  readonly epoch: number
  readonly votedIn: number
}

export class Standing {
  readonly peers: readonly Process[]
  readonly shards: Shards
  /** This server's number. */
  readonly self: number
  /** The shard that it belongs to. */
  readonly home: number
  readonly #disk: Map<string, unknown>
  readonly #cluster: boolean
  #conf: Conf

  constructor(context: ServiceContext, values: RedisValues, peers: readonly Process[]) {
    this.peers = peers
    this.shards = new Shards(peers.length, values.replicas, values.cluster)
    this.self = peers.indexOf(context.process)
    this.home = this.shards.shardOf(this.self)
    this.#disk = context.disk
    this.#cluster = values.cluster
    this.#conf = { view: this.shards.view, epoch: 0, votedIn: 0 }
  }

  /** Reads what an earlier life has kept; false if there was none. */
  load(): boolean {
    const kept = this.#disk.get(NODES_CONF) as Conf | undefined
    this.#keep(kept ?? this.#conf)
    return kept !== undefined
  }

  get view(): View {
    return this.#conf.view
  }

  /** The highest epoch heard of. */
  get epoch(): number {
    return this.#conf.epoch
  }

  set epoch(epoch: number) {
    if (epoch > this.#conf.epoch) this.#keep({ ...this.#conf, epoch })
  }

  /** The last epoch in which this server has voted. */
  get votedIn(): number {
    return this.#conf.votedIn
  }

  set votedIn(votedIn: number) {
    this.#keep({ ...this.#conf, votedIn })
  }

  get isMaster(): boolean {
    return this.masters(this.self)
  }

  /** The number of the own shard's master. */
  get master(): number {
    return this.view[this.home]!.node
  }

  /** Whether a server is the master of its shard. */
  masters(node: number): boolean {
    return this.view[this.shards.shardOf(node)]!.node === node
  }

  /** In a cluster the masters do, else all. */
  votes(node: number): boolean {
    return !this.#cluster || this.masters(node)
  }

  get majority(): number {
    return Math.floor((this.#cluster ? this.shards.count : this.peers.length) / 2) + 1
  }

  /** This is the master of its shard, in a later epoch. */
  claim(epoch: number): void {
    const view = this.view.map((claim, shard) => (shard === this.home ? { node: this.self, epoch } : claim))
    this.#keep({ ...this.#conf, view, epoch: Math.max(epoch, this.epoch) })
  }

  /** Others may know of later masters; false if they do not. */
  see(view: View): boolean {
    const news = merged(this.view, view)
    if (news === this.view) return false
    this.#keep({ ...this.#conf, view: news })
    return true
  }

  #keep(conf: Conf): void {
    this.#conf = conf
    this.#disk.set(NODES_CONF, conf)
  }
}
