// A manual failover: the master begins no more writes, waits until a replica has all that there are, and lets it take over.
// Source: redis.io, CLUSTER FAILOVER and FAILOVER.

import { type Nanos, seconds } from '../../../units.ts'
import type { Process } from '../../process.ts'
import type { ServiceContext } from '../../service.ts'
import type { HandoverMessage } from './messages.ts'
import type { Replication } from './replication.ts'

/** [S] CLUSTER_MF_TIMEOUT: it is given up after this. */
const PATIENCE = seconds(5)

/** Who can stop writing for a while. */
export interface Writes {
  /** Writes are not begun until they are resumed. */
  pauseWrites(): void
  resumeWrites(): void
}

export class Handover {
  readonly #context: ServiceContext
  readonly #replication: Replication
  readonly #writes: Writes
  #heir: Process | undefined
  #until: Nanos = 0
  /** The heir has everything, and knows. */
  #told = false

  constructor(context: ServiceContext, replication: Replication, writes: Writes) {
    this.#context = context
    this.#replication = replication
    this.#writes = writes
  }

  /** The master begins to hand over to a replica, or to the best it has. */
  begin(to: Process | undefined = this.#replication.followers.best?.process): void {
    if (this.#heir || !to || this.#replication.followers.ackedBy(to) === undefined) return
    this.#heir = to
    this.#told = false
    this.#until = this.#context.now() + PATIENCE
    this.#writes.pauseWrites()
    this.#replication.askForAcks()
  }

  /** A replica has said how far it is. */
  acked(): void {
    const { followers, offset } = this.#replication
    if (!this.#heir || this.#told || followers.ackedBy(this.#heir) !== offset) return
    this.#told = true
    const message: HandoverMessage = { kind: 'redis.takeover', bytes: 100 }
    this.#context.send(this.#heir.address, message)
  }

  look(now: Nanos): void {
    if (this.#heir && now >= this.#until) this.end()
  }

  /** It is over, one way or the other. */
  end(): void {
    if (!this.#heir) return
    this.#heir = undefined
    this.#writes.resumeWrites()
  }
}
