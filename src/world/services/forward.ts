// A request passed on to another process: the call to it, and where its time went.

import type { Account, Message, Waiter } from '../../env/index.ts'
import { Call, type CallTerms } from '../call.ts'
import type { Process } from '../process.ts'

/** Who passes a request on. */
export interface Forwarder {
  answered(message: Message): void
  failed(error: unknown): void
}

export class Forward implements Waiter {
  /** The parts of the time from the start to the answer. */
  readonly account: Account
  readonly #call: Call<Message>
  readonly #startedAt: number

  /** Starts at once; `forwarder` is told of the end, unless the forward is cancelled. */
  constructor(
    readonly scope: Process,
    to: Process,
    message: Message,
    terms: CallTerms,
    readonly forwarder: Forwarder,
  ) {
    this.account = scope.world.newAccount()
    this.#startedAt = scope.now()
    this.#call = new Call<Message>(scope, to, message, terms)
    this.#call.start(this)
  }

  /** Closes the connection. */
  cancel(): void {
    this.#call.cancel()
  }

  resume(message: unknown): void {
    this.#book()
    this.forwarder.answered(message as Message)
  }

  fail(error: unknown): void {
    this.#book()
    this.forwarder.failed(error)
  }

  #book(): void {
    this.#call.attribute(this.account, this.scope.now() - this.#startedAt)
  }
}
