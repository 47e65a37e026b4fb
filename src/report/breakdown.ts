// Where time went, in words and in as many parts as an eye takes.

import type { Part } from '../env/account.ts'
import type { Breakdown } from '../results/result.ts'

const MEANINGS: Readonly<Record<Part, string>> = {
  mailbox: 'waiting for a single-threaded process',
  core: 'waiting for a core',
  compute: 'holding a core',
  network: 'on links',
  queue: 'waiting at a service or for a permit',
  service: 'being served',
  retry: 'attempts that failed, and back-off',
  quorum: 'waiting for enough peers',
  idle: 'asleep (a pause, or work without a core)',
}

/** What a part of a latency is; empty for a part of another name. */
export const meaningOfPart = (part: string): string =>
  Object.hasOwn(MEANINGS, part) ? MEANINGS[part as Part] : ''

export const OF: Readonly<Record<Breakdown['of'], string>> = {
  all: 'all requests',
  p50: 'around p50',
  p95: 'around p95',
  p99: 'around p99',
}

/** The parts of a latency, largest first; what is beyond the most is put together. */
export function largestParts(breakdown: Breakdown, most: number): readonly (readonly [string, number])[] {
  const parts = Object.entries(breakdown.parts)
    .filter(([, time]) => time > 0)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  if (parts.length <= most) return parts
  const rest = parts.slice(most - 1).reduce((sum, [, time]) => sum + time, 0)
  return [...parts.slice(0, most - 1), [`${parts.length - most + 1} other parts`, rest]]
}

/** The breakdown of all requests, if it is known. */
export const overall = (breakdowns: readonly Breakdown[]): Breakdown | undefined =>
  breakdowns.find(({ of, latency }) => of === 'all' && latency > 0)
