// A quantity over virtual time in flat memory: a fixed number of bins from 0 on, whose width doubles (pairs merge)
// when time outgrows them. Widths are powers of two nanoseconds, so that no time is rounded.

import { InvariantError } from '../errors.ts'
import type { Nanos } from '../units.ts'

/** A sum for each bin of time: of what a counter counted, or of a level times how long it held. */
export class Bins {
  readonly #sums: Float64Array
  #width: Nanos = 1
  /** 1 / width, exact as a power of two. */
  #inverse = 1
  #end: Nanos
  /** The bin last added to and what it got: the array is touched only when time has left it. */
  #open = -1
  #sum = 0

  /** `size` bins, at least one. */
  constructor(size: number) {
    this.#sums = new Float64Array(size)
    this.#end = size
  }

  get width(): Nanos {
    return this.#width
  }

  /** Adds to the bin of this instant. */
  add(now: Nanos, amount: number): void {
    if (!(now >= 0 && now < this.#end)) this.#reach(now + 1)
    this.#gather(Math.floor(now * this.#inverse), amount)
  }

  /** Adds a level that held from one instant to another: to each bin the level times the time it held there. */
  hold(from: Nanos, to: Nanos, level: number): void {
    if (!(to <= this.#end)) this.#reach(to)
    const last = Math.floor(to * this.#inverse)
    let at = from
    for (let bin = Math.floor(from * this.#inverse); bin < last; bin++) {
      const edge = (bin + 1) * this.#width
      this.#gather(bin, level * (edge - at))
      at = edge
    }
    if (to > at) this.#gather(last, level * (to - at))
  }

  /** What `value` makes of each bin's sum, in order, and of the part [from, to) of the bin that lies before `end`. */
  map<T>(end: Nanos, value: (sum: number, from: Nanos, to: Nanos, bin: number) => T): T[] {
    this.#reach(end)
    this.#settle()
    const values: T[] = []
    for (let bin = 0; bin * this.#width < end; bin++)
      values.push(value(this.#sums[bin]!, bin * this.#width, Math.min(end, (bin + 1) * this.#width), bin))
    return values
  }

  #gather(bin: number, amount: number): void {
    if (bin !== this.#open) {
      this.#settle()
      this.#open = bin
    }
    this.#sum += amount
  }

  #settle(): void {
    if (this.#open >= 0) this.#sums[this.#open]! += this.#sum
    this.#open = -1
    this.#sum = 0
  }

  #reach(end: Nanos): void {
    if (!(end >= 0 && end <= 2 ** 53))
      throw new InvariantError(`a time series got an instant before ${end} ns`)
    while (this.#end < end) this.#double()
  }

  #double(): void {
    this.#settle()
    const sums = this.#sums
    for (let bin = 0; bin < sums.length; bin++) sums[bin] = (sums[2 * bin] ?? 0) + (sums[2 * bin + 1] ?? 0)
    this.#width *= 2
    this.#inverse /= 2
    this.#end *= 2
  }
}
