// Publishing: who subscribes to which channels and patterns, and what is on its way to each.
// A subscription belongs to the process that asked, as to a connection: it ends with the process, and the server notices
// when it next writes, unless the process's host is down: nobody answers from there, and PUBLISH goes on counting it.
// What is sent to one that is cut off is lost. One that has more unread than the output-buffer limit is disconnected; what
// is unread is what has been sent and not yet been handled. Left out: the soft limit, sharded channels, MONITOR.

import { Fifo, type RedisDisconnected, type RedisPublished } from '../../../env/index.ts'
import type { Counter } from '../../../observe/counter.ts'
import { Envelope } from '../../envelope.ts'
import type { Process } from '../../process.ts'
import type { ServiceContext } from '../../service.ts'
import { globOf } from './glob.ts'

/** RESP's framing of a message to a subscriber. */
const FRAME_BYTES = 34

interface Pattern {
  readonly matches: (channel: string) => boolean
  readonly subscribers: Set<Subscriber>
}

/** A process that subscribes, in one of its lives. */
class Subscriber {
  readonly epoch: number
  readonly channels = new Set<string>()
  readonly patterns = new Set<string>()
  /** What is to be written to it. */
  outgoing: RedisPublished[] = []
  /** What was, as far as it is not known to be read. */
  readonly unread = new Fifo<Envelope>()
  unreadBytes = 0

  constructor(readonly process: Process) {
    this.epoch = process.epoch
  }

  get subscriptions(): number {
    return this.channels.size + this.patterns.size
  }

  /** Its process has ended, and its kernel says so. */
  get closed(): boolean {
    return this.process.host.up && (this.process.epoch !== this.epoch || !this.process.up)
  }
}

export class Subscriptions {
  readonly #context: ServiceContext
  /** Bytes unread at which a subscriber is disconnected. */
  readonly #limit: number
  readonly #delivered: Counter
  readonly #disconnected: Counter
  readonly #subscribers = new Map<Process, Subscriber>()
  readonly #channels = new Map<string, Set<Subscriber>>()
  readonly #patterns = new Map<string, Pattern>()
  /** Those with something to be written. */
  #waiting: Subscriber[] = []

  constructor(context: ServiceContext, limit: number) {
    this.#context = context
    this.#limit = limit === 0 ? Number.POSITIVE_INFINITY : limit
    this.#delivered = context.counter('delivered')
    this.#disconnected = context.counter('disconnected')
  }

  /** How many subscriptions the caller has now. */
  subscribe(caller: Process, name: string, pattern: boolean): number {
    let subscriber = this.#subscribers.get(caller)
    if (subscriber?.closed) this.#end(subscriber)
    if (!subscriber || subscriber.closed) {
      subscriber = new Subscriber(caller)
      this.#subscribers.set(caller, subscriber)
    }
    if (pattern) {
      const known = this.#patterns.get(name)
      if (known) known.subscribers.add(subscriber)
      else this.#patterns.set(name, { matches: globOf(name), subscribers: new Set([subscriber]) })
      subscriber.patterns.add(name)
    } else {
      const known = this.#channels.get(name)
      if (known) known.add(subscriber)
      else this.#channels.set(name, new Set([subscriber]))
      subscriber.channels.add(name)
    }
    return subscriber.subscriptions
  }

  unsubscribe(
    caller: Process,
    name: string | undefined,
    pattern: boolean,
  ): (readonly [string | null, number])[] {
    const subscriber = this.#subscribers.get(caller)
    const own = [...((pattern ? subscriber?.patterns : subscriber?.channels) ?? [])]
    const names = name === undefined ? own : [name]
    if (names.length === 0) return [[null, subscriber?.subscriptions ?? 0]]
    return names.map((each) => {
      if (subscriber) this.#leave(subscriber, each, pattern)
      return [each, subscriber?.subscriptions ?? 0]
    })
  }

