// The points of a store: which documents they are of, and how many of them no graph has yet. A graph made in the background
// takes all that wait once there are enough of them, on cores beside the store's threads.

import type { ServiceContext } from '../../service.ts'
import { Holdings } from './corpus.ts'
import { vectorBytes } from './indexes/index.ts'
import type { Settings } from './settings.ts'
import type { Threads } from './threads.ts'

/** The file of what was added. */
const ADDED = 'added'

export class Points {
  readonly holdings: Holdings
  /** The store ran before, and was not stopped in order. */
  readonly restarted: boolean
  /** Points that are read one by one. */
  unindexed = 0
  readonly #context: ServiceContext
  readonly #settings: Settings
  readonly #threads: Threads
  readonly #points
  readonly #waiting
  readonly #added
  #indexing = false

  constructor(context: ServiceContext, settings: Settings, threads: Threads) {
    const { first, points, persistence } = settings
    this.#context = context
    this.#settings = settings
    this.#threads = threads
    const file = context.disk.get(ADDED) as Set<number> | undefined
    this.restarted = file !== undefined
    const added = persistence === 'wal' && file ? file : new Set<number>()
    context.disk.set(ADDED, added)
    this.holdings = new Holdings(first, points, added)
    this.#points = context.level('points', 'count', 'neither', 'points of')
    this.#waiting = context.level('unindexed', 'count', 'lower', 'points that wait to be indexed at')
    this.#added = context.counter('added')
    this.#observe()
  }

  /** Points that the index has. */
  get indexed(): number {
    return this.holdings.size - this.unindexed
  }

  /** Memory of all of them. */
  get bytes(): number {
    return this.holdings.size * this.#settings.pointBytes
  }

  /** How many were not there. */
  add(documents: readonly number[]): number {
    let added = 0
    for (const document of documents) if (this.holdings.add(document)) added++
    this.#added.add(this.#context.now(), added)
    if (this.#settings.indexing === 'background') {
      this.unindexed += added
      this.#index()
    }
    this.#observe()
    return added
  }

  #index(): void {
    const { dimension, indexThreshold, indexThreads, search } = this.#settings
    const points = this.unindexed
    if (this.#indexing || points === 0 || points * vectorBytes(dimension) < indexThreshold) return
    this.#indexing = true
    const cost = Math.round((points * search.build(this.indexed)) / indexThreads)
    let left = indexThreads
    for (let thread = 0; thread < indexThreads; thread++)
      this.#threads.work(cost, () => {
        if (--left > 0) return
        this.#indexing = false
        this.unindexed -= points
        this.#index()
        this.#observe()
      })
  }

  #observe(): void {
    const now = this.#context.now()
    this.#points.set(now, this.holdings.size)
    this.#waiting.set(now, this.unindexed)
  }
}
