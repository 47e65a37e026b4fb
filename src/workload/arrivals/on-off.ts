// Poisson arrivals in periods of activity with silence in between (the interrupted Poisson process), beginning with activity.
// Exponential periods: the gaps are then a renewal process with hyperexponential gaps (A. Kuczura, "The interrupted Poisson process
// as an overflow process", Bell System Technical Journal 52, 1973), so a gap costs two draws however many silences it spans.

import type { Random } from '../../env/env.ts'
import { choice, duration, rate } from '../../parameters.ts'
import { processOfGaps } from './arrival-clock.ts'
import { type ArrivalProcess, defineArrivals } from './arrival-process.ts'
import { drawHyperexponential } from './hyperexponential.ts'

export const onOff = defineArrivals({
  name: 'on-off',
  meaning: 'Poisson while on, nobody while off; begins on',
  parameters: {
    rate: rate({ meaning: 'arrivals per second while on' }),
    on: duration({ meaning: 'mean length of a period of activity', min: 1 }),
    off: duration({ meaning: 'mean length of a silence', min: 1 }),
    periods: choice(['exponential', 'constant'], {
      meaning: 'how the lengths of the periods are distributed',
      default: 'exponential',
    }),
  },
  create({ rate, on, off, periods }, random) {
    const meanRate = (rate * on) / (on + off)
    if (rate === 0) return processOfGaps(0, () => Infinity)
    return periods === 'constant'
      ? constantPeriods(rate, on, off, meanRate, random)
      : processOfGaps(meanRate, exponentialPeriods(rate, on, off, random))
  },
})

/** Rates per nanosecond: λ of arrivals while on, γ of ends of activity, ω of ends of silence; slow and fast solve x² - (λ+γ+ω)x + λω = 0. */
function exponentialPeriods(rate: number, on: number, off: number, random: Random): () => number {
  const λ = rate / 1e9
  const γ = 1 / on
  const ω = 1 / off
  const sum = λ + γ + ω
  const fast = (sum + Math.sqrt(Math.max(0, sum * sum - 4 * λ * ω))) / 2
  const slow = (λ * ω) / fast
  const share = Math.max(0, (λ - slow) / (fast - slow))
  return () => drawHyperexponential({ share, first: 1 / fast, second: 1 / slow }, random)
}

/** Poisson in the time spent on; each whole period of it that has gone by adds one silence. */
function constantPeriods(
  rate: number,
  on: number,
  off: number,
  meanRate: number,
  random: Random,
): ArrivalProcess {
  const active = processOfGaps(rate, () => random.exponential(1e9 / rate))
  return {
    meanRate,
    next(now) {
      const spent = active.next(0)
      if (spent === undefined) return undefined
      const at = spent + Math.floor(spent / on) * off
      return Number.isSafeInteger(at) ? Math.max(at, now) : undefined
    },
  }
}
