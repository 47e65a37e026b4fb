// Tasks put together: all, allSettled, quorum, race, withTimeout. Children run in the waiter's process;
// those no longer needed are cancelled. The account follows the child that decided when to go on.

import type { Nanos } from '../units.ts'
import { type Account, QUORUM, RETRY } from './account.ts'
import type { Timer } from './env.ts'
import { TimeoutError } from './outcome.ts'
import { Running, type Task, takeOver, Wait, type Waiter, type Watcher } from './task.ts'

export type Settled<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown }

/**
 * Runs several tasks at once. The waiter goes on within the end of the child that decides, so that what this child
 * was given (a permit, an item) is never between two hands.
 */
abstract class Group<T, R> extends Wait<R> {
  protected readonly children: Running<T>[] = []
  protected readonly tasks: readonly Task<T>[]
  protected waiter!: Waiter
  /** The child whose end let the waiter go on. */
  protected decisive: Running<T> | undefined
  readonly #name: string
  #over = false

  constructor(tasks: readonly Task<T>[], name: string) {
    super()
    this.tasks = tasks
    this.#name = name
  }

  start(waiter: Waiter): void {
    this.waiter = waiter
    const { tasks } = this
    if (tasks.length === 0) this.empty()
    for (let i = 0; i < tasks.length; i++) {
      const child = new Running(waiter.scope, tasks[i]!, this.#name, waiter.account?.fresh())
      this.children.push(child)
      child.watch(new Child(this, i))
    }
  }

  cancel(): void {
    if (this.#over) return
    this.#over = true
    for (const child of this.children) child.cancel()
  }

  ended(child: Running<T>, index: number): void {
    if (this.#over) return
    if (child.state === 'done') this.done(child, index, child.value as T)
    else this.failed(child, index, child.error)
  }

  override attribute(account: Account, elapsed: Nanos): void {
    takeOver(account, this.decisive?.account, undefined, elapsed)
  }

  protected finish(child: Running<T>, value: R): void {
    this.decisive = child
    this.cancel()
    this.waiter.resume(value)
  }

  protected finishFailed(child: Running<T>, error: unknown): void {
    this.decisive = child
    this.cancel()
    this.waiter.fail(error)
  }

  /** There are no tasks. */
  protected abstract empty(): void
  protected abstract done(child: Running<T>, index: number, value: T): void

  protected failed(child: Running<T>, _index: number, error: unknown): void {
    this.finishFailed(child, error)
  }
}

class Child<T> implements Watcher {
  constructor(
    readonly group: Group<T, unknown>,
    readonly index: number,
  ) {}

  ended(task: Running<unknown>): void {
    this.group.ended(task as Running<T>, this.index)
  }
}

class All<T> extends Group<T, T[]> {
  readonly #values: T[] = []
  #ended = 0

  protected empty(): void {
    this.waiter.scope.wake(this.waiter, [])
  }

  protected done(child: Running<T>, index: number, value: T): void {
    this.#values[index] = value
    if (++this.#ended === this.tasks.length) this.finish(child, this.#values)
  }
}

class AllSettled<T> extends Group<T, Settled<T>[]> {
  readonly #outcomes: Settled<T>[] = []
  #ended = 0

  protected empty(): void {
    this.waiter.scope.wake(this.waiter, [])
  }

  protected done(child: Running<T>, index: number, value: T): void {
    this.#settle(child, index, { ok: true, value })
  }

  protected override failed(child: Running<T>, index: number, error: unknown): void {
    this.#settle(child, index, { ok: false, error })
  }

  #settle(child: Running<T>, index: number, outcome: Settled<T>): void {
    this.#outcomes[index] = outcome
    if (++this.#ended === this.tasks.length) this.finish(child, this.#outcomes)
  }
}

class Quorum<T> extends Group<T, T[]> {
  readonly #need: number
  readonly #values: T[] = []
  #first: Running<T> | undefined
  #failed = 0

  constructor(need: number, tasks: readonly Task<T>[]) {
    super(tasks, 'quorum')
    this.#need = need
  }

  override start(waiter: Waiter): void {
    const { scope } = waiter
    const among = this.tasks.length
    if (this.#need > among)
      scope.wakeFailed(waiter, new Error(`a quorum of ${this.#need} among ${among} tasks`))
    else if (this.#need <= 0) scope.wake(waiter, [])
    else super.start(waiter)
  }

  protected empty(): void {}

  protected done(child: Running<T>, _index: number, value: T): void {
    this.#first ??= child
    this.#values.push(value)
    if (this.#values.length === this.#need) this.finish(child, this.#values)
  }

  protected override failed(child: Running<T>, _index: number, error: unknown): void {
    this.#failed++
    if (this.tasks.length - this.#failed < this.#need) this.finishFailed(child, error)
  }

  /** Up to the first answer its own parts; from there on, waiting for the others. */
  override attribute(account: Account, elapsed: Nanos): void {
    const first = this.#first?.account
    if (first && first.total <= elapsed) {
      account.addAll(first)
      account.add(QUORUM, elapsed - first.total)
    } else super.attribute(account, elapsed)
  }
}

class Race<T> extends Group<T, T> {
  protected empty(): void {
    this.waiter.scope.wakeFailed(this.waiter, new Error('a race of no tasks has no winner'))
  }

  protected done(child: Running<T>, _index: number, value: T): void {
    this.finish(child, value)
  }
}

class WithTimeout<T> extends Group<T, T> {
  readonly #limit: Nanos
  #timer: Timer | undefined

  constructor(task: Task<T>, limit: Nanos) {
    super([task], 'withTimeout')
    this.#limit = limit
  }

  override start(waiter: Waiter): void {
    super.start(waiter)
    this.#timer = waiter.scope.after(this.#limit, () =>
      this.finishFailed(this.children[0]!, new TimeoutError('withTimeout', this.#limit)),
    )
  }

  override cancel(): void {
    this.#timer?.cancel()
    super.cancel()
  }

  protected empty(): void {}

  protected done(child: Running<T>, _index: number, value: T): void {
    this.finish(child, value)
  }

  /** An attempt that was given up is a failed attempt, whatever it was doing. */
  override attribute(account: Account, elapsed: Nanos): void {
    if (this.decisive?.state === 'cancelled') account.add(RETRY, elapsed)
    else super.attribute(account, elapsed)
  }
}

/** The values of all tasks, in their order; the first failure cancels the rest and is thrown. */
export const all = <T>(tasks: readonly Task<T>[]): Task<T[]> => new All(tasks, 'all')

/** The outcome of every task, in their order; never throws. */
export const allSettled = <T>(tasks: readonly Task<T>[]): Task<Settled<T>[]> =>
  new AllSettled(tasks, 'allSettled')

/** The first `need` values in order of their coming; fails when too many have failed. The rest is cancelled. */
export const quorum = <T>(need: number, tasks: readonly Task<T>[]): Task<T[]> => new Quorum(need, tasks)

/** The first to end, by value or by error; the rest is cancelled. */
export const race = <T>(tasks: readonly Task<T>[]): Task<T> => new Race(tasks, 'race')

/** The task's value if it comes within the limit; else the task is cancelled and TimeoutError thrown. */
export const withTimeout = <T>(task: Task<T>, limit: Nanos): Task<T> => new WithTimeout(task, limit)
