// What a process waits for by itself: timers, sleep, and work on a core. Each takes effect in turn with everything else that
// comes to the process.

import { type Account, COMPUTE, CORE, IDLE, MAILBOX, type Timer, Wait, type Waiter } from '../env/index.ts'
import type { EventTarget } from '../kernel/simulation.ts'
import type { Nanos } from '../units.ts'
import type { MailboxItem } from './behaviour.ts'
import type { CpuJob, CpuWaiter } from './cpu.ts'
import type { Process } from './process.ts'

/** A callback at a time, in turn with everything else of its process. */
export class ProcessTimer implements Timer, EventTarget, MailboxItem {
  readonly logged: number
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
    this.logged = process.cause
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
  logged = -1
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
    this.logged = this.process.cause
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
    account.add(IDLE, this.#lasts, this)
    account.add(MAILBOX, elapsed - this.#lasts - handling, this)
    account.add(COMPUTE, computing, this)
    account.add(CORE, handling - computing, this)
  }
}

/** Work on a core of the process's host. */
export class Compute extends Wait<void> implements CpuWaiter {
  #waiter: Waiter | undefined
  #startedAt: Nanos = 0
  /** When its turn came. */
  begunAt: Nanos = 0
  logged = -1
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
    this.logged = this.process.cause
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
    account.add(MAILBOX, waited, this)
    account.add(COMPUTE, computing, this)
    account.add(CORE, elapsed - waited - computing, this)
  }
}
