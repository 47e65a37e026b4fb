// A list with two ends, both O(1), and any element by its place: a ring that doubles when it is full.

export class Deque {
  #ring: (string | undefined)[]
  #first = 0
  #length = 0

  constructor(items: readonly string[] = []) {
    let size = 8
    while (size < items.length) size *= 2
    this.#ring = new Array(size).fill(undefined)
    for (const item of items) this.pushLast(item)
  }

  get length(): number {
    return this.#length
  }

  /** The element at a place from 0 to length - 1. */
  at(place: number): string {
    return this.#ring[this.#slot(place)]!
  }

  pushFirst(item: string): void {
    this.#makeRoom()
    this.#first = this.#slot(-1)
    this.#ring[this.#first] = item
    this.#length++
  }

  pushLast(item: string): void {
    this.#makeRoom()
    this.#ring[this.#slot(this.#length)] = item
    this.#length++
  }

  takeFirst(): string | undefined {
    if (this.#length === 0) return undefined
    const item = this.#ring[this.#first]
    this.#ring[this.#first] = undefined
    this.#first = this.#slot(1)
    this.#length--
    return item
  }

  takeLast(): string | undefined {
    if (this.#length === 0) return undefined
    const slot = this.#slot(--this.#length)
    const item = this.#ring[slot]
    this.#ring[slot] = undefined
    return item
  }

  /** The elements from one place to another, both included. */
  slice(from: number, to: number): string[] {
    const items: string[] = []
    for (let place = from; place <= to; place++) items.push(this.at(place))
    return items
  }

  #slot(place: number): number {
    return (this.#first + place) & (this.#ring.length - 1)
  }

  #makeRoom(): void {
    if (this.#length < this.#ring.length) return
    const items = this.slice(0, this.#length - 1)
    this.#ring = [...items, ...new Array(items.length).fill(undefined)]
    this.#first = 0
  }
}
