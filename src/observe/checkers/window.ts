// Maps that keep what was put in last and forget the rest, so that the memory of a checker is bounded. What a verdict
// therefore leaves out, it says.

import { formatNumber } from '../../units.ts'

export class Window<K, V> {
  /** How many have been forgotten. */
  forgotten = 0
  readonly #entries = new Map<K, V>()
  readonly #size: number

  /** @param size entries kept, at least 1 */
  constructor(size: number) {
    this.#size = size
  }

  get(key: K): V | undefined {
    return this.#entries.get(key)
  }

  set(key: K, value: V): void {
    const entries = this.#entries
    entries.set(key, value)
    if (entries.size <= this.#size) return
    for (const oldest of entries.keys()) {
      entries.delete(oldest)
      this.forgotten++
      return
    }
  }

  clear(): void {
    this.#entries.clear()
  }

  values(): Iterable<V> {
    return this.#entries.values()
  }
}

/** So many windows of one kind are kept: groups, queues, streams. */
const MOST_WINDOWS = 1000

/** A window for each name: of a group, a queue, a stream. */
export class Windows<K, V> {
  /** How many names there were. */
  names = 0
  readonly #windows = new Window<string, Window<K, V>>(MOST_WINDOWS)
  readonly #size: number

  /** @param size entries kept of each name */
  constructor(size: number) {
    this.#size = size
  }

  find(name: string): Window<K, V> | undefined {
    return this.#windows.get(name)
  }

  /** Made where there is none. */
  of(name: string): Window<K, V> {
    let window = this.#windows.get(name)
    if (window === undefined) {
      this.names++
      window = new Window(this.#size)
      this.#windows.set(name, window)
    }
    return window
  }

  /** What a verdict leaves out, `what` being the entries; nothing if nothing was forgotten. */
  limits(what: string): string {
    const whole = this.#windows.forgotten === 0
    if (whole && ![...this.#windows.values()].some(({ forgotten }) => forgotten > 0)) return ''
    return `; judged within the last ${formatNumber(this.#size)} ${what}`
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
