// A rolling update as Swarm does one: so many instances at a time are stopped and started again; when all of a batch are
// ready and the delay is over, the next follows. One that cannot be started ends it (update-failure-action pause).
// Left out: new tasks on other nodes, start-first, rollback.

import type { Nanos } from '../../../units.ts'
import type { Container } from '../../container.ts'

export interface UpdateTerms {
  readonly parallelism: number
  readonly delay: Nanos
  /** Stops a container, starts it again, and tells why that failed, if it did. */
  restart(container: Container, then: (failure: string | undefined) => void): void
  whenReady(container: Container, then: () => void): void
  later(delay: Nanos, then: () => void): void
  ended(failure: string | undefined): void
}

export function rollingUpdate(containers: readonly Container[], terms: UpdateTerms): void {
  const size = terms.parallelism === 0 ? containers.length : terms.parallelism
  const batch = (from: number): void => {
    const chosen = containers.slice(from, from + size)
    let left = chosen.length
    let failure: string | undefined
    const ready = (): void => {
      if (--left > 0) return
      if (failure !== undefined || from + size >= containers.length) terms.ended(failure)
      else if (terms.delay === 0) batch(from + size)
      else terms.later(terms.delay, () => batch(from + size))
    }
    for (const container of chosen)
      terms.restart(container, (why) => {
        failure ??= why
        if (why === undefined) terms.whenReady(container, ready)
        else ready()
      })
  }
  batch(0)
}
