// What a stream has lost, by what is known of it at the sender.

import type { Parcel } from './parcel.ts'

/** Acknowledgements of later segments that tell of a loss (RFC 5681 3.2). */
const DUPLICATES = 3

/** Segments that are missing. */
export interface Loss {
  readonly parcel: Parcel
  segments: number
}

export class Losses {
  /** Nobody knows yet. */
  #fresh: Loss[] = []
  /** Sent again and lost again, which the timer alone can tell. */
  #stuck: Loss[] = []
  /** Known to be lost, and to be sent again, the earliest first. */
  #known: Loss[] = []
  /** Segments behind the first fresh one that got through. */
  #duplicates = 0

  /** What is to be sent again next. */
  get next(): Loss | undefined {
    return this.#known[0]
  }

  /** Some are waiting for the timer alone. */
  get anyStuck(): boolean {
    return this.#stuck.length > 0
  }

  /** Segments that nothing was heard of. */
  get missing(): number {
    let segments = 0
    for (const loss of this.#fresh) segments += loss.segments
    for (const loss of this.#stuck) segments += loss.segments
    return segments
  }

  /** Enough later segments have got through to tell of a loss. */
  get areTold(): boolean {
    return this.#fresh.length > 0 && this.#duplicates >= DUPLICATES
  }

  /** Segments are lost, the first time or again. */
  add(parcel: Parcel, segments: number, again: boolean): void {
    const among = again ? this.#stuck : this.#fresh
    among.push({ parcel, segments })
  }

  /** Segments got through that were sent after these. */
  passed(segments: number): void {
    if (this.#fresh.length > 0) this.#duplicates += segments
  }

  /** So many of the next are being sent again. */
  take(segments: number): void {
    const loss = this.#known[0]!
    loss.segments -= segments
    if (loss.segments === 0) this.#known.shift()
  }

  /** Acknowledgements have told of the fresh ones. */
  noticed(): void {
    this.#known.push(...this.#fresh)
    this.#fresh = []
    this.#duplicates = 0
  }

  /** The timer has told of all. */
  timedOut(): void {
    this.#known = [...this.#stuck, ...this.#known, ...this.#fresh]
    this.#stuck = []
    this.#fresh = []
    this.#duplicates = 0
  }

  clear(): void {
    this.#known = []
    this.#stuck = []
    this.#fresh = []
    this.#duplicates = 0
  }
}
