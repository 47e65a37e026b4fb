// Kong's rate-limiting plugin with the policy local: fixed windows by the clock, counted by each Kong for itself. A request
// beyond a limit is not counted. So up to twice the limit may pass around the end of a window.

import { hours, minutes, type Nanos, seconds } from '../../../units.ts'
import type { KongService } from './parameters.ts'

type Terms = NonNullable<KongService['rateLimit']>

interface Window {
  readonly from: Nanos
  count: number
}

export class RateLimit {
  readonly #limits: readonly {
    readonly period: Nanos
    readonly most: number
    readonly windows: Map<string, Window>
  }[]

  constructor({ second, minute, hour }: Terms) {
    this.#limits = (
      [
        [seconds(1), second],
        [minutes(1), minute],
        [hours(1), hour],
      ] as const
    ).flatMap(([period, most]) =>
      most === undefined ? [] : [{ period, most, windows: new Map<string, Window>() }],
    )
  }

  /** Whether a request may pass, which counts if so. */
  passes(who: string, now: Nanos): boolean {
    const open = this.#limits.map(({ period, windows }) => {
      const from = now - (now % period)
      let window = windows.get(who)
      if (window?.from !== from) {
        window = { from, count: 0 }
        windows.set(who, window)
      }
      return window
    })
    const passes = open.every(({ count }, i) => count < this.#limits[i]!.most)
    if (passes) for (const window of open) window.count++
    return passes
  }
}
