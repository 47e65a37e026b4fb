// How the servers agree on the catalogue's writes: Raft (Ongaro and Ousterhout 2014, figure 2), as hashicorp/raft runs it: a
// leader for each term, elected by a majority; a log that it replicates; an entry counts once a majority has it. A server
// with a leader it hears of votes for no other; a leader that hears of no majority for its lease steps down.
// Terms, votes and the log are on disk. Left out: snapshots, changes of the servers, pre-votes, transfer of leadership, and
// the time the disk takes.

import type { Nanos } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'
import type { Command } from './catalog.ts'
import { RaftLog } from './raft-log.ts'
import type { Append, Appended, RaftMessage, Vote, Voted } from './raft-messages.ts'

export interface RaftTerms {
  /** Without word of a leader for one to two times this, a server stands for election. */
  readonly electionTimeout: Nanos
  /** How long a leader goes on without word of a majority. */
  readonly leaderLease: Nanos
}

/** What the leader knows of another server. */
interface Follower {
  /** Up to where it has the log. */
  match: number
  /** What it is sent next. */
  next: number
  round: number
  heardAt: Nanos
}

type Settled = (done: boolean) => void

const DISK = 'raft'

export class Raft {
  role: 'follower' | 'candidate' | 'leader' = 'follower'
  /** Whom it takes to lead. */
  leader: string | undefined
  applied = 0
  #commit = 0
  #round = 0
  readonly #log: RaftLog
  /** Who votes for this candidate. */
  readonly #voters = new Set<string>()
  readonly #followers = new Map<string, Follower>()
  readonly #proposals = new Map<number, Settled>()
  readonly #rounds: { readonly round: number; readonly settled: Settled }[] = []
  #timer: { cancel(): void } | undefined

  constructor(
    readonly context: ServiceContext,
    readonly terms: RaftTerms,
    /** The other servers. */
    readonly others: readonly string[],
    readonly apply: (command: Command) => void,
    readonly elected: () => void,
  ) {
    this.#log = (context.disk.get(DISK) as RaftLog | undefined) ?? new RaftLog()
    context.disk.set(DISK, this.#log)
  }

  get term(): number {
    return this.#log.term
  }

  begin(): void {
    this.#expectLeader()
  }

  /** Has the leader write something; told whether that is done, or can be so no more. */
  propose(command: Command, settled: Settled): void {
    const { term } = this.#log
    this.#log.push({ term, command })
    this.#proposals.set(this.#log.last, settled)
    this.#replicate()
    this.#advance()
  }

  /** Told whether a majority still takes this server for the leader. */
  verify(settled: Settled): void {
    this.#replicate()
    this.#rounds.push({ round: this.#round, settled })
    this.#settleRounds()
  }

  received(from: string, message: RaftMessage): void {
    // Who hears of a leader does not let another disturb it.
    const undisturbed = message.kind === 'raft.vote' && this.leader !== undefined
    if (message.term > this.#log.term && !undisturbed) this.#follow(message.term)
    switch (message.kind) {
      case 'raft.append':
        this.#append(from, message)
        break
      case 'raft.appended':
        this.#appended(from, message)
        break
      case 'raft.vote':
        this.#vote(from, message)
        break
      case 'raft.voted':
        if (this.role === 'candidate' && message.granted && message.term === this.#log.term) this.#elect(from)
    }
  }

  get #majority(): number {
    return Math.floor((this.others.length + 1) / 2) + 1
  }

  #after(delay: Nanos, then: () => void): void {
    this.#timer?.cancel()
    this.#timer = this.context.process.after(delay, then)
  }

  #expectLeader(): void {
    const { electionTimeout } = this.terms
    const random = this.context.random('raft')
    this.#after(electionTimeout + random.integer(electionTimeout), () => this.#stand())
  }

