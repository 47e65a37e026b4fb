// The parts of a latency, as many as an eye takes.

import type { Breakdown } from '../results/result.ts'

/** The parts of a latency, largest first; what is beyond the most is put together. */
export function largestParts(breakdown: Breakdown, most: number): readonly (readonly [string, number])[] {
  const parts = Object.entries(breakdown.parts)
    .filter(([, time]) => time > 0)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  if (parts.length <= most) return parts
  const rest = parts.slice(most - 1).reduce((sum, [, time]) => sum + time, 0)
  return [...parts.slice(0, most - 1), [`${parts.length - most + 1} other parts`, rest]]
}
