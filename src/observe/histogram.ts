// A distribution in flat memory: log-linear buckets (buckets.ts) for percentiles within 0.4 %, and count, sum, least,
// largest, mean and variance exactly. Variance by Welford's recurrence (Technometrics 4, 1962).
// Percentiles are of the nearest rank; whole values below 256 and the extremes come out exactly.

import { InvariantError, invariant } from '../errors.ts'
import type { Unit } from '../units.ts'
import { BUCKETS, bucketOf, LARGEST, lowerEdge, RELATIVE_ERROR } from './buckets.ts'
import type { RecordedHistogram } from './recorded.ts'
import { Sum } from './sum.ts'

const NONE = new Float64Array(0)

export class Histogram {
  /** None before the first value: of all that a run may observe it observes little, and room for it is 87 kB each. */
  #counts = NONE
  readonly #sum = new Sum()
  #count = 0
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY
  #runningMean = 0
  #squares = 0
  #whole = true

  /** Takes a value from 0 to 2^53; anything else is an InvariantError. */
  record(value: number): void {
    if (!(value >= 0 && value <= LARGEST))
      throw new InvariantError(`a histogram takes values from 0 to 2^53, got ${value}`)
    if (this.#counts === NONE) this.#counts = new Float64Array(BUCKETS)
    this.#counts[bucketOf(value)]! += 1
    this.#count += 1
    this.#sum.add(value)
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
    if (this.#whole && value !== Math.floor(value)) this.#whole = false
    const deviation = value - this.#runningMean
    this.#runningMean += deviation / this.#count
    this.#squares += deviation * (value - this.#runningMean)
  }

  get count(): number {
    return this.#count
  }

  get sum(): number {
    return this.#sum.value
  }

  get min(): number | null {
    return this.#count === 0 ? null : this.#min
  }

  get max(): number | null {
    return this.#count === 0 ? null : this.#max
  }

  get mean(): number | null {
    return this.#count === 0 ? null : this.#sum.value / this.#count
  }

  /** Of the sample, over n - 1; `null` below two values. */
  get variance(): number | null {
    return this.#count < 2 ? null : this.#squares / (this.#count - 1)
  }

  /** The value of the nearest rank, within 0.4 %. `fraction` from 0 to 1; `null` when nothing was observed. */
  percentile(fraction: number): number | null {
    invariant(fraction >= 0 && fraction <= 1, `a percentile's fraction is from 0 to 1, got ${fraction}`)
    if (this.#count === 0) return null
    const rank = Math.max(1, Math.ceil(fraction * this.#count))
    let index = 0
    for (let below = this.#counts[0]!; below < rank; below += this.#counts[index]!) index += 1
    return Math.min(this.#max, Math.max(this.#min, this.#typical(index)))
  }

  /** Adds what another one has seen, as if it had been recorded here (Chan, Golub and LeVeque 1979 for the variance). */
  merge(other: Histogram): void {
    if (other.#count === 0) return
    if (this.#counts === NONE) this.#counts = new Float64Array(BUCKETS)
    for (let i = 0; i < BUCKETS; i++) this.#counts[i]! += other.#counts[i]!
    const count = this.#count + other.#count
    const apart = other.#runningMean - this.#runningMean
    this.#squares += other.#squares + apart * apart * ((this.#count * other.#count) / count)
    this.#runningMean += (apart * other.#count) / count
    this.#count = count
    this.#sum.add(other.#sum.value)
    this.#min = Math.min(this.#min, other.#min)
    this.#max = Math.max(this.#max, other.#max)
    this.#whole &&= other.#whole
  }

  clear(): void {
    this.#counts.fill(0)
    this.#sum.clear()
    this.#count = 0
    this.#min = Number.POSITIVE_INFINITY
    this.#max = Number.NEGATIVE_INFINITY
    this.#runningMean = 0
    this.#squares = 0
    this.#whole = true
  }

  /** As plain data; `null` when nothing was observed. */
  data(unit: Unit, meaning: string): RecordedHistogram | null {
    if (this.#count === 0) return null
    const buckets: (readonly [number, number, number])[] = []
    for (let i = 0; i < BUCKETS; i++)
      if (this.#counts[i]! > 0) buckets.push([lowerEdge(i), lowerEdge(i + 1), this.#counts[i]!])
    return {
      unit,
      meaning,
      count: this.#count,
      min: this.#min,
      max: this.#max,
      mean: this.#sum.value / this.#count,
      relativeError: RELATIVE_ERROR,
      buckets,
    }
  }

  /** The one value that stands for a bucket: its middle, or the only whole number in it where all values are whole. */
  #typical(index: number): number {
    const lower = lowerEdge(index)
    const width = lowerEdge(index + 1) - lower
    return this.#whole && width <= 1 ? lower : lower + width / 2
  }
}

/** One histogram of several, such as those of the seeds; at least one of them, all of the same unit. */
export function mergeHistograms(histograms: readonly RecordedHistogram[]): RecordedHistogram {
  const first = histograms[0]
  invariant(first !== undefined, 'merging no histograms')
  const buckets = new Map<number, readonly [number, number, number]>()
  const sum = new Sum()
  let count = 0
  for (const histogram of histograms) {
    invariant(
      histogram.unit === first.unit && histogram.relativeError === first.relativeError,
      `merging a histogram of ${histogram.unit} with one of ${first.unit}`,
    )
    for (const [lower, upper, n] of histogram.buckets)
      buckets.set(lower, [lower, upper, n + (buckets.get(lower)?.[2] ?? 0)])
    sum.add(histogram.mean * histogram.count)
    count += histogram.count
  }
  return {
    ...first,
    count,
    min: Math.min(...histograms.map(({ min }) => min)),
    max: Math.max(...histograms.map(({ max }) => max)),
    mean: sum.value / count,
    buckets: [...buckets.values()].sort((a, b) => a[0] - b[0]),
  }
}
