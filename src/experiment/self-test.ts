// How often a comparison cries wolf, and how often it sees what is there: the comparison of `compare` and `gate` tried on runs of which it is
// known whether anything differs. Sets of seeds are drawn from a pool of runs, disjoint within a shuffle of the pool and anew in the
// next: rates are those of the pool, and comparisons that share runs depend on one another, so an interval that takes them for
// independent is too short.

import type { Variant } from '../results/result.ts'
import type { ChangeTerms } from '../statistics/change.ts'
import { compare } from './comparison.ts'

type Uniform = () => number

export interface Tally {
  readonly comparisons: number
  /** In which some figure was called worse, so that `compare` ends in 1. */
  readonly worse: number
  /** In which some figure was called better. */
  readonly better: number
  /** In which a figure that has no better direction, such as a count of messages, was called different. */
  readonly neutral: number
}

export interface TallyTerms extends ChangeTerms {
  readonly metrics: readonly string[]
}

/** Compares all pairs and counts what is found. */
export function tally(pairs: Iterable<readonly [Variant, Variant]>, terms: TallyTerms): Tally {
  const counts = { comparisons: 0, worse: 0, better: 0, neutral: 0 }
  for (const pair of pairs) {
    const [{ metrics }] = compare([pair], terms) as [ReturnType<typeof compare>[number]]
    const found = metrics.flatMap(({ answer, better, change }) => {
      if (answer.kind !== 'different') return []
      if (better === 'neither') return ['neutral' as const]
      return [change!.b > change!.a === (better === 'higher') ? ('better' as const) : ('worse' as const)]
    })
    counts.comparisons++
    for (const kind of new Set(found)) counts[kind]++
  }
  return counts
}

/** Of so many places, sets of `size`, disjoint until too few are left; then they are shuffled anew. */
export function* drawnSets(places: number, size: number, uniform: Uniform): Generator<readonly number[]> {
  const all = Array.from({ length: places }, (_, i) => i)
  for (;;) {
    for (let i = places - 1; i > 0; i--) {
      const j = Math.floor(uniform() * (i + 1))
      ;[all[i], all[j]] = [all[j]!, all[i]!]
    }
    for (let from = 0; from + size <= places; from += size) yield all.slice(from, from + size)
  }
}

/** The variant as if these of its seeds were all that there is, under other names if they are given. */
export function withSeeds(variant: Variant, places: readonly number[], names?: readonly string[]): Variant {
  const seeds = names ?? places.map((place) => variant.seeds[place]!)
  return {
    ...variant,
    seeds,
    metrics: Object.fromEntries(
      Object.entries(variant.metrics).map(([name, metric]) => [
        name,
        { ...metric, samples: places.map((place) => metric.samples[place] ?? null) },
      ]),
    ),
    fingerprints: Object.fromEntries(
      places.map((place, i) => [seeds[i]!, variant.fingerprints[variant.seeds[place]!]!]),
    ),
  }
}

/** `count` comparisons of A and B on the same `size` seeds of those that both have, which stand in the same places. */
export function* onSameSeeds(
  [a, b]: readonly [Variant, Variant],
  { size, count, uniform }: { readonly size: number; readonly count: number; readonly uniform: Uniform },
): Generator<readonly [Variant, Variant]> {
  const sets = drawnSets(Math.min(a.seeds.length, b.seeds.length), size, uniform)
  for (let i = 0; i < count; i++) {
    const places = sets.next().value as readonly number[]
    yield [withSeeds(a, places), withSeeds(b, places)]
  }
}

/** The same on different seeds, paired as they come: as if the change had moved all random numbers. */
export function* onOtherSeeds(
  [a, b]: readonly [Variant, Variant],
  { size, count, uniform }: { readonly size: number; readonly count: number; readonly uniform: Uniform },
): Generator<readonly [Variant, Variant]> {
  const sets = drawnSets(Math.min(a.seeds.length, b.seeds.length), 2 * size, uniform)
  for (let i = 0; i < count; i++) {
    const places = sets.next().value as readonly number[]
    const names = places.slice(0, size).map(String)
    yield [withSeeds(a, places.slice(0, size), names), withSeeds(b, places.slice(size), names)]
  }
}
