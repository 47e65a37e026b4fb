// Counts the acknowledged writes that are lost: by a failover at once; by a crash when the story goes on from what it has
// left, and not where a replica takes over that has more.

import type { Counter } from '../../../observe/counter.ts'
import type { ServiceContext } from '../../service.ts'
import type { History } from './history.ts'

/** An earlier history up to an offset. */
export interface Left {
  readonly history: History
  readonly offset: number
}

export class Losses {
  readonly #context: ServiceContext
  readonly #lost: Counter
  #left: Left | undefined

  constructor(context: ServiceContext) {
    this.#context = context
    this.#lost = context.counter('lost-writes')
  }

  /** A story goes on from an offset. */
  count(history: History, offset: number): void {
    this.#lost.add(this.#context.now(), history.writeOff(offset))
  }

  /** A crash has left this; it is not yet known to be all that there is. */
  crashed(left: Left): void {
    this.#left = left
  }

  /** What the crash has left is what others have from now on. */
  settle(): void {
    if (this.#left) this.count(this.#left.history, this.#left.offset)
    this.#left = undefined
  }

  /** Somebody else goes on, who may have more. */
  forget(): void {
    this.#left = undefined
  }
}
