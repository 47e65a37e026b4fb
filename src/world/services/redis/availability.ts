// Whether a server of a cluster answers at all: it must reach most of the masters, and no slot may be without one. A master
// that comes back from a minority, or from a restart, waits a while, since it may have been replaced.
// Source: Redis Cluster specification, "Availability"; cluster.c, clusterUpdateState.

import { ms, type Nanos, seconds } from '../../../units.ts'
import type { Detector } from './detector.ts'
import type { View } from './shards.ts'

/** [S] CLUSTER_WRITABLE_DELAY */
const RESTART_DELAY = seconds(2)
/** [S] CLUSTER_MIN_REJOIN_DELAY, CLUSTER_MAX_REJOIN_DELAY: the node timeout between these. */
const REJOIN_DELAY = [ms(500), seconds(5)] as const

export class Availability {
  readonly #detector: Detector
  readonly #rejoinDelay: Nanos
  #up = true
  /** Most of the masters could not be reached when it was last not up. */
  #apart = false
  #from: Nanos = 0

  constructor(detector: Detector, nodeTimeout: Nanos) {
    this.#detector = detector
    this.#rejoinDelay = Math.min(Math.max(nodeTimeout, REJOIN_DELAY[0]), REJOIN_DELAY[1])
  }

  up(now: Nanos): boolean {
    return this.#up && now >= this.#from
  }

  /** A master has restarted. */
  restarted(now: Nanos): void {
    this.#from = now + RESTART_DELAY
  }

  /** Looks at the masters. */
  look(view: View, isMaster: boolean, now: Nanos): void {
    const { suspects } = this.#detector
    let reachable = 0
    let covered = true
    for (const { node } of view) {
      const failed = this.#detector.hasFailed(node)
      if (failed) covered = false
      if (!failed && !suspects.has(node)) reachable++
    }
    const apart = reachable * 2 <= view.length
    const up = covered && !apart
    if (up && !this.#up && this.#apart && isMaster) this.#from = now + this.#rejoinDelay
    this.#apart = apart || (this.#apart && !up)
    this.#up = up
  }
}
