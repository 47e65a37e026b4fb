// What an agent keeps on disk, in places: a process has one state saved, and here several write to it, some at the same time. Each write
// has in it what was written to all places before, so that none undoes another.

import type { Env, Task } from '../../env/index.ts'

export class Places {
  readonly #env: Env
  /** As of the last write that was begun. */
  #all: Readonly<Record<string, unknown>>

  constructor(env: Env) {
    this.#env = env
    this.#all = (env.saved() as Readonly<Record<string, unknown>> | undefined) ?? {}
  }

  read(place: string): unknown {
    return this.#all[place]
  }

  *write(place: string, state: unknown): Task<void> {
    this.#all = { ...this.#all, [place]: state }
    yield* this.#env.save(this.#all)
  }
}
