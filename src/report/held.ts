// A result held against a baseline, as it is shown: the gate's findings with what the baseline is, and in words.

import type { Answer, Finding } from '../gate/verdict.ts'
import { counted } from './figures.ts'

export interface Held {
  /** Of its acceptance, `2026-11-03`; `null`: nobody knows. */
  readonly date: string | null
  readonly commit: string | null
  /** Why these figures were accepted; may be empty. */
  readonly reason: string
  readonly findings: readonly Finding[]
  /** Why the two can hardly be compared, such as another scenario. */
  readonly doubts: readonly string[]
}

/** `baseline of 2026-11-03 (7c4ba9a)`. */
export function baselineInWords({ date, commit }: Held): string {
  const from = commit === null ? '' : ` (${commit.slice(0, 7)})`
  return `baseline${date === null ? '' : ` of ${date}`}${from}`
}

/** What is said of a figure, most important first. */
export const OUTCOMES_HELD = ['worse', 'absent', 'cannot tell', 'changed', 'better', 'same'] as const
export type OutcomeHeld = (typeof OUTCOMES_HELD)[number]

const OUTCOMES: Readonly<Record<Answer, OutcomeHeld>> = {
  worse: 'worse',
  absent: 'absent',
  untold: 'cannot tell',
  changed: 'changed',
  better: 'better',
  within: 'same',
  equal: 'same',
}

/** By what share a figure has changed, for sorting; empty where there is nothing to be a share of. */
export const shareOf = ({ baseline, now }: Finding): number | '' =>
  baseline === null || now === null || baseline === 0 ? '' : (now - baseline) / Math.abs(baseline)

export const outcomeHeld = ({ answer }: Finding): OutcomeHeld => OUTCOMES[answer]

const WORDS: Readonly<Record<OutcomeHeld, string>> = {
  worse: 'worse',
  absent: 'not observed on one side',
  'cannot tell': 'not to be told from chance',
  changed: 'changed',
  better: 'better',
  same: 'the same',
}

/** `Of 24 figures 3 are worse, 2 better, 19 the same`. */
export function heldInWords({ findings }: Held): string {
  const counts = OUTCOMES_HELD.flatMap((outcome) => {
    const count = findings.filter((finding) => outcomeHeld(finding) === outcome).length
    return count === 0 ? [] : [[count, WORDS[outcome]] as const]
  })
  const [first, ...others] = counts
  if (!first) return 'No figure is in both'
  if (others.length === 0) return `All ${counted(findings.length, 'figure')}: ${first[1]}`
  return `Of ${counted(findings.length, 'figure')} ${first[0]} ${first[0] === 1 ? 'is' : 'are'} ${first[1]}, ${others
    .map(([count, word]) => `${count} ${word}`)
    .join(', ')}`
}
