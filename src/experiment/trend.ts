// The history of a scenario's figures over its results, and where they changed: one series a variant and metric, in the order in which the
// results were made. How much a change is, is told between its neighbours: of the values since the change before to those until the next.
// The places are chosen by the same values as the intervals, which are therefore a little too short.

import { RandomStreams } from '../kernel/random.ts'
import type { MetricValue, Result } from '../results/result.ts'
import { changePoints } from '../statistics/change-points.ts'
import { welchInterval } from '../statistics/welch.ts'

/** What a trend needs of a result. */
export interface Entry {
  readonly created: string
  readonly commit: string | null
  /** The hash is `null` where nobody knows it. */
  readonly scenario: { readonly name: string; readonly title: string; readonly hash: string | null }
  readonly variants: readonly {
    readonly name: string
    readonly metrics: Readonly<Record<string, Pick<MetricValue, 'unit' | 'better' | 'value'>>>
  }[]
}

export const entryOf = ({ provenance, scenario, variants }: Result): Entry => ({
  created: provenance.created,
  commit: provenance.commit,
  scenario: { name: scenario.name, title: scenario.title, hash: scenario.hash },
  variants: variants.map(({ name, metrics }) => ({
    name,
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([metric, { unit, better, value }]) => [metric, { unit, better, value }]),
    ),
  })),
})

export interface Point {
  /** Its entry's place among all. */
  readonly entry: number
  readonly value: number
}

export interface Step {
  /** The first point of the new. */
  readonly at: number
  readonly p: number
  /** Means of the stretches on both sides. */
  readonly before: number
  readonly after: number
  /** Of the difference, 95 %. */
  readonly interval: { readonly low: number; readonly high: number }
  /** The scenario itself is another from here on. */
  readonly scenario: boolean
}

export interface Trend {
  readonly variant: string
  readonly metric: string
  readonly unit: MetricValue['unit']
  readonly better: MetricValue['better']
  /** Only where something was observed. */
  readonly points: readonly Point[]
  readonly steps: readonly Step[]
}

export interface TrendTerms {
  readonly metrics: readonly string[]
  /** Of each series. */
  readonly significance: number
}

/** A series a variant and metric, those of one variant together; what no entry has observed is left out. */
export function trendsOf(entries: readonly Entry[], { metrics, significance }: TrendTerms): readonly Trend[] {
  const variants = [...new Set(entries.flatMap((entry) => entry.variants.map(({ name }) => name)))]
  return variants.flatMap((variant) =>
    metrics.flatMap((metric): Trend[] => {
      const found = entries.flatMap((each, entry) => {
        const value = each.variants.find(({ name }) => name === variant)?.metrics[metric]
        return value?.value == null ? [] : [{ entry, value: value.value, of: value }]
      })
      const { of: last } = found.at(-1) ?? {}
      if (!last) return []
      const points = found.map(({ entry, value }) => ({ entry, value }))
      const steps = stepsOf(entries, points, { stream: `${variant} ${metric}`, significance })
      return [{ variant, metric, unit: last.unit, better: last.better, points, steps }]
    }),
  )
}

function stepsOf(
  entries: readonly Entry[],
  points: readonly Point[],
  { stream, significance }: { stream: string; significance: number },
): readonly Step[] {
  const values = points.map(({ value }) => value)
  const random = new RandomStreams('trend').stream(stream)
  // As many orders as tell the significance from its half.
  const permutations = Math.max(999, Math.ceil(10 / significance) - 1)
  const found = changePoints(values, { uniform: () => random.uniform(), significance, permutations })
  return found.map(({ at, p }, i) => {
    const before = values.slice(found[i - 1]?.at ?? 0, at)
    const after = values.slice(at, found[i + 1]?.at)
    const { low, high } = welchInterval(before, after)
    const hashOf = (point: number) => entries[points[point]!.entry]!.scenario.hash
    return {
      at,
      p,
      before: mean(before),
      after: mean(after),
      interval: { low, high },
      scenario: hashOf(at) !== null && hashOf(at - 1) !== null && hashOf(at) !== hashOf(at - 1),
    }
  })
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
