// What tests see of an arrival process: its times, its gaps, its counts, and their moments.

import { RandomStreams } from '../../../src/kernel/random.ts'
import type { ArrivalProcess } from '../../../src/workload/arrivals/arrival-process.ts'

export const stream = (seed: string) => new RandomStreams(seed).stream('arrivals')

/** The first n times, or fewer where no more come; asked as a driver asks: at the time of the arrival before. */
export function times(process: ArrivalProcess, n: number): number[] {
  const found: number[] = []
  let now = 0
  while (found.length < n) {
    const at = process.next(now)
    if (at === undefined) break
    found.push(at)
    now = at
  }
  return found
}

export const gaps = (found: readonly number[]): number[] =>
  found.map((at, i) => at - (i === 0 ? 0 : found[i - 1]!))

/** How many came in each of `windows` stretches of `width` from `start` on. */
export function counts(process: ArrivalProcess, width: number, windows: number, start = 0): number[] {
  const found = new Array<number>(windows).fill(0)
  let now = 0
  for (;;) {
    const at = process.next(now)
    if (at === undefined || at >= start + width * windows) return found
    if (at >= start) found[Math.floor((at - start) / width)]!++
    now = at
  }
}

export function moments(values: readonly number[]): { mean: number; variance: number; squaredCv: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, variance, squaredCv: variance / mean ** 2 }
}

/** |found / expected - 1|. */
export const error = (found: number, expected: number): number => Math.abs(found / expected - 1)
