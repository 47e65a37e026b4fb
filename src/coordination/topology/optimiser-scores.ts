// What a topology is worth: four figures, normalised against the best of the candidates, weighted and summed (simple additive
// weighting: Hwang and Yoon, "Multiple Attribute Decision Making", 1981). The document names the figures and says "weighted
// scores", no formula and no weights. Normalised by the ratio to the best, not by min-max: with two or three candidates min-max
// gives the worst 0 and the best 1 however little they differ, so that "20 % better" would mean nothing. With the ratio, a topology
// of 1.2 times the throughput, all else equal and throughput alone weighed, scores exactly 20 % better.
// As with any score relative to its candidates, one more of them can move the others' scores (Belton and Gear 1983).

import { ScenarioError } from '../../errors.ts'
import { ratio, record } from '../../parameters.ts'
import type { Nanos } from '../../units.ts'

/** How a topology does under a workload. */
export interface Figures {
  /** From a task's submission to its result, mean; Infinity: none came. Less is better. */
  readonly latency: Nanos
  /** Tasks with a result per second. More is better. */
  readonly throughput: number
  /** Of the tasks that ended, how many had a result; more is better. */
  readonly success: number
  /** Of the agents' time, how much went into tasks' own work and not into waiting or coordinating; more is better. */
  readonly utilisation: number
}

/** How much each figure counts; they sum to 1. */
export type Weights = Readonly<Record<keyof Figures, number>>

const FIGURES = ['latency', 'throughput', 'success', 'utilisation'] as const

const weight = (of: string, value: number) => ratio({ meaning: `weight of the ${of}`, default: value })

const DEFAULT_WEIGHTS: Weights = { latency: 0.4, throughput: 0.3, success: 0.2, utilisation: 0.1 }

export const weightsParameter = record(
  {
    latency: weight('latency', DEFAULT_WEIGHTS.latency),
    throughput: weight('throughput', DEFAULT_WEIGHTS.throughput),
    success: weight('success rate', DEFAULT_WEIGHTS.success),
    utilisation: weight('utilisation', DEFAULT_WEIGHTS.utilisation),
  },
  {
    meaning: 'how much each figure counts in a topology’s score; they sum to 1',
    default: DEFAULT_WEIGHTS,
    source: '[G] the document names the figures in this order and gives no weights',
  },
)

/** Refuses weights that do not sum to 1. */
export function checkWeights(weights: Weights): void {
  const sum = FIGURES.reduce((total, figure) => total + weights[figure], 0)
  if (Math.abs(sum - 1) > 1e-9)
    throw new ScenarioError(`invalid weights: they sum to ${sum}; expected weights that sum to 1`)
}

/** The scores of all candidates, each from 0 to 1, in their order; 1 has what is best in everything that counts. */
export function scoresOf(candidates: readonly Figures[], weights: Weights): number[] {
  checkWeights(weights)
  const least = Math.min(...candidates.map(({ latency }) => latency))
  const most = (figure: Exclude<keyof Figures, 'latency'>): number =>
    Math.max(...candidates.map((figures) => figures[figure]))
  const best = { throughput: most('throughput'), success: most('success'), utilisation: most('utilisation') }
  return candidates.map(
    ({ latency, throughput, success, utilisation }) =>
      weights.latency * share(least, latency) +
      weights.throughput * share(throughput, best.throughput) +
      weights.success * share(success, best.success) +
      weights.utilisation * share(utilisation, best.utilisation),
  )
}

/** The smaller as a share of the larger; where nobody has anything, all are equally good. */
function share(smaller: number, larger: number): number {
  if (smaller === larger) return 1
  return larger === Infinity ? 0 : smaller / larger
}

/** By how much a score is better than another: 0.2 for 20 %. */
export const advantage = (score: number, over: number): number =>
  over > 0 ? score / over - 1 : score > 0 ? Infinity : 0
