// An experiment: every variant of a scenario with every seed, and what follows from all of them together.

import type { KindValue } from '../parameters.ts'
import { combine } from '../results/assemble.ts'
import { hash } from '../results/hash.ts'
import type { Claim, Speedup, Variant } from '../results/result.ts'
import { type ReplicationTerms, type RunRecord, replicateAsync } from '../run/replication.ts'
import { chargedBy } from '../scenario/cost-table.ts'
import type { Scenario, ScenarioFile } from '../scenario/scenario.ts'
import { format } from '../units.ts'
import { claimsOf } from './claims.ts'
import { checksOf } from './criteria.ts'
import { foreignModules, verify } from './determinism.ts'
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

/**
 * Runs all of a scenario. Throws what a run throws: ScenarioError, ModuleError, DeterminismError, StoppedError. Where modules of the
 * user's run, messages are frozen, and the first run is made twice: nobody else has seen to it that they are deterministic.
 */
export async function runExperiment(file: ScenarioFile, terms: ExperimentTerms): Promise<Experiment> {
  const total = file.variants.length * file.seeds.length
  const bins = file.variants.length > FEW_VARIANTS ? 60 : 240
  let done = 0
  let events = 0
  const foreign = foreignModules(file)
  const common = { ...terms, bins, checked: terms.checked || foreign.length > 0, modules: file.modules }
  const bare: Variant[] = []
  for (const { name, parameters, scenario } of file.variants) {
    const records: RunRecord[] = []
    for (const seed of file.seeds) {
      const run = async (): Promise<RunRecord> =>
        refuseStopped(await replicateAsync(scenario, { ...common, seed }), name)
      const record = await run()
      if (terms.verify || (foreign.length > 0 && done === 0)) verify(record, await run(), foreign)
      events += record.events
      terms.progress?.(++done, total)
      records.push(record)
    }
    bare.push({
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
    })
  }
  const variants = bare.map((variant, i) => ({
    ...variant,
    checks: [...variant.checks, ...checksOf(file, file.variants[i]!.scenario, variant, bare)],
  }))
  return {
    variants,
    speedups: speedups(file.axes, variants, isClosed(file)),
    claims: claimsOf(file, variants, terms.claimTexts),
    events,
  }
}

function costsOf(scenario: Scenario): Pick<Variant, 'costs'> {
  if (Object.keys(scenario.coordinators).length === 0) return {}
  const { table, scale } = chargedBy(scenario)
  return { costs: { table: table.name, hash: hash(table.entries), scale } }
}

/** Whether its clients ask again as soon as they are answered, in every variant. */
const isClosed = ({ variants }: ScenarioFile): boolean =>
  variants.every(({ scenario }) => (scenario.workload?.arrivals as KindValue | undefined)?.kind === 'closed')

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
