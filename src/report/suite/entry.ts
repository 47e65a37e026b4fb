// Many results as one suite: of each what a table shows, small enough that hundreds can be held at once.

import { quote, type ScenarioError } from '../../errors.ts'
import type { Claim, Result, Variant } from '../../results/result.ts'
import type { SearchName } from '../../results/searches.ts'
import { figure, plainFigure } from '../figures.ts'
import { headlineFamilies } from '../key-metrics.ts'
import { naturally } from '../natural-order.ts'
import { condense, seriesNamed } from '../series.ts'
import { checkGroups, countOf, type Outcome } from '../verdicts.ts'

/** What is shown of one result. */
export interface SuiteEntry {
  /** Where it lies below the suite, with slashes; empty for the suite's own folder. */
  readonly folder: string
  readonly name: string
  readonly title: string
  readonly outcome: Outcome
  readonly checks: Readonly<Record<Outcome, number>>
  readonly claims: readonly Claim[]
  readonly variants: number
  readonly seeds: number
  readonly figures: readonly KeyFigure[]
  readonly course: Course | null
  /** Whether a report.html lies beside it. */
  readonly page: boolean
  /** What was searched for with the same scenario and has a page beside it. */
  readonly searches: readonly SearchName[]
  /** The build that made it, and when. */
  readonly build: string
  readonly created: string
}

export interface KeyFigure {
  readonly metric: string
  /** `8.31 s ± 0.12`; of several variants the least and the largest. */
  readonly text: string
}

/** What a sparkline draws: a metric from variant to variant, or over virtual time. */
export interface Course {
  readonly over: 'variants' | 'time'
  readonly metric: string
  readonly values: readonly (number | null)[]
  /** The least and the largest, in words. */
  readonly from: string
  readonly to: string
}

/** A result that lies there and cannot be shown. */
export interface Unread {
  readonly folder: string
  readonly reason: string
}

/** The first thing that is wrong, without the path: the page is the same wherever the folder lies. */
export const unreadOf = (folder: string, file: string, { mistakes }: ScenarioError): Unread => ({
  folder,
  reason: mistakes[0]!.message.replace(quote(file, 200), 'result.json'),
})

const FIGURES = 3
const MOST_POINTS = 40

export function suiteEntry(
  result: Result,
  folder: string,
  page: boolean,
  searches: readonly SearchName[] = [],
): SuiteEntry {
  const { scenario, variants, claims, provenance } = result
  const groups = checkGroups(result)
  const checks = {
    failed: countOf(groups, 'failed'),
    untold: countOf(groups, 'untold'),
    passed: countOf(groups, 'passed'),
  }
  // A law that cannot be told is no shortfall; an expectation is.
  const untold = groups.some(({ outcome, kind }) => outcome === 'untold' && kind === 'expect')
  const metrics = headlineFamilies(result, FIGURES)
  return {
    folder,
    name: scenario.name,
    title: scenario.title || scenario.name,
    outcome: checks.failed > 0 ? 'failed' : untold ? 'untold' : 'passed',
    checks,
    claims,
    variants: variants.length,
    seeds: new Set(variants.flatMap(({ seeds }) => seeds)).size,
    figures: metrics.map((metric) => ({ metric, text: figureOver(variants, metric) })),
    course: overVariants(result, metrics) ?? overTime(variants[0]),
    page,
    searches,
    build: `${provenance.tool} ${provenance.version}, commit ${provenance.commit ?? 'unknown'}`,
    created: provenance.created,
  }
}

/** In the order of their folders, as people count. */
export const inOrder = <E extends { readonly folder: string }>(entries: readonly E[]): readonly E[] =>
  entries.toSorted((a, b) => naturally(a.folder, b.folder))

/** The variants in which a metric was observed, the least and the largest first and last. */
const rankedBy = (variants: readonly Variant[], metric: string): readonly Variant[] =>
  variants
    .filter(({ metrics }) => metrics[metric]?.value != null)
    .sort((a, b) => a.metrics[metric]!.value! - b.metrics[metric]!.value!)

function figureOver(variants: readonly Variant[], metric: string): string {
  const ranked = rankedBy(variants, metric)
  if (ranked.length < 2) return figure(ranked[0]?.metrics[metric])
  const [least, most] = [ranked[0]!, ranked.at(-1)!].map(({ metrics }) => plainFigure(metrics[metric]))
  return least === most ? least! : `${least} to ${most}`
}

function overVariants({ variants }: Result, metrics: readonly string[]): Course | null {
  for (const metric of metrics) {
    const ranked = rankedBy(variants, metric)
    if (ranked.length < 2) continue
    const [least, most] = [ranked[0]!, ranked.at(-1)!].map(({ metrics }) => metrics[metric]!)
    if (least!.value === most!.value) continue
    const values = variants.map(({ metrics }) => metrics[metric]?.value ?? null)
    return {
      over: 'variants',
      metric,
      values: condense(values, MOST_POINTS),
      from: plainFigure(least),
      to: plainFigure(most),
    }
  }
  return null
}

/** Of a single variant, most telling first. */
const TELLING = [/^in-system$/, /^throughput$/, /latency/, /^queue\./, /^host\.[^.]+\.utilisation$/]

function overTime(variant: Variant | undefined): Course | null {
  if (!variant) return null
  for (const pattern of TELLING) {
    const [found] = seriesNamed(variant, pattern)
    if (!found || found.series.values.length < 2) continue
    const { values, unit, meaning } = found.series
    const known = values.filter((value) => value !== null && Number.isFinite(value)) as number[]
    const inWords = (value: number): string =>
      plainFigure({ class: 'exact', unit, better: 'neither', meaning, value, interval: null, samples: [] })
    const extreme = (better: (a: number, b: number) => number): string => inWords(known.reduce(better))
    return {
      over: 'time',
      metric: found.name,
      values: condense(values, MOST_POINTS),
      from: extreme((a, b) => Math.min(a, b)),
      to: extreme((a, b) => Math.max(a, b)),
    }
  }
  return null
}
