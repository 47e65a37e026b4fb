// Tasks: generators that suspend at `yield*` and go on when what they wait for has come, in any world.
// The runner is the same everywhere; what a task may wait for (a reply, a timer, a core) is the world's.

import type { Nanos } from '../units.ts'
import { type Account, IDLE } from './account.ts'
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
  /** What its code of this moment goes back to, where messages are kept: the number of one, or -1. */
  readonly cause?: number
  /**
   * Resumes the waiter at this instant, after what is running now, in order of the calls. `cause`: it goes back to this, and not to what
   * is running now.
   */
  wake(waiter: Waiter, value: unknown, cause?: number): void
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

/** Told of a task's end at once, in the midst of what the process is doing. */
export interface Watcher {
  ended(task: Running<unknown>): void
}

/** A task under way. */
export class Running<T> implements Waiter {
  readonly scope: Scope
  readonly name: string
  /** Where its time goes, if anyone wants to know. */
  account: Account | undefined
  state: State = 'new'
  next: Running<unknown> | undefined
  previous: Running<unknown> | undefined
  readonly #iterator: Iterator<Suspension, T, unknown>
  #pending: Suspension | undefined
  #since: Nanos
  #outcome: unknown
  #watcher: Watcher | undefined
  #more: Watcher[] | undefined

  /** Starts at this instant, after what is running now. With an account, it books where its time goes. */
  constructor(scope: Scope, task: Task<T>, name: string, account?: Account) {
    this.scope = scope
    this.name = name
    this.account = account
    this.#iterator = task[Symbol.iterator]()
    this.#since = scope.now()
    const first = scope.firstTask
    if (first) first.previous = this
    this.next = first
    scope.firstTask = this
    scope.wake(this, undefined)
  }

  get ended(): boolean {
    return this.state === 'done' || this.state === 'failed' || this.state === 'cancelled'
  }

  /** The value of a task that is done. */
  get value(): T | undefined {
    return this.state === 'done' ? (this.#outcome as T) : undefined
  }

  /** The error of a task that failed or was cancelled. */
  get error(): unknown {
    return this.state === 'failed' || this.state === 'cancelled' ? this.#outcome : undefined
  }

  /** Waits for the end: the task's value, or its error thrown here. */
  join(): Task<T> {
    return new Join(this)
  }

  /**
   * Ends the task at its suspension: those who join get CancelledError, its `finally` blocks run. One that waits
   * for something goes on beside, as a task of the same name. A task cannot cancel itself.
   */
  cancel(): void {
    if (this.ended || this.state === 'running') return
    this.#end('cancelled', new CancelledError(`${this.name} was cancelled`))
    try {
      const result = this.#iterator.return?.()
      if (result?.done === false)
        new Running(this.scope, new Remainder(this.#iterator, result.value), this.name)
    } catch (error) {
      this.scope.unhandled(this, error)
    }
    this.#tell()
  }

  /** Ends the task where it stands, as a crash does: nothing of it runs any more, nobody is told. */
  abandon(): void {
    if (this.ended) return
    this.#watcher = undefined
    this.#more = undefined
    this.#end('cancelled', undefined)
  }

  resume(value: unknown): void {
    if (this.state !== 'waiting' && this.state !== 'new') return
    this.#settle()
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

  /** Tells the watcher of the end, now if it has come. An error that is watched for is not unhandled. */
  watch(watcher: Watcher): void {
    if (this.ended) watcher.ended(this)
    else if (this.#watcher === undefined) this.#watcher = watcher
    else {
      this.#more ??= []
      this.#more.push(watcher)
    }
  }

  unwatch(watcher: Watcher): void {
    if (this.#watcher === watcher) this.#watcher = this.#more?.shift()
    else if (this.#more) this.#more = this.#more.filter((other) => other !== watcher)
  }

  #after(result: IteratorResult<Suspension, T>): void {
    if (result.done) {
      this.#finish('done', result.value)
      return
    }
    // It may have been abandoned by what it did.
    if (this.state !== 'running') return
    this.state = 'waiting'
    this.#pending = result.value
    this.#since = this.scope.now()
    result.value.start(this)
  }

  /** What was waited for has come. */
  #settle(): void {
    this.state = 'running'
    const pending = this.#pending
    this.#pending = undefined
    if (this.account === undefined) return
    const elapsed = this.scope.now() - this.#since
    if (pending) pending.attribute(this.account, elapsed)
    else this.account.add(IDLE, elapsed)
  }

  #finish(state: 'done' | 'failed', outcome: unknown): void {
    if (this.ended) return
    this.#end(state, outcome)
    if (state === 'failed' && this.#watcher === undefined) this.scope.unhandled(this, outcome)
    else this.#tell()
  }

  #end(state: 'done' | 'failed' | 'cancelled', outcome: unknown): void {
    const pending = this.#pending
    this.state = state
    this.#outcome = outcome
    this.#pending = undefined
    this.#unlink()
    pending?.cancel()
  }

  #tell(): void {
    const first = this.#watcher
    const more = this.#more
    this.#watcher = undefined
    this.#more = undefined
    if (first) first.ended(this)
    if (more) for (const watcher of more) watcher.ended(this)
  }

  #unlink(): void {
    if (this.previous) this.previous.next = this.next
    else this.scope.firstTask = this.next
    if (this.next) this.next.previous = this.previous
    this.next = undefined
    this.previous = undefined
  }
}

/** What is left of a cancelled task whose `finally` waits for something. */
class Remainder<T> implements Task<T>, Iterator<Suspension, T, unknown> {
  readonly #iterator: Iterator<Suspension, T, unknown>
  #first: Suspension | undefined

  constructor(iterator: Iterator<Suspension, T, unknown>, first: Suspension) {
    this.#iterator = iterator
    this.#first = first
  }

  [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    return this
  }

  next(value: unknown): IteratorResult<Suspension, T> {
    const first = this.#first
    if (first === undefined) return this.#iterator.next(value)
    this.#first = undefined
    return { done: false, value: first }
  }

  throw(error: unknown): IteratorResult<Suspension, T> {
    return this.#iterator.throw!(error)
  }

  return(value: T): IteratorResult<Suspension, T> {
    return this.#iterator.return!(value)
  }
}

/** Waiting for the end of another task. Its account is taken over as far as it was waited for. */
class Join<T> extends Wait<T> implements Watcher {
  readonly #running: Running<T>
  #waiter: Waiter | undefined
  #before: Account | undefined

  constructor(running: Running<T>) {
    super()
    this.#running = running
  }

  start(waiter: Waiter): void {
    this.#waiter = waiter
    if (waiter.account) {
      this.#running.account ??= waiter.account.fresh()
      this.#before = waiter.account.fresh()
      this.#before.addAll(this.#running.account)
    }
    this.#running.watch(this)
  }

  cancel(): void {
    this.#running.unwatch(this)
  }

  ended(task: Running<unknown>): void {
    const waiter = this.#waiter!
    if (task.state === 'done') waiter.scope.wake(waiter, task.value)
    else waiter.scope.wakeFailed(waiter, task.error)
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
  const excess = other.total - (before?.total ?? 0) - elapsed
  account.addGained(other, before, excess)
  if (excess < 0) account.add(IDLE, -excess)
}
