// How many messages and bytes went from whom to whom: a hash table over typed arrays, as a message must cost next to nothing. It has
// room for the pairs that talk, not for all there are.

const FEWEST = 64

export class LinkCounts {
  #size = FEWEST
  #used = 0
  /** Of each slot: from + 1 (0: it is free), to. */
  #ends = new Int32Array(2 * FEWEST)
  /** Of each slot: messages, bytes. */
  #sums = new Float64Array(2 * FEWEST)

  /** Pairs that have talked. */
  get links(): number {
    return this.#used
  }

  /** One message more from one process to another, both by their place. */
  add(from: number, to: number, bytes: number): void {
    const slot = this.#slotOf(from, to)
    this.#sums[2 * slot]! += 1
    this.#sums[2 * slot + 1]! += bytes
  }

  clear(): void {
    this.#ends.fill(0)
    this.#sums.fill(0)
    this.#used = 0
  }

  /** [from, to, messages, bytes] of each pair, in no order. */
  *[Symbol.iterator](): Iterator<readonly [number, number, number, number]> {
    const [ends, sums] = [this.#ends, this.#sums]
    for (let slot = 0; slot < this.#size; slot++) {
      const from = ends[2 * slot]! - 1
      if (from >= 0) yield [from, ends[2 * slot + 1]!, sums[2 * slot]!, sums[2 * slot + 1]!]
    }
  }

  #slotOf(from: number, to: number): number {
    const ends = this.#ends
    const mask = this.#size - 1
    // Fibonacci hashing, of either end; the high bits are the well mixed ones.
    const mixed = Math.imul(Math.imul(from, 0x9e3779b1) ^ to, 0x85ebca6b)
    let slot = (mixed ^ (mixed >>> 15)) & mask
    while (ends[2 * slot] !== 0) {
      if (ends[2 * slot] === from + 1 && ends[2 * slot + 1] === to) return slot
      slot = (slot + 1) & mask
    }
    if (2 * (this.#used + 1) > this.#size) {
      this.#grow()
      return this.#slotOf(from, to)
    }
    this.#used++
    ends[2 * slot] = from + 1
    ends[2 * slot + 1] = to
    return slot
  }

  #grow(): void {
    const before = [...this]
    this.#size *= 2
    this.#used = 0
    this.#ends = new Int32Array(2 * this.#size)
    this.#sums = new Float64Array(2 * this.#size)
    for (const [from, to, messages, bytes] of before) {
      const slot = this.#slotOf(from, to)
      this.#sums[2 * slot] = messages
      this.#sums[2 * slot + 1] = bytes
    }
  }
}
