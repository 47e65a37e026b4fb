// What the time of workers went to, with P of them against one. Useful is what one worker spent on each unit of work, in computing and
// being served, times the units that the P did. What they spent beyond that is contention: for memory bandwidth, for second hardware
// threads, for the services that they share. The rest was seen as the run went (observe/occupation.ts). The shares sum to 1.

import { type Attribution, CAUSES, type Cause, type Variant } from '../results/result.ts'

/** Means over time, in workers. */
interface Seen {
  readonly all: number
  /** At work. */
  readonly busy: number
  readonly lost: Readonly<Record<Cause, number>>
  /** Units of work done in a nanosecond. */
  readonly rate: number
}

/**
 * Of each variant; `undefined` where what the workers did was not observed, or one worker did no work.
 * @param of the metric of the speedup
 * @param series the first is of one worker
 */
export function attributionOf(of: string, series: readonly Variant[]): Attribution[] | undefined {
  const seen = series.map((variant) => seenIn(variant, of))
  const first = seen[0]
  if (!first || first.busy === 0) return undefined
  const perUnit = first.busy / first.rate
  const found = seen.flatMap((each) => (each ? [sharesOf(each, perUnit)] : []))
  return found.length === series.length ? found : undefined
}

function sharesOf({ all, busy, lost, rate }: Seen, perUnit: number): Attribution {
  const useful = Math.min(busy, perUnit * rate)
  const share = (cause: Cause): number => (lost[cause] + (cause === 'contention' ? busy - useful : 0)) / all
  return {
    useful: useful / all,
    lost: Object.fromEntries(CAUSES.map((cause) => [cause, share(cause)])) as Record<Cause, number>,
  }
}

function seenIn({ metrics }: Variant, of: string): Seen | undefined {
  const mean = (state: string): number => metrics[`workers.${state}.mean`]?.value ?? 0
  const time = metrics['workers.time']?.value
  const figure = metrics[of]?.value
  if (!time || !figure) return undefined
  const lost = Object.fromEntries(CAUSES.map((cause) => [cause, mean(cause)])) as Record<Cause, number>
  const busy = mean('computing') + mean('served')
  const all = CAUSES.reduce((sum, cause) => sum + lost[cause], busy)
  const units = unitsOf(metrics, of)
  const rate = metrics[of]!.unit === 'ns' ? (units * all) / time : figure / 1e9
  return { all, busy, lost, rate }
}

/** Where a time is told, its jobs, all alike: as many as it was observed of. */
const unitsOf = (metrics: Variant['metrics'], of: string): number =>
  metrics[of.replace(/\.[^.]*$/, '.count')]?.value ?? 1
