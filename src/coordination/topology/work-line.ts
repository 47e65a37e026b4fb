// What an agent computes: parts, one after the other, in the order they came. A part that is asked for again is computed once, as
// long as it is in line or among those remembered. Between slices of the work it looks at what has come to it, so that an
// agent at work still answers pings.

import { type Env, type Running, Semaphore, type Task } from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import { type Part, type PartResult, partKey } from './topology.ts'

/** Results remembered: many times what an agent computes within a time limit. */
const REMEMBERED = 256

interface InLine {
  readonly part: Part
  readonly running: Running<PartResult>
}

export class WorkLine {
  readonly #env: Env
  readonly #slice: Nanos
  readonly #turn = new Semaphore(1)
  readonly #inLine = new Map<string, InLine>()
  /** Oldest first. */
  readonly #finished = new Map<string, PartResult>()

  /** @param slice the longest it computes without looking at what has come, nanoseconds */
  constructor(env: Env, slice: Nanos) {
    this.#env = env
    this.#slice = slice
  }

  get load(): number {
    return this.#inLine.size
  }

  *execute(part: Part): Task<PartResult> {
    const key = partKey(part)
    const finished = this.#finished.get(key)
    if (finished) return finished
    const { running } = this.#inLine.get(key) ?? this.#enter(key, part)
    return yield* running.join()
  }

  has(part: Part): boolean {
    const key = partKey(part)
    return this.#inLine.has(key) || this.#finished.has(key)
  }

  known(): { readonly results: readonly PartResult[]; readonly running: readonly Part[] } {
    return {
      results: [...this.#finished.values()],
      running: [...this.#inLine.values()].map(({ part }) => part),
    }
  }

  #enter(key: string, part: Part): InLine {
    const inLine = { part, running: this.#env.spawn(this.#compute(key, part), 'part') }
    this.#inLine.set(key, inLine)
    return inLine
  }

  *#compute(key: string, part: Part): Task<PartResult> {
    yield* this.#turn.acquire()
    const env = this.#env
    const begun = env.now()
    for (let left = part.service; left > 0; ) {
      const cost = Math.min(left, this.#slice)
      yield* env.compute({ cost })
      left -= cost
      if (left > 0) yield* env.sleep(0)
    }
    this.#turn.release()
    env.observe({ kind: 'count', metric: 'swarm.computed' })
    const { task, index } = part
    const result = { task, index, by: env.self.name, computing: env.now() - begun }
    this.#inLine.delete(key)
    this.#remember(key, result)
    return result
  }

  #remember(key: string, result: PartResult): void {
    this.#finished.set(key, result)
    for (const oldest of this.#finished.keys()) {
      if (this.#finished.size <= REMEMBERED) break
      this.#finished.delete(oldest)
    }
  }
}
