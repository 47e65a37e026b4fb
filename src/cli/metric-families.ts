// Metrics by what they measure: `latency.mean`, `latency.p50` … are one family with ten figures, and those of the cores or
// instances that are numbered are one family too.

import type { Better, MetricDefinitions } from '../env/metric.ts'
import type { Unit } from '../units.ts'

export interface MetricFamily {
  /** Without the figure; `N` stands for a number: `host.front.core.N.utilisation`. */
  readonly name: string
  /** `.mean`, `.p50` …; '' is the name as it stands. */
  readonly figures: readonly string[]
  readonly unit: Unit
  readonly better: Better
  readonly meaning: string
}

const FIGURE = /\.(?:mean|p\d+|max|min|count|sd|rate)$/

export function metricFamilies(metrics: MetricDefinitions): readonly MetricFamily[] {
  const families = new Map<string, MetricFamily>()
  for (const [metric, { unit, better, meaning }] of Object.entries(metrics)) {
    const figure = FIGURE.exec(metric)?.[0] ?? ''
    const name = metric.slice(0, metric.length - figure.length).replace(/\.\d+(?=\.)/g, '.N')
    const family = families.get(name)
    if (!family) families.set(name, { name, figures: [figure], unit, better, meaning })
    else
      families.set(name, {
        ...family,
        figures: family.figures.includes(figure) ? family.figures : [...family.figures, figure],
        meaning: shared(family.meaning, meaning),
      })
  }
  return [...families.values()]
}

/** `.mean .max`, or what stands for none. */
export const figuresText = (figures: readonly string[]): string =>
  figures.length === 1 && figures[0] === ''
    ? 'as it stands'
    : figures.map((figure) => figure || 'as it stands').join(' ')

/** What two meanings begin with, to the end of a phrase: `queue, mean` and `queue, largest` share `queue`. */
function shared(a: string, b: string): string {
  if (a === b) return a
  const phrases = a.split(', ')
  const others = b.split(', ')
  const kept = phrases.findIndex((phrase, i) => phrase !== others[i])
  return kept === 0 ? a : phrases.slice(0, kept < 0 ? undefined : kept).join(', ')
}
