// A queue: one Erlang process that takes messages in, hands them to consumers in turn, each as many as its prefetch
// allows, and takes acknowledgements. What it keeps, and when that is safe, is its store's (classic or quorum).
// Source: rabbitmq.com/docs/queues, /consumers, /confirms, /ttl, /maxlength, /dlx. A message that comes back takes its old
// place. Messages expire at the head only, as in RabbitMQ. Left out: priorities (of messages and consumers), single active
// consumer, limits in bytes, expiry of queues, exclusive and auto-delete ones, purging.

import { Fifo, type QueueTerms, RefusedError, type Settlement } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import { Backlog } from './backlog.ts'
import type { Consumer } from './consumer.ts'
import { ErlangProcess } from './erlang-process.ts'
import type { DeathReason, Entry } from './message.ts'
import type { Offer, QueueStore, QueueSurroundings } from './queue-store.ts'

export class QueueProcess {
  readonly process: ErlangProcess
  readonly #backlog = new Backlog()
  readonly #consumers = new Set<Consumer>()
  /** Those who can take a message, in turn. */
  readonly #line = new Fifo<Consumer>()
  #unacked = 0
  #taken = 0
  #held = false
  /** When those at the head are looked at for their time to live. */
  #watchedAt = Number.POSITIVE_INFINITY
  #unwatch: () => void = () => {}

  constructor(
    readonly name: string,
    readonly terms: QueueTerms,
    readonly store: QueueStore,
    readonly around: QueueSurroundings,
  ) {
    this.process = new ErlangProcess(around.context)
    this.#observe()
  }

  get ready(): number {
    return this.#backlog.length
  }

  get unacked(): number {
    return this.#unacked
  }

  /** Takes a message in, when its turn has come. */
  offer(offer: Offer): void {
    const { enqueue, collectEvery, collection } = this.around.costs
    const pause = ++this.#taken % collectEvery === 0 ? collection : 0
    this.process.send(enqueue + pause, () => this.#enqueue(offer), offer.request)
  }

  /** Messages that were in the store already, oldest first. */
  restore(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.around.memory.add(this.around.weigh(entry.message))
      this.#backlog.push(entry)
    }
    this.#changed()
  }

