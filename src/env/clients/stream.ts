// What makes a stream connection of one-way messages: they are numbered, and the receiver takes each once and in its
// order, whatever the network makes of them. Left out: sending again what was lost; a hole that stays breaks the connection.

/** A message with its number on the connection, from 1. */
export interface Numbered {
  readonly n: number
}

/** The receiving end of a connection. */
export class InOrder<M extends Numbered> {
  readonly #take: (message: M) => void
  readonly #early = new Map<number, M>()
  #next = 1

  /** @param take called for each message, once and in order */
  constructor(take: (message: M) => void) {
    this.#take = take
  }

  /** The number of the first message that is missing while later ones have come; `undefined`: none is. */
  get missing(): number | undefined {
    return this.#early.size > 0 ? this.#next : undefined
  }

  accept(message: M): void {
    if (message.n !== this.#next) {
      if (message.n > this.#next) this.#early.set(message.n, message)
      return
    }
    this.#next++
    this.#take(message)
    if (this.#early.size > 0) this.#catchUp()
  }

  #catchUp(): void {
    for (let next = this.#early.get(this.#next); next; next = this.#early.get(this.#next)) {
      this.#early.delete(this.#next++)
      this.#take(next)
    }
  }
}
