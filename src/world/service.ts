// How a service's model introduces itself, and what it is given to live on. A service is a process like any other: its
// requests wait in a mailbox and hold a core for their cost; what it does then (its slots, queues, models) is its own.

import type { Address, Fact, Message, ObservedMetrics } from '../env/index.ts'
import type { RandomStream } from '../kernel/random.ts'
import type { Counter } from '../observe/counter.ts'
import type { Level } from '../observe/level.ts'
import type { Recorder } from '../observe/recorder.ts'
import type { Recording } from '../observe/recording.ts'
import type { Parameters, Values } from '../parameters.ts'
import type { Nanos, Unit } from '../units.ts'
import type { Behaviour } from './behaviour.ts'
import type { Envelope } from './envelope.ts'
import type { Host } from './host.ts'
import type { Process } from './process.ts'

export interface Service {
  /** The process has started, and every other process of the world exists. Called once in the life of each `create`. */
  begin?(): void
  /** Core time of handling a request or a one-way message, before it takes effect. */
  cost(envelope: Envelope): Nanos
  /** Takes a request; sooner or later it is answered by `reply` or `refuse`. */
  handle(request: Envelope): void
  /** Takes a one-way message. */
  receive?(from: Address, message: Message): void
  /** The caller of a request in hand has given up. */
  abandon?(request: Envelope): void
  /** The process has ended where it stood: what was in memory is gone. `create` is called anew when it restarts. */
  crash?(): void
  /** One of the faults that the definition declares sets in; what is returned ends it. */
  fault?(name: string): () => void
}

export interface ServiceDefinition<P extends Parameters = Parameters> {
  /** Kebab-case; what a scenario writes as `kind`. */
  readonly name: string
  /** One line: what it models. */
  readonly meaning: string
  readonly parameters: P
  /** Metrics it observes besides the common ones, by their last word: `evictions` is `service.<name>.evictions`. */
  readonly metrics?: ObservedMetrics
  /** What can go wrong inside it (`hang`, `failover` …), each with one line of meaning; see `Service.fault`. */
  readonly faults?: Readonly<Record<string, string>>
  create(context: ServiceContext, values: Values<P>): Service
}

/** Declares a service; the identity, for its types. */
export const defineService = <const P extends Parameters>(
  definition: ServiceDefinition<P>,
): ServiceDefinition<P> => definition

/** What a service lives on. */
export class ServiceContext {
  readonly process: Process
  /** What is on the host's disk, by the file's name: a crash leaves it, and the next `create` finds it. */
  readonly disk = new Map<string, unknown>()
  readonly #recorder: Recorder
  readonly #metrics: ObservedMetrics

  constructor(process: Process, recorder: Recorder, metrics: ObservedMetrics = {}) {
    this.process = process
    this.#recorder = recorder
    this.#metrics = metrics
  }

  /** `ollama.1` */
  get name(): string {
    return this.process.name
  }

  get host(): Host {
    return this.process.host
  }

  now(): Nanos {
    return this.process.world.simulation.now
  }

  /** Sends a one-way message. */
  send(to: Address, message: Message): void {
    this.process.send(this.processOf(to), message)
  }

  /** Takes memory of the host (within the container's limit); false if there is not as much. A crash gives it back. */
  allocate(bytes: number): boolean {
    return this.process.memory.allocate(this.now(), bytes)
  }

  release(bytes: number): void {
    this.process.memory.release(this.now(), bytes)
  }

  /** Work on a core beside the process's own thread: nanoseconds of one core of nominal speed. Returns the means to cancel. */
  work(cost: Nanos, then: () => void): () => void {
    const { process } = this
    const { cpu } = this.host
    const { cause } = process
    const job = cpu.run(process.cpuGroup, cost, { computed: () => process.enter(then, cause) }, process)
    return () => cpu.cancel(job)
  }

  /** States a fact for the checkers. */
  say(fact: Fact): void {
    this.process.world.said(this.process, fact)
  }

  random(stream: string): RandomStream {
    return this.process.world.streams.stream(`${this.name}/${stream}`)
  }

  /** Calls `then` after a delay, whatever the process is doing: for what is not the process's own work. Returns the means to cancel. */
  later(delay: Nanos, then: () => void): () => void {
    const { simulation } = this.process.world
    const handle = simulation.schedule(
      simulation.now + delay,
      { id: this.process.id, fire: this.entering(then) },
      3,
    )
    return () => void simulation.cancel(handle)
  }

  /** The same as code of this process, in the life it has now: for those who call back, as the host's disk does. */
  entering(then: () => void): () => void {
    const { process } = this
    const { epoch, cause } = process
    return () => {
      if (process.epoch === epoch) process.enter(then, cause)
    }
  }

  /** The process behind an address of the scenario. */
  processOf(address: Address): Process {
    return this.process.world.processOf(address)
  }

  /** Requests waiting at this service, as `service.<name>.queue`. */
  queueLevel(): Level {
    return this.level('queue', 'count', 'lower', 'requests waiting at')
  }

  /** Share of its servers or slots in use, as `service.<name>.utilisation`. */
  utilisationLevel(): Level {
    return this.level('utilisation', 'ratio', 'neither', 'share of the capacity in use of')
  }

  level(name: string, unit: Unit, better: 'lower' | 'higher' | 'neither', meaning: string): Level {
    const definition = { unit, better, meaning: `${meaning} ${this.name}` }
    return this.#recorder.level(`service.${this.name}.${name}`, definition, { series: true })
  }

  /** A declared metric of kind `value`; `of` is one of the things it is kept by: class 0 of `wait` is `wait.0`. */
  recording(name: string, of?: string): Recording {
    return this.#recorder.distribution(this.#metricName(name, of), this.#metrics[name]!)
  }

  /** A declared metric of kind `count`; `of` as for `recording`. */
  counter(name: string, of?: string): Counter {
    return this.#recorder.counter(this.#metricName(name, of), this.#metrics[name]!)
  }

  #metricName(name: string, of: string | undefined): string {
    return `service.${this.name}.${name}${of === undefined ? '' : `.${of}`}`
  }
}

/** A service as the behaviour of its process. */
export class ServiceBehaviour implements Behaviour {
  readonly #create: () => Service
  #service: Service

  /** @param faults those its definition declares */
  constructor(
    create: () => Service,
    readonly faults: ServiceDefinition['faults'] = {},
  ) {
    this.#create = create
    this.#service = create()
  }

  cost(envelope: Envelope | undefined): Nanos {
    return envelope?.role === 'request' || envelope?.role === 'one-way' ? this.#service.cost(envelope) : 0
  }

  begin(): void {
    this.#service.begin?.()
  }

  deliver(envelope: Envelope): void {
    if (envelope.role === 'request') this.#service.handle(envelope)
    else this.#service.receive?.(envelope.sender, envelope.message)
  }

  fault(name: string): () => void {
    return this.#service.fault?.(name) ?? (() => {})
  }

  abandon(request: Envelope): void {
    this.#service.abandon?.(request)
  }

  crash(): void {
    this.#service.crash?.()
    this.#service = this.#create()
  }
}
