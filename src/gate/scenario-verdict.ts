// The verdict on one scenario: its figures against the baseline, what it expects, and whether the two can be compared at all.

import type { Place } from '../errors.ts'
import type { Baseline } from '../results/baseline.ts'
import type { Result } from '../results/result.ts'
import { hashOfWhatRuns } from './baseline-of.ts'
import { type ClaimFinding, judgeClaims } from './claims.ts'
import { judge, type Terms } from './judge.ts'
import { type FailedCheck, type Finding, type Measure, type ScenarioVerdict, worst } from './verdict.ts'

export interface Case extends Terms {
  readonly name: string
  readonly file: string
  readonly at: Place | null
  /** The command that accepts its figures; `null`: they are not held against a baseline. */
  readonly accept: string | null
  /** The scenario as it is written, without what the command line changed: that is under test. */
  readonly written: unknown
  /** Hashes of what the traces hold that it replays as it is written, by path. */
  readonly traces: Readonly<Record<string, string>>
  /** Where an expectation stands, counted from 0 as the variant's result has them. */
  placeOfExpectation(variant: string, index: number): Place | null
  /** Where the claim stands, counted from 0 as the scenario has them; of one that is not there `null`. */
  placeOfClaim(index: number): Place | null
}

/** Where nothing can be run or compared, and why. */
export const untold = (
  { name, file, at, accept }: Pick<Case, 'name' | 'file' | 'at' | 'accept'>,
  reason: string,
  against: Measure | null = null,
): ScenarioVerdict => ({
  name,
  file,
  verdict: 'inconclusive',
  against,
  reasons: [reason],
  checks: [],
  findings: [],
  claims: [],
  why: null,
  notes: [],
  runs: 0,
  same: false,
  place: at,
  accept,
})

/** Where code of the scenario's own threw. */
export const brokenOff = (each: Case, against: Measure, message: string): ScenarioVerdict => ({
  ...untold(each, '', against),
  verdict: 'fail',
  reasons: [],
  checks: [
    { variant: each.name, name: 'every run comes to its end', detail: message, pass: false, place: each.at },
  ],
})

export function scenarioVerdict(
  each: Case,
  baseline: Baseline,
  against: Measure,
  result: Result,
): ScenarioVerdict {
  const { name, file, at, accept } = each
  const reasons = reasonsOf(each, baseline, against, result)
  const another = reasons.length > 0
  const findings = judge(baseline, result, each).map((found) => (another ? asWell(found) : found))
  const claims = judgeClaims(baseline.claims, result.claims, each.placeOfClaim).map((found) =>
    another ? asWellSettled(found) : found,
  )
  const checks = failedChecks(each, result)
  const same = sameEvents(baseline, result)
  return {
    name,
    file,
    verdict: worst([
      'pass',
      ...findings.map(({ verdict }) => verdict),
      ...claims.map(({ verdict }) => verdict),
      ...checks.map(({ pass }) => (pass === false ? ('fail' as const) : ('inconclusive' as const))),
      ...reasons.map(() => 'inconclusive' as const),
      ...(findings.length === 0 ? (['inconclusive'] as const) : []),
    ]),
    against,
    reasons: findings.length === 0 && reasons.length === 0 ? [nothingHeld(baseline)] : reasons,
    checks,
    findings,
    claims,
    why: null,
    notes: [
      ...notesOf(
        baseline,
        result,
        same,
        findings.every(({ answer }) => answer === 'equal'),
      ),
      ...olderNotes(each, baseline, result),
    ],
    runs: result.variants.reduce((sum, { seeds }) => sum + seeds.length, 0),
    same,
    place: at,
    accept,
  }
}

const nothingHeld = ({ variants }: Baseline): string =>
  Object.values(variants).some(({ metrics }) => Object.keys(metrics).length > 0)
    ? 'its gate ignores every figure of the baseline; name one that it holds'
    : 'the baseline has no figure to compare'

