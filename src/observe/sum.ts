// A running sum that does not drift: the rounding error of each addition is kept and added back at the end.
// Source: Knuth, The Art of Computer Programming 2, 4.2.2 (two-sum); Neumaier 1974. Whole numbers stay exact far past 2^53.

export class Sum {
  #sum = 0
  #lost = 0

  add(value: number): void {
    const before = this.#sum
    const after = before + value
    const added = after - before
    this.#lost += before - (after - added) + (value - added)
    this.#sum = after
  }

  get value(): number {
    return this.#sum + this.#lost
  }

  clear(): void {
    this.#sum = 0
    this.#lost = 0
  }
}
