// One of n in proportion to weights, in constant time a draw: the alias method as built by Vose (1991).

import { ScenarioError } from '../../errors.ts'
import type { RandomStream } from '../random.ts'

export interface Weighted {
  /** Each weight as a fraction of all. */
  readonly shares: readonly number[]
  /** The index of the one drawn. */
  draw(random: RandomStream): number
}

/** Throws a ScenarioError unless some weight is above 0 and none below. */
export function weighted(weights: readonly number[]): Weighted {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (!(total > 0 && total < Number.POSITIVE_INFINITY) || weights.some((weight) => weight < 0))
    throw new ScenarioError(
      `invalid weights: ${weights.slice(0, 8).join(', ')}; expected none below 0 and at least one above`,
    )
  const shares = weights.map((weight) => weight / total)
  const { keep, alias } = aliases(shares)
  const n = weights.length
  return {
    shares,
    draw(random) {
      const column = random.integer(n)
      return random.uniform() < keep[column]! ? column : alias[column]!
    },
  }
}

/** Fills n columns of equal height, each with one index or two: what a short one lacks is taken from a tall one. */
function aliases(shares: readonly number[]): { keep: Float64Array; alias: Int32Array } {
  const heights = Float64Array.from(shares, (share) => share * shares.length)
  const keep = new Float64Array(shares.length).fill(1)
  const alias = new Int32Array(shares.length)
  const short: number[] = []
  const tall: number[] = []
  heights.forEach((height, i) => {
    ;(height < 1 ? short : tall).push(i)
  })
  while (short.length > 0 && tall.length > 0) {
    const low = short.pop()!
    const high = tall.pop()!
    keep[low] = heights[low]!
    alias[low] = high
    heights[high] = heights[high]! - (1 - heights[low]!)
    ;(heights[high]! < 1 ? short : tall).push(high)
  }
  return { keep, alias }
}
