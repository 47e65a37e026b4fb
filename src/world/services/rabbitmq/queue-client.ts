// A queue as one node of the cluster knows it: who leads it, the messages that are on their way to the leader, and the
// consumers that are connected here. Where this node leads, the queue's process is here, and the consumers of other nodes
// stand behind it. When the leader changes, what it had not confirmed is sent to the next one, which takes nothing twice,
// and consumers go on with what they hold. A classic queue has one home: while that is down, nothing can be published.

import { type QueueTerms, RefusedError, type Settlement } from '../../../env/index.ts'
import type { Envelope } from '../../envelope.ts'
import { Consumer } from './consumer.ts'
import type { Entry, StoredMessage } from './message.ts'
import type { NodePayload, RemoteConsumerTerms } from './node-messages.ts'
import type { Peer } from './peer.ts'
import type { Publication } from './publication.ts'
import type { QueueProcess } from './queue-process.ts'
import type { Offer } from './queue-store.ts'
import type { Subscription } from './subscription.ts'

/** What comes of taking one message by hand. */
export interface Got {
  readonly entry: Entry | undefined
  readonly left: number
}

export class QueueClient {
  /** The queue's process, where this node leads. */
  led: QueueProcess | undefined
  /** Leads, or last did; undefined: unknown, or this node. */
  #leader: Peer | undefined
  #term = -1
  #sequence = 0
  readonly #pending = new Map<number, PendingOffer>()
  readonly #subscriptions = new Map<number, Subscription>()
  /** Consumers at the process here: by subscription, and those of other nodes. */
  readonly #local = new Map<number, Consumer>()
  readonly #remote = new Map<Peer, Map<number, Consumer>>()
  /** Nodes that have not said yet what their consumers hold. */
  readonly #awaited = new Set<Peer>()

  constructor(
    readonly name: string,
    readonly terms: QueueTerms,
    /** This node in this life. */
    readonly enqueuer: string,
    /** Of a classic queue, where its process is; undefined: here, or it is a quorum queue. */
    readonly home: Peer | undefined,
  ) {}

  /** Nobody can do anything with it. */
  get isDown(): boolean {
    return this.home?.state === 'down'
  }

  /** The other node that leads, as far as is known. */
  get leader(): Peer | undefined {
    return this.led ? undefined : this.#leader
  }

  get downError(): RefusedError {
    return new RefusedError(503, `queue ${this.name} is down: so is its home ${this.home!.name}`)
  }

