// What tasks of one process share: a value to come, a number of permits, a queue. First come, first served.
// What is there is taken at once; nothing is lost when a waiter is cancelled between being given and going on.

import type { Nanos } from '../units.ts'
import { type Account, QUEUE } from './account.ts'
import { Fifo } from './fifo.ts'
import { type Suspension, type Task, Wait, type Waiter } from './task.ts'

export { Fifo } from './fifo.ts'

/** So few that have left are not worth a sweep. */
const FEW_TURNS = 16

/** Those who wait for the same thing, in their order. */
abstract class Line<T> {
  readonly #turns = new Fifo<Turn<T>>()
  /** How many of them have left. */
  #gone = 0

  /** Whether something is there, so that nobody has to wait. */
  abstract get ready(): boolean
  /** Takes what is there. */
  abstract take(): T
  /** Somebody left who had been given this and had not gone on with it. */
  abstract takeBack(value: T): void
  /** Whoever has waited goes on with what it is given, not with what it has been about. */
  readonly isNews: boolean = true

  enter(turn: Turn<T>): void {
    this.#turns.push(turn)
  }

  /** The first that still waits leaves the line. */
  next(): Turn<T> | undefined {
    for (;;) {
      const turn = this.#turns.shift()
      if (!turn?.gone) return turn
      this.#gone--
    }
  }

  /** Somebody has left. Those who wait again and again with a time limit must not fill the memory. */
  left(): void {
    this.#gone++
    if (this.#gone < FEW_TURNS || this.#gone * 2 < this.#turns.length) return
    this.#turns.filter((turn) => !turn.gone)
    this.#gone = 0
  }
}

/** A wait in a line; the time spent is queueing. */
class Turn<T> extends Wait<T> {
  readonly #line: Line<T>
  #waiter: Waiter | undefined
  #given = false
  #value: T | undefined
  #cause: number | undefined

  constructor(line: Line<T>) {
    super()
    this.#line = line
  }

  get gone(): boolean {
    return this.#waiter === undefined
  }

  override next(value: T): IteratorResult<Suspension, T> {
    if (!this.#given && this.#line.ready) return { done: true, value: this.#line.take() }
    return super.next(value)
  }

  start(waiter: Waiter): void {
    this.#waiter = waiter
    if (!this.#line.isNews) this.#cause = waiter.scope.cause
    this.#line.enter(this)
  }

  cancel(): void {
    this.#waiter = undefined
    if (this.#given) this.#line.takeBack(this.#value as T)
    else this.#line.left()
  }

  give(value: T): void {
    this.#given = true
    this.#value = value
    const waiter = this.#waiter!
    waiter.scope.wake(waiter, value, this.#cause)
  }

  override attribute(account: Account, elapsed: Nanos): void {
    account.add(QUEUE, elapsed)
  }
}

class Value<T> extends Line<T> {
  ready = false
  value: T | undefined

  take(): T {
    return this.value as T
  }

  takeBack(): void {}
}

/** A value that will come once, to as many as wait for it. */
export class Deferred<T> {
  readonly #value = new Value<T>()

  get resolved(): boolean {
    return this.#value.ready
  }

  /** Does nothing the second time. */
  resolve(value: T): void {
    if (this.#value.ready) return
    this.#value.ready = true
    this.#value.value = value
    for (let turn = this.#value.next(); turn; turn = this.#value.next()) turn.give(value)
  }

  wait(): Task<T> {
    return new Turn(this.#value)
  }
}

class Permits extends Line<void> {
  override readonly isNews = false
  constructor(public free: number) {
    super()
  }

  get ready(): boolean {
    return this.free > 0
  }

  take(): void {
    this.free--
  }

  takeBack(): void {
    const turn = this.next()
    if (turn) turn.give(undefined)
    else this.free++
  }
}

/** A number of permits: connections of a pool, slots, a lock (1). */
export class Semaphore {
  readonly #permits: Permits

  /** @param permits how many may be held at once, at least 1 */
  constructor(permits: number) {
    this.#permits = new Permits(permits)
  }

  acquire(): Task<void> {
    return new Turn(this.#permits)
  }

  release(): void {
    this.#permits.takeBack()
  }

  /** Runs the task while holding a permit, which is given back however it ends. */
  *held<T>(task: Task<T>): Task<T> {
    yield* this.acquire()
    try {
      return yield* task
    } finally {
      this.release()
    }
  }
}

class Items<T> extends Line<T> {
  readonly items = new Fifo<T>()

  get ready(): boolean {
    return this.items.length > 0
  }

  take(): T {
    return this.items.shift()!
  }

  takeBack(item: T): void {
    const turn = this.next()
    if (turn) turn.give(item)
    else this.items.unshift(item)
  }
}

/** An unbounded queue between tasks. */
export class Channel<T> {
  readonly #items = new Items<T>()

  get length(): number {
    return this.#items.items.length
  }

  put(item: T): void {
    const turn = this.#items.next()
    if (turn) turn.give(item)
    else this.#items.items.push(item)
  }

  get(): Task<T> {
    return new Turn(this.#items)
  }
}
