// Why the slowest requests are slow: what they take longer than the median does, by part, and where that part is spent.

import type { Breakdown, Variant } from '../../results/result.ts'
import { format } from '../../units.ts'
import { percent } from '../figures.ts'
import type { Finder } from './finding.ts'
import { partInWords } from './waiting.ts'
import { inBrackets, timesAs } from './wording.ts'

/** Requests of the whole run from which a percentile is more than one or two of them. */
const ENOUGH: readonly (readonly [of: 'p99' | 'p95', requests: number, words: string])[] = [
  ['p99', 300, 'One request in a hundred'],
  ['p95', 60, 'One request in twenty'],
]
/** Slower than the median by less is no tail. */
const LEAST = 2
/** A part with less of the difference is no cause. */
const CAUSE = 0.3
/** A second one is told from here on. */
const ALSO = 0.2
/** A part with more of it is all of it: others may be shorter than the median's. */
const ALL = 0.98

export const worstPercentile: Finder = (result) => {
  const tails = result.variants.flatMap((variant) => tailOf(variant) ?? [])
  if (tails.length === 0) return farTail(result)
  // Of several variants, the one whose slowest take longest.
  const tail = tails.reduce((most, each) => (each.slow.takes > most.slow.takes ? each : most))
  const { variant, words, slow, median } = tail
  const causes = causesOf(tail)
  const [first, second] = causes
  if (first === undefined || first[1] < CAUSE) return []
  const [cause, other] = [first, second].map((each) => each && partInWords(variant, each[0]))
  const more = format(slow.takes - median.takes, 'ns')
  const told =
    first[1] >= ALL
      ? `all of the ${more} that it takes longer is ${cause}`
      : `of the ${more} that it takes longer ${percent(first[1])} is ${cause}${
          second !== undefined && second[1] >= ALSO
            ? `, ${first[1] + second[1] >= ALL ? 'the rest' : percent(second[1])} ${other}`
            : ''
        }`
  const ratio = slow.takes / median.takes
  return [
    {
      name: 'worst-percentile',
      weight: 52 + Math.min(16, 4 * Math.log2(ratio)),
      text: `${words} takes ${format(slow.takes, 'ns')} or more, ${timesAs(ratio)} the median’s ${format(median.takes, 'ns')}${inBrackets(result, variant)}: ${told}.`,
      where: result.variants.length === 1 ? [] : [variant.name],
      evidence: [slow, median].map(({ breakdown: { of }, takes }) => ({
        variant: variant.name,
        metric: `latency.${of}`,
        value: takes,
        unit: 'ns',
      })),
      chart: result.variants.length === 1 ? 'latency-breakdown' : 'latency-percentiles',
    },
  ]
}

interface Tail {
  readonly variant: Variant
  readonly words: string
  readonly slow: Around
  readonly median: Around
}

/** A percentile, and where the time of those around it went. */
interface Around {
  readonly takes: number
  readonly breakdown: Breakdown
}

/** Of what those around the percentile take longer than those around the median, the share of each part; the most first. */
function causesOf({ slow, median }: Tail): readonly (readonly [part: string, share: number])[] {
  const [long, short] = [slow.breakdown, median.breakdown]
  const more = long.latency - short.latency
  return Object.keys(long.parts)
    .map((part) => [part, ((long.parts[part] ?? 0) - (short.parts[part] ?? 0)) / more] as const)
    .sort((a, b) => b[1] - a[1])
}

function tailOf(variant: Variant): Tail | undefined {
  const find = (wanted: Breakdown['of']): Around | undefined => {
    const breakdown = variant.breakdown.find(
      ({ of, latency, requests }) => of === wanted && latency > 0 && requests > 0,
    )
    return breakdown && { breakdown, takes: variant.metrics[`latency.${wanted}`]?.value ?? breakdown.latency }
  }
  const requests = find('all')?.breakdown.requests ?? 0
  const median = find('p50')
  const chosen = ENOUGH.find(([, least]) => requests >= least)
  const slow = chosen && find(chosen[0])
  return slow !== undefined &&
    median !== undefined &&
    slow.takes >= LEAST * median.takes &&
    slow.breakdown.latency >= LEAST * median.breakdown.latency
    ? { variant, words: chosen![2], slow, median }
    : undefined
}

/** From so many requests on, one in a thousand is more than one or two of them. */
const MANY = 3000

/** Where not even one in a hundred is slow: one in a thousand. Where its time went is not kept. */
const farTail: Finder = (result) => {
  const found = result.variants.flatMap((variant) => {
    const [slow, usual] = ['latency.p999', 'latency.p99'].map((name) => variant.metrics[name]?.value ?? 0)
    const median = variant.metrics['latency.p50']?.value ?? 0
    const requests = variant.breakdown.find(({ of }) => of === 'all')?.requests ?? 0
    return requests >= MANY && median > 0 && slow! >= LEAST * usual!
      ? [{ variant, slow: slow!, usual: usual!, median }]
      : []
  })
  if (found.length === 0) return []
  const { variant, slow, usual, median } = found.reduce((most, each) => (each.slow > most.slow ? each : most))
  return [
    {
      name: 'worst-percentile',
      weight: 56,
      text: `One request in a thousand takes ${format(slow, 'ns')} or more, ${timesAs(slow / median)} the median’s ${format(median, 'ns')}${inBrackets(result, variant)}, while one in a hundred takes ${format(usual, 'ns')}.`,
      where: result.variants.length === 1 ? [] : [variant.name],
      evidence: (
        [
          ['latency.p999', slow],
          ['latency.p50', median],
        ] as const
      ).map(([metric, value]) => ({
        variant: variant.name,
        metric,
        value,
        unit: 'ns',
      })),
      chart: 'latency-percentiles',
    },
  ]
}
