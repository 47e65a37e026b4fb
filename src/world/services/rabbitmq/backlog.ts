// The messages of a queue that wait, in the order of their positions: those that were never delivered in a line, those
// that have come back from a consumer in a heap beside it.

import { Fifo } from '../../../env/index.ts'
import type { Entry } from './message.ts'

export class Backlog {
  /** The first of the line, and those behind it. */
  #next: Entry | undefined
  readonly #line = new Fifo<Entry>()
  /** The lowest position first. */
  readonly #returned: Entry[] = []

  get length(): number {
    return this.#returned.length + this.#line.length + (this.#next ? 1 : 0)
  }

  /** The oldest, which stays. */
  get first(): Entry | undefined {
    return this.#isReturnedFirst ? this.#returned[0] : this.#next
  }

  /** A message newer than all in the line. */
  push(entry: Entry): void {
    if (this.#next) this.#line.push(entry)
    else this.#next = entry
  }

  /** Takes the oldest. */
  shift(): Entry | undefined {
    if (this.#isReturnedFirst) return this.#pop()
    const entry = this.#next
    this.#next = this.#line.shift()
    return entry
  }

  /** A message comes back to its place. */
  giveBack(entry: Entry): void {
    const heap = this.#returned
    let i = heap.length
    heap.push(entry)
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (heap[parent]!.position < entry.position) break
      heap[i] = heap[parent]!
      i = parent
    }
    heap[i] = entry
  }

  /** Takes out those at these positions. */
  take(positions: ReadonlySet<number>): Entry[] {
    const taken: Entry[] = []
    const kept: Entry[] = []
    for (let entry = this.shift(); entry; entry = this.shift())
      if (positions.has(entry.position)) taken.push(entry)
      else kept.push(entry)
    for (const entry of kept) this.push(entry)
    return taken
  }

  get #isReturnedFirst(): boolean {
    const [first] = this.#returned
    return first !== undefined && (this.#next === undefined || first.position < this.#next.position)
  }

  #pop(): Entry {
    const heap = this.#returned
    const top = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0) return top
    let i = 0
    for (let child = 1; child < heap.length; child = 2 * i + 1) {
      if (child + 1 < heap.length && heap[child + 1]!.position < heap[child]!.position) child++
      if (last.position < heap[child]!.position) break
      heap[i] = heap[child]!
      i = child
    }
    heap[i] = last
    return top
  }
}