  receivers(channel: string): number {
    let count = this.#channels.get(channel)?.size ?? 0
    for (const { matches, subscribers } of this.#patterns.values())
      if (matches(channel)) count += subscribers.size
    return count
  }

  /** Puts a message on its way to all who subscribe; says how many they are. */
  publish(channel: string, message: string): number {
    const published: RedisPublished = {
      kind: 'redis.published',
      channel,
      message,
      publishedAt: this.#context.now(),
      bytes: FRAME_BYTES + channel.length + message.length,
    }
    let count = 0
    for (const subscriber of this.#channels.get(channel) ?? []) count += this.#give(subscriber, published)
    for (const [pattern, { matches, subscribers }] of this.#patterns) {
      if (!matches(channel)) continue
      const matched = { ...published, pattern, bytes: published.bytes! + pattern.length }
      for (const subscriber of subscribers) count += this.#give(subscriber, matched)
    }
    return count
  }

  /** Whether there is something to be written. */
  get waiting(): boolean {
    return this.#waiting.length > 0
  }

  /** Takes what is to be written: a function for each subscriber. */
  gather(): (() => void)[] {
    const waiting = this.#waiting
    this.#waiting = []
    return waiting.map((subscriber) => () => this.#write(subscriber))
  }

  #give(subscriber: Subscriber, message: RedisPublished): number {
    if (subscriber.closed) {
      this.#end(subscriber)
      return 0
    }
    if (subscriber.outgoing.length === 0) this.#waiting.push(subscriber)
    subscriber.outgoing.push(message)
    return 1
  }

  #write(subscriber: Subscriber): void {
    const { outgoing, process, unread } = subscriber
    subscriber.outgoing = []
    const { world } = this.#context.process
    const now = this.#context.now()
    if (subscriber.closed) {
      this.#end(subscriber)
      return
    }
    this.#delivered.add(now, outgoing.length)
    for (const message of outgoing) {
      const envelope = new Envelope(
        this.#context.process,
        process,
        world.sealed(message),
        'one-way',
        undefined,
        undefined,
        now,
      )
      world.network.send(envelope)
      unread.push(envelope)
      subscriber.unreadBytes += message.bytes!
    }
    forgetRead(subscriber)
    if (subscriber.unreadBytes <= this.#limit) return
    forgetLost(subscriber)
    if (subscriber.unreadBytes > this.#limit) this.#disconnect(subscriber)
  }

  #disconnect(subscriber: Subscriber): void {
    this.#end(subscriber)
    this.#disconnected.add(this.#context.now())
    const message: RedisDisconnected = { kind: 'redis.disconnected', bytes: 0 }
    this.#context.send(subscriber.process.address, message)
  }

  #end(subscriber: Subscriber): void {
    for (const channel of [...subscriber.channels]) this.#leave(subscriber, channel, false)
    for (const pattern of [...subscriber.patterns]) this.#leave(subscriber, pattern, true)
  }

  #leave(subscriber: Subscriber, name: string, pattern: boolean): void {
    if (pattern) {
      const known = this.#patterns.get(name)
      known?.subscribers.delete(subscriber)
      if (known?.subscribers.size === 0) this.#patterns.delete(name)
      subscriber.patterns.delete(name)
    } else {
      const known = this.#channels.get(name)
      known?.delete(subscriber)
      if (known?.size === 0) this.#channels.delete(name)
      subscriber.channels.delete(name)
    }
    const { process } = subscriber
    if (subscriber.subscriptions === 0 && this.#subscribers.get(process) === subscriber)
      this.#subscribers.delete(process)
  }
}

const isRead = ({ deliveredIn }: Envelope): boolean => deliveredIn >= 0

function forgetRead(subscriber: Subscriber): void {
  const { unread } = subscriber
  for (let envelope = unread.shift(); envelope; envelope = unread.shift()) {
    if (!isRead(envelope)) {
      unread.unshift(envelope)
      return
    }
    subscriber.unreadBytes -= envelope.message.bytes!
  }
}

/** What came before something that was read, and was not read itself, has been lost on the way. */
function forgetLost(subscriber: Subscriber): void {
  const all: Envelope[] = []
  for (let envelope = subscriber.unread.shift(); envelope; envelope = subscriber.unread.shift())
    all.push(envelope)
  let last = all.length - 1
  while (last >= 0 && !isRead(all[last]!)) last--
  subscriber.unreadBytes = 0
  for (const envelope of all.slice(last + 1)) {
    subscriber.unread.push(envelope)
    subscriber.unreadBytes += envelope.message.bytes!
  }
}
