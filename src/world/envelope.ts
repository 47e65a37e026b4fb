// A message under way: from send to the end of its handling, with the account of where its time went.

import {
  type Account,
  type Address,
  COMPUTE,
  CORE,
  ConnectionRefusedError,
  MAILBOX,
  type Message,
  NETWORK,
  SERVICE,
} from '../env/index.ts'
import type { EventTarget } from '../kernel/simulation.ts'
import type { Nanos } from '../units.ts'
import type { MailboxItem } from './behaviour.ts'
import type { Call } from './call.ts'
import type { Process } from './process.ts'

/** What an envelope is to its receiver. */
export type EnvelopeRole =
  | 'one-way'
  | 'request'
  | 'reply'
  /** A reply that says no, or that nobody listens. */
  | 'failure'
  /** The first part of a streamed reply. */
  | 'head'
  /** The caller has closed its connection. */
  | 'abandon'

export class Envelope implements EventTarget, MailboxItem {
  readonly id: number
  /** The caller gave up before the handling began, or while it was under way. */
  abandoned = false
  /** The life (epoch) of the receiver in which its handling has taken effect; -1: none yet. */
  deliveredIn = -1
  /** The network made it of another: what is answered to it goes nowhere. */
  isCopy = false
  /** Has been answered; nothing more may be sent to the caller. */
  answered = false
  /** When it came to its receiver. */
  arrivedAt: Nanos = 0
  /** Its size without what the network adds; 0: it has not been sent yet, or its receiver reads nothing for it. */
  bytes = 0
  /** Its number where messages are kept; -1: they are not, or it has not been sent yet. */
  logged = -1
  /** Links of `InHand`, which holds the requests of its receiver. */
  held = false
  before: Envelope | undefined
  after: Envelope | undefined
  /** Up to when the account is booked. */
  #bookedTo: Nanos

  constructor(
    readonly from: Process,
    readonly to: Process,
    readonly message: Message,
    readonly role: EnvelopeRole,
    // biome-ignore lint/suspicious/noExplicitAny: an envelope carries calls of all types of reply
    readonly call: Call<any> | undefined,
    readonly account: Account | undefined,
    sentAt: Nanos,
    /** For a failure: the error to throw in the caller. */
    readonly error?: unknown,
  ) {
    this.id = from.id * 65_537 + to.id
    this.#bookedTo = sentAt
  }

  /** The same again, as when the network delivers it twice. Its time counts for nobody. */
  copy(): Envelope {
    const { from, to, message, role, call, error } = this
    const copy = new Envelope(from, to, message, role, call, undefined, to.world.simulation.now, error)
    copy.isCopy = true
    copy.bytes = this.bytes
    copy.logged = this.logged
    return copy
  }

  /** Arrival. */
  fire(): void {
    const { network } = this.to.world
    if (network.delivers(this)) this.arrive()
    else network.lose()
  }

  /** It has come through. */
  arrive(): void {
    const { to } = this
    const { network } = to.world
    if (this.role === 'one-way' && !to.up) {
      network.lose()
      return
    }
    network.traffic.delivered.add(to.world.simulation.now)
    this.book(NETWORK)
    this.arrivedAt = to.world.simulation.now
    switch (this.role) {
      case 'head':
        this.call!.headArrived(this)
        break
      case 'abandon':
        to.abandon(this.call!.request, this.logged)
        break
      case 'request':
        if (to.up) {
          to.took(this)
          to.accept(this)
        } else this.refuse(new ConnectionRefusedError(`${to.name}: connection refused`))
        break
      case 'one-way':
        to.accept(this)
        break
      default:
        // What comes over a closed connection wakes nobody.
        if (this.call!.open) to.accept(this)
    }
  }

  /** Books the time since the last booking under a part. */
  book(part: number): void {
    if (this.account === undefined) return
    const now = this.to.world.simulation.now
    this.account.add(part, now - this.#bookedTo, this)
    this.#bookedTo = now
  }

  /** Takes over the account of the task that handled the request since the last booking. */
  bookAll(account: Account): void {
    if (this.account === undefined) return
    this.account.addAll(account, this)
    this.#bookedTo += account.total
  }

  get label(): string {
    return this.role === 'reply' ? `${this.call!.message.kind} answered` : this.message.kind
  }

  begin(): boolean {
    if (this.#isAnswer && !this.call!.open) return false
    this.book(MAILBOX)
    return true
  }

  /** The handler's cost is paid: `cost` nanoseconds of core, the rest of the time was waiting for one. */
  paid(cost: Nanos): void {
    if (this.account === undefined) return
    const elapsed = this.to.world.simulation.now - this.#bookedTo
    const computing = Math.min(cost, elapsed)
    this.account.add(COMPUTE, computing, this)
    this.account.add(CORE, elapsed - computing, this)
    this.#bookedTo += elapsed
  }

  run(): void {
    switch (this.role) {
      case 'reply':
        this.call!.arrived(this.message)
        break
      case 'failure':
        this.call!.failed(this.error)
        break
      default:
        if (this.abandoned) return
        this.deliveredIn = this.to.epoch
        this.to.deliver(this)
    }
  }

  get #isAnswer(): boolean {
    return this.role === 'reply' || this.role === 'failure'
  }

  /** Where its time goes. */
  get process(): Process {
    return this.to
  }

  get sender(): Address {
    return this.from.address
  }

  /** Answers a request; time not yet booked was service. */
  reply(message: Message): void {
    this.#answer(message, 'reply')
  }

  /** Answers with an error, which the caller gets thrown. */
  refuse(error: Error): void {
    this.#answer({ kind: 'error', bytes: 100 + error.message.length }, 'failure', error)
  }

  /** Tells the caller that a streamed answer has begun. */
  head(): void {
    if (this.answered || this.abandoned || this.isCopy) return
    const { simulation, network } = this.to.world
    const head = { kind: 'head', bytes: 100 }
    network.send(new Envelope(this.to, this.from, head, 'head', this.call, undefined, simulation.now))
  }

  /** A request's stay at who answers it. */
  #show(role: 'reply' | 'failure'): void {
    const { simulation, timeline } = this.to.world
    const details = { from: this.from.name, ...(role === 'failure' ? { failed: true } : {}) }
    timeline!.span(this.to.lane!, 'request', this.message.kind, this.arrivedAt, simulation.now, details)
  }

  #answer(message: Message, role: 'reply' | 'failure', error?: unknown): void {
    if (this.answered) return
    this.answered = true
    if (this.to.lane) this.#show(role)
    this.to.answered(this)
    if (this.abandoned || this.isCopy) return
    this.book(SERVICE)
    const { simulation, network } = this.to.world
    network.send(
      new Envelope(this.to, this.from, message, role, this.call, this.account, simulation.now, error),
    )
  }
}
