// Whether a scenario does what is expected of it at a point of a search, how many of the seeds would say so each by itself, and what
// fails first. The verdict is that of `run`: on the means over all seeds.

import type { Variant } from '../results/result.ts'
import type { Criterion, ScenarioFile } from '../scenario/scenario.ts'
import { format, type Unit } from '../units.ts'
import { boundsOf, checksOf, evaluate, speaks } from './criteria.ts'

export interface Attempt {
  readonly pass: boolean
  readonly seeds: number
  /** Seeds with which, alone, all that is expected would hold. */
  readonly passingSeeds: number
  /** The first that does not hold, in the order of the variants and of the file. */
  readonly shortfall: Shortfall | null
  /** Of what passes, the expectation that is nearest to failing; `null` where none has a limit to be near to. */
  readonly nearest: Omit<Shortfall, 'others'> | null
}

export interface Shortfall {
  /** `null` where there is only one. */
  readonly variant: string | null
  /** Such as `latency.p95 below 30 s`, or a law's name. */
  readonly expected: string
  /** The figures in words, with their interval. */
  readonly found: string
  /** What and how much it is, such as `latency.p95 31.4 s`. */
  readonly figure: string
  /** How far the figure is from the limit, as a share of that; `null` where that says nothing. */
  readonly by: number | null
  /** How many more do not hold. */
  readonly others: number
}

export function attemptOf(file: ScenarioFile, variants: readonly Variant[]): Attempt {
  const failed = file.variants.flatMap((_, v) => shortfallsOf(file, variants, v))
  const { seeds } = variants[0]!
  const passing = seeds.filter((_, i) => passesAlone(file, variants, i))
  return {
    pass: failed.length === 0,
    seeds: seeds.length,
    passingSeeds: passing.length,
    shortfall: failed.length === 0 ? null : { ...failed[0]!, others: failed.length - 1 },
    nearest: failed.length === 0 ? nearestOf(file, variants) : null,
  }
}

/** What is asked to be near to its limit has most room there. */
const CLOSENESS: readonly string[] = ['equals', 'law']

/** Of all that is expected of all variants, what has the least room, as a share of its limit. */
function nearestOf(file: ScenarioFile, variants: readonly Variant[]): Attempt['nearest'] {
  const all = file.variants.flatMap(({ scenario, name }, v) =>
    scenario.expect
      .filter((criterion) => speaks(criterion, scenario) && !CLOSENESS.includes(criterion.test.kind))
      .map((criterion) => evaluated(file, criterion, variants, v, variants.length === 1 ? null : name)),
  )
  const told = all.filter(({ by }) => by !== null)
  return told.length === 0 ? null : told.reduce((least, each) => (each.by! < least.by! ? each : least))
}

function evaluated(
  file: ScenarioFile,
  criterion: Criterion,
  variants: readonly Variant[],
  v: number,
  variant: string | null,
): Omit<Shortfall, 'others'> {
  const { figure, unit, found, expected } = evaluate(file, criterion, variants[v]!, variants)
  return {
    variant,
    expected: `${criterion.metric} ${expected}`,
    found,
    figure: `${criterion.metric} ${figure === null ? 'absent' : format(figure, unit)}`,
    by: figure === null ? null : distance(file, criterion, figure, unit),
  }
}

/** What one variant lacks; what cannot be told is lacking too. */
function shortfallsOf(
  file: ScenarioFile,
  variants: readonly Variant[],
  v: number,
): readonly Omit<Shortfall, 'others'>[] {
  const { scenario, name } = file.variants[v]!
  const own = variants[v]!
  const variant = variants.length === 1 ? null : name
  const laws = own.checks.filter(({ kind, pass }) => kind === 'law' && pass === false)
  const criteria = scenario.expect.filter((criterion) => speaks(criterion, scenario))
  return [
    ...laws.map((law) => ({ variant, expected: law.name, found: law.detail, figure: law.name, by: null })),
    ...criteria
      .filter((criterion) => !evaluate(file, criterion, own, variants).pass)
      .map((criterion) => evaluated(file, criterion, variants, v, variant)),
  ]
}

/** From the limit, or the nearer of two, as a share of it. */
function distance(file: ScenarioFile, criterion: Criterion, figure: number, unit: Unit): number | null {
  const bounds = boundsOf(file, criterion, unit)
  const limits = bounds.kind === 'between' ? [bounds.low, bounds.high] : [bounds.limit]
  const shares = limits
    .filter((limit) => limit !== 0)
    .map((limit) => Math.abs(figure - limit) / Math.abs(limit))
  return shares.length === 0 ? null : Math.min(...shares)
}

/** Whether all that is expected holds of the figures of one seed. */
function passesAlone(file: ScenarioFile, variants: readonly Variant[], seed: number): boolean {
  const alone = variants.map((variant) => ({
    ...variant,
    metrics: Object.fromEntries(
      Object.entries(variant.metrics).map(([name, metric]) => [
        name,
        { ...metric, value: metric.samples[seed] ?? null, interval: null },
      ]),
    ),
  }))
  return file.variants.every(({ scenario }, v) =>
    checksOf(file, scenario, alone[v]!, alone).every(({ pass }) => pass === true),
  )
}
