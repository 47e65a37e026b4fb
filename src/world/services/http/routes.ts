// What is served under which path: the terms of the longest beginning that fits, and for what they leave out the service's own.

import { createDistribution, type Distribution } from '../../../kernel/distributions/registry.ts'
import type { HttpValues } from './parameters.ts'

/** What it takes to serve a path. */
export interface PathTerms {
  readonly time: Distribution
  readonly cpu: Distribution
  /** From 0 to 1. */
  readonly errors: number
  readonly bytes: Distribution
}

export class Routes {
  readonly #own: PathTerms
  /** The longest first. */
  readonly #byBeginning: readonly (readonly [beginning: string, terms: PathTerms])[]

  constructor({ time, cpu, errors, bytes, paths }: HttpValues) {
    this.#own = {
      time: createDistribution(time),
      cpu: createDistribution(cpu),
      errors,
      bytes: createDistribution(bytes, 'bytes'),
    }
    this.#byBeginning = Object.entries(paths)
      .toSorted(([a], [b]) => b.length - a.length)
      .map(([beginning, given]) => [
        beginning,
        {
          time: given.time ? createDistribution(given.time) : this.#own.time,
          cpu: given.cpu ? createDistribution(given.cpu) : this.#own.cpu,
          errors: given.errors ?? errors,
          bytes: given.bytes ? createDistribution(given.bytes, 'bytes') : this.#own.bytes,
        },
      ])
  }

  of(path: string): PathTerms {
    for (const [beginning, terms] of this.#byBeginning) if (path.startsWith(beginning)) return terms
    return this.#own
  }
}
