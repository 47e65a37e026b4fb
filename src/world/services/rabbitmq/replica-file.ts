// What a replica of a quorum queue has on its disk; it survives its broker.

import type { Nanos } from '../../../units.ts'
import type { StoredMessage } from './message.ts'
import { RaftLog } from './raft-log.ts'

/** The log, the vote, and what the log makes of the queue. */
export class ReplicaFile {
  /** 0: it was never there. */
  term = 0
  votedIn = 0
  votedFor = ''
  readonly log = new RaftLog()
  /** The last entry that is on the disk for good. */
  synced = 0
  applied = 0
  /** Messages in the queue, by position. */
  readonly live = new Map<number, { readonly message: StoredMessage; readonly expiresAt: Nanos }>()
  /** The last message taken of each enqueuer. */
  readonly sequences = new Map<string, number>()

  /** Its process has ended: what was not synced never happened. */
  crash(): void {
    this.log.truncate(this.synced)
  }
}
