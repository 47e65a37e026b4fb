// The requests that a process has taken and not answered, in the order of their coming; each comes and goes in O(1),
// as its links are its own.

import type { Envelope } from './envelope.ts'

export class InHand {
  #first: Envelope | undefined
  #last: Envelope | undefined

  add(request: Envelope): void {
    request.held = true
    request.before = this.#last
    if (this.#last) this.#last.after = request
    else this.#first = request
    this.#last = request
  }

  /** Nothing if it is not in hand. */
  remove(request: Envelope): void {
    if (!request.held) return
    request.held = false
    if (request.before) request.before.after = request.after
    else this.#first = request.after
    if (request.after) request.after.before = request.before
    else this.#last = request.before
    request.before = undefined
    request.after = undefined
  }

  /** Empties it, and gives what was there. */
  take(): readonly Envelope[] {
    const taken: Envelope[] = []
    for (let request = this.#first; request; request = this.#first) {
      this.remove(request)
      taken.push(request)
    }
    return taken
  }
}
