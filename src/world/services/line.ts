// A line of those who wait: first or last comes first, and anyone may leave from within, each in O(1).

/** What can stand in one line at a time. */
export class Place {
  ahead: Place | undefined
  behind: Place | undefined
}

export class Line<P extends Place> {
  length = 0
  #first: Place | undefined
  #last: Place | undefined

  push(place: P): void {
    place.ahead = this.#last
    if (this.#last) this.#last.behind = place
    else this.#first = place
    this.#last = place
    this.length++
  }

  /** Takes who has waited longest. */
  takeFirst(): P | undefined {
    return this.#take(this.#first)
  }

  /** Takes who came last. */
  takeLast(): P | undefined {
    return this.#take(this.#last)
  }

  /** Lets one leave who stands in this line. */
  remove(place: P): void {
    if (place.ahead) place.ahead.behind = place.behind
    else this.#first = place.behind
    if (place.behind) place.behind.ahead = place.ahead
    else this.#last = place.ahead
    place.ahead = undefined
    place.behind = undefined
    this.length--
  }

  #take(place: Place | undefined): P | undefined {
    if (place) this.remove(place as P)
    return place as P | undefined
  }
}
