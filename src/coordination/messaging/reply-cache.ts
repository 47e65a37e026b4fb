// Replies that stand for later calls like theirs: for a while, and as many as there is room for. The least recently used
// makes room for a new one (a Map keeps the order of insertion, and a hit is inserted again).

import type { Nanos } from '../../units.ts'

export class ReplyCache<T> {
  readonly #replies = new Map<string, { readonly reply: T; readonly until: Nanos }>()
  readonly #most: number

  /** @param most replies that it holds */
  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#replies.size
  }

  /** The reply that stands at this instant. */
  get(key: string, now: Nanos): T | undefined {
    const found = this.#replies.get(key)
    if (!found) return undefined
    this.#replies.delete(key)
    if (found.until <= now) return undefined
    this.#replies.set(key, found)
    return found.reply
  }

  /** Keeps a reply until an instant; whether another had to go for it. */
  put(key: string, reply: T, until: Nanos): boolean {
    this.#replies.delete(key)
    this.#replies.set(key, { reply, until })
    if (this.#replies.size <= this.#most) return false
    const oldest = this.#replies.keys().next().value!
    this.#replies.delete(oldest)
    return true
  }
}
