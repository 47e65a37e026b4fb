// The memory of a host: a limit, and who holds how much of it. An allocation fits or is refused; page cache,
// eviction and the OOM killer are not modelled yet.

import type { Level } from '../observe/level.ts'

export class Memory {
  #used = 0

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

  clear(now: number): void {
    this.#used = 0
    this.level.set(now, 0)
  }
}
