// Some variants and seeds of a result, as a result: what a page shows where a reader has filtered it.

import { overSeeds } from '../results/over-seeds.ts'
import type { MetricValue, Result, Variant } from '../results/result.ts'
import { seedsOf } from './axes.ts'
import type { Chart } from './charts/chart.ts'
import { counted } from './figures.ts'

export interface Choice {
  /** Places in the result's variants. */
  readonly variants: ReadonlySet<number>
  readonly seeds: ReadonlySet<string>
}

/**
 * Metrics are those of the chosen seeds, by the statistics of a result; where all are chosen, as they were. What is kept once for
 * all seeds (series, histograms, breakdowns, faults) stays, and so do the speedups on which a chosen variant lies.
 */
export function chosen(result: Result, { variants, seeds }: Choice): Result {
  const kept = result.variants.filter(
    (variant, i) => variants.has(i) && variant.seeds.some((seed) => seeds.has(seed)),
  )
  const onLine = (where: Variant['parameters'], { parameters }: Variant): boolean =>
    Object.entries(where).every(([name, value]) => parameters[name] === value)
  return {
    ...result,
    variants: kept.map((variant) => ofSeeds(variant, seeds)),
    speedups: result.speedups.filter(({ where }) => kept.some((variant) => onLine(where, variant))),
  }
}

function ofSeeds(variant: Variant, chosen: ReadonlySet<string>): Variant {
  const places = variant.seeds.flatMap((seed, i) => (chosen.has(seed) ? [i] : []))
  if (places.length === variant.seeds.length) return variant
  const metrics = Object.entries(variant.metrics).map(([name, metric]): [string, MetricValue] => [
    name,
    { ...metric, ...overSeeds(places.map((place) => metric.samples[place] ?? null)) },
  ])
  return {
    ...variant,
    seeds: places.map((place) => variant.seeds[place]!),
    metrics: Object.fromEntries(metrics),
  }
}

/** What is to be said of a drawing where something is filtered; empty where it shows what is chosen. */
export function noteOnChoice({ shows }: Pick<Chart, 'shows'>, result: Result, choice: Choice): string {
  const seeds = seedsOf(result.variants)
  const all = seeds.every((seed) => choice.seeds.has(seed))
  switch (shows) {
    case 'first seed':
      return all ? '' : ` Of seed ${seeds[0]}, whichever are chosen.`
    case 'all seeds':
      return all ? '' : ` Of all ${counted(seeds.length, 'seed')}, whichever are chosen.`
    case 'all':
      return ' Of all variants of its line and all seeds, whichever are chosen.'
    default:
      return ''
  }
}
