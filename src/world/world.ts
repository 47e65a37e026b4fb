// The virtual data centre of one run: its clock, its hosts, its network, its processes.

import { Account, type Address, type Fact, type Message, Outcome } from '../env/index.ts'
import { InvariantError, invariant, ScenarioError } from '../errors.ts'
import { RandomStreams } from '../kernel/random.ts'
import { Simulation } from '../kernel/simulation.ts'
import type { Counter } from '../observe/counter.ts'
import type { MessageLog } from '../observe/message-log.ts'
import type { Recorder } from '../observe/recorder.ts'
import type { Timeline } from '../observe/timeline.ts'
import { format, type Nanos } from '../units.ts'
import type { Call } from './call.ts'
import { Costs } from './costs/costs.ts'
import type { CpuTerms } from './cpu.ts'
import { Host, type HostValues } from './host.ts'
import { type LinkRule, Network, type NetworkValues } from './network.ts'
import { Process, type ProcessAddress } from './process.ts'

/** A coordinator's code threw what is no outcome of a call: a bug in the module, named with its place in the run. */
export class ModuleError extends Error {
  override name = 'ModuleError'

  constructor(
    message: string,
    /** The scenario's part whose process threw it, where that is known. */
    readonly part?: string,
  ) {
    super(message)
  }
}

/** Hears facts as they are stated. */
export interface FactListener {
  said(at: Nanos, process: Process, fact: Fact): void
  /** A fault sets in. */
  faultBegan?(at: Nanos): void
  /** A fault is over; one that is over at once, or stays for good, when it has begun. */
  faultEnded?(at: Nanos): void
}

/** Hears of calls, as their callers see them. */
export interface CallListener {
  asked(call: Call<unknown>): void
  answered(call: Call<unknown>, reply: Message): void
  /** No reply has come, and none will; `error` is `undefined` where the caller itself has called it off. */
  failed(call: Call<unknown>, error: unknown): void
}

export interface WorldTerms {
  readonly seed: string
  readonly recorder: Recorder
  readonly network: NetworkValues
  /** What computing costs; left out: as the nominal table has it. */
  readonly costs?: Costs
  /** Messages are frozen when sent, so that no state leaks by reference. */
  readonly checked?: boolean
  /** Takes down what every process does. */
  readonly timeline?: Timeline | undefined
  /** Takes down every message. */
  readonly messages?: MessageLog | undefined
  /** One that is watched; left out: one that is not. */
  readonly simulation?: Simulation | undefined
  /** Makes the accounts of the time that requests take; left out: sums by part. */
  readonly newAccount?: (() => Account) | undefined
}

export class World {
  readonly simulation: Simulation
  readonly newAccount: () => Account
  readonly streams: RandomStreams
  readonly recorder: Recorder
  readonly network: Network
  readonly hosts = new Map<string, Host>()
  readonly processes = new Map<string, Process>()
  readonly costs: Costs
  /** Why the run had to stop, if it had. */
  failure: Error | undefined
  /** The first task of a coordinator that ended in an outcome nobody handled, in words. */
  firstUnhandled: string | undefined
  /** Who hears the facts that processes state; see `env/fact.ts`. */
  listener: FactListener | undefined
  /** Who hears of all calls. */
  calls: CallListener | undefined
  readonly timeline: Timeline | undefined
  readonly messages: MessageLog | undefined
  /** Who states a fact at this moment. */
  speaker: Process | undefined
  /** Processes that wait for promises of theirs to go on at this instant. */
  readonly settling: Process[] = []
  readonly #seed: string
  readonly #checked: boolean
  readonly #rules: LinkRule[] = []
  readonly #tasksFailed: Counter
  #ids = 0

