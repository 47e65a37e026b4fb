// The port for benches, the second of the three worlds: what a process sends is collected, a call is answered at once or lies
// until its answer is handed in, timers fire when the bench says so, the clock counts. Nothing of it takes time of its own to
// speak of, so that what is measured is the coordinator's code.

import {
  type Address,
  type Env,
  type Fact,
  Fifo,
  type Message,
  type Observation,
  type Random,
  type Request,
  Running,
  type Scope,
  type Task,
  type Timer,
  Wait,
  type Waiter,
  type Work,
} from '../env/index.ts'
import { RandomStreams } from '../kernel/random.ts'
import type { Nanos } from '../units.ts'

/** What a process does that leads out of it. */
export interface Outside {
  send(from: BenchEnv, to: Address, message: Message): void
  call(from: BenchEnv, to: Address, request: Message, waiter: Waiter): void
  /** A timer is set, or a sleep begun. */
  set(timer: BenchTimer): void
  /** Work is asked for; it is over at once. */
  compute(from: BenchEnv, waiter: Waiter, work: Work): void
}

export class BenchTimer implements Timer {
  cancelled = false

  constructor(
    readonly env: BenchEnv,
    readonly at: Nanos,
    readonly fire: () => void,
  ) {}

  cancel(): void {
    this.cancelled = true
  }
}

/** One second after another world's clock would begin, so that nobody takes 0 for never. */
const BEGIN: Nanos = 1e9

export class BenchEnv implements Env, Scope {
  readonly self: Address
  firstTask: Running<unknown> | undefined
  /** What it has observed, so that observing is not left out. */
  observed = 0
  readonly #outside: Outside
  readonly #streams: RandomStreams
  readonly #woken = new Fifo<() => void>()
  #saved: unknown
  #now: Nanos = BEGIN
  #running = false
  #uuids = 0

  constructor(name: string, outside: Outside) {
    this.self = { name }
    this.#outside = outside
    this.#streams = new RandomStreams(name)
  }

  now(): Nanos {
    return this.#now
  }

  clock(): Nanos {
    return this.#now
  }

  /** The clock goes on, never back. */
  advance(to: Nanos): void {
    if (to > this.#now) this.#now = to
  }

  random(stream: string): Random {
    return this.#streams.stream(stream)
  }

  uuid(): string {
    return `00000000-0000-4000-a000-${String(++this.#uuids).padStart(12, '0')}`
  }

  send(to: Address, message: Message): void {
    this.#outside.send(this, to, message)
  }

  call<R>(to: Address, request: Request<R>, _timeout: Nanos): Task<R> {
    return new Later<R>((waiter) => this.#outside.call(this, to, request, waiter))
  }

  sleep(duration: Nanos): Task<void> {
    return new Later<void>((waiter) =>
      this.#outside.set(new BenchTimer(this, this.#now + duration, () => waiter.resume(undefined))),
    )
  }

  after(delay: Nanos, then: () => void): Timer {
    const timer = new BenchTimer(this, this.#now + delay, then)
    this.#outside.set(timer)
    return timer
  }

  spawn<T>(task: Task<T>, name: string): Running<T> {
    return new Running(this, task, name)
  }

  compute(work: Work): Task<void> {
    return new Later<void>((waiter) => this.#outside.compute(this, waiter, work))
  }

  saved(): unknown {
    return this.#saved
  }

  save(state: unknown): Task<void> {
    this.#saved = state
    return new Later<void>((waiter) => this.wake(waiter, undefined))
  }

  observe(observation: Observation | ({ readonly kind: 'fact' } & Fact)): void {
    this.observed += observation.kind.length
  }

  /** Runs code of the process, and then the tasks it has woken. */
  enter(code: () => void): void {
    if (this.#running) {
      code()
      return
    }
    this.#running = true
    code()
    for (let next = this.#woken.shift(); next; next = this.#woken.shift()) next()
    this.#running = false
  }

  wake(waiter: Waiter, value: unknown): void {
    this.#woken.push(() => waiter.resume(value))
    if (!this.#running) this.enter(() => {})
  }

  wakeFailed(waiter: Waiter, error: unknown): void {
    this.#woken.push(() => waiter.fail(error))
    if (!this.#running) this.enter(() => {})
  }

  unhandled(task: Running<unknown>, error: unknown): void {
    throw new Error(`${this.self.name}: ${task.name} ended in ${error}`)
  }
}

/** Waits until its beginning has brought about its end. */
class Later<T> extends Wait<T> {
  readonly #begin: (waiter: Waiter) => void
  #waiter: Waiter | undefined

  constructor(begin: (waiter: Waiter) => void) {
    super()
    this.#begin = begin
  }

  start(waiter: Waiter): void {
    this.#waiter = waiter
    const { scope, account } = waiter
    const self = this
    this.#begin({
      scope,
      account,
      resume(value) {
        self.#waiter?.resume(value)
      },
      fail(error) {
        self.#waiter?.fail(error)
      },
    })
  }

  cancel(): void {
    this.#waiter = undefined
  }
}
