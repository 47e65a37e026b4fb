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
  /** How far the figure is beyond the limit, as a share of that; `null` where that says nothing. */
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
    ...criteria.flatMap((criterion) => {
      const { pass, figure, unit, found, expected } = evaluate(file, criterion, own, variants)
      if (pass) return []
      const words = `${criterion.metric} ${figure === null ? 'absent' : format(figure, unit)}`
      const by = figure === null ? null : excess(file, criterion, figure, unit)
      return [{ variant, expected: `${criterion.metric} ${expected}`, found, figure: words, by }]
    }),
  ]
}

function excess(file: ScenarioFile, criterion: Criterion, figure: number, unit: Unit): number | null {
  const bounds = boundsOf(file, criterion, unit)
  const limit = bounds.kind !== 'between' ? bounds.limit : figure < bounds.low ? bounds.low : bounds.high
  return limit === 0 ? null : Math.abs(figure - limit) / Math.abs(limit)
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
