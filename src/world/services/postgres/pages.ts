// Pages in memory and on the disk: a share of them is found in memory, the others are read. Left out: which pages these are (a
// hot page is as likely to be missed as a cold one), writing them back, the kernel's cache.

import type { ServiceContext } from '../../service.ts'
import type { PostgresValues } from './parameters.ts'

/** Bytes of a page. */
const PAGE = 8192

export class Pages {
  readonly #context: ServiceContext
  readonly #hitRatio: number
  readonly #rowsPerPage: number
  readonly #hits
  readonly #misses

  constructor(context: ServiceContext, { hitRatio, sharedBuffers, dataSize, rowsPerPage }: PostgresValues) {
    this.#context = context
    this.#hitRatio = hitRatio ?? (dataSize <= sharedBuffers ? 1 : sharedBuffers / dataSize)
    this.#rowsPerPage = rowsPerPage
    this.#hits = context.counter('hits')
    this.#misses = context.counter('misses')
  }

  /** Sees to the page of one row; false if it is there, else `then` is called when it is. */
  missesOne(then: () => void): boolean {
    const now = this.#context.now()
    if (this.#hitRatio === 1 || this.#context.random('cache').uniform() < this.#hitRatio) {
      this.#hits.add(now)
      return false
    }
    this.#misses.add(now)
    this.#context.host.disk.read(PAGE, this.#context.entering(then))
    return true
  }

  /** The same for rows that stand one after the other, of which the expected share is read in one go. */
  missesSome(rows: number, then: () => void): boolean {
    const now = this.#context.now()
    const pages = Math.ceil(rows / this.#rowsPerPage)
    const misses = Math.round(pages * (1 - this.#hitRatio))
    this.#hits.add(now, pages - misses)
    this.#misses.add(now, misses)
    if (misses > 0) this.#context.host.disk.stream(misses * PAGE, this.#context.entering(then))
    return misses > 0
  }
}
