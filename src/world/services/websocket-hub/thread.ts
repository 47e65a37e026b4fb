// The one thread of a hub, as Node's: what it has begun it does to its end, whatever comes; several things one after another.

import { Fifo, type Waiter } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Process } from '../../process.ts'
import { Compute } from '../../waits.ts'

/** Something that the thread does, step by step. */
export interface Work {
  /** Core time of the next step; `undefined`: it is done. */
  next(): Nanos | undefined
  /** The step has been paid for. */
  step(): void
}

export class Thread implements Waiter {
  readonly scope: Process
  readonly account = undefined
  readonly #waiting = new Fifo<Work>()
  #work: Work | undefined

  constructor(process: Process) {
    this.scope = process
  }

  do(work: Work): void {
    this.#waiting.push(work)
    if (!this.#work) this.#goOn()
  }

  resume(): void {
    this.#work!.step()
    this.#goOn()
  }

  fail(): void {}

  #goOn(): void {
    for (;;) {
      this.#work ??= this.#waiting.shift()
      const work = this.#work
      if (!work) return
      const cost = work.next()
      if (cost === undefined) this.#work = undefined
      else if (cost === 0) work.step()
      else {
        new Compute(this.scope, cost).start(this)
        return
      }
    }
  }
}
