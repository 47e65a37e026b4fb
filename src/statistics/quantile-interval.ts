// The interval of a quantile of independent samples between two of them, whatever their distribution: how many of n samples lie below
// the true quantile is binomial. Source: Conover, "Practical Nonparametric Statistics", 3.2; David and Nagaraja, "Order
// Statistics", 7.1. It covers at least as often as it says, if there are samples enough: the median takes 6 for 95 %, P95 takes 72, P99 368.

import { gammaln } from 'simple-statistics'
import { invariant } from '../errors.ts'
import type { Interval } from './bootstrap.ts'

/** `null` where there are too few samples for an interval with this confidence. */
export function quantileInterval(
  samples: readonly number[],
  share: number,
  confidence = 0.95,
): Interval | null {
  invariant(share > 0 && share < 1, `the interval of a quantile at ${share}`)
  const n = samples.length
  const tail = (1 - confidence) / 2
  const sorted = Float64Array.from(samples).sort()
  // The k-th smallest (from 1) is at most the quantile unless fewer than k lie below it.
  let low = 0
  let high = 0
  let below = 0
  for (let k = 0; k <= n; k++) {
    below += binomial(n, k, share)
    if (below <= tail) low = k + 1
    if (high === 0 && below >= 1 - tail) high = k + 1
  }
  return low < 1 || high < 1 || high > n ? null : { low: sorted[low - 1]!, high: sorted[high - 1]! }
}

/** How probable k successes of n are. */
const binomial = (n: number, k: number, share: number): number =>
  Math.exp(
    gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + k * Math.log(share) + (n - k) * Math.log1p(-share),
  )
