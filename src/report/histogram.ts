// What is read off a histogram for a chart: quantiles and evenly spaced shares.

import type { HistogramData, Result } from '../results/result.ts'
import { naturally } from './natural-order.ts'

/** The name of the histogram of times that a report shows: `latency`, else one whose name says so, else the first of times. */
export function timesShown(result: Result): string | undefined {
  const names = new Set<string>()
  for (const variant of result.variants)
    for (const [name, data] of Object.entries(variant.histograms))
      if (data.unit === 'ns' && data.count > 0) names.add(name)
  const sorted = [...names].sort(naturally)
  return (
    sorted.find((name) => name === 'latency') ?? sorted.find((name) => name.includes('latency')) ?? sorted[0]
  )
}

/** The value below which this fraction lies, linear within its bucket; `null` where nothing was observed. */
export function quantileOf(data: HistogramData, fraction: number): number | null {
  if (data.count === 0) return null
  let left = fraction * data.count
  for (const [low, high, count] of data.buckets) {
    if (left <= count) {
      const value = low + (high - low) * (count === 0 ? 0 : left / count)
      return Math.min(data.max, Math.max(data.min, value))
    }
    left -= count
  }
  return data.max
}

export interface Bin {
  readonly low: number
  readonly high: number
  /** Of all values. */
  readonly share: number
}

/** The extent on a logarithmic axis: zero has no place there and stands a tenth below the lowest edge above it. */
export function positiveExtent(histograms: readonly HistogramData[]): readonly [number, number] {
  const edges = histograms.flatMap((data) => data.buckets.map(([low, high]) => (low > 0 ? low : high)))
  const lowest = Math.min(...edges)
  const low = Math.min(...histograms.map((data) => (data.min > 0 ? data.min : lowest / 10)))
  const high = Math.max(...histograms.map((data) => data.max))
  return high > low ? [low, high] : [low * 0.9, low * 1.1]
}

/** Shares in `count` bins between the extent's ends, even on a logarithmic axis; a bucket is spread over the bins it touches. */
export function binned(
  data: HistogramData,
  [low, high]: readonly [number, number],
  count: number,
): readonly Bin[] {
  const step = Math.log(high / low) / count
  const shares = Array.from({ length: count }, () => 0)
  for (const [from, to, held] of data.buckets) {
    const start = Math.log(Math.max(from, data.min, low) / low) / step
    const end = Math.log(Math.max(Math.min(to, data.max), low) / low) / step
    const first = Math.min(count - 1, Math.max(0, Math.floor(start)))
    const last = Math.min(count - 1, Math.max(first, Math.ceil(end) - 1))
    for (let i = first; i <= last; i++) {
      const part = end > start ? (Math.min(end, i + 1) - Math.max(start, i)) / (end - start) : 1
      shares[i]! += (held / data.count) * (last === first ? 1 : Math.max(0, part))
    }
  }
  return shares.map((share, i) => ({
    low: low * Math.exp(i * step),
    high: low * Math.exp((i + 1) * step),
    share,
  }))
}
