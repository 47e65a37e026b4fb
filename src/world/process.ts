// A process: single-threaded, on a host, with a mailbox. Whatever comes to it (a message, a reply, a timer) waits until the
// process is free, then for a core, holds the core for the handler's cost, and only then takes effect.
// Work that a task asks for (`env.compute`) holds the process too, before anything else in the mailbox.

import {
  type Account,
  type Address,
  COMPUTE,
  CORE,
  Fifo,
  IDLE,
  MAILBOX,
  type Message,
  type Running,
  type Scope,
  type Timer,
  UnreachableError,
  Wait,
  type Waiter,
} from '../env/index.ts'
import type { EventTarget } from '../kernel/simulation.ts'
import type { Level } from '../observe/level.ts'
import type { Lane } from '../observe/timeline.ts'
import type { Nanos } from '../units.ts'
import type { CpuGroup, CpuJob, CpuTerms, CpuWaiter } from './cpu.ts'
import { Envelope } from './envelope.ts'
import type { Host } from './host.ts'
import { InHand } from './in-hand.ts'
import type { MemoryAccount } from './memory.ts'
import type { Pauses } from './pause.ts'
import type { World } from './world.ts'

/** What waits in a mailbox. */
export interface MailboxItem {
  /** Its turn has come. False if nobody wants it any more: then it costs nothing. */
  begin(): boolean
  /** The handler's cost, in nanoseconds of time on the core, has been held. */
  paid(cost: Nanos): void
  /** Takes effect. */
  run(): void
  /** What the timeline calls it. */
  readonly label: string
}

/** What a process does: a service's model, or a coordinator on its Env. */
export interface Behaviour {
  /** Core time for handling a message, a reply or a timer (`undefined`). */
  cost(envelope: Envelope | undefined): Nanos
  /** The process starts, or starts again. */
  begin(): void
  /** A one-way message or a request takes effect. */
  deliver(envelope: Envelope): void
  /** The caller of a request that was delivered has given up. */
  abandon?(request: Envelope): void
  /** The process has ended where it stood: volatile state is gone. */
  crash?(): void
  /** What can go wrong inside it, by name. */
  readonly faults?: Readonly<Record<string, string>> | undefined
  /** One of these faults sets in; what is returned ends it. */
  fault?(name: string): () => void
}

/** How a process ends while its host goes on: by a signal from outside, by the kernel for want of memory, before memory is wanting, by its own fault. */
export type EndReason = 'killed' | 'out-of-memory' | 'evicted' | 'crashed'

/** Who starts a process and starts it again, as a container does. */
export interface Supervisor {
  /** It has begun, by whomever it was started. */
  began?(): void
  /** It has ended where it stood, its memory and cores are free, and who waited for it has been told. */
  ended(reason: EndReason): void
  /** It has ended with its host, which has crashed. */
  halted?(): void
  /** The host is back from a crash; whether and when the process starts is the supervisor's. Left out: it starts now. */
  booted?(): void
}

/** An address that knows its process; others are looked up by name. In a message it is its name and nothing more. */
export class ProcessAddress implements Address {
  readonly name: string
  readonly #process: Process

  constructor(process: Process) {
    this.name = process.name
    this.#process = process
  }

  get process(): Process {
    return this.#process
  }
}

/** An error on its way to a waiter. */
class Thrown {
  constructor(readonly error: unknown) {}
}

const nothing = (): void => {}

/** Every process answers it, whatever it is. */
const isHealthCheck = ({ message }: Envelope): boolean => message.kind === 'health'

export class Process implements Scope, CpuWaiter {
  readonly address: ProcessAddress
  readonly cpuGroup: CpuGroup
  behaviour!: Behaviour
  firstTask: Running<unknown> | undefined
  /** Counts ends: what belongs to an earlier life does nothing any more. */
  epoch = 0
  /** When it last ended; -1: it never has. For figures: nobody is told of it but by the network. */
  endedAt: Nanos = -1
  readonly memory: MemoryAccount
  supervisor: Supervisor | undefined
  /** Those that come by themselves. */
  pauses: Pauses | undefined
  /** What it has on its host's disk, which a crash leaves. */
  saved: unknown
  savedBytes = 0
  /** Whether it runs, as far as its host does. */
  #alive = true
  /** Waits for `start`, whatever the host does. */
  #parked = false
  /** Requests that have come and are not answered: who asked them hears of its end. */
  readonly #inHand = new InHand()
  readonly #mailbox = new Fifo<MailboxItem>()
  readonly #computing = new Fifo<Compute>()
  /** Something of the process holds a core, or waits for one. */
  #holding = false
  /** What holds it, where it is not a task. */
  #current: MailboxItem | undefined
  #cost: Nanos = 0
  /** Where the timeline shows it; undefined: nothing is taken down. */
  lane: Lane | undefined
  /** When the item at hand was begun, and whether what runs now will be a slice; kept only for the timeline. */
  #begunAt: Nanos = 0
  #shown = false
  /** Code of the process is running at this very moment. */
  #executing = false
  /** Reasons for which it stands still: its own pauses and its host's. */
  #halts = 0
  /** Code that came while it stood still. */
  #deferred: (() => void)[] | undefined
  /** How many wait in `#mailbox` and `#computing` together, so that mostly neither has to be looked at. */
  #queued = 0
  /** Who goes on next, with its value or error; those after it, as is rare, in `#woken` and `#values`. */
  #next: Waiter | undefined
  #value: unknown
  readonly #woken = new Fifo<Waiter>()
  readonly #values = new Fifo<unknown>()

