// The memory of a host: a limit, and who holds how much of it. An allocation fits or is refused; page cache,
// eviction and the OOM killer are not modelled yet.

import type { Level } from '../observe/level.ts'

export class Memory {
  #used = 0
  readonly #accounts: MemoryAccount[] = []

  /** @param limit bytes @param level the bytes in use over time */
  constructor(
    readonly limit: number,
    readonly level: Level,
  ) {
    level.set(0, 0)
  }

  get used(): number {
    return this.#used
  }

  get free(): number {
    return this.limit - this.#used
  }

  /** Takes so many bytes, if there are as many free. */
  allocate(now: number, bytes: number): boolean {
    if (bytes > this.free) return false
    this.#used += bytes
    this.level.set(now, this.#used)
    return true
  }

  release(now: number, bytes: number): void {
    this.#used = Math.max(0, this.#used - bytes)
    this.level.set(now, this.#used)
  }

  /** An account of what one process holds. */
  account(): MemoryAccount {
    const account = new MemoryAccount(this)
    this.#accounts.push(account)
    return account
  }

  clear(now: number): void {
    for (const account of this.#accounts) account.clear(now)
  }
}

/** What one process holds of its host's memory. */
export class MemoryAccount {
  /** Bytes. */
  used = 0

  constructor(readonly memory: Memory) {}

  /** Takes so many bytes, if there are as many free. */
  allocate(now: number, bytes: number): boolean {
    if (!this.memory.allocate(now, bytes)) return false
    this.used += bytes
    return true
  }

  release(now: number, bytes: number): void {
    const given = Math.min(bytes, this.used)
    this.used -= given
    this.memory.release(now, given)
  }

  clear(now: number): void {
    this.release(now, this.used)
  }
}
