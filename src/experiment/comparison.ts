// Two results, variant by variant and metric by metric, on the seeds they have in common.

import { ScenarioError } from '../errors.ts'
import { RandomStreams } from '../kernel/random.ts'
import type { MetricValue, Result, Variant } from '../results/result.ts'
import { type Answer, answerOf, type Change, type ChangeTerms, changeOf } from '../statistics/change.ts'
import { holm } from '../statistics/paired.ts'

export interface ComparisonTerms extends ChangeTerms {
  /** What is compared, in this order. */
  readonly metrics: readonly string[]
}

export interface ComparedMetric {
  readonly name: string
  readonly unit: MetricValue['unit']
  readonly better: MetricValue['better']
  /** `null`: one side has not observed it. */
  readonly change: Change | null
  readonly p: number | null
  readonly answer: Answer | { readonly kind: 'absent' }
}

export interface ComparedVariant {
  readonly a: string
  readonly b: string
  /** Seeds on both sides. */
  readonly seeds: readonly string[]
  /** Whether every run on both sides had the same events. */
  readonly same: boolean
  readonly metrics: readonly ComparedMetric[]
}

/** Pairs of variants: those of one name, or the only ones there are. */
export function pairsOf(a: Result, b: Result): readonly (readonly [Variant, Variant])[] {
  if (a.variants.length === 1 && b.variants.length === 1) return [[a.variants[0]!, b.variants[0]!]]
  const pairs = a.variants.flatMap((variant) => {
    const other = b.variants.find(({ name }) => name === variant.name)
    return other ? [[variant, other] as const] : []
  })
  if (pairs.length === 0)
    throw new ScenarioError([
      {
        message: 'the two have no variant of the same name; nothing can be compared',
        hint: 'name one of each with --a and --b',
      },
    ])
  return pairs
}

/** Throws ScenarioError where two variants have no seed in common. */
export function compare(
  pairs: readonly (readonly [Variant, Variant])[],
  { metrics, ...terms }: ComparisonTerms,
): readonly ComparedVariant[] {
  const variants = pairs.map(([a, b]) => ({ a, b, seeds: sharedSeeds(a, b) }))
  const changes = variants.map(({ a, b, seeds }) => metrics.map((name) => changeBetween(a, b, seeds, name)))
  const corrected = correct(changes)
  return variants.map(({ a, b, seeds }, v) => ({
    a: a.name,
    b: b.name,
    seeds,
    same: seeds.every((seed) => a.fingerprints[seed] === b.fingerprints[seed]),
    metrics: metrics.map((name, m): ComparedMetric => {
      const change = changes[v]![m]!
      const p = corrected[v]![m]!
      const { unit, better } = (a.metrics[name] ?? b.metrics[name])!
      return {
        name,
        unit,
        better,
        change,
        p,
        answer: change ? answerOf(change, p, terms) : { kind: 'absent' },
      }
    }),
  }))
}

function sharedSeeds(a: Variant, b: Variant): readonly string[] {
  const shared = a.seeds.filter((seed) => b.seeds.includes(seed))
  if (shared.length > 0) return shared
  throw new ScenarioError([
    {
      message: `${a.name} and ${b.name} have no seed in common: ${a.seeds.slice(0, 5).join(', ')} against ${b.seeds.slice(0, 5).join(', ')}`,
      hint: 'run both with the same --seeds',
    },
  ])
}

/** `null` where a side lacks the metric in some seed: absence is no figure. */
function changeBetween(a: Variant, b: Variant, seeds: readonly string[], name: string): Change | null {
  const [left, right] = [a, b].map((variant) => {
    const metric = variant.metrics[name]
    return seeds.map((seed) => metric?.samples[variant.seeds.indexOf(seed)] ?? null)
  })
  if ([...left!, ...right!].includes(null)) return null
  const random = new RandomStreams('comparison').stream(name)
  return changeOf(left as number[], right as number[], () => random.uniform())
}

/** Holm's correction over everything that is compared at once. */
function correct(changes: readonly (readonly (Change | null)[])[]): (number | null)[][] {
  const flat = changes.flat()
  const tested = flat.flatMap((change) => (change?.p == null ? [] : [change.p]))
  const adjusted = holm(tested).values()
  const ps = flat.map((change) => (change?.p == null ? null : adjusted.next().value!))
  let at = 0
  return changes.map((row) => row.map(() => ps[at++]!))
}
