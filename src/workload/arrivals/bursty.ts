// Arrivals with a given coefficient of variation (cv), by the two-moment fits of H. C. Tijms, "Stochastic Models" (1994), appendix B:
// cv > 1 a hyperexponential of two branches with balanced means, cv < 1 a mixture of Erlang(k-1) and Erlang(k), cv = 1 Poisson.
// Gaps are independent of each other: bursts come from their spread alone. For phases of activity, take on-off.

import type { Random } from '../../env/env.ts'
import { number, rate } from '../../parameters.ts'
import { processOfGaps } from './arrival-clock.ts'
import { defineArrivals } from './arrival-process.ts'
import { drawHyperexponential } from './hyperexponential.ts'

export const bursty = defineArrivals({
  name: 'bursty',
  meaning: 'gaps with a given spread: cv > 1 in bursts, 1 as poisson, below 1 more even than that',
  parameters: {
    rate: rate({ meaning: 'arrivals per second; 0: nobody comes' }),
    cv: number({
      meaning: 'coefficient of variation of the gaps: standard deviation / mean; for 0 there is constant',
      min: 0.1,
      max: 1000,
    }),
  },
  create({ rate, cv }, random) {
    if (rate === 0) return processOfGaps(0, () => Infinity)
    return processOfGaps(rate, cv >= 1 ? burstyGap(1e9 / rate, cv, random) : evenGap(1e9 / rate, cv, random))
  },
})

/** Balanced means: each branch has half of the time, share · first = (1 - share) · second. */
function burstyGap(mean: number, cv: number, random: Random): () => number {
  const squared = cv * cv
  const share = (1 + Math.sqrt((squared - 1) / (squared + 1))) / 2
  // 1 - share, written so that it keeps its digits where cv is large.
  const rest = 1 / (squared + 1) / (2 * share)
  const branches = { share, first: mean / (2 * share), second: mean / (2 * rest) }
  return () => drawHyperexponential(branches, random)
}

/** k phases, or with some probability one fewer, where 1/k <= cv² < 1/(k-1). */
function evenGap(mean: number, cv: number, random: Random): () => number {
  const squared = cv * cv
  const phases = Math.ceil(1 / squared)
  const fewer =
    (phases * squared - Math.sqrt(Math.max(0, phases * (1 + squared) - phases * phases * squared))) /
    (1 + squared)
  const phaseMean = mean / (phases - fewer)
  return () => {
    let left = random.uniform() < fewer ? phases - 1 : phases
    let sum = 0
    while (left-- > 0) sum += random.exponential(phaseMean)
    return sum
  }
}
