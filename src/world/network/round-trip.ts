// How long it takes to hear from the other side, and how long to wait for that (RFC 6298), by what the links are now: a
// stream that has measured for a while knows as much.

import type { Nanos } from '../../units.ts'
import type { Link } from './link.ts'
import type { TcpValues } from './parameters.ts'

export class RoundTrip {
  constructor(
    readonly there: Link,
    readonly back: Link,
    readonly tcp: TcpValues,
  ) {}

  get mean(): Nanos {
    return Math.round(this.there.condition.mean + this.back.condition.mean)
  }

  /** Time until the timer runs out, when it has done so so often in a row. */
  timeout(tries: number): Nanos {
    const { minTimeout, maxTimeout } = this.tcp
    const deviation = Math.sqrt(this.there.condition.variance + this.back.condition.variance)
    const first = Math.max(minTimeout, this.mean + Math.round(4 * deviation))
    return Math.min(maxTimeout, first * 2 ** tries)
  }
}
