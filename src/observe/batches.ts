// Means of consecutive batches of a stream of values, for the interval of a mean from one long run. Memory is that of 64 batches: when
// they are full, neighbours are put together and the next batches are twice as long.

const MOST = 64
/** Fewer whole batches than this say too little of how their means spread. */
const FEWEST = 20

export class Batches {
  readonly #sums: number[] = []
  #full = 0
  #size = 1
  #sum = 0
  #count = 0

  add(value: number): void {
    this.#sum += value
    if (++this.#count < this.#size) return
    this.#sums[this.#full++] = this.#sum
    this.#sum = 0
    this.#count = 0
    if (this.#full === MOST) this.#double()
  }

  clear(): void {
    this.#full = 0
    this.#size = 1
    this.#sum = 0
    this.#count = 0
  }

  /** In their order; a batch that is not full is left out. `null`: too few, or of single values. */
  means(): readonly number[] | null {
    if (this.#full < FEWEST || this.#size === 1) return null
    return this.#sums.slice(0, this.#full).map((sum) => sum / this.#size)
  }

  #double(): void {
    const sums = this.#sums
    for (let i = 0; i < MOST / 2; i++) sums[i] = sums[2 * i]! + sums[2 * i + 1]!
    this.#full = MOST / 2
    this.#size *= 2
  }
}
