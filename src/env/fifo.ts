// A queue in a ring: first in, first out, without shifting and without garbage.

const SMALLEST = 16

export class Fifo<T> {
  /** A power of two of places. */
  #ring: (T | undefined)[] = []
  #head = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  push(item: T): void {
    if (this.#length === this.#ring.length) this.#grow()
    this.#ring[(this.#head + this.#length++) & (this.#ring.length - 1)] = item
  }

  /** Puts it at the head. */
  unshift(item: T): void {
    if (this.#length === this.#ring.length) this.#grow()
    this.#head = (this.#head - 1) & (this.#ring.length - 1)
    this.#ring[this.#head] = item
    this.#length++
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined
    const item = this.#ring[this.#head]
    this.#ring[this.#head] = undefined
    this.#head = (this.#head + 1) & (this.#ring.length - 1)
    this.#length--
    return item
  }

  clear(): void {
    this.#ring = []
    this.#head = 0
    this.#length = 0
  }

  /** Drops the items that are not to be kept, in their order. */
  filter(keep: (item: T) => boolean): void {
    for (let left = this.#length; left > 0; left--) {
      const item = this.shift()!
      if (keep(item)) this.push(item)
    }
  }

  #grow(): void {
    const size = this.#ring.length
    const ring = new Array<T | undefined>(Math.max(SMALLEST, size * 2)).fill(undefined)
    for (let i = 0; i < size; i++) ring[i] = this.#ring[(this.#head + i) & (size - 1)]
    this.#ring = ring
    this.#head = 0
  }
}
