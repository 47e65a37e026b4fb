// A figure and its interval as the fields of a mark.

import type { MetricValue } from '../../results/result.ts'

export interface Marks {
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}

/** In units of an axis: `size` base units each. */
export function marksOf({ value, interval }: MetricValue, size: number): Marks {
  const [low, high] = interval ?? [null, null]
  return {
    value: value! / size,
    low: low === null ? null : low / size,
    high: high === null ? null : high / size,
  }
}

/** For the layer that draws intervals: only where there is one. */
export const WITH_INTERVAL = { transform: [{ filter: 'isValid(datum.low)' }] }
