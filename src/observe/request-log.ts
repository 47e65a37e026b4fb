// Every answered request of a run, and where its time went: by part, by the part of the scenario that it was spent at, and by what
// was handled there. Of the slowest one also the steps in their order. A request is a few numbers, since the cells (part, where,
// what) recur; so a million of them fit into memory.

import type { Account } from '../env/account.ts'
import { invariant } from '../errors.ts'
import type { Nanos } from '../units.ts'
import { type Step, TracedAccount } from './traced-account.ts'

/** What time is told apart by; `undefined` where nobody said. */
export type Cell = Pick<Step, 'part' | 'of' | 'what'>

export interface LoggedRequest {
  readonly at: Nanos
  readonly latency: Nanos
  readonly steps: readonly Step[]
}

/** A log as plain data. */
export interface KeptRequests {
  readonly cells: readonly Cell[]
  readonly askedAt: readonly Nanos[]
  readonly latencies: readonly Nanos[]
  readonly slowest?: LoggedRequest | undefined
  /** Where the times of each request begin, in these two. */
  readonly starts: readonly number[]
  readonly places: readonly number[]
  readonly times: readonly Nanos[]
}

export class RequestLog {
  readonly cells: Cell[] = []
  /** When each was asked, in the order of the answers. */
  readonly askedAt: Nanos[] = []
  readonly latencies: Nanos[] = []
  slowest: LoggedRequest | undefined
  readonly #places = new Map<string, number>()
  /** Where the times of each request begin, in these two. */
  #starts: number[] = []
  #cells: number[] = []
  #times: Nanos[] = []

  /** A log again that was kept as plain data; to be read. */
  static of({ cells, askedAt, latencies, slowest, starts, places, times }: KeptRequests): RequestLog {
    const log = new RequestLog()
    for (const cell of cells) log.cells.push(cell)
    for (const at of askedAt) log.askedAt.push(at)
    for (const latency of latencies) log.latencies.push(latency)
    log.slowest = slowest
    log.#starts = [...starts]
    log.#cells = [...places]
    log.#times = [...times]
    return log
  }

  /** For `RequestLog.of`. */
  kept(): KeptRequests {
    const { cells, askedAt, latencies, slowest } = this
    return {
      cells,
      askedAt,
      latencies,
      slowest,
      starts: this.#starts,
      places: this.#cells,
      times: this.#times,
    }
  }

  account(): Account {
    return new TracedAccount()
  }

  /** The warm-up is over. */
  reset(): void {
    for (const list of [this.askedAt, this.latencies, this.#starts, this.#cells, this.#times]) list.length = 0
    this.slowest = undefined
  }

  answered(at: Nanos, latency: Nanos, account: Account): void {
    invariant(account instanceof TracedAccount, 'a request that is logged has an account of steps')
    this.askedAt.push(at)
    this.latencies.push(latency)
    this.#starts.push(this.#cells.length)
    let sum = 0
    for (const [cell, time] of this.#sums(account.steps)) {
      this.#cells.push(cell)
      this.#times.push(time)
      sum += time
    }
    invariant(sum === latency, () => `a request took ${latency} ns, but its steps sum to ${sum} ns`)
    if (!this.slowest || latency > this.slowest.latency)
      this.slowest = { at, latency, steps: [...account.steps] }
  }

  /** Calls with each cell and time of a request. */
  eachTime(request: number, hear: (cell: number, time: Nanos) => void): void {
    const end = this.#starts[request + 1] ?? this.#cells.length
    for (let i = this.#starts[request]!; i < end; i++) hear(this.#cells[i]!, this.#times[i]!)
  }

  #sums(steps: readonly Step[]): ReadonlyMap<number, Nanos> {
    const sums = new Map<number, Nanos>()
    for (const step of steps) {
      const cell = this.#cellOf(step)
      sums.set(cell, (sums.get(cell) ?? 0) + step.duration)
    }
    return sums
  }

  #cellOf({ part, of, what }: Step): number {
    const key = `${part} ${of} ${what}`
    const known = this.#places.get(key)
    if (known !== undefined) return known
    this.#places.set(key, this.cells.length)
    return this.cells.push({ part, of, what }) - 1
  }
}
