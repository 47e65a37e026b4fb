// Which metrics matter most: what the scenario asks about, an ordered list of patterns, then whatever there is.

import type { Result } from '../results/result.ts'

/** Most first; of each pattern at most so many are taken, those with the largest values first. */
const PATTERNS: readonly (readonly [pattern: RegExp, most: number])[] = [
  [/^latency\.p50$/, 1],
  [/^latency\.p95$/, 1],
  [/^latency\.p99$/, 1],
  [/^(setup|startup|recovery|election|decision|cycle)\.time\.mean$/, 3],
  [/^makespan(\.mean)?$/, 1],
  [/^throughput$/, 1],
  [/^goodput$/, 1],
  [/^latency\.mean$/, 1],
  [/^(errors?|timeouts?|refused|lost)(\.(ratio|rate|count))?$/, 2],
  [/^(ttft|tpot)\.p50$/, 2],
  [/^tokens\.rate$/, 1],
  [/\.latency\.p95$/, 2],
  [/\.throughput$/, 2],
  [/^queue\.wait\.(mean|p95)$/, 2],
  [/^service\.[^.]+\.utilisation\.mean$/, 2],
  [/^host\.[^.]+\.utilisation\.mean$/, 2],
]

const MOST = 12
/** With fewer than this that are known to be telling, others fill up. */
const FEW = 6

function listed(scenario: unknown, section: string): readonly string[] {
  const list = (scenario as Record<string, unknown> | null | undefined)?.[section]
  if (!Array.isArray(list)) return []
  return list
    .map((entry: unknown) => (entry as { metric?: unknown } | null)?.metric)
    .filter((metric) => typeof metric === 'string')
}

/** The names of all metrics of the result, in the order of first mention. */
export const metricNames = (result: Result): readonly string[] => [
  ...new Set(result.variants.flatMap((variant) => Object.keys(variant.metrics))),
]

const largest = (result: Result, name: string): number =>
  Math.max(...result.variants.map((variant) => variant.metrics[name]?.value ?? Number.NEGATIVE_INFINITY))

/** Metrics that the scenario's claims, speedups and expectations are about, as far as the result has them. */
function askedAbout(result: Result): readonly string[] {
  const present = new Set(metricNames(result))
  const asked = [
    ...listed(result.scenario.resolved, 'claims'),
    ...result.speedups.map((speedup) => speedup.metric),
    ...listed(result.scenario.resolved, 'expect'),
  ]
  return [...new Set(asked)].filter((name) => present.has(name))
}

/** The metrics of a summary, most telling first, at most 12. */
export function keyMetrics(result: Result, most = MOST): readonly string[] {
  const all = metricNames(result)
  const observed = all.filter((name) =>
    result.variants.some((variant) => (variant.metrics[name]?.value ?? null) !== null),
  )
  const names = observed.length > 0 ? observed : all
  const chosen = new Set<string>()
  for (const [pattern, limit] of PATTERNS) {
    const matching = names.filter((name) => pattern.test(name))
    if (matching.length > limit)
      matching.sort((a, b) => largest(result, b) - largest(result, a) || (a < b ? -1 : 1))
    for (const name of matching.slice(0, limit)) chosen.add(name)
  }
  for (const name of askedAbout(result)) chosen.add(name)
  for (const name of names) if (chosen.size < FEW) chosen.add(name)
  return [...chosen].slice(0, most)
}

/** The metrics to compare variants by: what the scenario asks about before what is usually telling, at most `most`. */
export function headlineMetrics(result: Result, most: number): readonly string[] {
  const names = [...new Set([...askedAbout(result), ...keyMetrics(result)])]
  // What is the same in every variant tells nothing of them; it comes last.
  const telling = names.filter((name) => differs(result, name))
  return [...telling, ...names.filter((name) => !telling.includes(name))].slice(0, most)
}

const differs = ({ variants }: Result, name: string): boolean =>
  new Set(variants.map(({ metrics }) => metrics[name]?.value ?? null)).size > 1

/** The same, one of each family: of `latency.p50` and `latency.p95` only the first. */
export function headlineFamilies(result: Result, most: number): readonly string[] {
  const families = new Map<string, string>()
  for (const name of headlineMetrics(result, MOST)) {
    const family = name.replace(/\.[^.]*$/, '')
    if (!families.has(family)) families.set(family, name)
  }
  return [...families.values()].slice(0, most)
}
