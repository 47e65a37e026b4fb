// Callers of BLPOP and its like, waiting for something to take: at each key in the order of their coming, at several keys
// at once, for a time or for ever.

import type { Timer } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Invocation } from './commands/registry.ts'
import type { Exchange, Pending } from './exchange.ts'
import type { Thread } from './thread.ts'

export class Blocked {
  readonly #thread: Thread
  /** Waiters by key, in their order. */
  readonly #lines = new Map<string, Set<BlockedCall>>()
  /** All of them. */
  readonly #calls = new Set<BlockedCall>()

  constructor(thread: Thread) {
    this.#thread = thread
  }

  get size(): number {
    return this.#calls.size
  }

  /** The caller waits; `expired` is called when its time is over. */
  add(exchange: Exchange, invocation: Invocation, patience: Nanos, expired: () => void): void {
    const call = new BlockedCall(this, exchange, invocation)
    exchange.pending = call
    if (patience !== Number.POSITIVE_INFINITY)
      call.timer = this.#thread.after(patience, () => {
        if (exchange.pending === call) expired()
      })
    this.#calls.add(call)
    for (const key of invocation.waitsAt) {
      const line = this.#lines.get(key)
      if (line) line.add(call)
      else this.#lines.set(key, new Set([call]))
    }
  }

  /** Who waits at a key, first come first. */
  at(key: string): Iterable<BlockedCall> {
    return this.#lines.get(key) ?? []
  }

  /** All that wait. */
  all(): readonly BlockedCall[] {
    return [...this.#calls]
  }

  remove(call: BlockedCall): void {
    this.#calls.delete(call)
    for (const key of call.invocation.waitsAt) {
      const line = this.#lines.get(key)
      line?.delete(call)
      if (line?.size === 0) this.#lines.delete(key)
    }
  }
}

class BlockedCall implements Pending {
  timer: Timer | undefined

  constructor(
    readonly blocked: Blocked,
    readonly exchange: Exchange,
    readonly invocation: Invocation,
  ) {}

  /** Its caller has closed the connection without a word, because its process ended on a host that goes on. */
  get left(): boolean {
    const { from, call } = this.exchange.request
    return from.host.up && !call!.open
  }

  cancel(): void {
    this.timer?.cancel()
    this.blocked.remove(this)
  }
}
