// Replications until figures are precise: seeds are added to a variant until the 95 % interval of each figure is narrower than a share
// of it, or there are as many as allowed. Source: Law, "Simulation Modeling and Analysis", 9.4.1, the sequential procedure; since
// it looks at the same data again and again it covers a little less often than it says, by which a handful of seeds first guards.

import type { Check } from '../results/result.ts'
import { meanInterval } from '../statistics/student.ts'
import { formatNumber } from '../units.ts'
import type { Sample } from './gathering.ts'

export interface Precision {
  /** Half of each metric's interval is to be at most this share of its mean; what a variant does not observe is left out. */
  readonly targets: readonly { readonly metric: string; readonly share: number }[]
  /** Seeds of a variant at most. */
  readonly most: number
}

/** Fewer than this, and an interval may be narrow by chance. */
const FEWEST = 5

/** How far a figure is: half of its interval as a share of the mean; `null` where nothing was observed. */
function widthOf(records: readonly Sample[], metric: string): number | null {
  const samples = records.flatMap(({ recorded }) => recorded.metrics[metric]?.value ?? [])
  if (samples.length === 0) return null
  if (samples.length < 2) return Number.POSITIVE_INFINITY
  const { mean, halfWidth } = meanInterval(samples)
  return halfWidth === 0 ? 0 : halfWidth / Math.abs(mean)
}

/** The seeds to run next, none where the variant is precise or has as many as are allowed. */
export function moreSeeds(records: readonly Sample[], { targets, most }: Precision): readonly string[] {
  const have = records.length
  if (have >= most) return []
  /** How many times too wide the worst is. */
  const excess = Math.max(0, ...targets.map(({ metric, share }) => (widthOf(records, metric) ?? 0) / share))
  if (have >= FEWEST && excess <= 1) return []
  // An interval narrows with the root of the seeds; no more than twice as many at once, since its width is a guess as yet.
  const wanted = have < FEWEST ? FEWEST : Math.ceil(have * excess * excess)
  const next = Math.min(most, Math.max(have + 1, Math.min(2 * have, wanted)), Math.max(FEWEST, 2 * have))
  return unused(records, next - have)
}

/** So many seeds that have not been run: the next whole numbers. */
function unused(records: readonly Sample[], count: number): readonly string[] {
  const used = new Set(records.map(({ seed }) => seed))
  const seeds: string[] = []
  for (let n = 1; seeds.length < count; n++) if (!used.has(`${n}`)) seeds.push(`${n}`)
  return seeds
}

/** Whether it became precise, said of each metric. */
export function precisionChecks(records: readonly Sample[], { targets }: Precision): readonly Check[] {
  const percent = (value: number): string => `${formatNumber(Number((100 * value).toPrecision(2)))} %`
  return targets.flatMap(({ metric, share }) => {
    const width = widthOf(records, metric)
    if (width === null) return []
    const pass = width <= share ? true : null
    const detail = `± ${Number.isFinite(width) ? percent(width) : '∞'} with ${records.length} seeds`
    return [{ name: `precision: ${metric} within ${percent(share)}`, kind: 'expect', pass, detail } as const]
  })
}
