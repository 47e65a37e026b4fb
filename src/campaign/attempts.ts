// What a search has tried, one attempt a line as each comes to its end: what it goes on from when it was stopped. Kept is only what an
// attempt came to; the runs of the one under way are kept as those of any experiment.

import type { Attempt } from '../experiment/attempt.ts'
import { hash } from '../results/hash.ts'
import { type Campaign, identityOf } from './campaign.ts'
import { Lines, readLines } from './lines.ts'

const SCHEMA = 'rehearsal/attempts/1'

interface Entry {
  readonly key: string
  readonly attempt: Attempt
}

/** What an attempt is known by: its campaign, and with which seeds. */
export const attemptKey = (campaign: Campaign, seeds: readonly string[]): string =>
  hash({ campaign: identityOf(campaign), seeds })

export class Attempts {
  readonly #path: string
  readonly #known = new Map<string, Attempt>()
  readonly #resumes: boolean
  #file: Lines | undefined

  /** With what an earlier search has left there, if it is to go on. Throws ScenarioError for what is no such file. */
  constructor(path: string, resume: boolean) {
    this.#path = path
    const wanted = { schema: SCHEMA, of: 'attempts', hint: 'remove it, and search again' }
    const lines = resume ? readLines(path, wanted) : undefined
    this.#resumes = lines !== undefined
    for (const { key, attempt } of (lines?.entries ?? []) as Entry[]) this.#known.set(key, attempt)
  }

  /** How many are known. */
  get size(): number {
    return this.#known.size
  }

  find(key: string): Attempt | undefined {
    return this.#known.get(key)
  }

  add(key: string, attempt: Attempt): void {
    this.#file ??= this.#resumes ? Lines.goOn(this.#path) : Lines.begin(this.#path, { schema: SCHEMA })
    this.#file.add({ key, attempt } satisfies Entry)
  }

  close(): void {
    this.#file?.close()
  }
}
