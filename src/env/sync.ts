// What tasks of one process share: a value to come, a number of permits, a queue. First come, first served.

import type { Nanos } from '../units.ts'
import { type Account, QUEUE } from './account.ts'
import { type Task, Wait, type Waiter } from './task.ts'

/** A wait in a line of waiters; the time spent is queueing. */
class Turn<T> extends Wait<T> {
  readonly #enter: (turn: Turn<T>) => void
  /** What was given may be handed over when the waiter left before it could take it. */
  readonly #returned: (value: T) => void
  #waiter: Waiter | undefined
  #given = false
  #value: T | undefined

  constructor(enter: (turn: Turn<T>) => void, returned: (value: T) => void) {
    super()
    this.#enter = enter
    this.#returned = returned
  }

  get gone(): boolean {
    return this.#waiter === undefined
  }

  start(waiter: Waiter): void {
    this.#waiter = waiter
    this.#enter(this)
  }

  cancel(): void {
    this.#waiter = undefined
    if (this.#given) this.#returned(this.#value as T)
  }

  give(value: T): void {
    this.#given = true
    this.#value = value
    const waiter = this.#waiter!
    waiter.scope.wake(waiter, value)
  }

  override attribute(account: Account, elapsed: Nanos): void {
    account.add(QUEUE, elapsed)
  }
}

/** First in, first out, without shifting: amortised O(1). */
export class Fifo<T> {
  #items: (T | undefined)[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  push(item: T): void {
    this.#items.push(item)
  }

  unshift(item: T): void {
    if (this.#head > 0) this.#items[--this.#head] = item
    else this.#items.unshift(item)
  }

  shift(): T | undefined {
    if (this.#head >= this.#items.length) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head++] = undefined
    if (this.#head === this.#items.length) this.clear()
    else if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  clear(): void {
    this.#items.length = 0
    this.#head = 0
  }
}

/** The first waiter in line that still wants something. */
function nextTurn<T>(turns: Fifo<Turn<T>>): Turn<T> | undefined {
  let turn = turns.shift()
  while (turn?.gone) turn = turns.shift()
  return turn
}

/** A value that will come once, to as many as wait for it. */
export class Deferred<T> {
  #value: T | undefined
  #resolved = false
  readonly #turns: Turn<T>[] = []

  get resolved(): boolean {
    return this.#resolved
  }

  /** Does nothing the second time. */
  resolve(value: T): void {
    if (this.#resolved) return
    this.#resolved = true
    this.#value = value
    for (const turn of this.#turns) if (!turn.gone) turn.give(value)
    this.#turns.length = 0
  }

  wait(): Task<T> {
    return new Turn<T>(
      (turn) => {
        if (this.#resolved) turn.give(this.#value as T)
        else this.#turns.push(turn)
      },
      () => {},
    )
  }
}

/** A number of permits: connections of a pool, slots, a lock (1). */
export class Semaphore {
  #free: number
  readonly #turns = new Fifo<Turn<void>>()

  /** @param permits how many may be held at once, at least 1 */
  constructor(permits: number) {
    this.#free = permits
  }

  acquire(): Task<void> {
    return new Turn<void>(
      (turn) => {
        if (this.#free > 0) {
          this.#free--
          turn.give(undefined)
        } else this.#turns.push(turn)
      },
      () => this.release(),
    )
  }

  release(): void {
    const turn = nextTurn(this.#turns)
    if (turn) turn.give(undefined)
    else this.#free++
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

/** An unbounded queue between tasks. */
export class Channel<T> {
  readonly #items = new Fifo<T>()
  readonly #turns = new Fifo<Turn<T>>()

  get length(): number {
    return this.#items.length
  }

  put(item: T): void {
    const turn = nextTurn(this.#turns)
    if (turn) turn.give(item)
    else this.#items.push(item)
  }

  get(): Task<T> {
    return new Turn<T>(
      (turn) => {
        if (this.#items.length > 0) turn.give(this.#items.shift()!)
        else this.#turns.push(turn)
      },
      (item) => {
        const turn = nextTurn(this.#turns)
        if (turn) turn.give(item)
        else this.#items.unshift(item)
      },
    )
  }
}
