// The cost table in words: what operations cost, at which sizes, how sure that is, and where the figures come from.

import { format } from '../units.ts'
import type { CostEntry, CostPoint, CostTable } from '../world/costs/cost-table.ts'
import type { Entry } from './topics.ts'

/** One entry an operation, in the order of their names. */
export const costEntries = ({ entries }: CostTable): Readonly<Record<string, Entry>> =>
  Object.fromEntries(
    Object.keys(entries)
      .sort()
      .map((name) => [name, entryOf(entries[name]!)]),
  )

function entryOf(entry: CostEntry): Entry {
  const { points, samples } = entry
  return {
    meaning: brief(entry),
    source:
      samples === undefined ? GUESS : `at least ${samples} batches at each size, of 3 rounds the fastest`,
    figures: points.map((point) => ({ name: String(point[0]), meaning: figuresOf(point) })),
  }
}

const GUESS = '[G] a guess; no bench measures it'

/** `1.2 µs at 8 rows, 3.4 ms at 512; n^3 beyond`. */
function brief({ points, size, growth, samples }: CostEntry): string {
  const first = points[0]!
  const last = points.at(-1)!
  const guess = samples === undefined ? '; a guess' : ''
  if (size === undefined) return `${costText(first[1])}${guess}`
  const at = (point: CostPoint, unit: string) => `${costText(point[1])} at ${point[0]}${unit}`
  const ends = points.length === 1 ? at(first, ` ${size}`) : `${at(first, ` ${size}`)}, ${at(last, '')}`
  return `${ends}; ${growth === '1' ? 'the same' : growth} beyond${guess}`
}

const figuresOf = ([, ns, p99]: CostPoint): string =>
  p99 === undefined ? costText(ns) : `${costText(ns)}; p99 ${costText(p99)}`

const costText = (ns: number): string => format(ns, 'ns')

/** What the figures are, and where they come from. */
export function provenanceText({ name, provenance }: CostTable): string {
  const meant = `The p50 of compiled code on one core, which is the nominal one (speed 1). A coordinator’s message costs COORDINATOR/MESSAGE, else COORDINATOR, and message/receive; what it sends, message/send; without an entry 20 µs in all. A scenario’s \`costs\` lays a table over this one, scales it, or sets single operations.`
  if (!provenance) return meant
  const { date, cpu, node, tinybench, commit, method } = provenance
  return `${meant} Table ${name}: ${date}, ${cpu}, Node ${node}, tinybench ${tinybench}, commit ${commit}; ${method}.`
}
