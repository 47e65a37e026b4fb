// Tasks: generators that suspend at `yield*` and go on when what they wait for has come, in any world.
// The runner is the same everywhere; what a task may wait for (a reply, a timer, a core) is the world's.

import type { Nanos } from '../units.ts'
import { Account, IDLE } from './account.ts'
import type { Timer } from './env.ts'
import { CancelledError } from './outcome.ts'

/**
 * Something a task can wait for. It ends by one `resume` or `fail` of its waiter, never from within `start`
 * (what is there already is handed over by `scope.wake`).
 */
export interface Suspension {
  start(waiter: Waiter): void
  /** The waiter no longer wants it. Never called after it has ended. */
  cancel(): void
  /** Puts the time waited into the account, all of it. */
  attribute(account: Account, elapsed: Nanos): void
}

/** Who waits on a suspension. */
export interface Waiter {
  readonly scope: Scope
  /** The waiter's account of its time, where one is kept. */
  readonly account: Account | undefined
  resume(value: unknown): void
  fail(error: unknown): void
}

/** What `yield*` takes: a generator, or a `Wait`. Ends with a T. */
export interface Task<T> {
  // biome-ignore lint/suspicious/noExplicitAny: what a suspension resumes with is known to the suspension alone
  [Symbol.iterator](): Iterator<Suspension, T, any>
}

/** Where tasks run: the process in whose name they go on. */
export interface Scope {
  now(): Nanos
  after(delay: Nanos, then: () => void): Timer
  /** Resumes the waiter at this instant, after what is running now, in order of the calls. */
  wake(waiter: Waiter, value: unknown): void
  /** The same with an error. */
  wakeFailed(waiter: Waiter, error: unknown): void
  /** A task died of an error that nobody was waiting for. */
  unhandled(task: Running<unknown>, error: unknown): void
  /** Head of the list of tasks that have not ended. */
  firstTask: Running<unknown> | undefined
}

/** A suspension that is its own task: `const reply = yield* wait`. Used once. */
export abstract class Wait<T> implements Suspension, Task<T> {
  #asked = false

  abstract start(waiter: Waiter): void
  abstract cancel(): void

  attribute(account: Account, elapsed: Nanos): void {
    account.add(IDLE, elapsed)
  }

  [Symbol.iterator](): Iterator<Suspension, T, T> {
    return this
  }

  next(value: T): IteratorResult<Suspension, T> {
    if (this.#asked) return { done: true, value }
    this.#asked = true
    return { done: false, value: this }
  }

  throw(error: unknown): never {
    throw error
  }

  return(value: T): IteratorResult<Suspension, T> {
    return { done: true, value }
  }
}

type State = 'new' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

/** A task under way. */
export class Running<T> implements Waiter {
  readonly scope: Scope
  readonly name: string
  readonly account: Account | undefined
  state: State = 'new'
  next: Running<unknown> | undefined
  previous: Running<unknown> | undefined
  #iterator: Iterator<Suspension, T, unknown>
  #pending: Suspension | undefined
  #since: Nanos = 0
  #outcome: unknown
  #waiter: Waiter | undefined
  #more: Waiter[] | undefined

  /** Starts at this instant, after what is running now. With an account, it books where its time goes. */
  constructor(scope: Scope, task: Task<T>, name: string, account?: Account) {
    this.scope = scope
    this.name = name
    this.account = account
    this.#iterator = task[Symbol.iterator]()
    const first = scope.firstTask
    if (first) first.previous = this
    this.next = first
    scope.firstTask = this
    if (account) this.#since = scope.now()
    scope.wake(this, undefined)
  }

  get ended(): boolean {
    return this.state === 'done' || this.state === 'failed' || this.state === 'cancelled'
  }