  #follow(term: number): void {
    this.#log.term = term
    this.#log.votedFor = undefined
    this.#stepDown()
  }

  #stepDown(): void {
    const led = this.role === 'leader'
    this.role = 'follower'
    this.leader = undefined
    if (led) this.#giveUp()
    this.#expectLeader()
  }

  /** Nobody is told any more what becomes of what was asked of this leader. */
  #giveUp(): void {
    const settled = [...this.#proposals.values(), ...this.#rounds.map((each) => each.settled)]
    this.#proposals.clear()
    this.#rounds.length = 0
    for (const each of settled) each(false)
  }

  #stand(): void {
    const log = this.#log
    this.role = 'candidate'
    this.leader = undefined
    log.term++
    log.votedFor = this.context.name
    this.#voters.clear()
    this.#expectLeader()
    const { term, last } = log
    const vote: Vote = {
      kind: 'raft.vote',
      term,
      lastIndex: last,
      lastTerm: log.termOf(last),
    }
    for (const name of this.others) this.context.send({ name }, vote)
    this.#elect(this.context.name)
  }

  /** One more votes for it, the first of whom is itself. */
  #elect(voter: string): void {
    this.#voters.add(voter)
    if (this.#voters.size < this.#majority) return
    const now = this.context.now()
    this.role = 'leader'
    this.leader = this.context.name
    this.#timer?.cancel()
    for (const name of this.others)
      this.#followers.set(name, { match: 0, next: this.#log.last + 1, round: 0, heardAt: now })
    this.propose({ op: 'none' }, () => {})
    this.#beat()
    this.elected()
  }

  #beat(): void {
    const { electionTimeout, leaderLease } = this.terms
    const now = this.context.now()
    let heard = 1
    for (const { heardAt } of this.#followers.values()) if (now - heardAt <= leaderLease) heard++
    if (heard < this.#majority) {
      this.#stepDown()
      return
    }
    if (this.others.length === 0) return
    const tenth = Math.max(1, Math.round(electionTimeout / 10))
    this.#after(tenth + this.context.random('raft').integer(tenth), () => {
      // Who has not answered is sent again what it may have missed.
      for (const follower of this.#followers.values()) follower.next = follower.match + 1
      this.#replicate()
      this.#beat()
    })
  }

  #replicate(): void {
    this.#round++
    for (const [name, follower] of this.#followers) this.#sendTo(name, follower)
  }

  #sendTo(name: string, follower: Follower): void {
    const log = this.#log
    const lastIndex = follower.next - 1
    const append: Append = {
      kind: 'raft.append',
      term: log.term,
      lastIndex,
      lastTerm: log.termOf(lastIndex),
      entries: log.after(lastIndex),
      commit: this.#commit,
      round: this.#round,
    }
    follower.next = log.last + 1
    this.context.send({ name }, append)
  }

  #append(from: string, { term, lastIndex, lastTerm, entries, commit, round }: Append): void {
    const log = this.#log
    const answer = (ok: boolean, index: number): void => {
      const appended: Appended = { kind: 'raft.appended', term: log.term, ok, index, round }
      this.context.send({ name: from }, appended)
    }
    if (term < log.term) {
      answer(false, log.last)
      return
    }
    this.role = 'follower'
    this.leader = from
    this.#expectLeader()
    if (lastIndex > log.last || log.termOf(lastIndex) !== lastTerm) {
      answer(false, Math.min(lastIndex - 1, log.last))
      return
    }
    log.take(lastIndex, entries)
    const upTo = lastIndex + entries.length
    this.#commit = Math.max(this.#commit, Math.min(commit, upTo))
    this.#applyCommitted()
    answer(true, upTo)
  }

  #appended(from: string, { term, ok, index, round }: Appended): void {
    const follower = this.#followers.get(from)
    if (this.role !== 'leader' || term < this.#log.term || !follower) return
    follower.heardAt = this.context.now()
    follower.round = Math.max(follower.round, round)
    if (ok) {
      follower.match = Math.max(follower.match, index)
      this.#advance()
    } else {
      follower.next = Math.max(1, Math.min(index, this.#log.last) + 1)
      this.#sendTo(from, follower)
    }
    this.#settleRounds()
  }

  #vote(from: string, { term, lastIndex, lastTerm }: Vote): void {
    const log = this.#log
    const { votedFor } = log
    const free = this.leader === undefined && (votedFor === undefined || votedFor === from)
    const granted = term === log.term && free && log.isMatched(lastIndex, lastTerm)
    if (granted) {
      log.votedFor = from
      this.#expectLeader()
    }
    const voted: Voted = { kind: 'raft.voted', term: log.term, granted }
    this.context.send({ name: from }, voted)
  }

  /** An entry of this term that a majority has counts, and with it all before it. */
  #advance(): void {
    const log = this.#log
    const matches = [log.last, ...[...this.#followers.values()].map(({ match }) => match)].toSorted(
      (a, b) => b - a,
    )
    const agreed = matches[this.#majority - 1]!
    if (agreed <= this.#commit || log.termOf(agreed) !== log.term) return
    this.#commit = agreed
    this.#applyCommitted()
  }

  #applyCommitted(): void {
    while (this.applied < this.#commit) {
      this.apply(this.#log.at(this.applied + 1).command)
      this.applied++
      const settled = this.#proposals.get(this.applied)
      this.#proposals.delete(this.applied)
      settled?.(true)
    }
  }

  #settleRounds(): void {
    while (this.#rounds.length > 0) {
      const { round, settled } = this.#rounds[0]!
      let heard = 1
      for (const follower of this.#followers.values()) if (follower.round >= round) heard++
      if (heard < this.#majority) return
      this.#rounds.shift()
      settled(true)
    }
  }
}
