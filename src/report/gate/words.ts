// A gate's findings in words, the same in every report.

import type { Place } from '../../errors.ts'
import type { ClaimFinding } from '../../gate/claims.ts'
import { severityOf } from '../../gate/culprit.ts'
import type {
  FailedCheck,
  Finding,
  GateReport,
  ScenarioVerdict,
  Stopped,
  Verdict,
  Why,
} from '../../gate/verdict.ts'
import { format } from '../../units.ts'
import { ABSENT, counted } from '../figures.ts'

const figure = (value: number | null, unit: Finding['unit']): string =>
  value === null ? ABSENT : format(value, unit)

/** `8.31 ms → 8.59 ms`. */
export const fromTo = ({ baseline, now, unit }: Finding): string =>
  `${figure(baseline, unit)} → ${figure(now, unit)}`

/** `+3.4 ± 0.2 %`; empty where there is nothing to be a share of. */
export function changeOf({ baseline, now, interval }: Finding): string {
  if (baseline === null || now === null) return ''
  if (baseline === now) return '0 %'
  if (baseline === 0) return 'from 0'
  const size = Math.abs(baseline)
  const share = (value: number): string => {
    const percent = 100 * value
    return percent >= 0.005 && percent < 9.95
      ? percent.toFixed(2)
      : percent < 0.005
        ? '<0.01'
        : percent.toFixed(1)
  }
  const half = interval ? ` ± ${share((interval[1] - interval[0]) / 2 / size)}` : ''
  return `${now > baseline ? '+' : '−'}${share(Math.abs(now - baseline) / size)}${half} %`
}

const ANSWERS: Readonly<Record<Finding['answer'], string>> = {
  equal: 'equal',
  within: 'within the limit',
  better: 'better',
  worse: 'worse',
  changed: 'changed',
  untold: 'cannot tell',
  absent: 'absent',
}

/** `worse (limit: worse by 2 %)`; what passes by its limit says which. */
export function answerOf({ answer, threshold, note, verdict }: Finding): string {
  const held = verdict === 'pass' && answer !== 'within' ? '' : ` (limit: ${threshold})`
  return `${ANSWERS[answer]}${held}${note ? `; ${note}` : ''}`
}

/** All of a finding in a sentence. */
export const sentenceOf = (finding: Finding): string => {
  const change = changeOf(finding)
  return `${finding.metric}: ${fromTo(finding)}${change ? ` (${change})` : ''}: ${answerOf(finding)}`
}

export const checkSentence = ({
  name,
  detail,
  pass,
  others = 0,
}: FailedCheck & { others?: number }): string =>
  `${name}: ${detail}${pass === null ? ', which cannot be told' : ''}${others > 0 ? ` (and in ${counted(others, 'more variant')})` : ''}`

/** `OM-05 was reproduced and is refuted: 12 % faster with six nodes`. */
export function claimSentence({ id, text, baseline, now, verdict, found }: ClaimFinding): string {
  const turned =
    now === null
      ? `was ${baseline}, and is settled no more`
      : baseline === null
        ? `is ${now}; the baseline has it not: accept it`
        : `was ${baseline} and is ${now}`
  const told = [text, found].filter((each) => each !== '').join(': ')
  return `${id} ${turned}${told === '' ? '' : `: ${told}`}${verdict === 'fail' ? '; accept it if that is meant' : ''}`
}

/** Of a scenario with a figure that is worse, line by line: why, or that nobody can tell; then who tells. */
export function whyText({ metric, variant, lines, missing, command }: Why, several: boolean): string[] {
  const [first, ...more] = lines
  return [
    ...(first === undefined ? [] : [`why: ${first}`, ...more]),
    ...(missing === null
      ? []
      : [`why ${metric} is worse${several ? ` (${variant})` : ''} is not told: ${missing}`]),
    ...(command === null ? [] : [lines.length > 0 ? `more: ${command}` : `to learn why: ${command}`]),
  ]
}

/** `stopped by the time limit after 3 of 9 scenarios; not judged: a, b`. */
export function stoppedSentence({ why, left }: Stopped, judged: number): string {
  const named = left.slice(0, MOST_LEFT).join(', ')
  const more = left.length - MOST_LEFT
  return `${why}, after ${judged} of ${judged + left.length} scenarios; not judged: ${named}${more > 0 ? ` and ${more} more` : ''}`
}

const MOST_LEFT = 8

