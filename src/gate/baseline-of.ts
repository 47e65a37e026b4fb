// From a result to the baseline that is kept of it: which metrics are worth it, and what of the scenario its hash covers.

import { BASELINE_SCHEMA, type Baseline, type BaselineVariant } from '../results/baseline.ts'
import type { ChangedFigure } from '../results/baseline-history.ts'
import { hash } from '../results/hash.ts'
import type { Result, Variant } from '../results/result.ts'
import { verdictsOf } from './claims.ts'

export interface BaselineTerms {
  readonly reason: string
  readonly file: string | null
  /** What a summary of the result would show. */
  readonly keyMetrics: readonly string[]
  /** Hashes of what the traces held, by path; left out: nobody could look. */
  readonly traces?: Readonly<Record<string, string>> | undefined
}

/** Over all variants; a file of more nobody reads, and every acceptance would change most of it. */
export const MOST_FIGURES = 1000

export function baselineOf(result: Result, { reason, file, keyMetrics, traces }: BaselineTerms): Baseline {
  const { scenario, variants, provenance } = result
  const named = gatedMetrics(scenario.resolved)
  const asked = new Set([...askedMetrics(result), ...keyMetrics, ...named])
  const all = new Set([...asked, ...ownMetrics(result)])
  const keep = (worth: ReadonlySet<string>) =>
    Object.fromEntries(variants.map((variant) => [variant.name, kept(variant, worth, named)]))
  const figures = variants.reduce(
    (sum, { metrics }) => sum + Object.keys(metrics).filter((name) => all.has(name)).length,
    0,
  )
  return {
    schema: BASELINE_SCHEMA,
    accepted: { commit: provenance.commit, reason },
    scenario: {
      name: scenario.name,
      file,
      hash: hashOfWhatRuns(scenario.resolved),
      ...(traces && Object.keys(traces).length > 0 ? { traces } : {}),
    },
    claims: verdictsOf(result.claims),
    tool: { version: provenance.version, result: result.schema },
    variants: keep(figures > MOST_FIGURES ? asked : all),
  }
}

/** How a run is judged, and how often it is repeated, can change without the figures of a seed changing. */
const NOT_RUN = ['title', 'description', 'seeds', 'expect', 'claims', 'gate'] as const

export function hashOfWhatRuns(resolved: unknown): string {
  const run = { ...(resolved as Record<string, unknown>) }
  for (const key of NOT_RUN) delete run[key]
  return hash(run)
}

/** What the `gate` of a scenario names. */
export function gatedMetrics(resolved: unknown): readonly string[] {
  const { gate } = (resolved ?? {}) as { gate?: unknown }
  if (typeof gate !== 'object' || gate === null) return []
  return Object.keys(gate).filter((name) => name !== 'default')
}

function askedMetrics({ scenario, speedups }: Result): readonly string[] {
  const { expect, claims } = (scenario.resolved ?? {}) as Record<string, unknown>
  const listed = [expect, claims].flatMap((list) => (Array.isArray(list) ? list : []))
  const metrics = listed.map((each: { metric?: unknown } | null) => each?.metric)
  return [...metrics.filter((each) => typeof each === 'string'), ...speedups.map(({ metric }) => metric)]
}

/** What every data centre gives, whatever is under test in it. */
const OF_THE_WORLD =
  /^(?:container|errors|goodput|host|in-system|latency|link|makespan|network|process|queue|requests|service|tasks|throughput|tokens)(?:\.|$)/

/** What coordinators observe of themselves and call better or worse: of a distribution the mean and the 95th percentile, of a count the count. */
function ownMetrics({ variants }: Result): readonly string[] {
  return variants.flatMap(({ metrics }) =>
    Object.entries(metrics).flatMap(([name, { better }]) => {
      const [, family, last] = /^(.*)\.([^.]*)$/.exec(name) ?? []
      const spread = family !== undefined && Object.hasOwn(metrics, `${family}.mean`)
      const derived = spread ? last !== 'mean' && last !== 'p95' : last === 'rate'
      return better === 'neither' || derived || OF_THE_WORLD.test(name) ? [] : [name]
    }),
  )
}

/** Of what nobody named, only what was observed: nothing can be held against nothing. */
function kept(variant: Variant, worth: ReadonlySet<string>, named: readonly string[]): BaselineVariant {
  const { seeds, costs, fingerprints, metrics } = variant
  const bySeed = <T>(value: (i: number) => T): Record<string, T> =>
    Object.fromEntries(seeds.map((seed, i) => [seed, value(i)]))
  const chosen = Object.entries(metrics).filter(
    ([name, { value }]) => worth.has(name) && (value !== null || named.includes(name)),
  )
  return {
    seeds,
    costs: costs?.hash ?? null,
    fingerprints: bySeed((i) => fingerprints[seeds[i]!]!),
    metrics: Object.fromEntries(
      chosen.map(([name, { class: kind, unit, better, value, samples }]) => [
        name,
        { class: kind, unit, better, value, samples: bySeed((i) => samples[i]!) },
      ]),
    ),
  }
}

/** The figures that are not the same in both. */
export function changedFigures(from: Baseline, to: Baseline): readonly ChangedFigure[] {
  const figures = ({ variants }: Baseline) =>
    new Map(
      Object.entries(variants).flatMap(([variant, { metrics }]) =>
        Object.entries(metrics).map(([metric, { value }]) => [
          JSON.stringify([variant, metric]),
          { variant, metric, value },
        ]),
      ),
    )
  const [old, now] = [figures(from), figures(to)]
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((key) => {
    const { variant, metric } = (now.get(key) ?? old.get(key))!
    const [a, b] = [old.get(key)?.value ?? null, now.get(key)?.value ?? null]
    return a === b ? [] : [{ variant, metric, from: a, to: b }]
  })
}
