// Who does not answer. A server suspects another when a ping has gone unanswered for the node timeout (PFAIL); when most of
// those who vote suspect it, it has failed (FAIL). Source: Redis Cluster specification, "Failure detection".

import type { Nanos } from '../../../units.ts'

const NONE: ReadonlySet<number> = new Set()

export class Detector {
  readonly #timeout: Nanos
  /** When the oldest unanswered ping was sent. */
  readonly #asked = new Map<number, Nanos>()
  /** When it was last heard. */
  readonly #heard = new Map<number, Nanos>()
  /** Who has suspected whom, and when that was last said. */
  readonly #reports = new Map<number, Map<number, Nanos>>()
  readonly #failed = new Map<number, Nanos>()
  #suspects: ReadonlySet<number> = NONE

  constructor(timeout: Nanos) {
    this.#timeout = timeout
  }

  /** Never changed, so that it may be sent. */
  get suspects(): ReadonlySet<number> {
    return this.#suspects
  }

  hasFailed(node: number): boolean {
    return this.#failed.has(node)
  }

  lastHeard(node: number): Nanos {
    return this.#heard.get(node) ?? 0
  }

  pinged(node: number, now: Nanos): void {
    if (!this.#asked.has(node)) this.#asked.set(node, now)
  }

  /** Something has come from it. */
  heard(node: number, now: Nanos): void {
    this.#heard.set(node, now)
  }

  /** It has answered a ping. A master that had failed is taken for well only after a while, as it may have been replaced. */
  answered(node: number, isMaster: boolean, now: Nanos): void {
    this.#asked.delete(node)
    if (this.#suspects.has(node)) this.#suspects = without(this.#suspects, node)
    const since = this.#failed.get(node)
    if (since !== undefined && (!isMaster || now - since > 2 * this.#timeout)) this.#failed.delete(node)
  }

  /** What another suspects. */
  reported(by: number, suspects: ReadonlySet<number>, now: Nanos): void {
    for (const node of suspects) {
      const reports = this.#reports.get(node)
      if (reports) reports.set(by, now)
      else this.#reports.set(node, new Map([[by, now]]))
    }
    for (const [node, reports] of this.#reports) if (!suspects.has(node)) reports.delete(by)
  }

  /** Suspects whom it is time to suspect. */
  look(now: Nanos): void {
    for (const [node, since] of this.#asked)
      if (now - since > this.#timeout && !this.#suspects.has(node))
        this.#suspects = new Set([...this.#suspects, node])
  }

  /** Those suspected who have failed by now, and had not: most of the voters suspect them. */
  newlyFailed(self: number, votes: (node: number) => boolean, majority: number, now: Nanos): number[] {
    const found: number[] = []
    for (const node of this.#suspects) {
      if (this.#failed.has(node)) continue
      let count = votes(self) ? 1 : 0
      for (const [by, at] of this.#reports.get(node) ?? [])
        if (votes(by) && now - at <= 2 * this.#timeout) count++
      if (count >= majority) found.push(node)
    }
    for (const node of found) this.failed(node, now)
    return found
  }

  /** Others have found that it has failed. */
  failed(node: number, now: Nanos): void {
    if (!this.#failed.has(node)) this.#failed.set(node, now)
  }

  /** It is master no more: nothing keeps it failed once it answers. */
  forget(node: number): void {
    this.#failed.delete(node)
  }
}

const without = (set: ReadonlySet<number>, node: number): ReadonlySet<number> =>
  new Set([...set].filter((other) => other !== node))
