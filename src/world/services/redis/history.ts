// One story of a data set (Redis: a replication ID): the writes that one master made, numbered on from what it took over.
// Two servers with the same history and the same offset hold the same data.

export class History {
  /** The last write whose caller has been answered. */
  #acknowledged: number
  /** Up to here nothing is counted lost again. */
  #writtenOff = 0

  /**
   * @param id tells histories apart
   * @param before what it goes on from: another one, up to an offset
   */
  constructor(
    readonly id: string,
    readonly before: { readonly history: History; readonly offset: number } | undefined,
  ) {
    this.#acknowledged = before?.offset ?? 0
  }

  /** A caller is told that its write has been made. */
  acknowledge(offset: number): void {
    if (offset > this.#acknowledged) this.#acknowledged = offset
  }

  /**
   * The story goes on from an offset: how many acknowledged writes that loses, each counted once. No server of the real
   * thing could know, as the one that acknowledged them may be dead; so this figure, and nothing else, is shared by all
   * who hold the history.
   */
  writeOff(offset: number): number {
    const from = Math.max(offset, this.#writtenOff)
    this.#writtenOff = Math.max(from, this.#acknowledged)
    return this.#writtenOff - from
  }

  /** Up to which offset this story, another one than that, holds what that holds; where it does not come from that, nothing of its own. */
  leaves(history: History): number {
    for (let before = this.before; before; before = before.history.before)
      if (before.history === history) return before.offset
    return history.before?.offset ?? 0
  }

  /** Whether who has it up to an offset can go on with this one. */
  continues(history: History, offset: number): boolean {
    return history === this || (history === this.before?.history && offset <= this.before.offset)
  }
}
