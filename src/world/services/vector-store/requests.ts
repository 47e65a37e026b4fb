// What takes a thread of a store: one query of a search, or a write.

import type { Match, SearchRequest } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import { hash, hashOf, nearest } from './corpus.ts'
import { type Search, scanTime } from './indexes/index.ts'
import type { Points } from './points.ts'
import type { Settings } from './settings.ts'
import { Task } from './threads.ts'

interface QueryTerms {
  readonly vector: number
  readonly message: SearchRequest
  readonly settings: Settings
  readonly points: Points
  /** Of the store, so that no two miss the same documents. */
  readonly salt: number
}

export class Query extends Task {
  matches: readonly Match[] = []
  /** What share of the nearest it has found; undefined where there is none. */
  recall: number | undefined
  readonly #terms: QueryTerms
  readonly #then: () => void

  constructor(terms: QueryTerms, now: Nanos, then: () => void) {
    super(now)
    this.#terms = terms
    this.#then = then
  }

  /** What the index has is searched by it, the rest one by one. */
  begins(): Nanos {
    const { settings, points } = this.#terms
    return settings.search.cost(this.#search()) + scanTime(settings, points.unindexed)
  }

  ends(): void {
    const { vector, message, settings, points, salt } = this.#terms
    const recall = settings.search.recall(this.#search()) * 2 ** 32
    const passing = (message.filter?.selectivity ?? 1) * 2 ** 32
    const filter = message.filter && hashOf(message.filter.name)
    const found = nearest(settings.corpus, vector, points.holdings, {
      k: message.k,
      passes: (document) => filter === undefined || hash(document, filter) < passing,
      finds: (document) => hash(hash(document, vector), salt) < recall,
    })
    this.matches = found.matches
    this.recall = found.recall
    this.#then()
  }

  #search(): Search {
    const { message, points } = this.#terms
    return {
      points: points.indexed,
      k: message.k,
      selectivity: message.filter?.selectivity ?? 1,
      effort: message.effort,
    }
  }
}

interface WriteTerms {
  readonly ids: readonly number[]
  /** Bytes for those of them that were not there. */
  readonly reserved: number
  readonly settings: Settings
  readonly points: Points
}

export class Write extends Task {
  /** How many of its points were new. */
  added = 0
  readonly reserved: number
  readonly #terms: WriteTerms
  readonly #then: () => void

  constructor(terms: WriteTerms, now: Nanos, then: () => void) {
    super(now)
    this.reserved = terms.reserved
    this.#terms = terms
    this.#then = then
  }

  begins(): Nanos {
    const { ids, settings, points } = this.#terms
    const each =
      settings.indexing === 'inline' ? settings.search.build(points.indexed) : scanTime(settings, 1)
    return ids.length * each
  }

  ends(): void {
    this.added = this.#terms.points.add(this.#terms.ids)
    this.#then()
  }
}
