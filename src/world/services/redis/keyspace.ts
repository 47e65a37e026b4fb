// What a Redis server holds: values by key, their expiry in virtual time (an expired key goes when it is next looked at),
// and an estimate of the memory they take.

import type { Nanos } from '../../../units.ts'
import { Deque } from './deque.ts'

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
}
export type Type = keyof Types

export class Entry<T extends Type = Type> {
  bytes = 0
  /** Infinity: never. */
  expiresAt: Nanos = Number.POSITIVE_INFINITY

  constructor(
    readonly key: string,
    readonly type: T,
    public value: Types[T],
  ) {}
}

export class Keyspace {
  /** Memory that keys and values take, by estimate. */
  bytes = 0
  readonly #entries = new Map<string, Entry>()

  /** How many keys there are, expired ones that nobody has looked at included. */
  get size(): number {
    return this.#entries.size
  }

  /** What is at a key, unless it has expired. */
  find(key: string, now: Nanos): Entry | undefined {
    const entry = this.#entries.get(key)
    if (entry && entry.expiresAt <= now) {
      this.remove(entry)
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
    this.bytes -= entry.bytes
    this.#entries.delete(entry.key)
  }

  /** A value has grown, or shrunk. */
  resize(entry: Entry, delta: number): void {
    entry.bytes += delta
    this.bytes += delta
  }

  /** A collection without elements does not exist. */
  removeIfEmpty(entry: Entry<'hash'> | Entry<'set'> | Entry<'list'>): void {
    const size = entry.value instanceof Deque ? entry.value.length : entry.value.size
    if (size === 0) this.remove(entry)
  }

  clear(): void {
    this.#entries.clear()
    this.bytes = 0
  }

  copy(): Keyspace {
    const copy = new Keyspace()
    for (const { key, type, value, bytes, expiresAt } of this.#entries.values()) {
      const entry = new Entry(key, type, copyOf(value))
      entry.expiresAt = expiresAt
      copy.#entries.set(key, entry)
      copy.resize(entry, bytes)
    }
    return copy
  }
}

const copyOf = (value: Types[Type]): Types[Type] => {
  if (typeof value === 'string') return value
  if (value instanceof Map) return new Map(value)
  if (value instanceof Set) return new Set(value)
  return new Deque(value.slice(0, value.length - 1))
}
