// How long tasks of a type take, learnt from those done: exponentially weighted moving means of each type at each agent, of each
// type, and of all. What is asked about is told by the first of these that has seen something.

import type { Nanos } from '../../units.ts'

class MovingMean {
  value: number | undefined

  add(sample: number, weight: number): void {
    this.value = this.value === undefined ? sample : this.value + weight * (sample - this.value)
  }
}

export class ServiceTimes {
  readonly #weight: number
  readonly #initial: Nanos
  readonly #all = new MovingMean()
  readonly #types = new Map<string, { readonly all: MovingMean; readonly agents: MovingMean[] }>()

  /**
   * @param weight of the newest sample, above 0 up to 1
   * @param initial what is expected before anything is done
   */
  constructor(weight: number, initial: Nanos) {
    this.#weight = weight
    this.#initial = initial
  }

  learn(type: string, agent: number, took: Nanos): void {
    let known = this.#types.get(type)
    if (!known) {
      known = { all: new MovingMean(), agents: [] }
      this.#types.set(type, known)
    }
    known.agents[agent] ??= new MovingMean()
    for (const mean of [this.#all, known.all, known.agents[agent]]) mean.add(took, this.#weight)
  }

  /** Nanoseconds, not rounded. */
  expected(type: string, agent: number): number {
    const known = this.#types.get(type)
    return known?.agents[agent]?.value ?? known?.all.value ?? this.mean
  }

  /** Of all types at all agents. */
  get mean(): number {
    return this.#all.value ?? this.#initial
  }
}
