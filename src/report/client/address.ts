// What a reader has set, in the address: `#variants.agents=54&seeds=1&sort.key=-latency.p95&open=data.throughput`. A fragment
// without a sign of equality is a place on the page, and leaves it as it is.

export class Address {
  #state = new URLSearchParams()
  readonly #readers: (() => void)[] = []

  constructor() {
    this.#read()
    addEventListener('hashchange', () => {
      if (this.#read()) for (const read of this.#readers) read()
      else if (this.#state.size > 0) this.#write()
    })
  }

  all(key: string): readonly string[] {
    return this.#state.getAll(key)
  }

  /** Nothing: as if it had never been set. */
  set(key: string, values: readonly string[]): void {
    this.#state.delete(key)
    for (const value of values) this.#state.append(key, value)
    this.#write()
  }

  /** Calls it when somebody has changed the address. */
  onChange(read: () => void): void {
    this.#readers.push(read)
  }

  #read(): boolean {
    const state = location.hash.includes('=')
    if (state) this.#state = new URLSearchParams(location.hash.slice(1))
    return state
  }

  #write(): void {
    this.#state.sort()
    const text = this.#state.toString()
    history.replaceState(null, '', text === '' ? location.pathname + location.search : `#${text}`)
  }
}
