// Whether the history of one key is linearisable: whether every operation can be given an instant between its call and its
// return, at which alone it takes effect, so that each read gives what was written last. Wing and Gong's search (JPDC 1993)
// in Lowe's just-in-time form ("Testing for linearizability", CCPE 2017): a configuration is the register's value and the
// set of open operations that have had their instant; all configurations that the history so far allows are kept, each
// once, and an operation gets its instant no sooner than some return asks for it. The history is taken as it comes and
// memory is that of what is open, so that there is no end to wait for.
//
// Three things keep the search small and lose nothing. A read gets its instant as soon as the value is its own, since
// it changes nothing. A write of unknown outcome may take effect at any time after its call, or never; it is
// given an instant only where an open read wants its value, since an effect that nobody reads might as well not be. Of
// such writes of the same value the first is as good as the others.
// A history is handed on only as far as the values of its reads are known: what comes behind an open read waits for it.

import type { Operation, Value } from './operations.ts'

export type Judgement =
  | { readonly kind: 'fine' }
  /** No order explains what this operation was told; `possible` are the values it might have been told. */
  | { readonly kind: 'violation'; readonly operation: Operation; readonly possible: readonly Value[] }
  /** Given up: more configurations, open operations or waiting events than allowed. */
  | { readonly kind: 'given-up' }

interface Configuration {
  readonly value: Value
  /** Bits of the open operations that have had their instant. */
  readonly done: bigint
}

interface Step {
  readonly operation: Operation
  readonly returns: boolean
}

const FINE: Judgement = { kind: 'fine' }
const GIVEN_UP: Judgement = { kind: 'given-up' }

/** Writes of unknown outcome and others that are open at once. */
const MOST_OPEN = 512
/** Steps that wait for an open read. */
const MOST_WAITING = 10_000

const keyOf = ({ value, done }: Configuration): string =>
  `${done.toString(36)}${value === null ? '-' : `+${value}`}`

export class RegisterHistory {
  /** Configurations looked at for one return, at most. */
  readonly #limit: number
  #configurations: Configuration[] = [{ value: null, done: 0n }]
  /** Open operations, by their bits. */
  readonly #open: (Operation | undefined)[] = []
  #opened = 0
  /** What waits for the value of the read at its head. */
  #waiting: Step[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  /** The operation has been called; reads of which the value is not known yet included. */
  invoke(operation: Operation): Judgement {
    return this.#take({ operation, returns: false })
  }

  /** The operation's outcome is known. */
  return(operation: Operation): Judgement {
    // What may still take effect has not returned.
    const returns = operation.outcome !== 'unknown'
    return returns ? this.#take({ operation, returns }) : this.#advance()
  }

  /** What waits for those who will never hear is judged without them. */
  finish(): Judgement {
    return this.#advance(true)
  }

  #take(step: Step): Judgement {
    if (this.#waiting.length > 0 || mustWait(step.operation)) {
      if (this.#waiting.length >= MOST_WAITING) return GIVEN_UP
      this.#waiting.push(step)
      return this.#advance()
    }
    return this.#apply(step)
  }

