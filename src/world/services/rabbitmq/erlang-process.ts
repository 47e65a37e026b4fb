// An Erlang process of the broker: a connection's, or a queue's. It takes what it is sent one after the other, each on a
// core of the host: so one queue fills one core at most, and several fill several.

import { Fifo, QUEUE } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import type { ServiceContext } from '../../service.ts'

interface Job {
  readonly cost: Nanos
  readonly then: () => void
  /** Whose time it is. */
  readonly request: Envelope | undefined
}

export class ErlangProcess {
  readonly #context: ServiceContext
  readonly #mailbox = new Fifo<Job>()
  #current: Job | undefined
  #busy = false
  #ended = false
  #cancel: () => void = () => {}

  constructor(context: ServiceContext) {
    this.#context = context
  }

  /** Sends it something that takes so much of a core, and then takes effect. */
  send(cost: Nanos, then: () => void, request?: Envelope): void {
    if (this.#ended) return
    this.#mailbox.push({ cost, then, request })
    if (!this.#busy) this.#next()
  }

  /** It ends where it stands; what was sent to it is gone. */
  end(): void {
    this.#ended = true
    this.#mailbox.clear()
    this.#cancel()
  }

  #next(): void {
    for (let job = this.#mailbox.shift(); job; job = this.#mailbox.shift()) {
      this.#busy = true
      job.request?.book(QUEUE)
      if (job.cost > 0) {
        this.#current = job
        this.#cancel = this.#context.work(job.cost, this.#done)
        return
      }
      job.then()
      this.#busy = false
    }
  }

  readonly #done = (): void => {
    const job = this.#current!
    this.#current = undefined
    this.#cancel = () => {}
    job.request?.paid(Math.round(job.cost / this.#context.host.cpu.speed))
    job.then()
    this.#busy = false
    this.#next()
  }
}
