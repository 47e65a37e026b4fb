// Little's law on a run: the integral of the number in the system must be the sum of the times spent in it.
// The number is a level moved at arrival and departure; the times come from each request's own record, so that a lost
// request, a wrong instant or a forgotten departure shows. Source: Little 1961; its finite-time form, Stidham 1974.
// Over a finite window: every stay is clipped to the window, those not yet over included; the law is then exact,
// and λ counts all who were inside at some time of it.

import { invariant } from '../errors.ts'
import { format, formatNumber, type Nanos } from '../units.ts'
import type { Level } from './level.ts'

/** Rounding of sums in double precision, and no more. */
const TOLERANCE = 1e-9

export interface LittleVerdict {
  /** `null` when no request was in the system during the window. */
  readonly pass: boolean | null
  readonly detail: string
}

/** How long requests stayed in the system, each stay clipped to the measured window. */
export class Stays {
  #start: Nanos = 0
  #ended = 0
  #sum = 0

  /** Takes a request that leaves now; `arrived` is what its own record says. */
  leave(now: Nanos, arrived: Nanos): void {
    this.#ended += 1
    this.#sum += now - Math.max(arrived, this.#start)
  }

  /** The window begins now. */
  reset(now: Nanos): void {
    this.#start = now
    this.#ended = 0
    this.#sum = 0
  }

  /**
   * Whether the law holds for the window up to now. `number` was reset when this was; `inside` are the arrivals of
   * the requests that have not left.
   */
  check(number: Level, now: Nanos, inside: Iterable<Nanos>): LittleVerdict {
    const window = now - this.#start
    invariant(window >= 0, `a window of ${window} ns`)
    let requests = this.#ended
    let stayed = this.#sum
    for (const arrived of inside) {
      requests += 1
      stayed += now - Math.max(arrived, this.#start)
    }
    const integral = number.integral(now)
    if (window === 0 || (requests === 0 && integral === 0))
      return { pass: null, detail: 'no request was in the system during the measured time' }
    const pass = Math.abs(integral - stayed) <= TOLERANCE * Math.max(integral, stayed)
    const figures = [
      `L = ${formatNumber(integral / window)} in the system`,
      `λ = ${format((requests / window) * 1e9, '/s')}`,
      `W = ${requests === 0 ? 'unknown' : format(stayed / requests, 'ns')}`,
    ].join(', ')
    return { pass, detail: pass ? figures : `${figures}, but λW = ${formatNumber(stayed / window)}` }
  }
}