  #advance(end = false): Judgement {
    const waiting = this.#waiting
    let taken = 0
    let judgement = FINE
    while (taken < waiting.length && judgement === FINE) {
      const step = waiting[taken]!
      if (!end && mustWait(step.operation)) break
      judgement = this.#apply(step)
      taken++
    }
    if (taken > 0) this.#waiting = waiting.slice(taken)
    return judgement
  }

  #apply({ operation, returns }: Step): Judgement {
    if (returns) return this.#returned(operation)
    // A read that told nobody anything had no effect.
    const told = operation.write || operation.outcome === 'ok'
    return told ? this.#invoked(operation) : FINE
  }

  #invoked(operation: Operation): Judgement {
    const free = this.#open.indexOf(undefined)
    const slot = free < 0 ? this.#open.length : free
    if (slot >= MOST_OPEN) return GIVEN_UP
    this.#open[slot] = operation
    this.#opened++
    if (operation.write) return FINE
    const bit = 1n << BigInt(slot)
    this.#configurations = this.#configurations.map((each) =>
      each.value === operation.value ? { value: each.value, done: each.done | bit } : each,
    )
    return FINE
  }

  #returned(operation: Operation): Judgement {
    const slot = this.#open.indexOf(operation)
    if (slot < 0) return FINE
    const bit = 1n << BigInt(slot)
    const before = this.#configurations
    const found =
      operation.outcome === 'failed'
        ? before.filter(({ done }) => (done & bit) === 0n)
        : this.#opened === 1
          ? this.#alone(operation, bit)
          : this.#search(bit)
    if (found === undefined) return GIVEN_UP
    if (found.length === 0)
      return { kind: 'violation', operation, possible: this.#possible(before, operation) }
    this.#configurations = found
    this.#open[slot] = undefined
    this.#opened--
    this.#forgetUsed()
    return FINE
  }

  /** Nothing else is open, so that there is nothing to choose. */
  #alone({ write, value }: Operation, bit: bigint): Configuration[] {
    const values = new Set<Value>()
    for (const each of this.#configurations)
      if ((each.done & bit) !== 0n) values.add(each.value)
      else if (write) values.add(value!)
    return [...values].map((each) => ({ value: each, done: 0n }))
  }

  /** All configurations in which the operation has had its instant, none having more instants than needed for that. */
  #search(bit: bigint): Configuration[] | undefined {
    const found = new Map<string, Configuration>()
    const seen = new Set<string>()
    const stack = [...this.#configurations]
    for (let configuration = stack.pop(); configuration; configuration = stack.pop()) {
      const key = keyOf(configuration)
      if (seen.has(key)) continue
      seen.add(key)
      if (seen.size > this.#limit) return undefined
      if ((configuration.done & bit) !== 0n) {
        const kept = { value: configuration.value, done: configuration.done & ~bit }
        found.set(keyOf(kept), kept)
      } else this.#expand(configuration, stack)
    }
    return [...found.values()]
  }

  /** Puts on the stack what comes of giving one more write its instant. */
  #expand({ done }: Configuration, stack: Configuration[]): void {
    const tried = new Set<Value>()
    for (const [slot, write] of this.#open.entries()) {
      const bit = 1n << BigInt(slot)
      if (!write?.write || (done & bit) !== 0n) continue
      const value = write.value!
      if (isUnsure(write)) {
        if (tried.has(value) || !this.#wants(value, done)) continue
        tried.add(value)
      }
      stack.push({ value, done: this.#withReads(value, done | bit) })
    }
  }

  /** Whether an open read waits for this value. */
  #wants(value: Value, done: bigint): boolean {
    return this.#open.some(
      (read, slot) => read && !read.write && read.value === value && (done & (1n << BigInt(slot))) === 0n,
    )
  }

  /** The reads that get their instant where the register has this value. */
  #withReads(value: Value, done: bigint): bigint {
    let all = done
    for (const [slot, read] of this.#open.entries())
      if (read && !read.write && read.value === value) all |= 1n << BigInt(slot)
    return all
  }

  /** A write of unknown outcome that has had its instant whatever happened is open no more. */
  #forgetUsed(): void {
    for (const [slot, write] of this.#open.entries()) {
      if (!write || !isUnsure(write)) continue
      const bit = 1n << BigInt(slot)
      if (this.#configurations.some(({ done }) => (done & bit) === 0n)) continue
      this.#configurations = this.#configurations.map(({ value, done }) => ({ value, done: done & ~bit }))
      this.#open[slot] = undefined
      this.#opened--
    }
  }

  /** The values that the register may have had while the operation was open, as far as they go. */
  #possible(before: readonly Configuration[], operation: Operation): readonly Value[] {
    const writes = this.#open.filter((each) => each?.write && each !== operation).map((each) => each!.value!)
    return [...new Set([...before.map(({ value }) => value), ...writes])]
  }
}

/** A read is handed on with its value, or without one if nobody will ever hear it. */
const mustWait = (operation: Operation): boolean =>
  !operation.write && operation.outcome === undefined && !operation.lost

/** A write that nobody will ever know more of. */
const isUnsure = (write: Operation): boolean => write.outcome === 'unknown' || write.lost