  constructor(
    readonly world: World,
    readonly id: number,
    readonly host: Host,
    /** `ollama.1`, or `proxy` where there is one alone. */
    readonly name: string,
    /** The scenario's part that it is an instance of: `ollama`. */
    readonly part: string,
    terms: CpuTerms,
    /** Messages waiting, over all processes of the same part. */
    readonly depth: Level,
  ) {
    this.address = new ProcessAddress(this)
    this.cpuGroup = host.cpu.group(terms)
    this.memory = host.memory.account(this)
    host.processes.push(this)
  }

  /** Runs, on a host that does. */
  get up(): boolean {
    return this.#alive && this.host.up
  }

  /** Starts with its host; nothing if it is parked. */
  begin(): void {
    if (this.#parked) return
    this.#alive = true
    this.enter(() => this.behaviour.begin())
    this.pauses?.begin()
    this.supervisor?.began?.()
  }

  /** Before it has begun: it does not start with its host or the run, but at `start`. */
  park(): void {
    this.#parked = true
    this.#alive = false
  }

  /** Starts a parked process, or starts anew after `kill`; nothing if it runs, or its host does not. */
  start(): void {
    if (this.#alive || !this.host.up) return
    this.#parked = false
    this.begin()
  }

  /** Ends it where it stands, as `kill -9` does: the kernel closes its connections, so that whoever waits for an answer is told. */
  kill(reason: EndReason = 'killed'): void {
    if (!this.up) return
    this.#alive = false
    const inHand = this.#inHand.take()
    this.crash()
    this.host.cpu.clear(this)
    this.memory.clear(this.world.simulation.now)
    this.world.network.ended(this)
    for (const request of inHand) request.refuse(new UnreachableError(`${this.name} closed the connection`))
    this.supervisor?.ended(reason)
  }

  /** The host is back. */
  boot(): void {
    if (!this.supervisor?.booted) {
      this.begin()
      return
    }
    this.#alive = false
    this.supervisor.booted()
  }

  /**
   * Lets it stand still until what is returned is called, as SIGSTOP or a stop-the-world collection does: what comes waits, work
   * under way keeps what is left of it, timers are late. Several pauses end with the last of them; a new life knows none.
   */
  pause(): () => void {
    if (!this.up) return nothing
    const { epoch } = this
    let over = false
    this.halt()
    return () => {
      if (over || epoch !== this.epoch) return
      over = true
      this.resume()
    }
  }

  /** One reason more to stand still. */
  halt(): void {
    if (this.#halts++ === 0) this.host.cpu.freeze(this)
  }

  /** One reason less. */
  resume(): void {
    if (--this.#halts > 0) return
    const deferred = this.#deferred ?? []
    this.#deferred = undefined
    this.host.cpu.thaw(this)
    this.enter(() => {
      for (const code of deferred) code()
    })
  }

  /** Volatile state is gone and nobody is told, as when the host stops. */
  crash(): void {
    const executing = this.#executing
    this.epoch++
    this.endedAt = this.world.simulation.now
    this.#inHand.take()
    // Whatever its tasks let go of wakes nobody.
    this.#executing = true
    while (this.firstTask) this.firstTask.abandon()
    // It may have been its own code that ended it.
    this.#executing = executing
    this.#halts = this.host.pauses
    this.#deferred = undefined
    this.pauses?.crash()
    this.depth.add(this.world.simulation.now, -this.#mailbox.length)
    this.#mailbox.clear()
    this.#computing.clear()
    this.#queued = 0
    this.#next = undefined
    this.#value = undefined
    this.#woken.clear()
    this.#values.clear()
    this.#current = undefined
    this.#holding = false
    this.behaviour.crash?.()
  }

  /** Something has come; it takes effect when its turn and its core have come. */
  accept(item: MailboxItem): void {
    if (!this.up) return
    if (this.#holding || this.#executing || this.#halts > 0) {
      this.#mailbox.push(item)
      this.#queued++
      this.depth.add(this.world.simulation.now, 1)
    } else {
      this.#begin(item)
      this.#proceed()
    }
  }

  deliver(envelope: Envelope): void {
    if (isHealthCheck(envelope)) envelope.reply({ kind: 'healthy', bytes: 100 })
    else this.behaviour.deliver(envelope)
  }

  /** A request has come; until `answered`, its caller waits for this process. */
  took(request: Envelope): void {
    this.#inHand.add(request)
  }

  answered(request: Envelope): void {
    this.#inHand.remove(request)
  }

  /** Sends a one-way message. */
  send(to: Process, message: Message): void {
    const { world } = this
    world.network.send(
      new Envelope(this, to, world.sealed(message), 'one-way', undefined, undefined, world.simulation.now),
    )
  }

  /** The caller of a request has given up. */
  abandon(request: Envelope): void {
    if (request.abandoned || request.answered || !this.up) return
    request.abandoned = true
    this.#inHand.remove(request)
    if (request.deliveredIn === this.epoch) this.enter(() => this.behaviour.abandon?.(request))
  }

  /** Runs code of this process now, whatever holds its core, and then the tasks it has woken; where it stands still, when it goes on. */
  enter(code: () => void): void {
    if (this.#executing) {
      code()
      return
    }
    if (this.#halts > 0) {
      this.#deferred ??= []
      this.#deferred.push(code)
      return
    }
    this.#executing = true
    code()
    this.#drain()
    this.#executing = false
    this.#proceed()
  }

  /** Its message is being sent: in the timeline it comes out of the slice at hand, or of one of its own. */
  showSent(envelope: Envelope): void {
    const { simulation, timeline } = this.world
    const { now } = simulation
    if (!this.#shown) timeline!.slice(this.lane!, `${envelope.label} sent`, now, now)
    timeline!.sent(envelope, this.lane!, now)
  }

  now(): Nanos {
    return this.world.simulation.now
  }

  after(delay: Nanos, then: () => void): Timer {
    return new ProcessTimer(this, delay, then)
  }

  wake(waiter: Waiter, value: unknown): void {
    if (this.#next === undefined) {
      this.#next = waiter
      this.#value = value
    } else {
      this.#woken.push(waiter)
      this.#values.push(value)
    }
    if (!this.#executing) this.enter(nothing)
  }

  wakeFailed(waiter: Waiter, error: unknown): void {
    this.wake(waiter, new Thrown(error))
  }

  unhandled(task: Running<unknown>, error: unknown): void {
    this.world.taskFailed(this, task.name, error)
  }

  /** Work of a task that is running now: its turn comes before the mailbox's. */
  compute(compute: Compute): void {
    this.#computing.push(compute)
    this.#queued++
  }

  /** The work of a task is done. */
  computeDone(compute: Compute): void {
    this.#holding = false
    this.#begunAt = compute.begunAt
    this.#execute(compute)
    this.#proceed()
  }

  /** The work of a task was taken off the core. */
  computeCancelled(): void {
    this.#holding = false
    if (!this.#executing) this.enter(nothing)
  }

  computed(): void {
    const item = this.#current!
    this.#current = undefined
    this.#holding = false
    item.paid(this.#cost)
    this.#execute(item)
    this.#proceed()
  }

  /** Begins with an item: it takes effect at once, or holds a core now. */
  #begin(item: MailboxItem): void {
    if (!item.begin()) return
    if (this.lane) this.#begunAt = this.world.simulation.now
    const cost = this.behaviour.cost(item instanceof Envelope && !isHealthCheck(item) ? item : undefined)
    if (cost === 0) {
      this.#execute(item)
      return
    }
    const { cpu } = this.host
    this.#holding = true
    this.#current = item
    this.#cost = Math.round(cost / cpu.speed)
    cpu.run(this.cpuGroup, cost, this, this)
  }

  // An error that comes through here is ours, not a module's, and ends the run.
  #execute(item: { run(): void; readonly label: string }): void {
    this.#executing = true
    if (this.lane) this.#shown = true
    item.run()
    this.#drain()
    this.#executing = false
    if (this.lane) this.#show(item)
  }

  #show(item: { readonly label: string }): void {
    const { simulation, timeline } = this.world
    const begunAt = this.#begunAt
    this.#shown = false
    timeline!.slice(this.lane!, item.label, begunAt, simulation.now)
    if (item instanceof Envelope) timeline!.arrived(item, this.lane!, begunAt, simulation.now, item.label)
  }

  /** Goes on with what is next, until something holds a core or nothing is left. */
  #proceed(): void {
    while (this.#queued > 0 && !this.#holding && this.#halts === 0) {
      this.#queued--
      const compute = this.#computing.shift()
      if (compute) {
        this.#holding = compute.begin()
        continue
      }
      this.depth.add(this.world.simulation.now, -1)
      this.#begin(this.#mailbox.shift()!)
    }
  }

  #drain(): void {
    for (let waiter = this.#next; waiter !== undefined; waiter = this.#next) {
      const value = this.#value
      this.#next = this.#woken.shift()
      this.#value = this.#values.shift()
      if (value instanceof Thrown) waiter.fail(value.error)
      else waiter.resume(value)
    }
  }
}

/** A callback at a time, in turn with everything else of its process. */
class ProcessTimer implements Timer, EventTarget, MailboxItem {
  readonly #epoch: number
  #handle: number
  #cancelled = false

  constructor(
    readonly process: Process,
    delay: Nanos,
    readonly then: () => void,
  ) {
    const { simulation } = process.world
    this.#epoch = process.epoch
    this.#handle = simulation.schedule(simulation.now + process.host.clock.lasts(delay), this, 0)
  }

  get id(): number {
    return this.process.id
  }

  get label(): string {
    return 'timer'
  }

  cancel(): void {
    this.#cancelled = true
    if (this.#handle >= 0) this.process.world.simulation.cancel(this.#handle)
    this.#handle = -1
  }

  fire(): void {
    this.#handle = -1
    if (this.process.epoch === this.#epoch) this.process.accept(this)
  }

  begin(): boolean {
    return !this.#cancelled
  }

  paid(): void {}

  run(): void {
    if (this.#cancelled) return
    try {
      this.then()
    } catch (error) {
      this.process.world.taskFailed(this.process, 'a timer', error)
    }
  }
}

/** Sleeping: idle until the time has come, then in turn with everything else of the process. */
export class Sleep extends Wait<void> implements EventTarget, MailboxItem {
  readonly #lasts: Nanos
  #waiter: Waiter | undefined
  #handle = -1
  /** When its turn came, and what that cost; kept only where an account is. */
  #begunAt: Nanos | undefined
  #paid: Nanos | undefined

  /** @param duration by the clock of the process's host */
  constructor(
    readonly process: Process,
    duration: Nanos,
  ) {
    super()
    this.#lasts = process.host.clock.lasts(duration)
  }

  get id(): number {
    return this.process.id
  }

  get label(): string {
    return 'slept'
  }

  start(waiter: Waiter): void {
    const { simulation } = this.process.world
    this.#waiter = waiter
    this.#handle = simulation.schedule(simulation.now + this.#lasts, this, 0)
  }

  cancel(): void {
    this.#waiter = undefined
    if (this.#handle >= 0) this.process.world.simulation.cancel(this.#handle)
    this.#handle = -1
  }

  fire(): void {
    this.#handle = -1
    this.process.accept(this)
  }

  begin(): boolean {
    const waiter = this.#waiter
    if (waiter?.account) this.#begunAt = this.process.now()
    return waiter !== undefined
  }

  paid(cost: Nanos): void {
    if (this.#waiter?.account) this.#paid = cost
  }

  run(): void {
    this.#waiter?.resume(undefined)
  }

  override attribute(account: Account, elapsed: Nanos): void {
    const now = this.process.now()
    const handling = now - (this.#begunAt ?? now)
    const computing = Math.min(this.#paid ?? 0, handling)
    account.add(IDLE, this.#lasts)
    account.add(MAILBOX, elapsed - this.#lasts - handling)
    account.add(COMPUTE, computing)
    account.add(CORE, handling - computing)
  }
}

/** Work on a core of the process's host. */
export class Compute extends Wait<void> implements CpuWaiter {
  #waiter: Waiter | undefined
  #startedAt: Nanos = 0
  /** When its turn came. */
  begunAt: Nanos = 0
  #job: CpuJob | undefined

  constructor(
    readonly process: Process,
    readonly cost: Nanos,
  ) {
    super()
  }

  get label(): string {
    return 'compute'
  }

  start(waiter: Waiter): void {
    this.#waiter = waiter
    this.#startedAt = this.process.now()
    this.process.compute(this)
  }

  cancel(): void {
    const job = this.#job
    this.#waiter = undefined
    this.#job = undefined
    if (!job || !this.process.up) return
    this.process.host.cpu.cancel(job)
    this.process.computeCancelled()
  }

  /** The process is free for it; false if nobody wants it any more. */
  begin(): boolean {
    if (!this.#waiter) return false
    this.begunAt = this.process.now()
    const { host } = this.process
    this.#job = host.cpu.run(this.process.cpuGroup, this.cost, this, this.process)
    return true
  }

  computed(): void {
    this.#job = undefined
    this.process.computeDone(this)
  }

  run(): void {
    this.#waiter?.resume(undefined)
  }

  override attribute(account: Account, elapsed: Nanos): void {
    const waited = this.begunAt - this.#startedAt
    const computing = Math.min(elapsed - waited, Math.round(this.cost / this.process.host.cpu.speed))
    account.add(MAILBOX, waited)
    account.add(COMPUTE, computing)
    account.add(CORE, elapsed - waited - computing)
  }
}
