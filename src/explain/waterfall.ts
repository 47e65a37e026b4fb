// The slowest request of a run, step by step: what it waited for, where, from when, for how long.

import { PARTS } from '../env/account.ts'
import type { LoggedRequest } from '../observe/request-log.ts'
import type { Step } from '../observe/traced-account.ts'
import type { Nanos } from '../units.ts'

export interface Bar {
  readonly part: string
  /** The process; empty: it is not known, or these are several steps. */
  readonly place: string
  readonly what: string
  /** Since the request was asked. */
  readonly from: Nanos
  readonly lasts: Nanos
  /** How many steps it stands for. */
  readonly steps: number
}

export interface Waterfall {
  readonly seed: string
  readonly at: Nanos
  readonly latency: Nanos
  /** One begins where the one before ends; they sum to the latency. */
  readonly bars: readonly Bar[]
}

const MOST_BARS = 20

export function waterfallOf(seed: string, { at, latency, steps }: LoggedRequest): Waterfall {
  const bars = barsOf(steps)
  // Of many, the short ones that lie between long ones are put together; the fewer long ones are kept, the fewer bars are left.
  for (let kept = MOST_BARS; ; kept--) {
    const fewer = shortened(bars, kept)
    if (fewer.length <= MOST_BARS || kept === 1) return { seed, at, latency, bars: fewer }
  }
}

/** The steps, those that follow their like put together. */
function barsOf(steps: readonly Step[]): readonly Bar[] {
  const bars: Bar[] = []
  let from = 0
  for (const { part, place = '', what = '', duration } of steps) {
    const bar = { part: PARTS[part]!, place, what, from, lasts: duration, steps: 1 }
    const before = bars.at(-1)
    if (before && before.part === bar.part && before.place === place && before.what === what)
      bars[bars.length - 1] = joined(before, bar)
    else bars.push(bar)
    from += duration
  }
  return bars
}

const joined = (first: Bar, next: Bar): Bar => ({
  ...first,
  lasts: first.lasts + next.lasts,
  steps: first.steps + next.steps,
})

export const SEVERAL = 'several'

function shortened(bars: readonly Bar[], kept: number): readonly Bar[] {
  if (bars.length <= MOST_BARS) return bars
  const long = new Set(bars.toSorted((x, y) => y.lasts - x.lasts || x.from - y.from).slice(0, kept))
  const result: Bar[] = []
  for (const bar of bars) {
    const before = result.at(-1)
    if (long.has(bar)) result.push(bar)
    else if (before && !long.has(before))
      result[result.length - 1] = { ...joined(before, bar), part: SEVERAL, place: '', what: '' }
    else result.push(bar)
  }
  return result
}