  constructor({ seed, recorder, network, costs, checked = false, timeline, ...terms }: WorldTerms) {
    this.simulation = terms.simulation ?? new Simulation()
    this.newAccount = terms.newAccount ?? (() => new Account())
    this.timeline = timeline
    this.messages = terms.messages
    this.costs = costs ?? new Costs()
    this.#seed = seed
    this.#checked = checked
    this.streams = new RandomStreams(seed)
    this.recorder = recorder
    this.network = new Network(this.simulation, this.streams, recorder, network, this.#rules)
    this.#tasksFailed = recorder.counter('tasks.failed', {
      unit: 'count',
      better: 'lower',
      meaning: 'tasks of coordinators that ended in a timeout or refusal nobody handled',
    })
  }

  /** Identifies processes, groups and hosts in the fingerprint. */
  readonly nextId = (): number => ++this.#ids

  /** @param recorder where its utilisation goes; by default the run's */
  addHost(name: string, values: HostValues, recorder: Recorder = this.recorder): Host {
    const host = new Host(this.nextId(), name, values, this.simulation, recorder, this.streams, this.nextId)
    this.hosts.set(name, host)
    return host
  }

  addLinkRule(rule: LinkRule): void {
    this.#rules.push(rule)
  }

  /** @param part the name of the scenario's part that the process is an instance of */
  addProcess(
    host: Host,
    name: string,
    part: string,
    terms: CpuTerms = {},
    recorder: Recorder = this.recorder,
  ): Process {
    invariant(!this.processes.has(name), () => `two processes named ${name}`)
    const depth = recorder.level(
      `process.${part}.mailbox`,
      { unit: 'count', better: 'lower', meaning: `messages waiting for ${part} to be free` },
      { series: false },
    )
    const process = new Process(this, this.nextId(), host, name, part, terms, depth)
    this.processes.set(name, process)
    process.lane = this.timeline?.lane(host.name, name)
    process.load = this.messages?.process(name, part, host.name)
    return process
  }

  processOf(address: Address): Process {
    const known = (address as Partial<ProcessAddress>).process ?? this.processes.get(address.name)
    if (!known) throw new InvariantError(`no process named ${address.name}`)
    return known
  }

  /** Promises have gone as far as they can: the processes that waited for them go on, and the simulation can. */
  settled(): void {
    this.simulation.resume()
    for (const process of this.settling.splice(0)) process.settled()
  }

  said(process: Process, fact: Fact): void {
    if (this.listener === undefined) return
    this.speaker = process
    this.listener.said(this.simulation.now, process, fact)
    this.speaker = undefined
  }

  /** A message on its way is the sender's no more. */
  sealed<M>(message: M): M {
    return this.#checked ? deepFrozen(message) : message
  }

  taskFailed(process: Process, task: string, error: unknown): void {
    if (!(error instanceof Outcome)) {
      this.#fail(process, task, error)
      return
    }
    const { now } = this.simulation
    this.#tasksFailed.add(now, 1)
    this.firstUnhandled ??= `${process.name}: ${task} ended at ${format(now, 'ns')} in ${error}`
  }

  /** What a handler threw goes to its caller; only what is no outcome ends the run. */
  handlerFailed(process: Process, task: string, error: unknown): void {
    if (!(error instanceof Outcome)) this.#fail(process, task, error)
  }

  #fail(process: Process, task: string, error: unknown): void {
    // What it asked of the scenario is not there: the user's to mend.
    if (error instanceof ScenarioError)
      this.failure ??= new ScenarioError(
        error.mistakes.map((mistake) => ({ ...mistake, message: `${process.name}: ${mistake.message}` })),
      )
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const at = format(this.simulation.now, 'ns')
    this.failure ??= new ModuleError(
      `${process.name}: ${task} threw at ${at} with seed ${this.#seed}: ${text}`,
      process.part,
    )
    this.simulation.stop()
  }
}

function deepFrozen<M>(value: M): M {
  if (typeof value !== 'object' || value === null) return value
  for (const field of Object.values(value)) deepFrozen(field)
  return Object.freeze(value)
}
