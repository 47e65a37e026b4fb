// The port on virtual time: the Env of one process, and a coordinator living on it.

import {
  Account,
  type Address,
  type Coordinator,
  type Env,
  type Message,
  type Observation,
  type Random,
  RefusedError,
  type Request,
  Running,
  type Task,
  type Timer,
  type Waiter,
  type Work,
} from '../env/index.ts'
import type { Nanos } from '../units.ts'
import { Call } from './call.ts'
import { Envelope } from './envelope.ts'
import { type Behaviour, Compute, type Process, Sleep } from './process.ts'

/** What a coordinator observes, by the metric's name. */
export type Observer = (observation: Observation) => void

export class SimEnv implements Env {
  readonly #process: Process
  readonly #observe: Observer

  constructor(process: Process, observe: Observer) {
    this.#process = process
    this.#observe = observe
  }

  get self(): Address {
    return this.#process.address
  }

  now(): Nanos {
    return this.#process.world.simulation.now
  }

  random(stream: string): Random {
    return this.#process.world.streams.stream(`${this.#process.name}/${stream}`)
  }

  uuid(): string {
    const random = this.random('uuid')
    const hex = Array.from({ length: 8 }, () => random.integer(65_536).toString(16).padStart(4, '0'))
    return `${hex[0]}${hex[1]}-${hex[2]}-4${hex[3]!.slice(1)}-a${hex[4]!.slice(1)}-${hex[5]}${hex[6]}${hex[7]}`
  }

  send(to: Address, message: Message): void {
    const { world } = this.#process
    const target = world.processOf(to)
    world.network.send(
      new Envelope(this.#process, target, world.sealed(message), 'one-way', undefined, undefined, this.now()),
    )
  }

  call<R>(to: Address, request: Request<R>, timeout: Nanos): Task<R> {
    const { world } = this.#process
    return new Call<R>(this.#process, world.processOf(to), world.sealed(request), { timeout })
  }

  sleep(duration: Nanos): Task<void> {
    return new Sleep(this.#process, duration)
  }

  after(delay: Nanos, then: () => void): Timer {
    return this.#process.after(delay, then)
  }

  spawn<T>(task: Task<T>, name: string): Running<T> {
    return new Running(this.#process, task, name)
  }

  compute(work: Work): Task<void> {
    return new Compute(this.#process, work.cost)
  }

  observe(observation: Observation): void {
    this.#observe(observation)
  }
}

/** A coordinator as the behaviour of its process. */
export class CoordinatorBehaviour implements Behaviour {
  readonly #create: () => Coordinator
  readonly #process: Process
  readonly #handlerCost: Nanos
  readonly #handling = new Map<Envelope, Running<unknown>>()
  #coordinator!: Coordinator

  /** @param handlerCost core time of each message, reply or timer it handles, nanoseconds */
  constructor(process: Process, handlerCost: Nanos, create: () => Coordinator) {
    this.#process = process
    this.#handlerCost = handlerCost
    this.#create = create
  }

  cost(): Nanos {
    return this.#handlerCost
  }

  begin(): void {
    this.#coordinator = this.#create()
    const start = this.#coordinator.start?.()
    if (start) new Running(this.#process, start, 'start')
  }

  deliver(envelope: Envelope): void {
    if (envelope.role === 'one-way') {
      this.#coordinator.receive?.(envelope.sender, envelope.message)
      return
    }
    const task = this.#coordinator.handle?.(envelope.sender, envelope.message)
    if (!task) {
      envelope.refuse(new RefusedError(404, `${this.#process.name} answers no ${envelope.message.kind}`))
      return
    }
    const running = new Running(this.#process, task, envelope.message.kind, envelope.account && new Account())
    this.#handling.set(envelope, running)
    running.addWaiter(new Answer(this.#process, envelope, running, () => this.#handling.delete(envelope)))
  }

  abandon(request: Envelope): void {
    this.#handling.get(request)?.cancel()
  }

  crash(): void {
    this.#handling.clear()
  }
}

/** Sends what a handler's task ended in back to the caller. */
class Answer implements Waiter {
  readonly account = undefined

  constructor(
    readonly scope: Process,
    readonly envelope: Envelope,
    readonly running: Running<unknown>,
    readonly ended: () => void,
  ) {}

  resume(value: unknown): void {
    this.#book()
    this.envelope.reply(this.scope.world.sealed(value as Message))
  }

  fail(error: unknown): void {
    this.#book()
    this.envelope.refuse(error instanceof Error ? error : new Error(String(error)))
    if (!this.envelope.abandoned) this.scope.world.handlerFailed(this.scope, this.running.name, error)
  }

  #book(): void {
    this.ended()
    if (this.running.account) this.envelope.bookAll(this.running.account)
  }
}
