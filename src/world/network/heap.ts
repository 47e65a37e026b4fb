// A binary heap: the least first, those alike in the order of their coming.

interface Entry<T> {
  readonly item: T
  readonly key: number
  readonly order: number
}

const precedes = (a: Entry<unknown>, b: Entry<unknown>): boolean =>
  a.key < b.key || (a.key === b.key && a.order < b.order)

export class Heap<T> {
  readonly #entries: Entry<T>[] = []
  #order = 0

  get length(): number {
    return this.#entries.length
  }

  /** The least; undefined if there is none. */
  get first(): T | undefined {
    return this.#entries[0]?.item
  }

  /** The key of the least; Infinity if there is none. */
  get key(): number {
    return this.#entries[0]?.key ?? Number.POSITIVE_INFINITY
  }

  push(item: T, key: number): void {
    const entry = { item, key, order: this.#order++ }
    const entries = this.#entries
    let at = entries.push(entry) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!precedes(entry, entries[above]!)) break
      entries[at] = entries[above]!
      at = above
    }
    entries[at] = entry
  }

  pop(): T | undefined {
    const entries = this.#entries
    const first = entries[0]
    const last = entries.pop()
    if (last !== undefined && entries.length > 0) this.#sink(last)
    return first?.item
  }

  clear(): void {
    this.#entries.length = 0
  }

  #sink(last: Entry<T>): void {
    const entries = this.#entries
    let at = 0
    for (let below = 1; below < entries.length; below = 2 * at + 1) {
      if (below + 1 < entries.length && precedes(entries[below + 1]!, entries[below]!)) below++
      if (!precedes(entries[below]!, last)) break
      entries[at] = entries[below]!
      at = below
    }
    entries[at] = last
  }
}
