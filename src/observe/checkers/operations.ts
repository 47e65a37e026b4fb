// Operations on key-value stores, as their callers saw them: each from the instant it was asked for to that of its answer.
// What checkers of such histories share: pairing the facts, following the keys, forgetting what cannot be followed.

import type { FactNamed } from '../../env/fact.ts'
import { count, optional, type Reference, reference } from '../../parameters.ts'
import { formatInstant, type Nanos } from '../../units.ts'
import type { Evidence, Speaker } from './checker.ts'
import { valueInWords } from './fact-words.ts'
import { entryOf } from './window.ts'

export const storeParameters = {
  store: optional(
    reference('any', {
      meaning:
        'the services (replicas, shards, a proxy) that are one store; without it, each process is a store of its own',
    }),
  ),
  keys: count({ meaning: 'keys that are followed, the first ones', default: 10_000, min: 1 }),
} as const

/** What a store is called that several parts make up: `redis+replica`. */
export const storeName = (store: Reference): string => store.map(({ name }) => name).join('+')

/** What a read gives, or a write leaves; `null`: the key is not there. */
export type Value = string | null

export class Operation {
  /** What was written, or read as far as that is known; `undefined` for a write: it cannot be followed. */
  value: Value | undefined
  /** `undefined`: under way. `failed`: it has not taken effect and never will. `unknown`: it may have, or may still. */
  outcome: 'ok' | 'failed' | 'unknown' | undefined
  returnedAt: Nanos = -1
  readonly #epoch: number

  constructor(
    readonly invokedAt: Nanos,
    readonly by: Speaker,
    readonly write: boolean,
    readonly key: string,
    value: Value | undefined,
  ) {
    this.value = value
    this.#epoch = by.epoch
  }

  /** Nobody will ever hear of its end: its caller has ended. */
  get lost(): boolean {
    return this.outcome === undefined && (this.by.epoch !== this.#epoch || !this.by.up)
  }

  /** It stands at the instant of its answer, and says when it was asked. */
  get evidence(): Evidence {
    const { by, key, write, outcome, invokedAt, returnedAt } = this
    const what = `${write ? 'wrote' : 'read'} ${key} = ${valueInWords(this.value)}`
    if (outcome === undefined) return { at: invokedAt, process: by.name, event: `${what}, not answered yet` }
    const how = outcome === 'ok' ? '' : outcome === 'failed' ? ', in vain' : ', outcome unknown'
    return { at: returnedAt, process: by.name, event: `${what}${how}; asked ${formatInstant(invokedAt)}` }
  }
}

/** Operations of one store that are under way, and its keys. */
class Store<K> {
  readonly keys = new Map<string, Followed<K>>()
  readonly #open = new Map<Speaker, { epoch: number; operations: Map<number, Operation> }>()

  begin(by: Speaker, number: number, operation: Operation): void {
    const mine = entryOf(this.#open, by, () => ({ epoch: by.epoch, operations: new Map() }))
    if (mine.epoch !== by.epoch) {
      mine.epoch = by.epoch
      mine.operations.clear()
    }
    mine.operations.set(number, operation)
  }

  end(by: Speaker, number: number): Operation | undefined {
    const operations = this.#open.get(by)?.operations
    const operation = operations?.get(number)
    operations?.delete(number)
    return operation
  }
}

/** A key, and what is known of it; `undefined`: it is followed no more. */
export interface Followed<K> {
  readonly store: string
  state: K | undefined
}

export interface FollowTerms<K> {
  readonly store: Reference | undefined
  /** Keys to follow at most. */
  readonly keys: number
  /** What is known of a key that nobody has touched. */
  newKey(): K
}

/** Follows the keys of all stores, or of one. Memory is that of the keys and of what is under way. */
export class Histories<K> {
  /** Keys that are or were followed. */
  followed = 0
  /** Operations on others. */
  unjudged = 0
  readonly #only: string | undefined
  readonly #terms: FollowTerms<K>
  readonly #stores = new Map<string, Store<K>>()

  constructor(terms: FollowTerms<K>) {
    this.#only = terms.store && storeName(terms.store)
    this.#terms = terms
  }

  /** Whether anything was seen. */
  get any(): boolean {
    return this.#stores.size > 0
  }

  *keys(): Iterable<Followed<K>> {
    for (const { keys } of this.#stores.values()) yield* keys.values()
  }

  /** The operation that begins, and its key if that is followed. */
  invoked(
    at: Nanos,
    by: Speaker,
    { store: name, operation, op, key, value }: FactNamed<'invoked'>,
  ): { operation: Operation; key: Followed<K> } | undefined {
    if (this.#only !== undefined && name !== this.#only) return undefined
    const store = entryOf(this.#stores, name, () => new Store<K>())
    const begun = new Operation(at, by, op === 'write', key, value)
    if (begun.write && value === undefined) {
      for (const gone of key === '' ? store.keys.values() : [this.#keyOf(store, name, key)])
        if (gone) gone.state = undefined
      return undefined
    }
    const followed = this.#keyOf(store, name, key)
    if (followed?.state === undefined) {
      this.unjudged++
      return undefined
    }
    store.begin(by, operation, begun)
    return { operation: begun, key: followed }
  }

  /** The operation that ends, and its key if that is still followed. */
  returned(
    at: Nanos,
    by: Speaker,
    { store: name, operation: number, outcome, value }: FactNamed<'returned'>,
  ): { operation: Operation; key: Followed<K> } | undefined {
    const store = this.#stores.get(name)
    const operation = store?.end(by, number)
    if (!operation) return undefined
    operation.outcome = outcome
    operation.returnedAt = at
    if (!operation.write) operation.value = value ?? null
    const key = store!.keys.get(operation.key)
    return key?.state === undefined ? undefined : { operation, key }
  }

  #keyOf(store: Store<K>, name: string, key: string): Followed<K> | undefined {
    const known = store.keys.get(key)
    if (known || this.followed >= this.#terms.keys) return known
    this.followed++
    const followed = { store: name, state: this.#terms.newKey() }
    store.keys.set(key, followed)
    return followed
  }
}
