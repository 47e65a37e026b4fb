// Counts of token lengths in flat memory: exact below 1,024, above it 512 buckets to each doubling, none wider than 0.2 %.

const EXACT_BITS = 10
const EXACT = 1 << EXACT_BITS
const PER_DOUBLING = EXACT / 2
const MAX_BITS = 30

export class TokenHistogram {
  readonly #counts = new Float64Array(EXACT + (MAX_BITS - EXACT_BITS) * PER_DOUBLING)
  count = 0

  /** A whole number from 0 to 2^30 - 1. */
  add(tokens: number): void {
    this.#counts[indexOf(tokens)]!++
    this.count++
  }

  /** The smallest length that at least `share` of all do not exceed, to 0.2 %; NaN when empty. */
  quantile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.count))
    let below = 0
    for (let i = 0; i < this.#counts.length; i++) {
      below += this.#counts[i]!
      if (below >= rank) return lowestOf(i)
    }
    return Number.NaN
  }
}

function indexOf(tokens: number): number {
  if (tokens < EXACT) return tokens
  const shift = 32 - Math.clz32(tokens) - EXACT_BITS
  return shift * PER_DOUBLING + (tokens >> shift)
}

function lowestOf(index: number): number {
  if (index < EXACT) return index
  const shift = Math.floor(index / PER_DOUBLING) - 1
  return (index - shift * PER_DOUBLING) * 2 ** shift
}
