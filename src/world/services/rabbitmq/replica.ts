// A replica of a quorum queue: its log, what the log makes of the queue, and, at the leader, what the others have of it.
// An entry takes effect when a majority has it on the disk (and this node has). Source: Ongaro & Ousterhout, Raft (2014);
// rabbitmq.com/docs/quorum-queues; rabbitmq/ra. A follower gets the next entries when it has answered for the last ones,
// so that what comes meanwhile goes together.
// Left out: changes of membership; snapshots (the log is kept back to what the slowest replica has); the sync of term
// and vote; checking with a majority before delivering; what consumers hold, which a new leader asks the nodes about.

import type { Nanos } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'
import { Ballot } from './ballot.ts'
import { ErlangProcess } from './erlang-process.ts'
import { Entry } from './message.ts'
import type { Append, Appended, RaftPayload } from './node-messages.ts'
import type { Peer } from './peer.ts'
import type { Offer, QueueStore } from './queue-store.ts'
import { bytesOf, type Command, type LogEntry } from './raft-log.ts'
import type { ReplicaFile } from './replica-file.ts'
import type { WriteAheadLog } from './write-ahead-log.ts'

/** Entries sent at once. */
const MOST_ENTRIES = 1024

export interface ReplicaTerms {
  readonly queue: string
  readonly context: ServiceContext
  readonly wal: WriteAheadLog
  /** The others that have a replica. */
  readonly peers: readonly Peer[]
  /** Whether it is the first leader. */
  readonly first: boolean
  /** Core time of a follower for each entry. */
  readonly followCost: Nanos
  /** It leads from now on; the messages in the queue are in the file. */
  lead(): void
  /** It leads no more. */
  follow(): void
}

/** What a leader knows of a follower. */
interface Progress {
  match: number
  next: number
  /** Entries have been sent that it has not answered for. */
  pending: boolean
}

export class Replica implements QueueStore {
  readonly #file: ReplicaFile
  readonly #terms: ReplicaTerms
  readonly #process: ErlangProcess
  readonly #ballot: Ballot
  readonly #progress = new Map<Peer, Progress>()
  /** What to do when an entry of this leader takes effect. */
  readonly #effects = new Map<number, () => void>()
  #role: 'follower' | 'elected' | 'leader' = 'follower'
  #commit = 0

