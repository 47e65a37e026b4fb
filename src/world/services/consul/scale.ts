// How memberlist's times and counts grow with the number of members (memberlist, util.go). The logarithms are computed by
// squaring, with the four operations alone: their last bits are the same on every engine.

import type { Nanos } from '../../../units.ts'

const LOG_BITS = 40

/** The logarithm to base 10 of a number from 1 on. */
function log10(value: number): number {
  let rest = value
  let log = 0
  for (; rest >= 10; rest /= 10) log++
  for (let bit = 1, weight = 0.5; bit <= LOG_BITS; bit++, weight /= 2) {
    rest *= rest
    if (rest < 10) continue
    rest /= 10
    log += weight
  }
  return log
}

/** How long a suspicion lasts at the least: multiplier · max(1, log10 n) · interval, the logarithm to three digits. */
export const suspicionTimeout = (multiplier: number, members: number, interval: Nanos): Nanos =>
  Math.round((multiplier * Math.floor(Math.max(1, log10(Math.max(1, members))) * 1000) * interval) / 1000)

/** How often a message is passed on by each member: multiplier · ⌈log10(n + 1)⌉. */
export function retransmitLimit(multiplier: number, members: number): number {
  let digits = 0
  for (let power = 1; power < members + 1; power *= 10) digits++
  return multiplier * digits
}

/** The interval of full exchanges: as given up to 32 members, twice that up to 64, three times up to 128 … */
export function pushPullInterval(interval: Nanos, members: number): Nanos {
  let times = 1
  for (let up = 32; up < members; up *= 2) times++
  return interval * times
}

/**
 * How long a suspicion lasts once so many others confirm it (Lifeguard): from the maximum to the minimum as the logarithm of
 * the confirmations, in whole milliseconds.
 */
export function confirmedTimeout(confirmations: number, wanted: number, min: Nanos, max: Nanos): Nanos {
  if (wanted < 1) return min
  const share = log10(confirmations + 1) / log10(wanted + 1)
  return Math.max(min, Math.floor((max - share * (max - min)) / 1e6) * 1e6)
}
