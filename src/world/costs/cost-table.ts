// A cost table: what operations of coordinators cost a core of nominal speed, by the size of their input. Between two
// points of an entry the cost is a straight line; beyond the last one it grows by the entry's declared order; below the
// first one it is that one's, as small inputs cost what any call costs. Arithmetic is that of IEEE alone (no Math.pow, no
// Math.log), so that a cost is the same on every machine: the logarithm in n log n is straight between powers of two.

/** How an operation's cost grows with its size n. */
export const GROWTHS = ['1', 'n', 'n log n', 'n^2', 'n^3'] as const
export type Growth = (typeof GROWTHS)[number]

/** A size, what an operation of it costs in nanoseconds (the p50), and what one in a hundred exceeds (the p99). */
export type CostPoint = readonly [size: number, ns: number] | readonly [size: number, ns: number, p99: number]

export interface CostEntry {
  /** What its size counts: rows, members, bytes; left out: the cost has no size. */
  readonly size?: string
  /** Beyond the last point. */
  readonly growth: Growth
  /** At least one, of growing size. */
  readonly points: readonly CostPoint[]
  /** Batches measured at each point, at least. */
  readonly samples?: number
}

/** Where a table comes from. No run reads it: it decides nothing. */
export interface TableProvenance {
  readonly date: string
  readonly cpu: string
  readonly node: string
  readonly tinybench: string
  readonly commit: string
  readonly method: string
}

export interface CostTable {
  readonly name: string
  readonly provenance?: TableProvenance
  /** By operation: `hungarian`, `raft-election`, `raft-election/election.ask`. */
  readonly entries: Readonly<Record<string, CostEntry>>
}

/** What an operation of this size costs, in nanoseconds, not rounded. */
export function costOf({ points, growth }: CostEntry, size: number): number {
  const last = points[points.length - 1]!
  if (size >= last[0]) return last[1] * grown(growth, size, last[0])
  let below = points[0]!
  if (size <= below[0]) return below[1]
  for (const point of points) {
    if (size <= point[0])
      return below[1] + ((point[1] - below[1]) * (size - below[0])) / (point[0] - below[0])
    below = point
  }
  return last[1]
}

/** How many times as much at this size as at the last point's. */
function grown(growth: Growth, size: number, from: number): number {
  const ratio = size === from ? 1 : size / Math.max(1, from)
  switch (growth) {
    case '1':
      return 1
    case 'n':
      return ratio
    case 'n log n':
      return (ratio * logarithm(size)) / logarithm(from)
    case 'n^2':
      return ratio * ratio
    case 'n^3':
      return ratio * ratio * ratio
  }
}

/** The logarithm to the base 2, straight between its powers (0.086 too little at most), and at least 1. */
function logarithm(n: number): number {
  if (n <= 2) return 1
  let power = 0
  let rest = n
  for (; rest >= 2; rest /= 2) power++
  return power + rest - 1
}