  constructor(file: ReplicaFile, terms: ReplicaTerms) {
    this.#file = file
    this.#terms = terms
    this.#process = new ErlangProcess(terms.context)
    this.#ballot = new Ballot(file, terms.peers, {
      queue: terms.queue,
      context: terms.context,
      leads: () => this.#role !== 'follower',
      elected: () => this.#elected(),
      voted: () => this.#stepDown(),
    })
  }

  get term(): number {
    return this.#file.term
  }

  begin(): void {
    const { first } = this.#terms
    if (this.#file.term === 0) {
      this.#file.term = 1
      if (!first) return
      this.#role = 'leader'
      this.#meetFollowers()
      this.#terms.lead()
    } else this.#ballot.call()
  }

  append(offer: Offer, expiresAt: Nanos, admit: (entry: Entry) => void): void {
    const { enqueuer, sequence, message } = offer
    const index = this.#file.log.last + 1
    this.#propose({ op: 'enqueue', enqueuer, sequence, message, expiresAt }, () => {
      if (this.#file.live.has(index)) admit(new Entry(index, message, expiresAt))
      offer.safe()
    })
  }

  remove({ position }: Entry, then: () => void): void {
    this.#propose({ op: 'remove', position }, then)
  }

  up(peer: Peer): void {
    if (this.#role !== 'follower') {
      this.#meet(peer)
      this.#replicate(peer, true)
    } else this.#ballot.up(peer)
  }

  down(peer: Peer): void {
    const progress = this.#progress.get(peer)
    if (progress) progress.pending = false
    this.#ballot.down(peer)
  }

  heard(peer: Peer, payload: RaftPayload): void {
    switch (payload.of) {
      case 'append':
        this.#process.send(this.#terms.followCost * payload.entries.length, () => this.#take(peer, payload))
        break
      case 'appended':
        this.#answered(peer, payload)
        break
      default:
        this.#ballot.heard(peer, payload)
    }
  }

  #propose(command: Command, effect: () => void): void {
    const { log, term } = this.#file
    const entry = { term, command }
    this.#effects.set(log.append(entry), effect)
    this.#write(bytesOf(entry), () => this.#advance())
    for (const peer of this.#terms.peers) this.#replicate(peer)
  }

  /** Writes the end of the log; nothing if it has been replaced meanwhile. */
  #write(bytes: number, then: () => void): void {
    const { log } = this.#file
    const { last, lastTerm } = log
    this.#terms.wal.append(bytes, () => {
      if (log.termAt(last) !== lastTerm) return
      this.#file.synced = Math.max(this.#file.synced, last)
      then()
    })
  }

  #elected(): void {
    this.#role = 'elected'
    this.#meetFollowers()
    // What earlier leaders left is decided when an entry of this one is.
    this.#propose({ op: 'nothing' }, () => {
      this.#role = 'leader'
      this.#terms.lead()
    })
  }

  #stepDown(): void {
    if (this.#role === 'follower') return
    const led = this.#role === 'leader'
    this.#role = 'follower'
    this.#effects.clear()
    this.#progress.clear()
    if (led) this.#terms.follow()
  }

  #meetFollowers(): void {
    this.#effects.clear()
    for (const peer of this.#terms.peers) this.#meet(peer)
  }

  #meet(peer: Peer): void {
    this.#progress.set(peer, { match: 0, next: this.#file.log.last + 1, pending: false })
  }

  /** Sends a follower what it does not have; or nothing, so that it knows its leader. */
  #replicate(peer: Peer, evenNothing = false): void {
    const progress = this.#progress.get(peer)
    if (!progress || progress.pending || peer.state !== 'up') return
    const { log, term } = this.#file
    const previous = progress.next - 1
    const entries = log.from(progress.next, MOST_ENTRIES)
    if (entries.length === 0 && !evenNothing) return
    progress.pending = true
    const previousTerm = log.termAt(previous)!
    const { queue } = this.#terms
    const commit = this.#commit
    const everywhere = this.#everywhere()
    const append: Append = { of: 'append', queue, term, previous, previousTerm, entries, commit, everywhere }
    let bytes = 40
    for (const entry of entries) bytes += bytesOf(entry)
    peer.send(append, bytes)
    log.forget(Math.min(everywhere, this.#file.applied))
  }

  #everywhere(): number {
    let least = this.#file.synced
    for (const { match } of this.#progress.values()) least = Math.min(least, match)
    return least
  }

  #take(peer: Peer, append: Append): void {
    const file = this.#file
    const { queue } = this.#terms
    const answer = (ok: boolean, match: number): void => {
      const { term } = file
      peer.send({ of: 'appended', queue, term, ok, match })
    }
    if (append.term < file.term) {
      answer(false, 0)
      return
    }
    this.#stepDown()
    file.term = append.term
    this.#ballot.follow(peer)
    const { log } = file
    const { previous, entries } = append
    if (log.termAt(previous) !== append.previousTerm) {
      answer(false, Math.min(log.last, previous - 1))
      return
    }
    const bytes = this.#put(previous, entries)
    const last = previous + entries.length
    const done = (): void => {
      this.#commit = Math.max(this.#commit, Math.min(append.commit, last))
      this.#apply()
      log.forget(Math.min(append.everywhere, file.applied))
      answer(true, last)
    }
    if (bytes > 0) this.#write(bytes, done)
    else done()
  }

  /** Makes the log after an index what the leader has; gives the bytes to be written. */
  #put(previous: number, entries: readonly LogEntry[]): number {
    const file = this.#file
    const { log } = file
    let bytes = 0
    for (const [i, entry] of entries.entries()) {
      const index = previous + 1 + i
      const term = log.termAt(index)
      if (term === entry.term) continue
      if (term !== undefined) {
        log.truncate(index - 1)
        file.synced = Math.min(file.synced, index - 1)
      }
      log.append(entry)
      bytes += bytesOf(entry)
    }
    return bytes
  }

  #answered(peer: Peer, { term, ok, match }: Appended): void {
    if (term > this.#file.term) {
      this.#file.term = term
      this.#stepDown()
      this.#ballot.call()
      return
    }
    const progress = this.#progress.get(peer)
    if (!progress || term < this.#file.term) return
    progress.pending = false
    if (ok) progress.match = Math.max(progress.match, match)
    progress.next = (ok ? progress.match : match) + 1
    this.#advance()
    this.#replicate(peer)
  }

  /** What a majority has takes effect. */
  #advance(): void {
    if (this.#role === 'follower') return
    const { synced, log, term } = this.#file
    const have = [synced, ...[...this.#progress.values()].map(({ match }) => match)].sort((a, b) => b - a)
    const most = have[have.length >> 1]!
    if (most > this.#commit && log.termAt(most) === term) this.#commit = most
    this.#apply()
  }

  #apply(): void {
    const file = this.#file
    const end = Math.min(this.#commit, file.synced)
    while (file.applied < end) {
      const index = ++file.applied
      this.#applyOne(index, file.log.at(index)!.command)
      const effect = this.#effects.get(index)
      if (!effect) continue
      this.#effects.delete(index)
      effect()
    }
  }

  #applyOne(index: number, command: Command): void {
    const { live, sequences } = this.#file
    if (command.op === 'remove') live.delete(command.position)
    if (command.op !== 'enqueue') return
    const { enqueuer, sequence, message, expiresAt } = command
    if (sequence <= (sequences.get(enqueuer) ?? 0)) return
    sequences.set(enqueuer, sequence)
    live.set(index, { message, expiresAt })
  }
}
