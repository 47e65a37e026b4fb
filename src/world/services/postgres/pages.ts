// Pages in memory and on the disk: a share of them is found in memory; the disk reads so many at once, and others wait for it.
// Left out: which pages these are (a hot page is as likely to be missed as a cold one), writing them back, the kernel's cache.

import { Fifo } from '../../../env/index.ts'
import { createDistribution, type Distribution } from '../../../kernel/distributions/registry.ts'
import type { ServiceContext } from '../../service.ts'
import type { PostgresValues } from './parameters.ts'

/** Bytes of a page. */
const PAGE = 8192

export class Pages {
  readonly hitRatio: number
  readonly #context: ServiceContext
  readonly #values: PostgresValues
  readonly #latency: Distribution
  readonly #waiting = new Fifo<() => void>()
  readonly #hits
  readonly #misses
  #reading = 0

  constructor(context: ServiceContext, values: PostgresValues) {
    const { hitRatio, sharedBuffers, dataSize } = values
    this.#context = context
    this.#values = values
    this.#latency = createDistribution(values.readLatency)
    this.hitRatio = hitRatio ?? (dataSize <= sharedBuffers ? 1 : sharedBuffers / dataSize)
    this.#hits = context.counter('hits')
    this.#misses = context.counter('misses')
  }

  /** Sees to the page of one row; false if it is there, else `then` is called when it is. */
  missesOne(then: () => void): boolean {
    const now = this.#context.now()
    if (this.hitRatio === 1 || this.#context.random('cache').uniform() < this.hitRatio) {
      this.#hits.add(now)
      return false
    }
    this.#misses.add(now)
    if (this.#reading < this.#values.readDepth) this.#read(then)
    else this.#waiting.push(then)
    return true
  }

  /** The same for rows that stand one after the other, of which the expected share is read in one go. */
  missesSome(rows: number, then: () => void): boolean {
    const now = this.#context.now()
    const pages = Math.ceil(rows / this.#values.rowsPerPage)
    const misses = Math.round(pages * (1 - this.hitRatio))
    this.#hits.add(now, pages - misses)
    this.#misses.add(now, misses)
    if (misses === 0) return false
    const { diskBandwidth } = this.#context.host.values
    const transfer = Math.round((misses * PAGE * 1e9) / diskBandwidth)
    this.#context.later(transfer + this.#draw(), then)
    return true
  }

  #read(then: () => void): void {
    this.#reading++
    this.#context.later(this.#draw(), () => {
      this.#reading--
      const next = this.#waiting.shift()
      if (next) this.#read(next)
      then()
    })
  }

  #draw(): number {
    return Math.round(this.#latency.sample(this.#context.random('disk')))
  }
}
