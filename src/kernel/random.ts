// Streams of random numbers, derived by name from the seed of a run: one more draw in a stream moves no other, so that
// variants of a scenario see the same arrivals and the same faults.
//
// The generator is Alea (Johannes Baagøe), of those that seedrandom has: a multiply-with-carry generator of period about
// 2^116 whose state is hashed from the whole name. Measured, a draw takes 15 ns, as xor128's and tychei's do (the default
// ARC4's 77), and a stream 1.4 µs to build; but xor128 is Marsaglia's xorshift, which fails the linearity tests of BigCrush
// and takes in a seed by characters, and tychei states no period. Alea's numbers have 32 random bits, no more.

import alea from 'seedrandom/lib/alea.js'

/** Before a seed: its mirror image, in which every uniform draw u of the seed's is 1 - u. Where much takes long in one, little does in the other. */
export const MIRROR = '~'

/** Every stream of one run. */
export class RandomStreams {
  readonly #streams = new Map<string, RandomStream>()
  readonly seed: string

  constructor(seed: string) {
    this.seed = seed
  }

  /** The stream of this name: always the same object, always the same numbers for a seed. */
  stream(name: string): RandomStream {
    let stream = this.#streams.get(name)
    if (!stream) {
      const mirrored = this.seed.startsWith(MIRROR)
      const seed = mirrored ? this.seed.slice(MIRROR.length) : this.seed
      stream = new RandomStream(`${seed}\u0000${name}`, mirrored)
      this.#streams.set(name, stream)
    }
    return stream
  }
}

export class RandomStream {
  readonly #next: () => number
  #spare = Number.NaN

  constructor(seed: string, mirrored = false) {
    const next = alea(seed)
    // The highest number below 1 is 1 - 2^-32.
    this.#next = mirrored ? () => 1 - 2 ** -32 - next() : next
  }

  /** Uniform in [0, 1), in steps of 2^-32. */
  uniform(): number {
    return this.#next()
  }

  /** A whole number in [0, below), `below` from 1 to 2^32. */
  integer(below: number): number {
    return Math.floor(this.#next() * below)
  }

  /** Exponential with the given mean. */
  exponential(mean: number): number {
    return -Math.log(1 - this.#next()) * mean
  }

  /** Standard normal, by Marsaglia's polar method: no sine, whose last bit differs between engines. */
  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const spare = this.#spare
      this.#spare = Number.NaN
      return spare
    }
    for (;;) {
      const x = 2 * this.#next() - 1
      const y = 2 * this.#next() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const scale = Math.sqrt((-2 * Math.log(square)) / square)
      this.#spare = y * scale
      return x * scale
    }
  }
}
