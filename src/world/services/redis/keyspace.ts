// What a Redis server holds: values by key, their expiry in virtual time, and an estimate of the memory they take.
// An expired key goes when it is next looked at, or when the server comes across it (`sampleExpired`).

import type { Nanos } from '../../../units.ts'
import { Deque } from './deque.ts'
import { SortedSet } from './sorted-set.ts'

/** [G] An entry of the dictionary, its object and string headers: 64 bytes; one of a collection: 24. */
export const KEY_BYTES = 64
export const ELEMENT_BYTES = 24

/** Ends a command with a message to the client. */
export class CommandError extends Error {}

export interface Types {
  readonly string: string
  readonly hash: Map<string, string>
  readonly list: Deque
  readonly set: Set<string>
  readonly zset: SortedSet
}
export type Type = keyof Types

export class Entry<T extends Type = Type> {
  bytes = 0
  /** Infinity: never. Set by `Keyspace.expire`. */
  expiresAt: Nanos = Number.POSITIVE_INFINITY
  /** Its place among those that expire; -1: it does not. */
  place = -1

  constructor(
    readonly key: string,
    readonly type: T,
    public value: Types[T],
  ) {}
}

export class Keyspace {
  /** Memory that keys and values take, by estimate. */
  bytes = 0
  /** Counts changes, so that a command can be seen to have had an effect. */
  changes = 0
  /** What has expired is hidden, and stays: a replica waits for its master's time. */
  hides = false
  readonly #entries = new Map<string, Entry>()
  readonly #expiring: Entry[] = []

  /** How many keys there are, expired ones that nobody has looked at included. */
  get size(): number {
    return this.#entries.size
  }

  /** How many of them expire some time. */
  get expiring(): number {
    return this.#expiring.length
  }

  keys(): Iterable<string> {
    return this.#entries.keys()
  }

  /** What is at a key, unless it has expired. */
  find(key: string, now: Nanos): Entry | undefined {
    const entry = this.#entries.get(key)
    if (entry && entry.expiresAt <= now) {
      if (!this.hides) this.remove(entry)
      return undefined
    }
    return entry
  }

  /** The same where a value of this type or nothing is expected. */
  get<T extends Type>(key: string, type: T, now: Nanos): Entry<T> | undefined {
    const entry = this.find(key, now)
    if (entry && entry.type !== type)
      throw new CommandError('WRONGTYPE Operation against a key holding the wrong kind of value')
    return entry as Entry<T> | undefined
  }

  /** Puts a value at a key in the place of what is there. */
  put<T extends Type>(key: string, type: T, value: Types[T]): Entry<T> {
    const old = this.#entries.get(key)
    if (old) this.remove(old)
    const entry = new Entry(key, type, value)
    this.#entries.set(key, entry)
    this.resize(entry, KEY_BYTES + key.length + (typeof value === 'string' ? value.length : 0))
    return entry
  }

  remove(entry: Entry): void {
    this.#forgetExpiry(entry)
    this.bytes -= entry.bytes
    this.changes++
    this.#entries.delete(entry.key)
  }

  /** A value has changed, and by so much grown or shrunk. */
  resize(entry: Entry, delta: number): void {
    entry.bytes += delta
    this.bytes += delta
    this.changes++
  }

  /** Infinity: it does not expire any more. */
  expire(entry: Entry, at: Nanos): void {
    if (at === Number.POSITIVE_INFINITY) this.#forgetExpiry(entry)
    else if (entry.place < 0) entry.place = this.#expiring.push(entry) - 1
    entry.expiresAt = at
    this.changes++
  }

  /** Looks at so many of the keys that expire, by chance, and removes those whose time has come; says how many. */
  sampleExpired(looks: number, draw: (below: number) => number, now: Nanos): number {
    let removed = 0
    for (let i = 0; i < looks && this.#expiring.length > 0; i++) {
      const entry = this.#expiring[draw(this.#expiring.length)]!
      if (entry.expiresAt > now) continue
      this.remove(entry)
      removed++
    }
    return removed
  }

  /** A collection without elements does not exist. */
  removeIfEmpty(entry: Entry<Exclude<Type, 'string'>>): void {
    if (sizeOf(entry.value) === 0) this.remove(entry)
  }

  clear(): void {
    this.#entries.clear()
    this.#expiring.length = 0
    this.bytes = 0
    this.changes++
  }

  copy(): Keyspace {
    const copy = new Keyspace()
    for (const { key, type, value, bytes, expiresAt } of this.#entries.values()) {
      const entry = new Entry(key, type, copyOf(value))
      copy.#entries.set(key, entry)
      copy.resize(entry, bytes)
      if (expiresAt !== Number.POSITIVE_INFINITY) copy.expire(entry, expiresAt)
    }
    return copy
  }

  #forgetExpiry(entry: Entry): void {
    const { place } = entry
    if (place < 0) return
    const last = this.#expiring.pop()!
    if (last !== entry) {
      this.#expiring[place] = last
      last.place = place
    }
    entry.place = -1
  }
}

/** Elements of a collection. */
export const sizeOf = (value: Exclude<Types[Type], string>): number =>
  value instanceof Deque ? value.length : value.size

const copyOf = (value: Types[Type]): Types[Type] => {
  if (typeof value === 'string') return value
  if (value instanceof Map) return new Map(value)
  if (value instanceof Set) return new Set(value)
  if (value instanceof SortedSet) return new SortedSet(value)
  return new Deque(value.slice(0, value.length - 1))
}
