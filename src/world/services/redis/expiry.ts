// Removes expired keys that nobody looks at: ten times a second the thread looks at 20 keys by chance of those that expire,
// and goes on while more than a tenth of them had expired, for a quarter of its time at most. Source: redis.io, EXPIRE, "How
// Redis expires keys"; expire.c. A replica goes by its master's time.
// While nothing comes to the server nothing is removed either, as nobody could see it.

import { ms, type Nanos } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'
import type { Keyspace } from './keyspace.ts'
import type { Thread } from './thread.ts'

const PERIOD = ms(100)
const LOOKS = 20
/** Of those looked at; above, there are likely to be more. */
const STALE = 0.1
const BUDGET = PERIOD / 4

export class Expiry {
  readonly #context: ServiceContext
  readonly #thread: Thread
  readonly #cost: Nanos
  #next: Nanos = 0

  /** @param cost of looking at a key */
  constructor(context: ServiceContext, thread: Thread, cost: Nanos) {
    this.#context = context
    this.#thread = thread
    this.#cost = cost
  }

  /** Looks, if it is time. @param clock by which keys expire */
  look(db: Keyspace, clock: Nanos): void {
    const now = this.#context.now()
    if (db.expiring === 0 || now < this.#next) return
    this.#next = now + PERIOD
    const random = this.#context.random('expiry')
    const most = Math.max(1, Math.floor(BUDGET / (LOOKS * Math.max(1, this.#cost))))
    let rounds = 0
    let gone = 0
    do {
      gone = db.sampleExpired(LOOKS, (below) => random.integer(below), clock)
      rounds++
    } while (gone > STALE * LOOKS && rounds < most)
    this.#thread.compute(rounds * LOOKS * this.#cost, () => {})
  }
}
