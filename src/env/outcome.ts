// What a network and its peers do to a call: outcomes to be caught, not bugs.

import type { Nanos } from '../units.ts'

/**
 * Base of everything that a call may end in besides its reply. Not an Error: it is no bug, and the stack that an Error
 * takes down costs more than the rest of a simulated request.
 */
export class Outcome {
  readonly name: string = 'Outcome'

  constructor(readonly message: string) {}

  toString(): string {
    return `${this.name}: ${this.message}`
  }
}

/** No reply within the time given. */
export class TimeoutError extends Outcome {
  override readonly name = 'TimeoutError'
  constructor(
    readonly what: string,
    readonly after: Nanos,
  ) {
    super(`${what}: no reply within ${after / 1e6} ms`)
  }
}

/** The peer, or its host, is down or cut off, and the caller was told so. */
export class UnreachableError extends Outcome {
  override readonly name = 'UnreachableError'
}

/** Nobody listens there: the request was not even sent. */
export class ConnectionRefusedError extends UnreachableError {}

/** The peer answered, and said no: status as in HTTP (503 busy, 429 too many, 404 unknown …). */
export class RefusedError extends Outcome {
  override readonly name = 'RefusedError'
  constructor(
    readonly status: number,
    message: string,
    /** When it may be asked again, as Retry-After says. */
    readonly retryAfter?: Nanos,
  ) {
    super(message)
  }
}

/** The task was cancelled by its owner; thrown in it where it stands, so that `finally` runs. */
export class CancelledError extends Outcome {
  override readonly name = 'CancelledError'
}