  /** Nothing is handed out until `release`. */
  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    this.#dispatch()
  }

  /** A consumer comes, and may hold messages already, by their positions. */
  attach(consumer: Consumer, holds: readonly number[] = []): void {
    this.#consumers.add(consumer)
    if (holds.length > 0)
      for (const entry of this.#backlog.take(new Set(holds))) {
        entry.holder = consumer
        entry.redelivered = true
        consumer.held.set(entry.position, entry)
        this.#unacked++
      }
    this.#offerCredit(consumer)
    this.#changed()
  }

  /** A consumer has gone: what it had not acknowledged comes back. */
  detach(consumer: Consumer): void {
    if (!this.#consumers.delete(consumer)) return
    consumer.closed = true
    for (const entry of consumer.held.values()) if (!entry.leaving) this.#giveBack(entry)
    consumer.held.clear()
    this.#changed()
  }

  /** A consumer says what becomes of a message, when its turn has come. */
  settle(consumer: Consumer, position: number, outcome: Settlement): void {
    this.process.send(this.around.costs.settle, () => this.#settle(consumer, position, outcome))
  }

  /** Takes the first message at a time, without a consumer's credit. */
  get(consumer: Consumer, then: (entry: Entry | undefined) => void): void {
    this.process.send(this.around.costs.deliver, () => {
      this.#expire()
      const entry = this.#held ? undefined : this.#backlog.shift()
      if (entry) this.#handOver(entry, consumer)
      then(entry)
      if (entry && consumer.autoAck) this.#leave(entry)
      this.#changed()
    })
  }

  /** It is no more: its consumers are not told. */
  end(): void {
    this.process.end()
    this.#unwatch()
    for (let entry = this.#backlog.shift(); entry; entry = this.#backlog.shift())
      this.around.memory.add(-this.around.weigh(entry.message))
    for (const consumer of this.#consumers) {
      for (const { message } of consumer.held.values()) this.around.memory.add(-this.around.weigh(message))
      consumer.closed = true
    }
    this.#unacked = 0
    this.#consumers.clear()
    this.#observe()
  }

  #enqueue(offer: Offer): void {
    const { maxLength = Number.POSITIVE_INFINITY, overflow, ttl = Number.POSITIVE_INFINITY } = this.terms
    offer.taken()
    if (overflow === 'reject-publish' && this.#backlog.length >= maxLength) {
      this.around.metrics.rejected.add(this.#now())
      offer.refused(new RefusedError(429, `queue ${this.name} is full: ${maxLength} messages`))
      return
    }
    const { expiration = Number.POSITIVE_INFINITY } = offer.message.content
    this.store.append(offer, this.#now() + Math.min(ttl, expiration), (entry) => this.#admit(entry))
  }

  /** A message may be delivered from now on. */
  #admit(entry: Entry): void {
    const { memory, context, weigh } = this.around
    const { content, promised, deaths } = entry.message
    memory.add(weigh(entry.message))
    const { producer, sequence, task } = content
    if (producer !== undefined && sequence !== undefined && deaths.length === 0)
      context.say({ fact: 'produced', stream: this.name, producer, sequence })
    if (task !== undefined && promised)
      context.say({ fact: 'submitted', queue: this.name, task, once: false })
    this.#backlog.push(entry)
    const { maxLength = Number.POSITIVE_INFINITY } = this.terms
    while (this.#backlog.length > maxLength) this.#die(this.#backlog.shift()!, 'maxlen')
    this.#changed()
  }

  #settle(consumer: Consumer, position: number, outcome: Settlement): void {
    const entry = consumer.held.get(position)
    if (!entry || entry.leaving) return
    switch (outcome) {
      case 'ack':
        this.around.metrics.acked.add(this.#now())
        this.#leave(entry)
        break
      case 'requeue':
        consumer.held.delete(position)
        this.#giveBack(entry)
        this.#offerCredit(consumer)
        this.#changed()
        break
      case 'reject':
        this.#die(entry, 'rejected')
        break
    }
  }

  /** A message comes back from its holder. */
  #giveBack(entry: Entry): void {
    const { deliveryLimit = Number.POSITIVE_INFINITY } = this.terms
    this.#unacked--
    entry.holder = undefined
    entry.redelivered = true
    if (++entry.returns > deliveryLimit) this.#die(entry, 'delivery_limit')
    else this.#backlog.giveBack(entry)
  }

  /** A message leaves the queue without having been acknowledged. */
  #die(entry: Entry, reason: DeathReason): void {
    const { metrics, context, deadLetter } = this.around
    const { message } = entry
    const now = this.#now()
    if (deadLetter(this.name, this.terms, message, reason)) metrics.deadLettered.add(now)
    else metrics.dropped.add(now)
    const { task } = message.content
    if (task !== undefined && message.promised) context.say({ fact: 'dropped', queue: this.name, task })
    this.#leave(entry)
  }

  /** Takes a message out for good; its holder may take another then. */
  #leave(entry: Entry): void {
    const consumer = entry.holder
    entry.leaving = true
    this.store.remove(entry, () => {
      this.around.memory.add(-this.around.weigh(entry.message))
      if (!consumer) return
      this.#unacked--
      consumer.held.delete(entry.position)
      this.#offerCredit(consumer)
      this.#changed()
    })
  }

  #offerCredit(consumer: Consumer): void {
    if (consumer.inLine || !consumer.hasCredit) return
    consumer.inLine = true
    this.#line.push(consumer)
  }

  #nextConsumer(): Consumer | undefined {
    for (let consumer = this.#line.shift(); consumer; consumer = this.#line.shift()) {
      consumer.inLine = false
      if (consumer.hasCredit) return consumer
    }
    return undefined
  }

  #dispatch(): void {
    if (this.#held) return
    for (this.#expire(); this.#backlog.length > 0; this.#expire()) {
      const consumer = this.#nextConsumer()
      if (!consumer) return
      const entry = this.#backlog.shift()!
      this.#handOver(entry, consumer)
      this.#offerCredit(consumer)
      this.process.send(this.around.costs.deliver, () => {
        if (entry.holder !== consumer || consumer.closed) return
        consumer.take(entry)
        if (consumer.autoAck) this.#leave(entry)
      })
    }
  }

  #handOver(entry: Entry, consumer: Consumer): void {
    const { metrics, context } = this.around
    const { content, deaths } = entry.message
    const { producer, sequence } = content
    const now = this.#now()
    entry.holder = consumer
    consumer.held.set(entry.position, entry)
    this.#unacked++
    metrics.delivered.add(now)
    if (entry.redelivered) metrics.redelivered.add(now)
    else if (producer !== undefined && sequence !== undefined && deaths.length === 0)
      context.say({ fact: 'consumed', stream: this.name, producer, sequence })
  }

  /** Those at the head whose time is over die. */
  #expire(): void {
    const now = this.#now()
    for (let first = this.#backlog.first; first && first.expiresAt <= now; first = this.#backlog.first)
      this.#die(this.#backlog.shift()!, 'expired')
  }

  /** Sees to the time when the first one expires. */
  #watch(): void {
    const expiresAt = this.#backlog.first?.expiresAt ?? Number.POSITIVE_INFINITY
    if (expiresAt >= this.#watchedAt) return
    this.#unwatch()
    this.#watchedAt = expiresAt
    this.#unwatch = this.around.context.later(Math.max(0, expiresAt - this.#now()), () => {
      this.#watchedAt = Number.POSITIVE_INFINITY
      this.#expire()
      this.#changed()
    })
  }

  #changed(): void {
    this.#dispatch()
    this.#watch()
    this.#observe()
  }

  #observe(): void {
    this.around.metrics.depth(this.name, this.#backlog.length, this.#unacked)
  }

  #now(): Nanos {
    return this.around.context.now()
  }
}
