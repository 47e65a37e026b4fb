// What a gate finds: of one figure, of one scenario, of all. Plain data, which every reporter shows its way.

import type { Place } from '../errors.ts'
import type { MetricValue } from '../results/result.ts'
import type { ClaimFinding } from './claims.ts'

export type Verdict = 'pass' | 'fail' | 'inconclusive'

/** worse and better: by as much as matters; within: changed, by less than the threshold; changed: it has no better direction; untold: chance may have done it. */
export type Answer = 'equal' | 'within' | 'better' | 'worse' | 'changed' | 'untold' | 'absent'

export interface Finding {
  readonly variant: string
  readonly metric: string
  readonly unit: MetricValue['unit']
  readonly better: MetricValue['better']
  readonly class: MetricValue['class']
  readonly answer: Answer
  readonly verdict: Verdict
  /** Means over the seeds of both sides; `null`: absent. */
  readonly baseline: number | null
  readonly now: number | null
  /** Of the difference, 95 %; `null` for what is exact. */
  readonly interval: readonly [number, number] | null
  readonly seeds: number
  /** What it is held to: `worse by 2 %`. */
  readonly threshold: string
  /** What else to know: which side is absent, how many seeds would tell. */
  readonly note: string | null
  readonly place: Place | null
}

export interface FailedCheck {
  readonly variant: string
  readonly name: string
  readonly detail: string
  /** `null`: it cannot be told. */
  readonly pass: false | null
  readonly place: Place | null
}

/** What figures are held against. */
export interface Measure {
  /** A file, or a revision. */
  readonly of: string
  readonly commit: string | null
  readonly reason: string
}

/** Why a figure is worse, or where to learn it. */
export interface Why {
  readonly variant: string
  readonly metric: string
  /** Sentences; empty where nobody could tell. */
  readonly lines: readonly string[]
  /** Why nobody could; `null`: somebody could, or nobody was asked. */
  readonly missing: string | null
  /** The command that tells, or tells more; `null`: there is none. */
  readonly command: string | null
}

export interface ScenarioVerdict {
  readonly name: string
  readonly file: string
  readonly verdict: Verdict
  /** `null`: there is none. */
  readonly against: Measure | null
  /** Why nothing can be told of it as a whole. */
  readonly reasons: readonly string[]
  readonly checks: readonly FailedCheck[]
  readonly findings: readonly Finding[]
  /** Claims that are not settled as they were. */
  readonly claims: readonly ClaimFinding[]
  /** Of the worst of its figures; `null`: none is worse, or the limit of what is explained was reached. */
  readonly why: Why | null
  readonly notes: readonly string[]
  readonly runs: number
  /** Every run had the same events as in the baseline. */
  readonly same: boolean
  /** Where to point at the scenario as a whole. */
  readonly place: Place | null
  /** The command that accepts the figures of now; `null`: they are not held against a baseline. */
  readonly accept: string | null
}

/** What ended the gate before its time; what was judged until then stands. */
export interface Stopped {
  /** `stopped by the time limit`. */
  readonly why: string
  /** The scenarios that were not judged. */
  readonly left: readonly string[]
}

const GATE_SCHEMA = 'rehearsal/gate/1'

export interface GateReport {
  readonly schema: typeof GATE_SCHEMA
  readonly verdict: Verdict
  readonly scenarios: readonly ScenarioVerdict[]
  /** `null`: every scenario was judged. */
  readonly stopped: Stopped | null
}

/** One that fails outweighs one that cannot be told; nothing at all is no pass. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) return 'fail'
  return verdicts.length === 0 || verdicts.includes('inconclusive') ? 'inconclusive' : 'pass'
}

/** What was not judged is no pass. */
export const gateReport = (
  scenarios: readonly ScenarioVerdict[],
  stopped: Stopped | null = null,
): GateReport => ({
  schema: GATE_SCHEMA,
  verdict: worst([
    ...scenarios.map(({ verdict }) => verdict),
    ...(stopped ? (['inconclusive'] as const) : []),
  ]),
  scenarios,
  stopped,
})
