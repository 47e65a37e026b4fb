// What the servers send one another to agree on the log (Ongaro and Ousterhout 2014, figure 2).

import type { Message } from '../../../env/index.ts'
import type { Command } from './catalog.ts'

export interface LogEntry {
  readonly term: number
  readonly command: Command
}

export interface Append extends Message {
  readonly kind: 'raft.append'
  readonly term: number
  /** What stands before the entries. */
  readonly lastIndex: number
  readonly lastTerm: number
  readonly entries: readonly LogEntry[]
  readonly commit: number
  /** Counts the leader's rounds: an answer says which it answers. */
  readonly round: number
}

export interface Appended extends Message {
  readonly kind: 'raft.appended'
  readonly term: number
  readonly ok: boolean
  /** Up to where it has what the leader has; or where the leader should try. */
  readonly index: number
  readonly round: number
}

export interface Vote extends Message {
  readonly kind: 'raft.vote'
  readonly term: number
  readonly lastIndex: number
  readonly lastTerm: number
}

export interface Voted extends Message {
  readonly kind: 'raft.voted'
  readonly term: number
  readonly granted: boolean
}

export type RaftMessage = Append | Appended | Vote | Voted