  publish(message: StoredMessage, request: Envelope | undefined, publication: Publication): void {
    if (this.isDown) {
      publication.refused(this.downError)
      return
    }
    const offer = new PendingOffer(this, ++this.#sequence, message, request, publication)
    this.#pending.set(offer.sequence, offer)
    this.#send(offer)
  }

  /** An offer has come to its end; false if it had before. */
  settled(sequence: number): boolean {
    return this.#pending.delete(sequence)
  }

  subscribe(subscription: Subscription): void {
    this.#subscriptions.set(subscription.id, subscription)
    if (this.led) this.#attachHere(this.led, subscription)
    else this.#tellLeader([subscription], false)
  }

  unsubscribe({ id }: Subscription): void {
    this.#subscriptions.delete(id)
    const consumer = this.#local.get(id)
    this.#local.delete(id)
    if (consumer) this.led?.detach(consumer)
    else this.#leader?.send({ of: 'detach', queue: this.name, consumer: id })
  }

  settle({ id }: Subscription, position: number, outcome: Settlement): void {
    const consumer = this.#local.get(id)
    if (consumer) this.led?.settle(consumer, position, outcome)
    else this.#leader?.send({ of: 'settle', queue: this.name, consumer: id, position, outcome })
  }

  /** Takes the first message, where this node leads: for a subscription, or as acknowledged. */
  get(consumer: Consumer | undefined, then: (got: Got) => void): void {
    const queue = this.led!
    queue.get(consumer ?? new Consumer(0, true, () => {}), (entry) => then({ entry, left: queue.ready }))
  }

  /** The consumer behind a subscription of this node, or of another. */
  consumer(id: number, from?: Peer): Consumer | undefined {
    return from ? this.#remote.get(from)?.get(id) : this.#local.get(id)
  }

  /** This node leads from now on. */
  lead(queue: QueueProcess, term: number, peers: readonly Peer[]): void {
    this.led = queue
    this.#term = term
    this.#leader = undefined
    for (const peer of peers) if (peer.state === 'up') this.#awaited.add(peer)
    if (this.#awaited.size > 0) queue.hold()
    for (const subscription of this.#subscriptions.values()) this.#attachHere(queue, subscription)
    for (const offer of this.#pending.values()) queue.offer(offer)
  }

  /** This node leads no more. */
  follow(): void {
    this.led?.end()
    this.led = undefined
    this.#local.clear()
    this.#remote.clear()
    this.#awaited.clear()
  }

  down(peer: Peer): void {
    for (const consumer of this.#remote.get(peer)?.values() ?? []) this.led?.detach(consumer)
    this.#remote.delete(peer)
    this.#heardFrom(peer)
    if (this.#leader === peer) this.#leader = undefined
    if (this.home !== peer) return
    for (const subscription of [...this.#subscriptions.values()]) subscription.cancel()
    for (const offer of [...this.#pending.values()]) offer.refused(this.downError)
  }

  heard(peer: Peer, payload: NodePayload): void {
    switch (payload.of) {
      case 'leader':
        if (payload.term >= this.#term) this.#hasLeader(peer, payload.term)
        break
      case 'enqueue': {
        if (payload.term !== this.#term) return
        const { enqueuer, sequence, message, queue } = payload
        const answer = (refused?: string) =>
          peer.send({ of: 'enqueued', queue, sequence, ...(refused ? { refused } : {}) })
        this.led?.offer({
          enqueuer,
          sequence,
          message,
          request: undefined,
          taken() {},
          safe: () => answer(),
          refused: ({ message: why }) => answer(why),
        })
        break
      }
      case 'enqueued': {
        const { refused } = payload
        const offer = this.#pending.get(payload.sequence)
        offer?.taken()
        if (refused === undefined) offer?.safe()
        else offer?.refused(new RefusedError(429, refused))
        break
      }
      case 'attach':
        if (payload.term !== this.#term) return
        if (this.led) for (const consumer of payload.consumers) this.#attachRemote(this.led, peer, consumer)
        if (payload.all) this.#heardFrom(peer)
        break
      case 'detach': {
        const consumer = this.consumer(payload.consumer, peer)
        if (consumer) this.led?.detach(consumer)
        this.#remote.get(peer)?.delete(payload.consumer)
        break
      }
      case 'deliver': {
        const { consumer, position, message, redelivered } = payload
        this.#subscriptions.get(consumer)?.deliver(position, message, redelivered)
        break
      }
      case 'settle': {
        const consumer = this.consumer(payload.consumer, peer)
        if (consumer) this.led?.settle(consumer, payload.position, payload.outcome)
        break
      }
    }
  }

  #send(offer: PendingOffer): void {
    if (this.led) {
      this.led.offer(offer)
      return
    }
    const { enqueuer, sequence, message } = offer
    this.#leader?.send(
      { of: 'enqueue', queue: this.name, term: this.#term, enqueuer, sequence, message },
      message.content.size,
    )
  }

  #hasLeader(peer: Peer, term: number): void {
    if (this.led) return
    this.#leader = peer
    this.#term = term
    this.#tellLeader([...this.#subscriptions.values()], true)
    for (const offer of this.#pending.values()) this.#send(offer)
  }

  #tellLeader(subscriptions: readonly Subscription[], all: boolean): void {
    const consumers = subscriptions.map(({ id, prefetch, autoAck, positions }) => ({
      consumer: id,
      prefetch,
      autoAck,
      holds: [...positions],
    }))
    this.#leader?.send(
      { of: 'attach', queue: this.name, term: this.#term, consumers, all },
      20 * consumers.length,
    )
  }

  #attachHere(queue: QueueProcess, subscription: Subscription): void {
    const { prefetch, autoAck, positions } = subscription
    const consumer = new Consumer(prefetch, autoAck, ({ position, message, redelivered }) =>
      subscription.deliver(position, message, redelivered),
    )
    this.#local.set(subscription.id, consumer)
    queue.attach(consumer, [...positions])
  }

  #attachRemote(queue: QueueProcess, peer: Peer, terms: RemoteConsumerTerms): void {
    const { consumer: id, prefetch, autoAck, holds } = terms
    const consumer = new Consumer(prefetch, autoAck, ({ position, message, redelivered }) =>
      peer.send(
        { of: 'deliver', queue: this.name, consumer: id, position, message, redelivered },
        message.content.size,
      ),
    )
    let consumers = this.#remote.get(peer)
    if (!consumers) {
      consumers = new Map()
      this.#remote.set(peer, consumers)
    }
    consumers.set(id, consumer)
    queue.attach(consumer, holds)
  }

  /** A node has said what its consumers hold, or is down. */
  #heardFrom(peer: Peer): void {
    if (this.#awaited.delete(peer) && this.#awaited.size === 0) this.led?.release()
  }
}

/** A message on its way to the leader. */
class PendingOffer implements Offer {
  #taken = false

  constructor(
    readonly client: QueueClient,
    readonly sequence: number,
    readonly message: StoredMessage,
    readonly request: Envelope | undefined,
    readonly publication: Publication,
  ) {}

  get enqueuer(): string {
    return this.client.enqueuer
  }

  taken(): void {
    if (this.client.terms.type === 'classic') this.#giveCredit()
  }

  safe(): void {
    if (!this.client.settled(this.sequence)) return
    this.#giveCredit()
    this.publication.safe()
  }

  refused(error: RefusedError): void {
    if (!this.client.settled(this.sequence)) return
    this.#giveCredit()
    this.publication.refused(error)
  }

  #giveCredit(): void {
    if (this.#taken) return
    this.#taken = true
    this.publication.taken(this.client.terms.type)
  }
}
