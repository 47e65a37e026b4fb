// An experiment: every variant of a scenario with every seed, and what follows from all of them together.

import { combine } from '../results/assemble.ts'
import { hash } from '../results/hash.ts'
import type { Claim, Speedup, Variant } from '../results/result.ts'
import { DeterminismError, type ReplicationTerms, type RunRecord, replicate } from '../run/replication.ts'
import { chargedBy } from '../scenario/cost-table.ts'
import type { Scenario, ScenarioFile } from '../scenario/scenario.ts'
import { format } from '../units.ts'
import { claimsOf } from './claims.ts'
import { checksOf } from './criteria.ts'
import { lawChecks } from './laws.ts'
import { speedups } from './speedup.ts'

export interface ExperimentTerms extends Omit<ReplicationTerms, 'seed' | 'bins'> {
  /** Run each seed twice and compare. */
  readonly verify: boolean
  /** Called after each run. */
  readonly progress?: (done: number, total: number) => void
  /** The texts of claims by identifier, for those a scenario does not word itself. */
  readonly claimTexts: Readonly<Record<string, string>>
}

export interface Experiment {
  readonly variants: readonly Variant[]
  readonly speedups: readonly Speedup[]
  readonly claims: readonly Claim[]
  readonly events: number
}

/** More variants than this, and their time series are coarser: a result file should stay small. */
const FEW_VARIANTS = 4

/** Runs all of a scenario. Throws what a run throws: ScenarioError, ModuleError, DeterminismError, StoppedError. */
export function runExperiment(file: ScenarioFile, terms: ExperimentTerms): Experiment {
  const total = file.variants.length * file.seeds.length
  const bins = file.variants.length > FEW_VARIANTS ? 60 : 240
  let done = 0
  let events = 0
  const bare = file.variants.map(({ name, parameters, scenario }): Variant => {
    const records = file.seeds.map((seed) => {
      const run = (): RunRecord => refuseStopped(replicate(scenario, { ...terms, seed, bins }), name)
      const record = run()
      if (terms.verify) verify(record, run())
      events += record.events
      terms.progress?.(++done, total)
      return record
    })
    return {
      name,
      parameters,
      ...costsOf(scenario),
      ...combine(
        records.map(({ recorded }) => recorded),
        file.seeds,
      ),
      faults: records[0]!.faults,
      checks: lawChecks(file, parameters, records),
      fingerprints: Object.fromEntries(records.map(({ seed, fingerprint }) => [seed, fingerprint])),
    }
  })
  const variants = bare.map((variant, i) => ({
    ...variant,
    checks: [...variant.checks, ...checksOf(file, file.variants[i]!.scenario, variant, bare)],
  }))
  return {
    variants,
    speedups: speedups(file.axes, variants),
    claims: claimsOf(file, variants, terms.claimTexts),
    events,
  }
}

function costsOf(scenario: Scenario): Pick<Variant, 'costs'> {
  if (Object.keys(scenario.coordinators).length === 0) return {}
  const { table, scale } = chargedBy(scenario)
  return { costs: { table: table.name, hash: hash(table.entries), scale } }
}

/** A run was stopped before its end, by the limit of real time or of events. */
export class StoppedError extends Error {
  override name = 'StoppedError'
}

function refuseStopped(record: RunRecord, variant: string): RunRecord {
  const { stopped, seed, ended, events } = record
  if (stopped !== 'interrupted' && stopped !== 'events') return record
  const where = `${variant} with seed ${seed}, at ${format(ended, 'ns')} of virtual time`
  throw new StoppedError(
    stopped === 'events'
      ? `stopped after ${events} events: ${where}; raise measure.events, or measure a shorter time`
      : `stopped by the time limit: ${where}`,
  )
}

function verify(first: RunRecord, second: RunRecord): void {
  if (first.fingerprint !== second.fingerprint)
    throw new DeterminismError(
      `two runs of seed ${first.seed} differ: fingerprints ${first.fingerprint} and ${second.fingerprint}`,
    )
}
