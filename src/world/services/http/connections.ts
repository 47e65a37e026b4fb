// Connections that callers keep open: whoever asks takes the one it used last, if that is still open, or opens a new one.

import type { Nanos } from '../../../units.ts'

export class Connections {
  /** By caller: since when each connection is idle, the longest first. */
  readonly #idle = new Map<string, Nanos[]>()

  /** @param keepAlive time after which an idle one is closed */
  constructor(readonly keepAlive: Nanos) {}

  /** A request comes. True if it comes over a new connection. */
  take(caller: string, now: Nanos): boolean {
    const idle = this.#idle.get(caller)
    const since = idle?.pop()
    if (since !== undefined && now - since <= this.keepAlive) return false
    // What has been idle for longer than the last is closed too.
    this.#idle.delete(caller)
    return true
  }

  /** A request has been answered. */
  free(caller: string, now: Nanos): void {
    if (this.keepAlive === 0) return
    const idle = this.#idle.get(caller)
    if (idle) idle.push(now)
    else this.#idle.set(caller, [now])
  }
}
