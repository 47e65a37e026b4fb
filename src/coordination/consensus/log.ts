// A replica's log: for each place of the order what was put forward there, who voted for it, and what follows from the votes.

import type { Timer } from '../../env/index.ts'
import type { Certificate, PrePrepare, Vote } from './pbft-messages.ts'

interface Ballot {
  readonly replica: string
  readonly digest: string
}

/** One vote of each replica: the first that came. */
class Votes<V extends Ballot> {
  readonly #byName = new Map<string, V>()
  readonly #counts = new Map<string, number>()

  add(vote: V): void {
    if (this.#byName.has(vote.replica)) return
    this.#byName.set(vote.replica, vote)
    this.#counts.set(vote.digest, this.count(vote.digest) + 1)
  }

  get size(): number {
    return this.#byName.size
  }

  count(digest: string): number {
    return this.#counts.get(digest) ?? 0
  }

  for(digest: string): V[] {
    return [...this.#byName.values()].filter((vote) => vote.digest === digest)
  }

  by(name: string): V | undefined {
    return this.#byName.get(name)
  }

  clear(): void {
    this.#byName.clear()
    this.#counts.clear()
  }
}

/** One place of the order. */
export class Entry {
  /** Of the present view. */
  prePrepare: PrePrepare | undefined
  readonly prepares = new Votes<Vote>()
  readonly commits = new Votes<Vote>()
  /** That it was prepared, in the last view in which it was. */
  prepared: Certificate | undefined
  /** The last accepted, of whatever view. */
  accepted: PrePrepare | undefined
  /** That it is committed. */
  committed: Certificate | undefined
  /** Runs while answers of all are waited for. */
  patience: Timer | undefined
  constructor(readonly sequence: number) {}

  /** Whether it was prepared in this view. */
  preparedIn(view: number): boolean {
    return this.prepared?.prePrepare.view === view
  }

  /** A new view begins: what was said in the old one counts no more. */
  turn(): void {
    this.prePrepare = undefined
    this.prepares.clear()
    this.commits.clear()
    this.patience?.cancel()
    this.patience = undefined
  }
}

export class Log {
  /** The last stable checkpoint: what is at or before it is gone. */
  stable = 0
  readonly #window: number
  readonly #entries = new Map<number, Entry>()

  constructor(window: number) {
    this.#window = window
  }

  get size(): number {
    return this.#entries.size
  }

  /** Whether a place lies between the watermarks. */
  holds(sequence: number): boolean {
    return sequence > this.stable && sequence <= this.stable + this.#window
  }

  find(sequence: number): Entry | undefined {
    return this.#entries.get(sequence)
  }

  at(sequence: number): Entry {
    let entry = this.#entries.get(sequence)
    if (!entry) {
      entry = new Entry(sequence)
      this.#entries.set(sequence, entry)
    }
    return entry
  }

  /** In the order of their places. */
  entries(): Entry[] {
    return [...this.#entries.values()].sort((a, b) => a.sequence - b.sequence)
  }

  /** Forgets what is at or before a stable checkpoint. */
  collect(stable: number): void {
    this.stable = stable
    for (const entry of this.#entries.values())
      if (entry.sequence <= stable) {
        entry.patience?.cancel()
        this.#entries.delete(entry.sequence)
      }
  }
}
