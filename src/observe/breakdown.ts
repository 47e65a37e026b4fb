// Where the time of requests went, on average and around the percentiles, in flat memory: the parts are summed by
// bucket of the latency (buckets.ts), and a percentile's are those of the buckets around it. What happens to lie in
// the same bucket, within 0.8 % of each other, is not told apart.

import type { Account } from '../env/account.ts'
import { InvariantError } from '../errors.ts'
import type { Nanos } from '../units.ts'
import { BUCKETS, bucketOf, LARGEST } from './buckets.ts'
import type { RecordedBreakdown } from './recorded.ts'

const PERCENTILES = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
] as const

/** Around a percentile: this much of all requests on either side, or half of those above it where they are fewer. */
const AROUND = 0.025

const NONE = new Float64Array(0)

export class BreakdownRecording {
  readonly #names: readonly string[]
  /** None before the first request. */
  #counts = NONE
  /** Row by row: the sums of the parts in each bucket. */
  #sums = NONE
  #count = 0

  /** `parts`: the names of an account's parts, in its order. */
  constructor(parts: readonly string[]) {
    this.#names = parts
  }

  /** Takes a finished request. An account that does not sum to its latency is an InvariantError. */
  record(latency: Nanos, account: Account): void {
    const parts = account.parts
    const width = this.#names.length
    let total = 0
    for (let i = 0; i < width; i++) total += parts[i]!
    if (total !== latency || !(latency >= 0 && latency <= LARGEST)) this.#refuse(latency, account)
    if (this.#counts === NONE) {
      this.#counts = new Float64Array(BUCKETS)
      this.#sums = new Float64Array(BUCKETS * width)
    }
    const bucket = bucketOf(latency)
    const row = bucket * width
    for (let i = 0; i < width; i++) this.#sums[row + i]! += parts[i]!
    this.#counts[bucket]! += 1
    this.#count += 1
  }

  reset(): void {
    this.#counts.fill(0)
    this.#sums.fill(0)
    this.#count = 0
  }

  /** Of all requests and of those around the 50th, 95th and 99th percentile; empty when none was observed. */
  data(): RecordedBreakdown[] {
    if (this.#count === 0) return []
    return [
      this.#mean('all', 1, this.#count),
      ...PERCENTILES.map(([of, fraction]) => {
        const around = Math.min(AROUND, (1 - fraction) / 2)
        const first = Math.max(1, Math.ceil((fraction - around) * this.#count))
        return this.#mean(of, first, Math.max(first, Math.ceil((fraction + around) * this.#count)))
      }),
    ]
  }

  /** The mean parts over the buckets that hold the ranks from `first` to `last`, ordered by latency. */
  #mean(of: RecordedBreakdown['of'], first: number, last: number): RecordedBreakdown {
    const width = this.#names.length
    const sums = new Array<number>(width).fill(0)
    let requests = 0
    for (let bucket = 0, before = 0; before < last && bucket < BUCKETS; bucket++) {
      const count = this.#counts[bucket]!
      before += count
      if (count === 0 || before < first) continue
      requests += count
      for (let i = 0; i < width; i++) sums[i]! += this.#sums[bucket * width + i]!
    }
    const means = sums.map((sum) => sum / requests)
    return {
      of,
      requests,
      latency: sums.reduce((total, sum) => total + sum, 0) / requests,
      parts: Object.fromEntries(this.#names.map((name, i) => [name, means[i]!])),
    }
  }

  #refuse(latency: Nanos, account: Account): never {
    const parts = this.#names.map((name, i) => `${name} ${account.parts[i]} ns`).join(', ')
    throw new InvariantError(
      `a request took ${latency} ns, but its account sums to ${account.total} ns (${parts})`,
    )
  }
}
