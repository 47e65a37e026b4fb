// How many agents will be asked for soon: a forecast by Holt's method for each capability, from the requests of each interval.

import { Holt } from './holt.ts'

interface Series {
  readonly holt: Holt
  /** Requests in the interval that runs. */
  count: number
}

export class DemandForecast {
  readonly #levelWeight: number
  readonly #trendWeight: number
  readonly #series = new Map<string, Series>()

  constructor(levelWeight: number, trendWeight: number) {
    this.#levelWeight = levelWeight
    this.#trendWeight = trendWeight
  }

  /** An agent with this capability was asked for. */
  count(capability: string): void {
    let series = this.#series.get(capability)
    if (!series) {
      series = { holt: new Holt(this.#levelWeight, this.#trendWeight), count: 0 }
      this.#series.set(capability, series)
    }
    series.count++
  }

  /** An interval is over. */
  tick(): void {
    for (const series of this.#series.values()) {
      series.holt.add(series.count)
      series.count = 0
    }
  }

  /** Requests of a capability expected in the next intervals, of the last of which a part may do; never fewer than none in any. */
  expected(capability: string, intervals: number): number {
    const series = this.#series.get(capability)
    let sum = 0
    if (series)
      for (let step = 0; step < intervals; step++)
        sum += Math.min(1, intervals - step) * Math.max(0, series.holt.ahead(step + 1))
    return sum
  }

  /** The same of all capabilities together. */
  total(intervals: number): number {
    let sum = 0
    for (const capability of this.#series.keys()) sum += this.expected(capability, intervals)
    return sum
  }
}
