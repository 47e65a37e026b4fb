// Reasons for which something is so many times slower, each until it is over; together they multiply.

export class Slowness {
  /** How many times slower. */
  factor = 1
  /** Whether there ever was a reason. */
  ever = false
  readonly #factors: number[] = []

  /** Called whenever the factor has changed. */
  constructor(readonly changed: () => void) {}

  /** One reason more; what is returned ends it. */
  add(factor: number): () => void {
    this.ever = true
    this.#factors.push(factor)
    this.#reckon()
    let over = false
    return () => {
      if (over) return
      over = true
      this.#factors.splice(this.#factors.indexOf(factor), 1)
      this.#reckon()
    }
  }

  #reckon(): void {
    this.factor = this.#factors.reduce((product, factor) => product * factor, 1)
    this.changed()
  }
}
