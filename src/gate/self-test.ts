// How often a gate cries wolf, and how often it sees what is there: the gate's own judge on runs of which it is known whether anything
// differs. The baseline is accepted from one side, as `baseline accept` does it, and the other is held against it. Sets of seeds are drawn
// from a pool of runs, disjoint within a shuffle of the pool and anew in the next: rates are those of the pool, and comparisons that
// share runs depend on one another, so an interval that takes them for independent is too short.

import { parseBaseline } from '../results/baseline.ts'
import { canonicalJson } from '../results/canonical.ts'
import type { MetricValue, Result, Variant } from '../results/result.ts'
import { baselineOf } from './baseline-of.ts'
import { type Case, scenarioVerdict } from './scenario-verdict.ts'
import type { ScenarioVerdict } from './verdict.ts'

type Uniform = () => number

/** Two results on seeds of the same names: what is accepted, and what is held against it. */
export type Sides = readonly [Result, Result]

/** What a gate says of the second side where the first is the baseline. */
export type Judge = (...sides: Sides) => Pick<ScenarioVerdict, 'verdict' | 'findings'>

/** The gate, with the thresholds of this case; a baseline keeps the metrics that a summary shows, and those that the case names. */
export function gateOf(about: Case, keyMetrics: readonly string[]): Judge {
  return (a, b) => {
    const scenario = { ...a.scenario, resolved: about.written }
    const accepted = baselineOf({ ...a, scenario }, { reason: 'self-test', file: about.file, keyMetrics })
    // As it is read from the file that it is kept in.
    const baseline = parseBaseline(canonicalJson(accepted), about.file)
    return scenarioVerdict(about, baseline, { of: about.file, commit: null, reason: 'self-test' }, b)
  }
}

export interface Tally {
  readonly comparisons: number
  /** The gate ends in 1. */
  readonly fail: number
  /** It ends in 3. */
  readonly inconclusive: number
  /** It ends in 0, and shows a figure that is not equal. */
  readonly shown: number
}

/** Judges all pairs and counts what is said of them. */
export function tally(pairs: Iterable<Sides>, judge: Judge): Tally {
  const counts = { comparisons: 0, fail: 0, inconclusive: 0, shown: 0 }
  for (const sides of pairs) {
    const { verdict, findings } = judge(...sides)
    counts.comparisons++
    if (verdict !== 'pass') counts[verdict]++
    else if (findings.some(({ answer }) => answer !== 'equal')) counts.shown++
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

/** The result as if these of its seeds were all that there is, under other names if they are given. What is said of all its seeds together (checks, intervals) is left out. */
export function withSeeds(result: Result, places: readonly number[], names?: readonly string[]): Result {
  return { ...result, variants: result.variants.map((variant) => chosen(variant, places, names)) }
}

function chosen(variant: Variant, places: readonly number[], names?: readonly string[]): Variant {
  const seeds = names ?? places.map((place) => variant.seeds[place]!)
  return {
    ...variant,
    seeds,
    metrics: Object.fromEntries(
      Object.entries(variant.metrics).map(([name, metric]) => [name, ofPlaces(metric, places)]),
    ),
    checks: [],
    fingerprints: Object.fromEntries(
      places.map((place, i) => [seeds[i]!, variant.fingerprints[variant.seeds[place]!]!]),
    ),
  }
}

function ofPlaces(metric: MetricValue, places: readonly number[]): MetricValue {
  const samples = places.map((place) => metric.samples[place] ?? null)
  const seen = samples.filter((value) => value !== null)
  const kind = metric.class === 'wall' ? 'wall' : places.length === 1 ? 'exact' : 'sampled'
  const value = seen.length === 0 ? null : seen.reduce((sum, each) => sum + each, 0) / seen.length
  return { ...metric, class: kind, value, interval: null, samples }
}

const seedsOf = ({ variants }: Result): number => variants[0]!.seeds.length

interface Draw {
  /** Seeds of a comparison. */
  readonly size: number
  readonly count: number
  readonly uniform: Uniform
}

/** `count` comparisons of both sides on the same `size` seeds of those that both have, which stand in the same places. */
export function* onSameSeeds([a, b]: Sides, { size, count, uniform }: Draw): Generator<Sides> {
  const sets = drawnSets(Math.min(seedsOf(a), seedsOf(b)), size, uniform)
  for (let i = 0; i < count; i++) {
    const places = sets.next().value as readonly number[]
    yield [withSeeds(a, places), withSeeds(b, places)]
  }
}

/** The same on different seeds, paired as they come: as if the change had moved all random numbers. */
export function* onOtherSeeds([a, b]: Sides, { size, count, uniform }: Draw): Generator<Sides> {
  const sets = drawnSets(Math.min(seedsOf(a), seedsOf(b)), 2 * size, uniform)
  for (let i = 0; i < count; i++) {
    const places = sets.next().value as readonly number[]
    const names = places.slice(0, size).map(String)
    yield [withSeeds(a, places.slice(0, size), names), withSeeds(b, places.slice(size), names)]
  }
}
