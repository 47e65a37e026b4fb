// Which variants the page's filter leaves, for whoever draws by it.

type Hears = (places: ReadonlySet<number>) => void

export class Remaining {
  readonly #hear: Hears[] = []

  /** Calls it with the places of the variants that are left, when that has changed. */
  onChange(hears: Hears): void {
    this.#hear.push(hears)
  }

  tell(places: ReadonlySet<number>): void {
    for (const hears of this.#hear) hears(places)
  }
}
