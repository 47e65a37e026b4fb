// The topology optimiser of OllamaMax (spec: system 1): evaluates topologies on a test workload with weighted scores, and says
// which is best and by how much. Pure: how a topology does is either estimated (optimiser-estimates) or given by whoever has
// measured it, in a trial or in earnest.

import { advantage, type Figures, scoresOf, type Weights } from './optimiser-scores.ts'

export interface Candidate<Name extends string = string> {
  readonly topology: Name
  readonly figures: Figures
}

export interface Ranked<Name extends string = string> extends Candidate<Name> {
  /** From 0 to 1; 1 is best in everything that counts. */
  readonly score: number
}

export interface Verdict<Name extends string = string> {
  /** Best first; of equals the one that was named first. */
  readonly ranking: readonly Ranked<Name>[]
  readonly best: Name
  /** By how much the best scores better than the next: 0.2 for 20 %; 0 where there is no other. */
  readonly lead: number
}

/** Ranks candidates, of which there is one at least, by their weighted scores. */
export function rank<Name extends string>(
  candidates: readonly Candidate<Name>[],
  weights: Weights,
): Verdict<Name> {
  const scores = scoresOf(
    candidates.map(({ figures }) => figures),
    weights,
  )
  const ranking = candidates
    .map((candidate, i) => ({ ...candidate, score: scores[i]! }))
    .sort((a, b) => b.score - a.score)
  const [best, next] = ranking
  return { ranking, best: best!.topology, lead: next ? advantage(best!.score, next.score) : 0 }
}

/** Evaluates topologies on a workload, and ranks them. */
export const optimise = <Name extends string, Workload>(
  workload: Workload,
  topologies: readonly Name[],
  weights: Weights,
  evaluate: (topology: Name, workload: Workload) => Figures,
): Verdict<Name> =>
  rank(
    topologies.map((topology) => ({ topology, figures: evaluate(topology, workload) })),
    weights,
  )