/** What passes and yet is another figure than was accepted; of a scenario in one sentence. */
export function quietChanges({ findings }: ScenarioVerdict): string | undefined {
  const changed = findings.filter(
    ({ answer, verdict }) => verdict === 'pass' && (answer === 'within' || answer === 'changed'),
  )
  if (changed.length === 0) return undefined
  const shown = changed
    .slice(0, MOST_QUIET)
    .map((finding) => `${finding.metric} ${changeOf(finding) || fromTo(finding)}`)
  const more = changed.length - shown.length
  return `${counted(changed.length, 'figure')} changed and ${changed.length === 1 ? 'passes' : 'pass'}: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

const MOST_QUIET = 4

/** `since 3f2a1bc: batches of 32`; a baseline that is in no commit yet has its reason alone. */
export const since = ({ against }: ScenarioVerdict): string => {
  if (!against) return 'no baseline'
  const { commit, reason } = against
  return commit ? `since ${commit.slice(0, 10)}: ${reason}` : `since: ${reason}`
}

export const placeText = (place: Place | null): string => (place ? `${place.file}:${place.line}` : '')

/** Where there are several, the variant's name says which. */
export const severalVariants = ({ findings }: ScenarioVerdict): boolean =>
  new Set(findings.map(({ variant }) => variant)).size > 1

/** `fail`, then `inconclusive`, then what is only shown; what is equal is left out. */
export function shownFindings({ findings }: ScenarioVerdict): readonly Finding[] {
  const order = (finding: Finding): number =>
    finding.verdict === 'fail'
      ? 0
      : finding.verdict === 'inconclusive'
        ? 1
        : finding.answer === 'within'
          ? 3
          : 2
  return findings
    .filter(({ answer }) => answer !== 'equal')
    .map((finding, i) => ({ finding, i }))
    .sort((a, b) => order(a.finding) - order(b.finding) || a.i - b.i)
    .map(({ finding }) => finding)
}

/** A figure of one variant, or of several that fare alike: that of the one in which it changed most. */
export interface Group {
  readonly finding: Finding
  /** How many other variants. */
  readonly others: number
}

/** What is to be shown, a line a figure, however many variants it has; of each kind the largest change first. */
export function shownGroups(each: ScenarioVerdict): readonly Group[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of shownFindings(each)) {
    const key = JSON.stringify([finding.verdict, finding.answer === 'within', finding.answer, finding.metric])
    groups.set(key, [...(groups.get(key) ?? []), finding])
  }
  return [...groups.values()].map((findings) => {
    const finding = findings.reduce((a, b) => (severityOf(b) > severityOf(a) ? b : a))
    return { finding, others: findings.length - 1 }
  })
}

/** `mode=concurrent and 13 more`. */
export const variantsOf = ({ finding, others }: Group): string =>
  others === 0 ? finding.variant : `${finding.variant} and ${others} more`

/** What is expected alike of several variants, once: the first of them. */
export function shownChecks({
  checks,
}: ScenarioVerdict): readonly (FailedCheck & { readonly others: number })[] {
  const key = ({ place, name, pass }: FailedCheck): string =>
    JSON.stringify(place ? [place, pass] : [name, pass])
  return [...new Set(checks.map(key))].map((each) => {
    const [first, ...others] = checks.filter((check) => key(check) === each)
    return { ...first!, others: others.length }
  })
}

/** `3 scenarios: 1 fail, 2 pass`. */
export function countOf({ scenarios }: GateReport): string {
  const counts = (['fail', 'inconclusive', 'pass'] as const).flatMap((verdict: Verdict) => {
    const count = scenarios.filter((each) => each.verdict === verdict).length
    return count === 0 ? [] : [`${count} ${verdict}`]
  })
  return `${counted(scenarios.length, 'scenario')}${counts.length > 0 ? `: ${counts.join(', ')}` : ''}`
}

export interface Offer {
  readonly text: string
  /** One a scenario, the first few. */
  readonly commands: readonly string[]
}

const MOST_OFFERS = 3

/** What to do about scenarios whose figures are better, and nothing wrong. */
export function offer({ scenarios }: GateReport): Offer | undefined {
  const better = scenarios.filter(
    ({ verdict, findings, accept }) =>
      accept !== null && verdict === 'pass' && findings.some(({ answer }) => answer === 'better'),
  )
  if (better.length === 0) return undefined
  return {
    text: `${counted(better.length, 'scenario')} better than the baseline; to keep what was won:`,
    commands: better.slice(0, MOST_OFFERS).map(({ accept }) => accept!),
  }
}
