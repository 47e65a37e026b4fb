// The messages of a stream that have not landed, in their order.

import type { Parcel } from './parcel.ts'

export class Parcels {
  /** The first that is not sent to its end. */
  unsent: Parcel | undefined
  #first: Parcel | undefined
  #last: Parcel | undefined

  add(parcel: Parcel): void {
    if (this.#last) this.#last.next = parcel
    else this.#first = parcel
    this.#last = parcel
    this.unsent ??= parcel
  }

  /** Takes out the first, if it is there or will not come. */
  shift(): Parcel | undefined {
    const parcel = this.#first
    if (!parcel || !(parcel.here || parcel.gone)) return undefined
    this.#first = parcel.next
    if (this.#last === parcel) this.#last = undefined
    return parcel
  }

  *[Symbol.iterator](): Iterator<Parcel> {
    for (let parcel = this.#first; parcel; parcel = parcel.next) yield parcel
  }
}
