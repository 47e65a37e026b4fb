// The mixture of two exponentials: mostly short gaps, now and then a long one.

import type { Random } from '../../env/env.ts'

export interface Hyperexponential {
  /** The probability of the first branch. */
  readonly share: number
  /** Mean of the first branch, and of the second, in nanoseconds. */
  readonly first: number
  readonly second: number
}

/** Always two draws, so that a change of values moves no later one. */
export function drawHyperexponential({ share, first, second }: Hyperexponential, random: Random): number {
  const branch = random.uniform() < share ? first : second
  return random.exponential(1) * branch
}
