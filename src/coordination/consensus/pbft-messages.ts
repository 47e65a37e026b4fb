// What replicas and clients of a PBFT group say to one another (Castro and Liskov, OSDI 1999, §4). A statement is signed by who makes
// it, so that it can be shown to others: certificates are made of statements. A certificate carries the batch itself, where the
// paper sends digests and fetches what is missing.

import type { Message } from '../../env/index.ts'

interface Signed extends Message {
  /** The replica that says so. */
  readonly replica: string
  readonly signature: string
}

export interface PbftRequest extends Message {
  readonly kind: 'pbft.request'
  /** `agent.7#0`: the process and, after `#`, which of its clients; each has one request under way at most. */
  readonly client: string
  /** Rises from each request of a client to the next. */
  readonly timestamp: number
  readonly operation: unknown
  readonly signature: string
}

export interface Reply extends Signed {
  readonly kind: 'pbft.reply'
  readonly view: number
  readonly client: string
  readonly timestamp: number
  /** What the state machine gave. */
  readonly value: unknown
}

/** The primary puts a batch forward; no requests: nothing happens in this place of the order. */
export interface PrePrepare extends Signed {
  readonly kind: 'pbft.pre-prepare'
  readonly view: number
  readonly sequence: number
  /** Of the batch: of `value` and the requests. */
  readonly digest: string
  /** What the primary chose for all (§4.6 of the paper): its clock. */
  readonly value: number
  readonly requests: readonly PbftRequest[]
}

export interface Vote extends Signed {
  readonly kind: 'pbft.prepare' | 'pbft.commit'
  readonly view: number
  readonly sequence: number
  readonly digest: string
}

export interface Checkpoint extends Signed {
  readonly kind: 'pbft.checkpoint'
  readonly sequence: number
  /** Of the state after this place of the order. */
  readonly digest: string
}

/** A pre-prepare and votes for it: that it was prepared, or committed. */
export interface Certificate {
  readonly prePrepare: PrePrepare
  readonly votes: readonly Vote[]
}

export interface ViewChange extends Signed {
  readonly kind: 'pbft.view-change'
  readonly view: number
  /** The last stable checkpoint, and its proof. */
  readonly stable: number
  readonly proof: readonly Checkpoint[]
  /** What was prepared after it. */
  readonly prepared: readonly Certificate[]
  /** For the safe fast path: the last that was accepted in each place after it, prepared or not. */
  readonly accepted: readonly PrePrepare[]
}

export interface NewView extends Signed {
  readonly kind: 'pbft.new-view'
  readonly view: number
  readonly viewChanges: readonly ViewChange[]
  readonly prePrepares: readonly PrePrepare[]
}

/** A replica that does not get on says where it stands. */
export interface Status extends Signed {
  readonly kind: 'pbft.status'
  readonly view: number
  readonly active: boolean
  /** The last place that it has executed. */
  readonly executed: number
  /** Its own state is not that of the others at a stable checkpoint. */
  readonly astray: boolean
  /** Who shall send what is long; everyone sends its own word. */
  readonly helper: string
}

/** Shows that a batch is committed. Needs no signature: it is made of statements. */
export interface Committed extends Message {
  readonly kind: 'pbft.committed'
  readonly certificate: Certificate
}

/** A state and the proof of its digest. */
export interface Transfer extends Message {
  readonly kind: 'pbft.state'
  readonly sequence: number
  readonly state: unknown
  readonly proof: readonly Checkpoint[]
}

export type Statement = PrePrepare | Vote | Checkpoint | ViewChange | NewView | Status | Reply
export type PbftMessage = Statement | PbftRequest | Committed | Transfer

const places = (prePrepares: readonly PrePrepare[]): string =>
  prePrepares.map(({ view, sequence, digest }) => `${view}:${sequence}:${digest}`).join()

const signatures = (statements: readonly { readonly signature: string }[]): string =>
  statements.map(({ signature }) => signature).join()

/** What of a statement is signed. */
export function wordsOf(said: Statement | PbftRequest): string {
  switch (said.kind) {
    case 'pbft.request':
      return `${said.kind}|${said.client}|${said.timestamp}|${JSON.stringify(said.operation)}`
    case 'pbft.reply':
      return `${said.kind}|${said.client}|${said.timestamp}|${said.view}|${JSON.stringify(said.value)}`
    case 'pbft.pre-prepare':
    case 'pbft.prepare':
    case 'pbft.commit':
      return `${said.kind}|${said.view}|${said.sequence}|${said.digest}`
    case 'pbft.checkpoint':
      return `${said.kind}|${said.sequence}|${said.digest}`
    case 'pbft.view-change': {
      const prepared = places(said.prepared.map(({ prePrepare }) => prePrepare))
      return `${said.kind}|${said.view}|${said.stable}|${prepared}|${places(said.accepted)}`
    }
    case 'pbft.new-view':
      return `${said.kind}|${said.view}|${signatures(said.viewChanges)}|${signatures(said.prePrepares)}`
    case 'pbft.status':
      return `${said.kind}|${said.view}|${said.active}|${said.executed}|${said.astray}|${said.helper}`
  }
}
