// What can be set on the adaptive topology. The document gives the threshold, 20 %, and the four figures; the rest are guesses.

import { choice, count, duration, flag, list, ratio, record, type Values } from '../../parameters.ts'
import { ms, seconds } from '../../units.ts'
import { weightsParameter } from './optimiser-scores.ts'

const TOPOLOGIES = ['hierarchical', 'mesh', 'ring', 'hybrid'] as const
/** What can be switched to. */
export type TopologyName = (typeof TOPOLOGIES)[number]

const fields = {
  candidates: list<TopologyName>(choice(TOPOLOGIES, { meaning: 'one of them' }), {
    meaning: 'the topologies among which it chooses; begun is with the first',
    default: ['hierarchical', 'mesh', 'ring'],
    max: TOPOLOGIES.length,
    source: 'OllamaMax: hierarchical, mesh, ring',
  }),
  threshold: ratio({
    meaning: 'another must score better by so much; 100 %: never switches in practice',
    default: 0.2,
    max: 100,
    source: 'OllamaMax: at least 20 %',
  }),
  weights: weightsParameter,
  window: duration({
    meaning:
      'the leader collects what was measured so often, and evaluates all candidates; so its death is noticed after three',
    default: seconds(2),
    min: ms(1),
    source: '[G]',
  }),
  dwell: duration({
    meaning: 'no topology is left sooner',
    default: seconds(20),
    source: '[G] ten windows',
  }),
  confirmations: count({
    meaning: 'windows in a row in which the same other one must be better',
    default: 2,
    min: 1,
    source: '[G] one window may be chance',
  }),
  drain: duration({
    meaning:
      'what is under way at a switch may end in the old topology for so long, then it is begun anew in the new; 0: at once',
    default: seconds(5),
    source: '[G]',
  }),
  trials: flag({
    meaning:
      'at the beginning every candidate is run for a dwell time, so that what is known of it is measured and not only estimated',
    default: false,
    source: '[D] the document’s training; off, each is corrected when it first runs',
  }),
  evaluation: duration({
    meaning: 'core time of the leader for evaluating one candidate',
    default: ms(1),
    source:
      '[G] what a few hundred arithmetic operations and bookkeeping take at most; a learnt model takes more',
  }),
} as const

export type AdaptiveTerms = Values<typeof fields>

export const adaptiveParameter = record(fields, {
  meaning: 'for adaptive: how it measures, and when it switches',
  default: Object.fromEntries(
    Object.entries(fields).map(([name, parameter]) => [name, parameter.default]),
  ) as unknown as AdaptiveTerms,
})
