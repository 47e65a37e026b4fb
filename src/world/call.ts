// A request whose reply is awaited: its time limits, its first byte, its end. A caller that gives up closes the
// connection, and the callee hears of it.

import {
  type Account,
  type Message,
  type Outcome,
  RETRY,
  TimeoutError,
  Wait,
  type Waiter,
} from '../env/index.ts'
import type { EventTarget } from '../kernel/simulation.ts'
import type { Nanos } from '../units.ts'
import type { MailboxItem } from './behaviour.ts'
import { Envelope } from './envelope.ts'
import type { Connection } from './network/connection.ts'
import type { Process } from './process.ts'

export interface CallTerms {
  /** Infinity: none, for one who passes a request on and leaves its end to the first caller. */
  readonly timeout: Nanos
  /** Time limit for the reply or its beginning, whichever comes first. */
  readonly headTimeout?: Nanos
  onHead?(): void
}

const WHOLE = 1
const HEAD = 2

export class Call<R> extends Wait<R> implements EventTarget, MailboxItem {
  /** The request as the callee knows it. */
  request!: Envelope
  /** What carries it, where connections are told apart. */
  connection: Connection | undefined
  /** Giving up is nobody's message. */
  readonly logged = -1
  readonly #epoch: number
  #waiter: Waiter | undefined
  #account: Account | undefined
  #timeout = -1
  #headTimeout = -1
  #exceeded: Nanos = 0
  #givenUp = false
  /** What has become of its connection. */
  #broken: Outcome | undefined

  constructor(
    readonly from: Process,
    readonly to: Process,
    readonly message: Message,
    readonly terms: CallTerms,
  ) {
    super()
    this.#epoch = from.epoch
  }

  get id(): number {
    return this.from.id
  }

  start(waiter: Waiter): void {
    const { simulation, network } = this.from.world
    const { timeout, headTimeout } = this.terms
    const now = simulation.now
    this.#waiter = waiter
    this.#account = waiter.account?.fresh()
    if (timeout !== Number.POSITIVE_INFINITY) this.#timeout = simulation.schedule(now + timeout, this, WHOLE)
    if (headTimeout !== undefined) this.#headTimeout = simulation.schedule(now + headTimeout, this, HEAD)
    this.request = new Envelope(this.from, this.to, this.message, 'request', this, this.#account, now)
    this.from.world.calls?.asked(this as Call<unknown>)
    network.send(this.request)
  }

  cancel(): void {
    if (this.#end()) this.from.world.calls?.failed(this as Call<unknown>, undefined)
    this.#abandon()
  }

  /** Whether the caller still waits, in the life in which it asked. */
  get open(): boolean {
    return this.#waiter !== undefined && this.from.epoch === this.#epoch
  }

  /** The reply has come, been waited for and paid for. */
  arrived(message: Message): void {
    const waiter = this.#end()
    if (!waiter) return
    this.from.world.calls?.answered(this as Call<unknown>, message)
    waiter.resume(message)
  }

  failed(error: unknown): void {
    const waiter = this.#end()
    if (!waiter) return
    this.from.world.calls?.failed(this as Call<unknown>, error)
    waiter.fail(error)
  }

  /** Its connection is gone, as the kernel of the caller's host has found. */
  broken(error: Outcome): void {
    if (!this.open || this.#broken) return
    this.#broken = error
    this.#dropTimers()
    this.from.accept(this)
  }

  headArrived({ logged }: Envelope): void {
    if (!this.open) return
    this.#headTimeout = this.#drop(this.#headTimeout)
    this.from.load?.log.passed(logged, this.from.now())
    if (this.terms.onHead) this.from.enter(() => this.terms.onHead!(), logged)
  }

  /** A time limit has passed; as any timer, it waits for the process to be free. */
  fire(kind: number): void {
    if (!this.open) return
    this.#exceeded = kind === WHOLE ? this.terms.timeout : this.terms.headTimeout!
    this.#dropTimers()
    this.from.accept(this)
  }

  get label(): string {
    return `${this.message.kind} timed out`
  }

  begin(): boolean {
    return this.open
  }

  paid(): void {}

  /** Gives up. */
  run(): void {
    const waiter = this.#end()
    if (!waiter) return
    this.#givenUp = true
    if (!this.#broken) this.#abandon()
    const error =
      this.#broken ?? new TimeoutError(`${this.message.kind} to ${this.to.address.name}`, this.#exceeded)
    this.from.world.calls?.failed(this as Call<unknown>, error)
    waiter.fail(error)
  }

  override attribute(account: Account, elapsed: Nanos): void {
    if (this.#givenUp || !this.#account) account.add(RETRY, elapsed, this.request)
    else account.addAll(this.#account)
  }

  #abandon(): void {
    if (!this.from.host.up) return
    const { network, simulation } = this.from.world
    const notice = { kind: 'abandon', bytes: 0 }
    network.send(new Envelope(this.from, this.to, notice, 'abandon', this, undefined, simulation.now))
  }

  #end(): Waiter | undefined {
    const waiter = this.open ? this.#waiter : undefined
    this.#waiter = undefined
    this.#dropTimers()
    return waiter
  }

  #dropTimers(): void {
    this.#timeout = this.#drop(this.#timeout)
    this.#headTimeout = this.#drop(this.#headTimeout)
  }

  #drop(handle: number): number {
    if (handle >= 0) this.from.world.simulation.cancel(handle)
    return -1
  }
}
