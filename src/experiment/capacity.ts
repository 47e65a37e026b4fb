// Capacity: the highest load, or the smallest fleet, that still meets what is expected, as a bracket of a value that does and
// one that does not. It is taken that whoever stands so much stands less, too; halving can never see otherwise, so at last a value
// beyond the failing end is tried, and the search says whether it passes.
// Values are tried in doubling steps from the first one and then between the two; a value is first tried with few seeds, and only
// the two ends of the bracket with all, so that most of the runs are spent where the answer is.

export interface CapacityTerms {
  /** The range, lowest and highest value; the first one tried is the lowest, or the highest for a fleet. */
  readonly low: number
  readonly high: number
  /** Only whole values. */
  readonly whole: boolean
  /** highest: larger values are harder. lowest: smaller ones are. */
  readonly seek: 'highest' | 'lowest'
  /** The bracket is close enough at such a share of its passing end; whole values go to the last one. */
  readonly tolerance: number
  /** How many seeds a value is first tried with, and at last. */
  readonly seeds: readonly [few: number, all: number]
}

export interface Trial {
  readonly value: number
  /** Seeds it was tried with. */
  readonly seeds: number
  readonly pass: boolean
}

export interface Capacity {
  /** The hardest value that passed, `null`: none did. */
  readonly passing: number | null
  /** The easiest value that failed, `null`: none did. */
  readonly failing: number | null
  /** All that was tried, in its order. */
  readonly trials: readonly Trial[]
  /** A harder value passed where an easier one had failed, so that the bracket is one of several; `null`: nowhere. */
  readonly uneven: { readonly failed: number; readonly passed: number } | null
}

/** @param attempt whether a value passes with so many seeds */
export async function findCapacity(
  terms: CapacityTerms,
  attempt: (value: number, seeds: number) => Promise<boolean>,
): Promise<Capacity> {
  const search = new Search(terms, attempt)
  await search.reach()
  await search.close()
  await search.confirm()
  await search.probe()
  return search.found
}

class Search {
  readonly #terms: CapacityTerms
  readonly #attempt: (value: number, seeds: number) => Promise<boolean>
  readonly #trials: Trial[] = []
  #passing: number | null = null
  #failing: number | null = null

  constructor(terms: CapacityTerms, attempt: (value: number, seeds: number) => Promise<boolean>) {
    this.#terms = terms
    this.#attempt = attempt
  }

  get found(): Capacity {
    const settled = this.#settled
    // Of two with as many seeds, since otherwise it may be chance.
    const uneven = settled.flatMap(({ value, seeds, pass }) => {
      const harder = settled.find((b) => b.pass && b.seeds === seeds && this.#harder(b.value, value))
      return !pass && harder ? [{ failed: value, passed: harder.value }] : []
    })
    return { passing: this.#passing, failing: this.#failing, trials: this.#trials, uneven: uneven[0] ?? null }
  }

  /** From the easy end towards the hard one in doubling steps, until one fails. */
  async reach(): Promise<void> {
    const { low, high, seek } = this.#terms
    let step = this.#smallest
    for (let value = seek === 'highest' ? low : high; ; ) {
      if (!(await this.#try(value))) return
      const [end, next] = seek === 'highest' ? [high, value + step] : [low, value - step]
      if (value === end) return
      value = this.#harder(next, end) ? end : this.#rounded(next)
      step *= 2
    }
  }

  /** Halves what is between the ends until it is close enough. */
  async close(): Promise<void> {
    while (!this.#isClose) await this.#try(this.#rounded((this.#passing! + this.#failing!) / 2))
  }

  /** Tries both ends with all seeds; one that turns out otherwise moves, and the search goes on. */
  async confirm(): Promise<void> {
    const [few, all] = this.#terms.seeds
    if (all <= few) return
    for (;;) {
      const ends = [this.#passing, this.#failing].filter((end) => end !== null)
      const open = ends.find(
        (end) => !this.#trials.some(({ value, seeds }) => value === end && seeds === all),
      )
      if (open === undefined) return
      const before = this.#passing === open
      const after = await this.#try(open, all)
      if (before !== after) await this.#amend(open, after)
    }
  }

  /** Tries the next value beyond the failing end, which should fail as well. */
  async probe(): Promise<void> {
    const [passing, failing] = [this.#passing, this.#failing]
    if (passing === null || failing === null) return
    const { low, high, seeds } = this.#terms
    let value = failing
    while (this.#trials.some((trial) => trial.value === value)) value += failing - passing
    if (value < low || value > high) return
    for (const count of new Set(seeds)) {
      const pass = await this.#attempt(value, count)
      this.#trials.push({ value, seeds: count, pass })
      if (!pass) return
    }
  }

  /** An end has moved to the other side: looks for another end there. */
  async #amend(value: number, pass: boolean): Promise<void> {
    const others = this.#settled.filter((trial) => trial.pass !== pass).map((trial) => trial.value)
    if (pass) {
      this.#passing = value
      this.#failing = this.#nearest(others.filter((other) => this.#harder(other, value)))
      if (this.#failing === null) await this.#walk(value)
    } else {
      this.#failing = value
      this.#passing = this.#nearest(others.filter((other) => this.#harder(value, other)))
      if (this.#passing === null) await this.#walk(value)
    }
    await this.close()
  }

  /** From an end in doubling steps, away from it, until the verdict changes or the range ends. */
  async #walk(from: number): Promise<void> {
    const { low, high, seek } = this.#terms
    const harder = this.#passing === from
    const up = harder === (seek === 'highest')
    let step = this.#smallest
    for (let value = from; ; step *= 2) {
      if (value === (up ? high : low)) return
      value = up ? Math.min(high, this.#rounded(value + step)) : Math.max(low, this.#rounded(value - step))
      if ((await this.#try(value, this.#terms.seeds[1])) !== harder) return
    }
  }

  /** Of each value the verdict of the most seeds. */
  get #settled(): readonly Trial[] {
    const trials = this.#trials
    return trials.filter((a) => !trials.some((b) => b.value === a.value && b.seeds > a.seeds))
  }

  /** Of these, the closest to the end they face. */
  #nearest(values: readonly number[]): number | null {
    const other = this.#passing ?? this.#failing!
    return values.length === 0
      ? null
      : values.reduce((a, b) => (Math.abs(b - other) < Math.abs(a - other) ? b : a))
  }

  async #try(value: number, seeds = this.#terms.seeds[0]): Promise<boolean> {
    const pass = await this.#attempt(value, seeds)
    this.#trials.push({ value, seeds, pass })
    if (pass) this.#passing = value
    else this.#failing = value
    return pass
  }

  get #isClose(): boolean {
    if (this.#passing === null || this.#failing === null) return true
    const gap = Math.abs(this.#failing - this.#passing)
    const middle = this.#rounded((this.#passing + this.#failing) / 2)
    const known = middle === this.#passing || middle === this.#failing
    return known || (!this.#terms.whole && gap <= this.#terms.tolerance * Math.abs(this.#passing))
  }

  get #smallest(): number {
    const { low, high, whole } = this.#terms
    return whole ? 1 : Math.max(low, (high - low) / 1024)
  }

  #rounded(value: number): number {
    return this.#terms.whole ? Math.round(value) : value
  }

  #harder(a: number, b: number): boolean {
    return this.#terms.seek === 'highest' ? a > b : a < b
  }
}
