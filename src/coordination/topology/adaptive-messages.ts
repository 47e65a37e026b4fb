// What the agents of an adaptive swarm say to one another, besides what the topology at hand has them say. Every message carries the
// epoch and its topology, so that whoever missed a switch learns of it from the first word of anybody who did not.

import type { Message } from '../../env/index.ts'
import type { TopologyName } from './adaptive-parameters.ts'
import type { Counts } from './adaptive-window.ts'

/** Under which topology something was sent. A later epoch has the larger number; no two decisions have the same. */
export interface Epoch {
  readonly epoch: number
  readonly topology: TopologyName
}

/** A topology's own message or request, with the epoch of which it is. */
export interface Tagged extends Message, Epoch {}

/** The leader lives, and asks what has been measured since it last did. */
export interface Poll extends Tagged {
  readonly kind: 'adaptive.poll'
  /** When it was sent, by the leader's time. */
  readonly at: number
}

export interface Report extends Tagged {
  readonly kind: 'adaptive.report'
  /** As in the poll. */
  readonly at: number
  readonly counts: Counts
}

/** A later epoch has begun: told by the leader, and to whoever still speaks of an earlier one. */
export interface Begun extends Tagged {
  readonly kind: 'adaptive.begun'
}

/** What the epoch adds to a message of stated size: a number and a name, as bytes. */
const TAG_BYTES = 24

export const tagged = <M extends Message>(message: M, { epoch, topology }: Epoch): M & Tagged => ({
  ...message,
  ...(message.bytes === undefined ? {} : { bytes: message.bytes + TAG_BYTES }),
  epoch,
  topology,
})

/** The number of the next epoch as this agent decides it: above all it knows, different from all that others decide or it has itself decided in an earlier life. */
export const epochAfter = (epoch: number, now: number, rank: number, members: number): number =>
  // Microseconds, so that it stays a whole number for decades; its rest by the number of members is who decided.
  (Math.floor(Math.max(epoch, now / 1000) / members) + 1) * members + rank
