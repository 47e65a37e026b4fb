// How a baseline is written down, `rehearsal/baseline/2`: short, and to be merged and reviewed. What a metric is stands once, figures
// are a line each, with those of all seeds in the order of the seeds; means are not kept, they follow. The long form, `…/1`, is what
// the rest of the program knows, and what was written before.

import { z } from 'zod'
import type { Baseline, BaselineMetric, BaselineVariant } from './baseline.ts'
import { canonicalJson } from './canonical.ts'
import { overSeeds } from './over-seeds.ts'
import type { MetricClass, MetricValue } from './result.ts'

export const SHORT_SCHEMA = 'rehearsal/baseline/2'

type Definition = readonly [kind: MetricClass, unit: MetricValue['unit'], better: MetricValue['better']]

interface ShortVariant {
  readonly seeds: readonly string[]
  readonly costs: string | null
  readonly fingerprints: readonly string[]
  readonly figures: Readonly<Record<string, readonly (number | null)[]>>
  /** What is another thing here than in the table of all. */
  readonly metrics?: Readonly<Record<string, Definition>>
}

export interface ShortBaseline extends Omit<Baseline, 'schema' | 'variants'> {
  readonly schema: typeof SHORT_SCHEMA
  readonly metrics: Readonly<Record<string, Definition>>
  readonly variants: Readonly<Record<string, ShortVariant>>
}

/** The same bytes for the same baseline. */
export function baselineText({ variants, ...rest }: Baseline): string {
  const all = Object.values(variants).flatMap(({ metrics }) => Object.entries(metrics))
  const table = Object.fromEntries(all.reverse().map(([name, metric]) => [name, definitionOf(metric)]))
  const short: ShortBaseline = {
    ...rest,
    schema: SHORT_SCHEMA,
    metrics: table,
    variants: mapped(variants, (each) => shortened(each, table)),
  }
  return canonicalJson(short)
}

const definitionOf = ({ class: kind, unit, better }: BaselineMetric): Definition => [kind, unit, better]

const mapped = <A, B>(of: Readonly<Record<string, A>>, change: (each: A, name: string) => B) =>
  Object.fromEntries(Object.entries(of).map(([name, each]) => [name, change(each, name)]))

function shortened(
  { seeds, costs, fingerprints, metrics }: BaselineVariant,
  table: ShortBaseline['metrics'],
): ShortVariant {
  const own = Object.entries(metrics).filter(
    ([name, metric]) => definitionOf(metric).join() !== table[name]!.join(),
  )
  return {
    seeds,
    costs,
    fingerprints: seeds.map((seed) => fingerprints[seed]!),
    figures: mapped(metrics, ({ samples }) => seeds.map((seed) => samples[seed]!)),
    ...(own.length > 0
      ? { metrics: Object.fromEntries(own.map(([name, metric]) => [name, definitionOf(metric)])) }
      : {}),
  }
}

const figure = z.number().nullable()

const definition = z.tuple([
  z.enum(['exact', 'sampled', 'wall']),
  z.enum(['ns', 'bytes', '/s', 'bytes/s', 'ratio', 'count', 'tokens', 'number']),
  z.enum(['lower', 'higher', 'neither']),
])

const variant = z
  .object({
    seeds: z.array(z.string()).min(1),
    costs: z.string().nullable(),
    fingerprints: z.array(z.string()),
    figures: z.record(z.string(), z.array(figure)),
    metrics: z.record(z.string(), definition).optional(),
  })
  .superRefine(({ seeds, fingerprints, figures }, context) => {
    const rows = { fingerprints, ...mapped(figures, (row) => row) }
    for (const [name, row] of Object.entries(rows))
      if (row.length !== seeds.length)
        context.addIssue({ code: 'custom', path: [name], message: 'not one entry for each of the seeds' })
  })

/** Of the parts that are written shorter; the others are as they were. */
export const shortParts = {
  metrics: z.record(z.string(), definition),
  variants: z.record(z.string(), variant),
}

/** In the long form; names of metrics that no table explains, where there are any. */
export function spelledOut({ metrics: table, variants }: Pick<ShortBaseline, 'metrics' | 'variants'>): {
  readonly variants: Baseline['variants']
  readonly unknown: readonly string[]
} {
  const unknown = new Set<string>()
  const long = mapped(variants, ({ seeds, costs, fingerprints, figures, metrics: own = {} }) => {
    const bySeed = <T>(row: readonly T[]): Record<string, T> =>
      Object.fromEntries(seeds.map((seed, i) => [seed, row[i]!]))
    const known = Object.entries(figures).flatMap(([name, row]) => {
      const found = Object.hasOwn(own, name)
        ? own[name]
        : Object.hasOwn(table, name)
          ? table[name]
          : undefined
      if (!found) unknown.add(name)
      return found ? [[name, found, row] as const] : []
    })
    return {
      seeds,
      costs,
      fingerprints: bySeed(fingerprints),
      metrics: Object.fromEntries(
        known.map(([name, [kind, unit, better], row]): [string, BaselineMetric] => [
          name,
          { class: kind, unit, better, value: overSeeds(row).value, samples: bySeed(row) },
        ]),
      ),
    }
  })
  return { variants: long, unknown: [...unknown] }
}
