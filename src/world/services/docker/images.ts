// The images on a host's disk. A pull takes its bytes over the bandwidth to the registry; pulls follow one another.

import type { Nanos } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'

export class Images {
  readonly #context: ServiceContext
  readonly #bandwidth: number
  readonly #present: Set<string>
  /** When the last pull will be over. */
  #busyUntil: Nanos = 0

  /** @param bandwidth to the registry, bytes/s */
  constructor(context: ServiceContext, bandwidth: number) {
    this.#context = context
    this.#bandwidth = bandwidth
    this.#present = (context.disk.get('images') as Set<string> | undefined) ?? new Set()
    context.disk.set('images', this.#present)
  }

  /** `then` hears whether it was not there; one that is there costs nothing. */
  pull(image: string, bytes: number, then: (fresh: boolean) => void): void {
    if (this.#present.has(image)) {
      then(false)
      return
    }
    const now = this.#context.now()
    this.#busyUntil = Math.max(now, this.#busyUntil) + Math.round((bytes / this.#bandwidth) * 1e9)
    this.#context.later(this.#busyUntil - now, () => {
      this.#present.add(image)
      then(true)
    })
  }
}
