// Holt's linear method, double exponential smoothing: a level and a trend, each a weighted mean of what was and what is.
// Source: C. C. Holt, "Forecasting seasonals and trends by exponentially weighted moving averages", ONR Memorandum 52 (1957),
// printed in Int. J. of Forecasting 20 (2004); NIST/SEMATECH e-Handbook 6.4.3.3. Left out: seasons, damping of the trend.

export class Holt {
  readonly #levelWeight: number
  readonly #trendWeight: number
  #level: number | undefined
  #trend: number | undefined

  /**
   * @param levelWeight α, 0 to 1: how much the latest value counts
   * @param trendWeight β (NIST's γ), 0 to 1: how much the latest change of the level counts
   * @param first the trend to begin with; left out: the second value less the first
   */
  constructor(levelWeight: number, trendWeight: number, first?: number) {
    this.#levelWeight = levelWeight
    this.#trendWeight = trendWeight
    this.#trend = first
  }

  /** The next value of the series. */
  add(value: number): void {
    const before = this.#level
    if (before === undefined) {
      this.#level = value
      return
    }
    const trend = this.#trend ?? value - before
    const level = this.#levelWeight * value + (1 - this.#levelWeight) * (before + trend)
    this.#trend = this.#trendWeight * (level - before) + (1 - this.#trendWeight) * trend
    this.#level = level
  }

  /** The value expected so many steps ahead; before there is any, 0. */
  ahead(steps: number): number {
    return (this.#level ?? 0) + steps * (this.#trend ?? 0)
  }
}
