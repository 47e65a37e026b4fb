// The log of a replica: entries by index, from 1. What every replica has is forgotten from the front.

import type { Nanos } from '../../../units.ts'
import type { StoredMessage } from './message.ts'

/** What is done to the queue. */
export type Command =
  | {
      readonly op: 'enqueue'
      readonly enqueuer: string
      readonly sequence: number
      readonly message: StoredMessage
      readonly expiresAt: Nanos
    }
  | { readonly op: 'remove'; readonly position: number }
  /** A leader's first. */
  | { readonly op: 'nothing' }

export interface LogEntry {
  readonly term: number
  readonly command: Command
}

/** Bytes of an entry besides the body of a message. */
const ENTRY_BYTES = 50

export const bytesOf = ({ command }: LogEntry): number =>
  ENTRY_BYTES + (command.op === 'enqueue' ? command.message.content.size : 0)

export class RaftLog {
  /** The last index that was forgotten, and its term. */
  #base = 0
  #baseTerm = 0
  #entries: LogEntry[] = []

  get base(): number {
    return this.#base
  }

  get last(): number {
    return this.#base + this.#entries.length
  }

  get lastTerm(): number {
    return this.#entries.at(-1)?.term ?? this.#baseTerm
  }

  /** Undefined where there is none (any more). */
  at(index: number): LogEntry | undefined {
    return this.#entries[index - this.#base - 1]
  }

  termAt(index: number): number | undefined {
    return index === this.#base ? this.#baseTerm : this.at(index)?.term
  }

  append(entry: LogEntry): number {
    this.#entries.push(entry)
    return this.last
  }

  /** At most so many entries from an index on. */
  from(index: number, most: number): readonly LogEntry[] {
    const at = index - this.#base - 1
    return this.#entries.slice(at, at + most)
  }

  /** Drops the entries after an index. */
  truncate(index: number): void {
    this.#entries.length = Math.max(0, Math.min(this.#entries.length, index - this.#base))
  }

  /** Forgets the entries up to an index, once they are many. */
  forget(index: number): void {
    const count = index - this.#base
    if (count < 1024 || count * 2 < this.#entries.length) return
    this.#baseTerm = this.termAt(index)!
    this.#entries = this.#entries.slice(count)
    this.#base = index
  }
}
