// How many segments a stream may send before it hears of them: slow start, then one more each round trip; half after a
// loss that acknowledgements tell of, one after a loss that only the timer tells of.
// Source: RFC 5681 (Reno), RFC 6928 (initial window), counted in segments and by rounds of one round trip.
// Left out: CUBIC and BBR; delayed acknowledgements (RFC 5681 4.2), which would halve the growth.

import type { Nanos } from '../../units.ts'

/** Fewer the threshold never is. */
const LEAST = 2

export class Window {
  /** In segments, not whole. */
  size: number
  /** Below it the window doubles each round. */
  threshold = Number.POSITIVE_INFINITY
  /** Segments of this round that were sent, and those of them that got through. */
  sent = 0
  arrived = 0
  /** When the round is over. */
  endsAt: Nanos = 0
  /** Segments of earlier rounds that nothing was heard of: they take up room. */
  missing = 0

  constructor(
    readonly initial: number,
    readonly most: number,
  ) {
    this.size = Math.min(initial, most)
  }

  /** Segments that may still be sent in this round. */
  get room(): number {
    return Math.floor(this.size) - this.sent - this.missing
  }

  /** A new round; the window grows by what got through in the last one. While something is missing it stands. */
  open(endsAt: Nanos, missing: number): void {
    const { arrived } = this
    if (missing === 0 && arrived > 0) {
      const grown =
        this.size < this.threshold
          ? Math.min(this.size + arrived, this.threshold)
          : this.size + arrived / this.size
      this.size = Math.min(grown, this.most)
    }
    this.#begin(endsAt, missing)
  }

  /** Nothing was sent for long: what was learnt of the way is out of date. */
  rest(): void {
    this.size = Math.min(this.size, this.initial)
    this.arrived = 0
  }

  /** Acknowledgements told of a loss. */
  halve(endsAt: Nanos, missing: number): void {
    this.threshold = Math.max(LEAST, Math.floor(this.size / 2))
    this.size = this.threshold
    this.#begin(endsAt, missing)
  }

  /** The timer told of a loss. */
  collapse(endsAt: Nanos): void {
    this.threshold = Math.max(LEAST, Math.floor(this.size / 2))
    this.size = 1
    this.#begin(endsAt, 0)
  }

  #begin(endsAt: Nanos, missing: number): void {
    this.sent = 0
    this.arrived = 0
    this.missing = missing
    this.endsAt = endsAt
  }
}
