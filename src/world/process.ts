// A process: single-threaded, on a host, with a mailbox. Whatever comes to it (a message, a reply, a timer) waits until the
// process is free, then for a core, holds the core for the handler's cost, and only then takes effect.
// Work that a task asks for (`env.compute`) holds the process too, before anything else in the mailbox.

import {
  type Address,
  Fifo,
  type Message,
  type Running,
  type Scope,
  type Timer,
  UnreachableError,
  type Waiter,
} from '../env/index.ts'
import type { Level } from '../observe/level.ts'
import type { ProcessLoad } from '../observe/process-load.ts'
import type { Lane } from '../observe/timeline.ts'
import type { Nanos } from '../units.ts'
import type { Behaviour, EndReason, MailboxItem, Supervisor } from './behaviour.ts'
import type { CpuGroup, CpuTerms, CpuWaiter } from './cpu.ts'
import { Envelope } from './envelope.ts'
import type { Host } from './host.ts'
import { InHand } from './in-hand.ts'
import type { MemoryAccount } from './memory.ts'
import type { Pauses } from './pause.ts'
import { type Compute, ProcessTimer } from './waits.ts'
import type { World } from './world.ts'

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

/** What goes on with what it has been about. */
class Resumed implements Waiter {
  readonly scope: Process
  readonly account = undefined

  constructor(
    readonly waiter: Waiter,
    readonly cause: number,
  ) {
    this.scope = waiter.scope as Process
  }

  resume(value: unknown): void {
    this.scope.as(this.cause, () => this.waiter.resume(value))
  }

  fail(error: unknown): void {
    this.scope.as(this.cause, () => this.waiter.fail(error))
  }
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
  /** What waits for it, where its service shows that as its own queue. */
  queue: Level | undefined
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
  /** What it has to do, and the log of its messages; undefined: they are not kept. */
  load: ProcessLoad | undefined
  /** The message to which its code of this moment goes back, by its number in the log; -1: none. */
  cause = -1
  /** … if that is what it handles now, or a task of that goes on; a timer may be of many. */
  #handling = -1
  /** When the item at hand was begun, and whether what runs now will be a slice; kept only for the timeline. */
  #begunAt: Nanos = 0
  #shown = false
  /** Code of the process is running at this very moment. */
  #executing = false
  /** Its promises go on at this instant, before anything else of it does. */
  #settling = false
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

  /** Whether something of it holds a core, or waits for one. */
  get busy(): boolean {
    return this.#holding
  }

  /** What holds it, as the timeline calls it; a task's own work is not told apart. */
  get handling(): string | undefined {
    return this.#current?.label
  }

  /** How many wait for it to be free. */
  get waiting(): number {
    return this.#queued
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
    this.queue?.add(this.world.simulation.now, -this.#mailbox.length)
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
    if (this.#holding || this.#executing || this.#halts > 0 || this.#settling) {
      this.#mailbox.push(item)
      this.#queued++
      this.depth.add(this.world.simulation.now, 1)
      this.queue?.add(this.world.simulation.now, 1)
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
  abandon(request: Envelope, cause: number): void {
    if (!this.up) return
    this.load?.log.passed(cause, this.now())
    if (request.abandoned || request.answered) return
    request.abandoned = true
    this.#inHand.remove(request)
    if (request.deliveredIn === this.epoch) this.enter(() => this.behaviour.abandon?.(request), cause)
  }

  /**
   * Runs code of this process now, whatever holds its core, and then the tasks it has woken; where it stands still, when it goes on.
   * @param cause the message to which that goes back, by its number in the log
   */
  enter(code: () => void, cause = -1): void {
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
    this.cause = cause
    code()
    this.#drain()
    this.cause = -1
    this.#executing = false
    this.#proceed()
  }

  /** Its code waits on promises, which go on before the next event does. */
  settle(): void {
    this.world.simulation.suspend()
    if (this.#settling) return
    this.#settling = true
    this.world.settling.push(this)
  }

  /** They have gone as far as they can. */
  settled(): void {
    this.#settling = false
    this.#proceed()
  }

  /** Its message is being sent: in the timeline it comes out of the slice at hand, or of one of its own. */
  showSent(envelope: Envelope): void {
    const { simulation, timeline } = this.world
    const { now } = simulation
    if (!this.#shown) timeline!.slice(this.lane!, `${envelope.label} sent`, now, now)
    timeline!.sent(envelope, this.lane!, now)
  }

  /**
   * Its message is being sent, of so many bytes: the log takes it down with what it goes back to. An answer goes back to what is handled
   * now, such as another answer; one that is given later to what it answers.
   */
  logSent(envelope: Envelope, bytes: number): void {
    const { role, call, message, account, to } = envelope
    const { log, place } = this.load!
    const answer = role === 'reply'
    const answers = answer || role === 'failure' || role === 'head'
    const cause = answers && this.#handling < 0 ? call!.request.logged : this.cause
    const kind = answer ? call!.message.kind : message.kind
    const request = account === undefined ? 0 : account.request
    envelope.logged = log.sent(this.now(), place, to.load!.place, kind, answer, bytes, cause, request)
  }

  /** Runs code that goes back to another message than what is at hand. */
  as(cause: number, code: () => void): void {
    const [before, handling] = [this.cause, this.#handling]
    this.cause = this.#handling = cause
    code()
    this.cause = before
    this.#handling = handling
  }

  now(): Nanos {
    return this.world.simulation.now
  }

  after(delay: Nanos, then: () => void): Timer {
    return new ProcessTimer(this, delay, then)
  }

  wake(waiter: Waiter, value: unknown, cause?: number): void {
    if (cause !== undefined && this.load !== undefined) {
      this.wake(new Resumed(waiter, cause), value)
      return
    }
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
    const envelope = item instanceof Envelope ? item : undefined
    if (this.load !== undefined && envelope) this.load.log.begun(envelope.logged, this.now())
    const cost = this.behaviour.cost(envelope && !isHealthCheck(envelope) ? envelope : undefined)
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
  #execute(item: Pick<MailboxItem, 'run' | 'label' | 'logged'>): void {
    const { load } = this
    this.#executing = true
    if (this.lane) this.#shown = true
    if (load !== undefined) {
      this.cause = item.logged
      this.#handling = item instanceof ProcessTimer ? -1 : item.logged
    }
    item.run()
    this.#drain()
    this.#executing = false
    if (this.lane) this.#show(item)
    if (load !== undefined) this.#logHandled(load, item)
  }

  #logHandled(load: ProcessLoad, item: object): void {
    this.cause = this.#handling = -1
    if (!(item instanceof Envelope)) return
    load.count()
    load.log.done(item.logged, this.now())
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
    while (this.#queued > 0 && !this.#holding && this.#halts === 0 && !this.#settling) {
      this.#queued--
      const compute = this.#computing.shift()
      if (compute) {
        this.#holding = compute.begin()
        continue
      }
      this.depth.add(this.world.simulation.now, -1)
      this.queue?.add(this.world.simulation.now, -1)
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