  /** The value of a task that is done. */
  get value(): T | undefined {
    return this.state === 'done' ? (this.#outcome as T) : undefined
  }

  /** Waits for the end: the task's value, or its error thrown here. */
  join(): Task<T> {
    return new Join(this)
  }

  /** Ends the task at its suspension: its `finally` blocks run, those who join get CancelledError. */
  cancel(): void {
    if (this.ended || this.state === 'running') return
    this.#dropPending()
    this.#finishCancelled()
    try {
      this.#iterator.return?.(undefined)
    } catch (error) {
      this.scope.unhandled(this, error)
    }
  }

  /** Ends the task where it stands, as a crash does: nothing of it runs any more, nobody is told. */
  abandon(): void {
    if (this.ended) return
    this.#dropPending()
    this.#waiter = undefined
    this.#more = undefined
    this.state = 'cancelled'
    this.#unlink()
  }

  resume(value: unknown): void {
    if (this.state !== 'waiting' && this.state !== 'new') return
    this.#settle()
    this.state = 'running'
    let result: IteratorResult<Suspension, T>
    try {
      result = this.#iterator.next(value)
    } catch (error) {
      this.#finish('failed', error)
      return
    }
    this.#after(result)
  }

  fail(error: unknown): void {
    if (this.state !== 'waiting' && this.state !== 'new') return
    this.#settle()
    this.state = 'running'
    let result: IteratorResult<Suspension, T>
    try {
      if (!this.#iterator.throw) throw error
      result = this.#iterator.throw(error)
    } catch (thrown) {
      this.#finish('failed', thrown)
      return
    }
    this.#after(result)
  }

  /** For Join: hands the outcome over, now or at the end. */
  addWaiter(waiter: Waiter): void {
    if (this.ended) this.#tell(waiter)
    else if (this.#waiter === undefined) this.#waiter = waiter
    else {
      this.#more ??= []
      this.#more.push(waiter)
    }
  }

  removeWaiter(waiter: Waiter): void {
    if (this.#waiter === waiter) this.#waiter = this.#more?.shift()
    else if (this.#more) this.#more = this.#more.filter((other) => other !== waiter)
  }

  #after(result: IteratorResult<Suspension, T>): void {
    if (result.done) {
      this.#finish('done', result.value)
      return
    }
    this.state = 'waiting'
    this.#pending = result.value
    if (this.account) this.#since = this.scope.now()
    result.value.start(this)
  }

  #settle(): void {
    const pending = this.#pending
    this.#pending = undefined
    if (this.account === undefined) return
    const elapsed = this.scope.now() - this.#since
    if (pending) pending.attribute(this.account, elapsed)
    else this.account.add(IDLE, elapsed)
  }

  #dropPending(): void {
    const pending = this.#pending
    this.#pending = undefined
    pending?.cancel()
  }

  #finish(state: 'done' | 'failed', outcome: unknown): void {
    this.state = state
    this.#outcome = outcome
    this.#unlink()
    if (this.#waiter) this.#tellAll()
    else if (state === 'failed') this.scope.unhandled(this, outcome)
  }

  #finishCancelled(): void {
    this.state = 'cancelled'
    this.#outcome = new CancelledError(`${this.name} was cancelled`)
    this.#unlink()
    this.#tellAll()
  }

  #tellAll(): void {
    const first = this.#waiter
    const more = this.#more
    this.#waiter = undefined
    this.#more = undefined
    if (first) this.#tell(first)
    if (more) for (const waiter of more) this.#tell(waiter)
  }

  #tell(waiter: Waiter): void {
    if (this.state === 'done') waiter.scope.wake(waiter, this.#outcome)
    else waiter.scope.wakeFailed(waiter, this.#outcome)
  }

  #unlink(): void {
    if (this.previous) this.previous.next = this.next
    else this.scope.firstTask = this.next
    if (this.next) this.next.previous = this.previous
    this.next = undefined
    this.previous = undefined
  }
}

/** Waiting for the end of another task. Its account is taken over as far as it was waited for. */
class Join<T> extends Wait<T> {
  readonly #running: Running<T>
  #waiter: Waiter | undefined
  #before: Account | undefined

  constructor(running: Running<T>) {
    super()
    this.#running = running
  }

  start(waiter: Waiter): void {
    this.#waiter = waiter
    if (waiter.account && this.#running.account) {
      this.#before = new Account()
      this.#before.addAll(this.#running.account)
    }
    this.#running.addWaiter(waiter)
  }

  cancel(): void {
    if (this.#waiter) this.#running.removeWaiter(this.#waiter)
  }

  override attribute(account: Account, elapsed: Nanos): void {
    takeOver(account, this.#running.account, this.#before, elapsed)
  }
}

/**
 * Books `elapsed` as the parts that `other` gained since `before`. What other had spent before the wait began
 * is taken off its first parts, so that the sum is exact.
 */
export function takeOver(
  account: Account,
  other: Account | undefined,
  before: Account | undefined,
  elapsed: Nanos,
): void {
  if (!other) {
    account.add(IDLE, elapsed)
    return
  }
  let excess = other.total - (before?.total ?? 0) - elapsed
  for (let part = 0; part < other.parts.length; part++) {
    const gained = other.parts[part]! - (before?.parts[part] ?? 0)
    const dropped = Math.max(0, Math.min(gained, excess))
    excess -= dropped
    account.add(part, gained - dropped)
  }
  if (excess < 0) account.add(IDLE, -excess)
}
