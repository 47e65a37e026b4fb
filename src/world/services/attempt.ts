// One try of a proxy to have a request answered by a server: its two time limits, and whether the request may have been
// worked on when it failed. A host that is down or cut off takes no connections, nor does one whose process has ended;
// what fails later had been sent.

import {
  type Account,
  ConnectionRefusedError,
  type Message,
  TimeoutError,
  UnreachableError,
} from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import type { Process } from '../process.ts'
import { Forward, type Forwarder } from './forward.ts'

export interface AttemptTerms {
  /** For the connection to be taken. */
  readonly connectTimeout: Nanos
  /** For the beginning of the answer. */
  readonly readTimeout: Nanos
}

/** Who tries. */
export interface Attempter {
  /** The answer has begun. */
  begun(): void
  answered(message: Message): void
  /** The server said no: an answer too. */
  refused(error: Error): void
  /** There is no answer: the connection failed, or a time limit ran out. */
  failed(why: 'error' | 'timeout', text: string): void
}

export class Attempt implements Forwarder {
  /** The server took the connection. */
  sent: boolean
  readonly #forward: Forward

  constructor(
    scope: Process,
    server: Process,
    message: Message,
    { connectTimeout, readTimeout }: AttemptTerms,
    readonly attempter: Attempter,
  ) {
    this.sent = scope.world.network.reaches(scope.host, server.host)
    const terms = {
      timeout: Number.POSITIVE_INFINITY,
      headTimeout: this.sent ? readTimeout : connectTimeout,
      onHead: () => attempter.begun(),
    }
    this.#forward = new Forward(scope, server, message, terms, this)
  }

  /** The parts of its time, once it has ended. */
  get account(): Account {
    return this.#forward.account
  }

  /** Closes the connection. */
  close(): void {
    this.#forward.cancel()
  }

  answered(message: Message): void {
    this.attempter.answered(message)
  }

  failed(error: unknown): void {
    const { attempter } = this
    if (error instanceof TimeoutError) attempter.failed('timeout', 'upstream timed out')
    else if (error instanceof UnreachableError) {
      if (error instanceof ConnectionRefusedError) this.sent = false
      attempter.failed('error', error.message)
    } else attempter.refused(error as Error)
  }
}
