// What a benchmark prints: one figure a line.

export interface Row {
  readonly name: string
  /** Events or tasks waiting meanwhile; 0 where it does not matter. */
  readonly pending: number
  /** Operations per second of real time. */
  readonly perSecond: number
  readonly bytesPerEvent?: number
  readonly note?: string
  /** What speaks against the figure: below the clock's step, or work that the compiler may have left out. It is shown, and compared with nothing. */
  readonly suspicions?: readonly string[]
}
