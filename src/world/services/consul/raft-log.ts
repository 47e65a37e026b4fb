// What a server keeps on disk for Raft: the term, whom it voted for in it, and the log, whose first entry has the index 1.

import type { LogEntry } from './raft-messages.ts'

export class RaftLog {
  term = 0
  votedFor: string | undefined
  readonly #entries: LogEntry[] = []

  /** The index of the last entry; 0: there is none. */
  get last(): number {
    return this.#entries.length
  }

  at(index: number): LogEntry {
    return this.#entries[index - 1]!
  }

  /** The term of an entry; 0 where there is none. */
  termOf(index: number): number {
    return this.#entries[index - 1]?.term ?? 0
  }

  after(index: number): LogEntry[] {
    return this.#entries.slice(index)
  }

  push(entry: LogEntry): void {
    this.#entries.push(entry)
  }

  /** Takes in what the leader has after an index; what contradicts it goes, with all behind it. */
  take(index: number, entries: readonly LogEntry[]): void {
    for (const [i, entry] of entries.entries()) {
      const before = index + i
      if (this.termOf(before + 1) === entry.term) continue
      this.#entries.length = before
      this.#entries.push(entry)
    }
  }

  /** Whether a log that ends so is at least as good as this one. */
  isMatched(last: number, term: number): boolean {
    const own = this.termOf(this.last)
    return term > own || (term === own && last >= this.last)
  }
}
