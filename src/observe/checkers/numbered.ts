// What was stated first of each number (an instance, a term) of a group: the value, who, and when. Numbers mostly come one
// after the other, so that they are kept in a ring by their remainder; one that meets another number in its place replaces
// it if it is higher, once the ring is as large as it may be. Columns rather than records: nothing is made for an entry.

import type { Nanos } from '../../units.ts'
import type { Speaker } from './checker.ts'

const SMALLEST = 16
const FREE = Number.NEGATIVE_INFINITY

export class Numbered<V> {
  /** Whether any have been forgotten, or came too late to be kept. */
  forgotten = false
  readonly #most: number
  #numbers = new Float64Array(SMALLEST).fill(FREE)
  #times = new Float64Array(SMALLEST)
  #values: (V | undefined)[] = new Array(SMALLEST).fill(undefined)
  #speakers: (Speaker | undefined)[] = new Array(SMALLEST).fill(undefined)

  /** @param most entries kept; rounded up to a power of two, at least 16 */
  constructor(most: number) {
    this.#most = most
  }

  /** The place of a number that is known; -1: it is not. */
  find(number: number): number {
    const place = this.#placeOf(number)
    return this.#numbers[place] === number ? place : -1
  }

  /** Takes in a number that is not known. Whether it is kept. */
  add(number: number, value: V, by: Speaker, at: Nanos): boolean {
    let place = this.#placeOf(number)
    while (this.#numbers[place] !== FREE && this.#numbers.length < this.#most) {
      this.#grow()
      place = this.#placeOf(number)
    }
    const before = this.#numbers[place]!
    this.forgotten ||= before !== FREE
    if (before > number) return false
    this.#put(place, number, value, by, at)
    return true
  }

  valueAt(place: number): V {
    return this.#values[place]!
  }

  byAt(place: number): Speaker {
    return this.#speakers[place]!
  }

  timeAt(place: number): Nanos {
    return this.#times[place]!
  }

  replace(place: number, value: V): void {
    this.#values[place] = value
  }

  #placeOf(number: number): number {
    // Whole numbers below 2^31 are the rule; what is none has its place too.
    return Math.abs(Math.trunc(number)) % this.#numbers.length
  }

  #put(place: number, number: number, value: V, by: Speaker, at: Nanos): void {
    this.#numbers[place] = number
    this.#times[place] = at
    this.#values[place] = value
    this.#speakers[place] = by
  }

  #grow(): void {
    const [numbers, times, values, speakers] = [this.#numbers, this.#times, this.#values, this.#speakers]
    const size = numbers.length * 2
    this.#numbers = new Float64Array(size).fill(FREE)
    this.#times = new Float64Array(size)
    this.#values = new Array(size).fill(undefined)
    this.#speakers = new Array(size).fill(undefined)
    for (const [old, number] of numbers.entries())
      if (number !== FREE) this.#put(this.#placeOf(number), number, values[old]!, speakers[old]!, times[old]!)
  }
}
