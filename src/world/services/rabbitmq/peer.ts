// Another node of the cluster, and the connection to it. Erlang nodes are connected all to all; each side notices when the
// other's process ends (its kernel says so) and, later, when nothing more comes from it. What goes over the connection is
// numbered: a hole that stays breaks it. A connection is a pair of sessions, one of each side; whoever gives the other up
// begins a new session, and all that the old one carried is over on both sides.
// Left out: what nodes do about a partition (`cluster_partition_handling`), metadata that contradicts after it.

import { InOrder, type Waiter } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import { Call } from '../../call.ts'
import type { Process } from '../../process.ts'
import type { ServiceContext } from '../../service.ts'
import type { NodeMessage, NodePayload } from './node-messages.ts'

/** Time between two signs of life. */
const TICK = 1e9

export interface PeerListener {
  /** The connection stands. */
  up(peer: Peer): void
  /** The connection is no more, and nothing of it will come. */
  down(peer: Peer): void
  heard(peer: Peer, payload: NodePayload): void
}

export class Peer implements Waiter {
  /** `unknown`: neither heard of nor given up yet. */
  state: 'unknown' | 'up' | 'down' = 'unknown'
  readonly scope: Process
  readonly account = undefined
  readonly #context: ServiceContext
  readonly #listener: PeerListener
  readonly #patience: Nanos
  #own: number
  #theirs = -1
  #sent = 0
  #incoming!: InOrder<NodeMessage>
  #heardAt: Nanos
  /** The hole there was at the last tick. */
  #hole: number | undefined
  /** Held by the other for as long as its process runs. */
  #link: Call<never> | undefined

  /** @param patience after so long without a sign of life the other is taken for dead */
  constructor(
    context: ServiceContext,
    readonly process: Process,
    listener: PeerListener,
    patience: Nanos,
  ) {
    this.scope = context.process
    this.#context = context
    this.#listener = listener
    this.#patience = patience
    this.#heardAt = context.now()
    this.#own = context.now()
    this.#renumber()
  }

  get name(): string {
    return this.process.name
  }

  begin(): void {
    this.#tick()
  }

  /** Sends over the connection; nothing if there is none. */
  send(payload: NodePayload, bytes = 0): void {
    if (this.state === 'up') this.#post(payload, bytes)
  }

  accept(message: NodeMessage): void {
    if (message.session < this.#theirs) return
    this.#heardAt = this.#context.now()
    if (message.session > this.#theirs) {
      if (this.state === 'up') this.#down()
      this.#theirs = message.session
      this.#renumber()
    }
    if (message.echo !== this.#own) {
      this.#post({ of: 'tick' }, 0)
      return
    }
    if (this.state !== 'up') this.#up()
    this.#incoming.accept(message)
  }

  /** The held call ended: never in a reply. */
  resume(): void {}

  /** The other's process has ended. */
  fail(): void {
    this.#link = undefined
    if (this.state === 'up') this.#giveUp()
  }

  #tick(): void {
    const now = this.#context.now()
    this.#context.later(TICK, () => this.#tick())
    const { missing } = this.#incoming
    const broken = missing !== undefined && missing === this.#hole
    this.#hole = missing
    if (this.state !== 'down' && (broken || now - this.#heardAt >= this.#patience)) this.#giveUp()
    this.#post({ of: 'tick' }, 0)
  }

  #post(payload: NodePayload, bytes: number): void {
    const message: NodeMessage = {
      kind: 'rabbitmq.node',
      session: this.#own,
      echo: this.#theirs,
      n: ++this.#sent,
      payload,
      bytes: 40 + bytes,
    }
    this.#context.send(this.process.address, message)
  }

  #up(): void {
    this.state = 'up'
    const link = { kind: 'rabbitmq.link', bytes: 40 }
    this.#link = new Call(this.scope, this.process, link, { timeout: Number.POSITIVE_INFINITY })
    this.#link.start(this)
    this.#listener.up(this)
  }

  #giveUp(): void {
    this.#own = Math.max(this.#own + 1, this.#context.now())
    this.#down()
    this.#renumber()
  }

  #down(): void {
    const wasUp = this.state === 'up'
    this.state = 'down'
    this.#link?.cancel()
    this.#link = undefined
    if (wasUp) this.#listener.down(this)
  }

  #renumber(): void {
    this.#sent = 0
    this.#hole = undefined
    this.#incoming = new InOrder((message) => {
      if (message.payload.of !== 'tick') this.#listener.heard(this, message.payload)
    })
  }
}
