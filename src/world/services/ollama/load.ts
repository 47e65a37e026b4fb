// A load under way: a runner that reads its model from the disk, beside whoever else does. Ollama polls its health, so that its
// end, the end of Ollama's patience and its abortion all show at the next poll.

import { ms, type Nanos } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'

const HEALTH_POLL = ms(250)

export interface LoadTerms {
  readonly context: ServiceContext
  /** To read. */
  readonly bytes: number
  /** Taken for it. */
  readonly memory: number
  readonly timeout: Nanos
  read(): void
  timedOut(): void
}

export class Load {
  readonly startedAt: Nanos
  readonly memory: number
  readonly #context: ServiceContext
  /** What has to be called off. */
  #pending: readonly (() => void)[]

  constructor({ context, bytes, memory, timeout, read, timedOut }: LoadTerms) {
    this.startedAt = context.now()
    this.memory = memory
    this.#context = context
    const ended = (): void => {
      if (this.#elapsed <= timeout) this.#atNextPoll(read)
    }
    const patience = context.later(untilPoll(timeout), () => {
      this.cancel()
      timedOut()
    })
    this.#pending = [context.host.disk.stream(bytes, context.entering(ended)), patience]
  }

  cancel(): void {
    for (const stop of this.#pending) stop()
    this.#pending = []
  }

  /** Its caller has gone: `then` at the next poll, and nothing else. */
  abort(then: () => void): void {
    this.#atNextPoll(then)
  }

  get #elapsed(): Nanos {
    return this.#context.now() - this.startedAt
  }

  #atNextPoll(then: () => void): void {
    this.cancel()
    this.#pending = [this.#context.later(untilPoll(this.#elapsed) - this.#elapsed, then)]
  }
}

/** A duration rounded up to the next poll; the first comes after one interval. */
const untilPoll = (duration: Nanos): Nanos => Math.max(1, Math.ceil(duration / HEALTH_POLL)) * HEALTH_POLL
