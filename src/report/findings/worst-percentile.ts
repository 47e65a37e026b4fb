// Why the slowest requests are slow: what they take longer than the median does, by part, and where that part is spent.

import type { Breakdown, Variant } from '../../results/result.ts'
import { format } from '../../units.ts'
import { percent } from '../figures.ts'
import type { Finder } from './finding.ts'
import { partInWords } from './waiting.ts'
import { inBrackets, timesAs } from './wording.ts'

/** Requests of the whole run from which a percentile is more than one or two of them. */
const ENOUGH: readonly (readonly [of: 'p99' | 'p95', requests: number, words: string])[] = [
  ['p99', 300, 'one request in a hundred'],
  ['p95', 60, 'one request in twenty'],
]
/** Slower than the median by less is no tail. */
const LEAST = 2
/** A part with less of the difference is no cause. */
const CAUSE = 0.3
/** A part with more of it is all of it: others may be shorter than the median's. */
const ALL = 0.98

export const worstPercentile: Finder = (result) => {
  const tails = result.variants.flatMap((variant) => tailOf(variant) ?? [])
  if (tails.length === 0) return []
  // Of several variants, the one whose slowest wait longest.
  const { variant, words, slow, median } = tails.reduce((most, each) =>
    each.slow.latency > most.slow.latency ? each : most,
  )
  const more = slow.latency - median.latency
  const causes = Object.keys(slow.parts)
    .map((part) => [part, ((slow.parts[part] ?? 0) - (median.parts[part] ?? 0)) / more] as const)
    .sort((a, b) => b[1] - a[1])
  const [first, second] = causes
  if (first === undefined || first[1] < CAUSE) return []
  const told = (part: string, share: number): string =>
    `${format(share * more, 'ns')} (${percent(share)}) is ${partInWords(variant, part)}`
  const also = second !== undefined && second[1] >= 0.2 ? `, ${told(...second)}` : ''
  const cause =
    first[1] >= ALL
      ? `all of the ${format(more, 'ns')} between them is ${partInWords(variant, first[0])}`
      : `of the ${format(more, 'ns')} between them ${told(...first)}${also}`
  return [
    {
      name: 'worst-percentile',
      weight: 52 + Math.min(16, 4 * Math.log2(slow.latency / median.latency)),
      text: `About ${words} takes ${format(slow.latency, 'ns')} or more, ${timesAs(slow.latency / median.latency)} the median’s ${format(median.latency, 'ns')}${inBrackets(result, variant)}: ${cause}.`,
      where: result.variants.length === 1 ? [] : [variant.name],
      evidence: [slow, median].map(({ of, latency }) => ({
        variant: variant.name,
        metric: `breakdown ${of}`,
        value: latency,
        unit: 'ns',
      })),
      chart: result.variants.length === 1 ? 'latency-breakdown' : 'latency-percentiles',
    },
  ]
}

interface Tail {
  readonly variant: Variant
  readonly words: string
  readonly slow: Breakdown
  readonly median: Breakdown
}

function tailOf(variant: Variant): Tail | undefined {
  const find = (wanted: Breakdown['of']): Breakdown | undefined =>
    variant.breakdown.find(({ of, latency, requests }) => of === wanted && latency > 0 && requests > 0)
  const all = find('all')
  const median = find('p50')
  const chosen = ENOUGH.find(([, requests]) => (all?.requests ?? 0) >= requests)
  const slow = chosen && find(chosen[0])
  return slow !== undefined && median !== undefined && slow.latency >= LEAST * median.latency
    ? { variant, words: chosen![2], slow, median }
    : undefined
}
