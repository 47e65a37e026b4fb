// The port on virtual time: the Env of one process, and a coordinator living on it.

import {
  type Address,
  type Coordinator,
  type Env,
  type Message,
  type Observation,
  Outcome,
  type Random,
  RefusedError,
  type Request,
  Running,
  type Task,
  type Timer,
  type Watcher,
  type Work,
} from '../env/index.ts'
import { ScenarioError } from '../errors.ts'
import type { Nanos } from '../units.ts'
import type { Behaviour } from './behaviour.ts'
import { Call } from './call.ts'
import type { HandlerCosts } from './costs/handler-costs.ts'
import type { Envelope } from './envelope.ts'
import type { Process } from './process.ts'
import { Save } from './save.ts'
import { Compute, Sleep } from './waits.ts'

/** What a coordinator observes of its metrics. */
export type Observer = (observation: Exclude<Observation, { kind: 'fact' }>) => void

export class SimEnv implements Env {
  readonly #process: Process
  readonly #observe: Observer
  readonly #streams = new Map<string, Random>()

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

  clock(): Nanos {
    return this.#process.host.clock.now()
  }

  random(stream: string): Random {
    let random = this.#streams.get(stream)
    if (!random) {
      random = this.#process.world.streams.stream(`${this.#process.name}/${stream}`)
      this.#streams.set(stream, random)
    }
    return random
  }

  uuid(): string {
    const random = this.random('uuid')
    const hex = Array.from({ length: 8 }, () => random.integer(65_536).toString(16).padStart(4, '0'))
    return `${hex[0]}${hex[1]}-${hex[2]}-4${hex[3]!.slice(1)}-a${hex[4]!.slice(1)}-${hex[5]}${hex[6]}${hex[7]}`
  }

  send(to: Address, message: Message): void {
    this.#process.send(this.#process.world.processOf(to), message)
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
    const cost = 'cost' in work ? work.cost : this.#process.world.costs.of(work.operation, work.size)
    return new Compute(this.#process, cost)
  }

  saved(): unknown {
    return this.#process.saved
  }

  save(state: unknown): Task<void> {
    return new Save(this.#process, this.#process.world.sealed(state))
  }

  settle(): void {
    this.#process.settle()
  }

  observe(observation: Observation): void {
    if (observation.kind === 'fact') this.#process.world.said(this.#process, observation)
    else this.#observe(observation)
  }
}

/** A coordinator as the behaviour of its process. */
export class CoordinatorBehaviour implements Behaviour {
  readonly #create: () => Coordinator
  readonly #process: Process
  readonly #costs: Nanos | HandlerCosts
  readonly #handling = new Map<Envelope, Running<unknown>>()
  #coordinator!: Coordinator

  /** @param costs core time of each message, reply or timer it handles: so many nanoseconds, or as tables say */
  constructor(process: Process, costs: Nanos | HandlerCosts, create: () => Coordinator) {
    this.#process = process
    this.#costs = costs
    this.#create = create
  }

  cost(envelope: Envelope | undefined): Nanos {
    const costs = this.#costs
    if (typeof costs === 'number') return costs
    if (envelope === undefined || envelope.from === this.#process) return costs.handling(envelope?.message, 0)
    return costs.handling(envelope.message, envelope.bytes)
  }

  sent({ role, to, message, bytes }: Envelope): void {
    if (typeof this.#costs === 'number' || role === 'head' || role === 'abandon') return
    if (to !== this.#process) this.#costs.sent(message, bytes)
  }

  begin(): void {
    this.#coordinator = {}
    try {
      this.#coordinator = this.#create()
      const start = this.#coordinator.start?.()
      if (start) new Running(this.#process, start, 'start')
    } catch (error) {
      // Values that do not go together are the scenario's mistake, anything else the module's.
      if (error instanceof ScenarioError) throw error
      this.#process.world.taskFailed(this.#process, 'start', error)
    }
  }

  deliver(envelope: Envelope): void {
    if (envelope.role === 'one-way') this.#receive(envelope)
    else this.#handle(envelope)
  }

  abandon(request: Envelope): void {
    this.#handling.get(request)?.cancel()
  }

  crash(): void {
    this.#handling.clear()
    if (typeof this.#costs !== 'number') this.#costs.crash()
  }

  #receive({ sender, message }: Envelope): void {
    try {
      this.#coordinator.receive?.(sender, message)
    } catch (error) {
      this.#process.world.taskFailed(this.#process, message.kind, error)
    }
  }

  #handle(envelope: Envelope): void {
    const process = this.#process
    const { sender, message } = envelope
    let task: Task<unknown> | undefined
    try {
      task = this.#coordinator.handle?.(sender, message)
    } catch (error) {
      refuse(process, envelope, error)
      return
    }
    if (!task) {
      envelope.refuse(new RefusedError(404, `${process.name} answers no ${message.kind}`))
      return
    }
    const running = new Running(process, task, message.kind, envelope.account?.fresh())
    this.#handling.set(envelope, running)
    running.watch(new Answer(process, envelope, this.#handling))
  }
}

/** The caller gets the error; if it is no outcome, it ends the run. */
function refuse(process: Process, envelope: Envelope, error: unknown): void {
  envelope.refuse(error instanceof Outcome || error instanceof Error ? error : new Error(String(error)))
  if (!envelope.abandoned) process.world.handlerFailed(process, envelope.message.kind, error)
}

/** Sends what a handler's task ended in back to the caller. */
class Answer implements Watcher {
  constructor(
    readonly process: Process,
    readonly envelope: Envelope,
    readonly handling: Map<Envelope, Running<unknown>>,
  ) {}

  ended(task: Running<unknown>): void {
    const { envelope, process } = this
    this.handling.delete(envelope)
    if (task.account) envelope.bookAll(task.account)
    if (task.state === 'done') envelope.reply(process.world.sealed(task.value as Message))
    else refuse(process, envelope, task.error)
  }
}
