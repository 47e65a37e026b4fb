// `--baseline`: finds what is meant by it, and holds a result against it as the gate does, but to one limit for all: a report shows
// what has changed, the gate judges it.

import { readFileSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { printable, quote, ScenarioError } from '../errors.ts'
import { baselineOf, hashOfWhatRuns } from '../gate/baseline-of.ts'
import { judge } from '../gate/judge.ts'
import { USUAL_THRESHOLD } from '../gate/threshold.ts'
import { sentenceOf } from '../report/gate/words.ts'
import { baselineInWords, type Held, heldInWords, OUTCOMES_HELD, outcomeHeld } from '../report/held.ts'
import { headlineMetrics, keyMetrics } from '../report/key-metrics.ts'
import { type Baseline, parseBaseline } from '../results/baseline.ts'
import { LARGEST_RESULT, readResult } from '../results/read.ts'
import type { Result } from '../results/result.ts'
import { baselinePath, readHistory } from './baselines.ts'
import { exists } from './files.ts'
import { hanging } from './prose.ts'

export const BASELINE_OPTION = {
  type: 'text',
  value: 'FILE',
  meaning:
    'show what has changed against it: a baseline, a folder of them such as results/baselines, or an earlier result.json',
} as const

export interface OpenedBaseline {
  readonly path: string
  readonly baseline: Baseline
  /** `2026-11-03`; `null`: nobody knows. */
  readonly date: string | null
}

/** The baseline of a scenario by this name: in a folder its own, else what the file has. Throws ScenarioError. */
export function openBaseline(path: string, name: string): OpenedBaseline {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isDirectory()) {
    const file = baselinePath(path, name)
    if (!exists(file))
      throw new ScenarioError([
        {
          message: `${quote(path, 200)} has no baseline of ${quote(name)}; expected ${quote(basename(file), 200)} in it`,
          hint: 'rehearsal baseline accept SCENARIO --reason TEXT keeps one',
        },
      ])
    return openBaseline(file, name)
  }
  if (!stat?.isFile() || stat.size > LARGEST_RESULT)
    throw new ScenarioError([
      {
        message: `cannot read ${quote(path, 200)}: ${stat ? 'it is no file, or too large' : 'no such file or folder'}; expected a baseline or a result.json`,
        hint: 'such as --baseline results/baselines',
      },
    ])
  const text = readFileSync(path, 'utf8')
  return /"schema"\s*:\s*"rehearsal\/result\//.test(text) ? ofResult(path) : ofBaseline(text, path)
}

/** The result held against it. Throws ScenarioError where it is no baseline of that. */
export function heldAgainst(result: Result, { path, baseline, date }: OpenedBaseline): Held {
  const then = Object.keys(baseline.variants)
  const now = result.variants.map(({ name }) => name)
  if (!now.some((name) => then.includes(name)))
    throw new ScenarioError([
      {
        message: `${quote(path, 200)} has none of this result’s variants: it is a baseline of ${quote(baseline.scenario.name)}, the result one of ${quote(result.scenario.name)}`,
        hint: 'give a baseline of the same scenario',
      },
    ])
  const { commit, reason } = baseline.accepted
  const threshold = () => USUAL_THRESHOLD
  const findings = judge(baseline, result, { threshold, place: () => null, named: () => [] })
  return { date, commit, reason, findings, doubts: doubtsOf(baseline, result, then, now) }
}

const MOST_NAMES = 3

function doubtsOf(
  { scenario }: Baseline,
  result: Result,
  then: readonly string[],
  now: readonly string[],
): readonly string[] {
  const some = (names: readonly string[]): string =>
    `${names
      .slice(0, MOST_NAMES)
      .map((name) => quote(name))
      .join(', ')}${names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''}`
  const [gone, added] = [
    then.filter((name) => !now.includes(name)),
    now.filter((name) => !then.includes(name)),
  ]
  return [
    ...(scenario.hash === hashOfWhatRuns(result.scenario.resolved)
      ? []
      : [
          'It is a baseline of another version of the scenario, so the scenario may be what made the difference',
        ]),
    ...(gone.length > 0 ? [`The baseline has variants that this result has not: ${some(gone)}`] : []),
    ...(added.length > 0 ? [`The baseline has not these variants: ${some(added)}`] : []),
  ]
}

function ofResult(path: string): OpenedBaseline {
  const then = readResult(path)
  const metrics = new Set([...keyMetrics(then), ...headlineMetrics(then, Number.POSITIVE_INFINITY)])
  const baseline = baselineOf(then, { reason: '', file: null, keyMetrics: [...metrics] })
  return { path, baseline, date: then.provenance.created.slice(0, 10) }
}

/** The date is in the history, if one lies beside. */
function ofBaseline(text: string, path: string): OpenedBaseline {
  const baseline = parseBaseline(text, quote(path, 200))
  const { name } = baseline.scenario
  const { commit, reason } = baseline.accepted
  const accepted = readHistory(dirname(path)).findLast(
    (entry) => entry.name === name && entry.commit === commit && entry.reason === reason,
  )
  return { path, baseline, date: accepted?.when.slice(0, 10) ?? null }
}

const MOST_SENTENCES = 6

/** For the terminal: how many figures are what, and the first of those that differ. */
export function heldText(held: Held, columns: number): string {
  const differing = OUTCOMES_HELD.filter((outcome) => outcome !== 'same').flatMap((outcome) =>
    held.findings.filter((finding) => outcomeHeld(finding) === outcome),
  )
  const several = new Set(held.findings.map(({ variant }) => variant)).size > 1
  const shown = differing
    .slice(0, MOST_SENTENCES)
    .map((finding) => printable(sentenceOf(finding) + (several ? `, with ${quote(finding.variant)}` : '')))
  const more = differing.length - shown.length
  return [
    hanging('', `${baselineInWords(held)}: ${lowered(heldInWords(held))}`, columns),
    ...shown.map((text) => hanging('  ', text, columns)),
    ...(more > 0 ? [`  and ${more} more that differ`] : []),
    ...held.doubts.map((doubt) => hanging('  ', doubt, columns)),
  ].join('\n')
}

const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
