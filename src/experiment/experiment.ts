// An experiment: every variant of a scenario with every seed, and what follows from all of them together.

import { MIRROR } from '../kernel/random.ts'
import type { KindValue } from '../parameters.ts'
import { combine } from '../results/assemble.ts'
import { hash } from '../results/hash.ts'
import type { Claim, Speedup, Variant } from '../results/result.ts'
import { chargedBy } from '../scenario/cost-table.ts'
import type { Scenario, ScenarioFile } from '../scenario/scenario.ts'
import { claimsOf } from './claims.ts'
import { checksOf } from './criteria.ts'
import { foreignModules } from './determinism.ts'
import { Gathering } from './gathering.ts'
import { type InProcessTerms, inProcess } from './in-process.ts'
import type { Job, Runner } from './job.ts'
import { lawChecks } from './laws.ts'
import { moreSeeds, type Precision, precisionChecks } from './precision.ts'
import { speedups } from './speedup.ts'

export interface ExperimentTerms extends InProcessTerms {
  /** Freeze messages as they are sent. */
  readonly checked: boolean
  /** Run each seed twice and compare. */
  readonly verify: boolean
  /** How jobs are run; left out: in this process, one after the other. */
  readonly runner?: Runner | undefined
  /** More seeds are run until figures are so precise. */
  readonly precision?: Precision | undefined
  /** Called whenever another run is done. */
  readonly progress?: ((done: number, total: number) => void) | undefined
  /** The texts of claims by identifier, for those a scenario does not word itself. */
  readonly claimTexts: Readonly<Record<string, string>>
}

export interface Experiment {
  readonly variants: readonly Variant[]
  readonly speedups: readonly Speedup[]
  readonly claims: readonly Claim[]
  readonly events: number
}

/**
 * Runs all of a scenario. Throws what a run throws: ScenarioError, ModuleError, DeterminismError, StoppedError. Where modules of the
 * user's run, messages are frozen, and the first run is made twice: nobody else has seen to it that they are deterministic.
 */
export async function runExperiment(file: ScenarioFile, terms: ExperimentTerms): Promise<Experiment> {
  const { verify, precision, progress } = terms
  const foreign = foreignModules(file)
  const runner = terms.runner ?? inProcess(file, terms)
  const runTerms = { bins: binsOf(file), checked: terms.checked || foreign.length > 0 }
  const gathered = file.variants.map(({ name }) => new Gathering(name, foreign))
  let jobs = jobsOf(file, verify)
  let done = 0
  while (jobs.length > 0) {
    for (const { variant, seed, again } of jobs) gathered[variant]!.expect(seed, again)
    const total = done + jobs.filter(({ again }) => !again).length
    await runner(jobs, runTerms, (i, record) => {
      if (gathered[jobs[i]!.variant]!.take(jobs[i]!, record)) progress?.(++done, total)
    })
    const more = precision ? gathered.map(({ samples }) => moreSeeds(samples, precision)) : []
    jobs = more.flatMap((seeds, variant) => seedJobs(file, variant, seeds, () => verify))
  }
  return assemble(file, gathered, terms)
}

/** The jobs of all variants and seeds, in their order: what an experiment asks for at first. */
export function jobsOf(file: ScenarioFile, verify: boolean): readonly Job[] {
  const foreign = foreignModules(file).length > 0
  return file.variants.flatMap((_, variant) =>
    seedJobs(file, variant, file.seeds, (i) => verify || (foreign && variant === 0 && i === 0)),
  )
}

function seedJobs(
  { variants, seeds: [first] }: ScenarioFile,
  variant: number,
  seeds: readonly string[],
  twice: (i: number) => boolean,
): Job[] {
  const { antithetic } = variants[variant]!.scenario.measure
  return seeds.flatMap((seed, i) => {
    const runs = antithetic ? [seed, MIRROR + seed] : [seed]
    return runs.flatMap((run) => {
      const job = { variant, seed: run, again: false, messages: run === first }
      return twice(i) ? [job, { ...job, again: true, messages: false }] : [job]
    })
  })
}

/** More variants than this, and their time series are coarser: a result file should stay small. */
const FEW_VARIANTS = 4

export const binsOf = ({ variants }: ScenarioFile): number => (variants.length > FEW_VARIANTS ? 60 : 240)

/** What follows from all the records together. */
function assemble(
  file: ScenarioFile,
  gathered: readonly Gathering[],
  { precision, claimTexts }: ExperimentTerms,
): Experiment {
  const bare = gathered.map(({ records, samples }, i): Variant => {
    const { name, parameters, scenario } = file.variants[i]!
    return {
      name,
      parameters,
      ...costsOf(scenario),
      ...combine(
        samples.map(({ recorded }) => recorded),
        samples.map(({ seed }) => seed),
      ),
      faults: records[0]!.faults,
      checks: lawChecks(file, parameters, records),
      fingerprints: Object.fromEntries(records.map(({ seed, fingerprint }) => [seed, fingerprint])),
    }
  })
  const variants = bare.map((variant, i) => ({
    ...variant,
    checks: [
      ...variant.checks,
      ...checksOf(file, file.variants[i]!.scenario, variant, bare),
      ...(precision ? precisionChecks(gathered[i]!.samples, precision) : []),
    ],
  }))
  return {
    variants,
    speedups: speedups(file.axes, variants, isClosed(file), file.variants[0]!.scenario.speedup),
    claims: claimsOf(file, variants, claimTexts),
    events: gathered.reduce((sum, { events }) => sum + events, 0),
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
