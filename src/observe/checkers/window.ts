// Maps that keep what was put in last and forget the rest, so that the memory of a checker is bounded. What a verdict
// therefore leaves out, it says.

import { formatNumber } from '../../units.ts'

/** Two generations: when the young one is full, the old one is forgotten. To forget entries one by one would cost more. */
export class Window<K, V> {
  /** Whether any have been forgotten. */
  forgotten = false
  readonly #size: number
  #young = new Map<K, V>()
  #old = new Map<K, V>()

  /** @param size entries kept at least; at most twice as many are */
  constructor(size: number) {
    this.#size = size
  }

  get(key: K): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key)
  }

  set(key: K, value: V): void {
    this.#young.set(key, value)
    if (this.#young.size < this.#size) return
    this.forgotten ||= this.#old.size > 0
    this.#old = this.#young
    this.#young = new Map()
  }

  *values(): Iterable<V> {
    yield* this.#old.values()
    yield* this.#young.values()
  }
}

/** So many of one kind are kept: groups, queues, streams. */
const MOST_NAMES = 1000

/** Something for each name: of a group, a queue, a stream. */
export class Named<T extends { readonly forgotten: boolean }> {
  /** How many names there were. */
  names = 0
  readonly #all = new Window<string, T>(MOST_NAMES)
  readonly #make: () => T
  #lastName: string | undefined
  #last: T | undefined

  constructor(make: () => T) {
    this.#make = make
  }

  find(name: string): T | undefined {
    return name === this.#lastName ? this.#last : this.#all.get(name)
  }

  /** Made where there is none. */
  of(name: string): T {
    let found = this.find(name)
    if (found === undefined) {
      this.names++
      found = this.#make()
      this.#all.set(name, found)
    }
    this.#lastName = name
    this.#last = found
    return found
  }

  /** What a verdict leaves out, given how many entries are kept of each; nothing if nothing was forgotten. */
  limits(kept: number, entries: string): string {
    const forgotten = this.#all.forgotten || [...this.#all.values()].some((each) => each.forgotten)
    if (!forgotten) return ''
    return `; judged within the last ${formatNumber(kept)} ${entries}`
  }
}

/** The entry of a map, made where there is none. */
export function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let entry = map.get(key)
  if (entry === undefined) {
    entry = make()
    map.set(key, entry)
  }
  return entry
}