/** What is compared with another thing can be shown; that it is worse blames nobody. */
const asWell = (found: Finding): Finding =>
  found.verdict === 'fail' ? { ...found, verdict: 'inconclusive', note: 'of another scenario' } : found

const asWellSettled = (found: ClaimFinding): ClaimFinding =>
  found.verdict === 'fail' ? { ...found, verdict: 'inconclusive' } : found

function failedChecks({ placeOfExpectation }: Case, { variants }: Result): readonly FailedCheck[] {
  return variants.flatMap(({ name: variant, checks }) => {
    const expectations = checks.filter(({ kind }) => kind === 'expect')
    return checks.flatMap((check): FailedCheck[] => {
      const { name, kind, pass, detail } = check
      if (pass === true || (pass === null && kind === 'law')) return []
      const place = kind === 'expect' ? placeOfExpectation(variant, expectations.indexOf(check)) : null
      return [{ variant, name, detail, pass, place }]
    })
  })
}

function reasonsOf(
  { written, traces, accept }: Case,
  { scenario, variants }: Baseline,
  { of }: Measure,
  result: Result,
): readonly string[] {
  const hash = hashOfWhatRuns(written)
  const changed =
    hash === scenario.hash
      ? []
      : [
          `the scenario is not the one of ${accept === null ? of : 'the baseline'}: its hash was ${scenario.hash} and is ${hash}${accept === null ? '' : `; if that is meant: ${accept}`}`,
        ]
  const now = new Set(result.variants.map(({ name }) => name))
  const gone = Object.keys(variants).filter((name) => !now.has(name))
  const added = [...now].filter((name) => !Object.hasOwn(variants, name))
  return [
    ...changed,
    ...Object.entries(scenario.traces ?? {}).flatMap(([path, then]) => changedTrace(path, then, traces)),
    ...(gone.length > 0 ? [`the baseline has variants that are no more: ${some(gone)}`] : []),
    ...(added.length > 0 ? [`the baseline has not these variants: ${some(added)}`] : []),
  ]
}

/** Where the scenario names another file, it is another scenario, which is told already. */
function changedTrace(path: string, then: string, traces: Case['traces']): readonly string[] {
  const now = Object.hasOwn(traces, path) ? traces[path]! : then
  if (now === then) return []
  return [
    `the trace ${path} is not the one of the baseline: the hash of its content was ${then} and is ${now}; accept it if that is meant`,
  ]
}

const some = (names: readonly string[]): string =>
  names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '')

function sameEvents({ variants }: Baseline, result: Result): boolean {
  return Object.entries(variants).every(([name, { seeds, fingerprints }]) => {
    const now = result.variants.find((variant) => variant.name === name)
    return seeds.every((seed) => now?.fingerprints[seed] === fingerprints[seed])
  })
}

function notesOf(
  { tool, variants }: Baseline,
  result: Result,
  same: boolean,
  equal: boolean,
): readonly string[] {
  const costs = result.variants.some(
    ({ name, costs }) => Object.hasOwn(variants, name) && variants[name]!.costs !== (costs?.hash ?? null),
  )
  const { version } = result.provenance
  return [
    ...(costs ? ['computing is charged by another table of costs than in the baseline'] : []),
    ...(!same && equal ? ['other events than in the baseline, and every figure equal'] : []),
    ...(same && !equal
      ? ['the same events as in the baseline: what differs is what is observed of them']
      : []),
    ...(tool.version === version ? [] : [`the baseline is of rehearsal ${tool.version}, this is ${version}`]),
  ]
}

/** What a baseline of before cannot hold. */
function olderNotes({ traces }: Case, { scenario, claims }: Baseline, result: Result): readonly string[] {
  const lacks = [
    ...(!claims && result.claims.length > 0 ? ['how the claims were settled'] : []),
    ...(!scenario.traces && Object.keys(traces).length > 0 ? ['what the trace held'] : []),
  ]
  return lacks.length === 0 ? [] : [`the baseline does not say ${lacks.join(', nor ')}: accept it anew`]
}
