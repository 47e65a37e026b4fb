// Round instants for an axis of time.

import type { Nanos } from '../../units.ts'

/** At most `most` instants within, a step of 1, 2 or 5 times a power of ten nanoseconds apart; none finer than that. */
export function timeTicks(from: Nanos, until: Nanos, most: number): readonly Nanos[] {
  let step = 1
  for (let power = 1; (until - from) / step > most; power *= 10)
    step = [power, 2 * power, 5 * power].find((size) => (until - from) / size <= most) ?? 10 * power
  const first = Math.ceil(from / step)
  const last = Math.floor(until / step)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step)
}
