// How the replicas of a quorum queue find a new leader when they have lost theirs: who asks first after a random while, and
// has all that a majority may have agreed on, gets the votes. Source: Raft, 5.2 and 5.4.1; rabbitmq/ra.
// A candidate keeps its term until it has won, and who has a leader does not vote, so that one that is cut off does not
// depose a leader when it is back (the purpose of Raft's pre-vote).

import type { Nanos } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'
import type { Vote, Voted } from './node-messages.ts'
import type { Peer } from './peer.ts'
import type { ReplicaFile } from './replica-file.ts'

/** The least and the greatest time until a replica without leader asks for votes: Raft's 150 to 300 ms. */
const LEAST_WAIT: Nanos = 150e6
const WAIT_SPREAD = 150e6

interface BallotTerms {
  readonly queue: string
  readonly context: ServiceContext
  /** Whether this replica leads, or has been elected. */
  leads(): boolean
  elected(): void
  /** It has voted for another. */
  voted(): void
}

export class Ballot {
  readonly #file: ReplicaFile
  readonly #peers: readonly Peer[]
  readonly #terms: BallotTerms
  #leader: Peer | undefined
  #calling = false
  /** The term of the votes being counted, and from whom they are. */
  #campaign = 0
  /** The highest term that anyone has asked votes for. */
  #heardOf = 0
  readonly #votes = new Set<Peer>()

  constructor(file: ReplicaFile, peers: readonly Peer[], terms: BallotTerms) {
    this.#file = file
    this.#peers = peers
    this.#terms = terms
  }

  /** It has a leader. */
  follow(leader: Peer): void {
    this.#leader = leader
  }

  up(_peer: Peer): void {
    if (!this.#leader) this.call()
  }

  down(peer: Peer): void {
    if (this.#leader !== peer) return
    this.#leader = undefined
    this.call()
  }

  /** Asks for votes after a while, unless there is a leader then. */
  call(): void {
    if (this.#calling) return
    const { context, queue } = this.#terms
    const wait = LEAST_WAIT + context.random(`election/${queue}`).integer(WAIT_SPREAD)
    this.#calling = true
    context.later(wait, () => {
      this.#calling = false
      if (!this.#leader && !this.#terms.leads()) this.#ask()
    })
  }

  heard(peer: Peer, payload: Vote | Voted): void {
    if (payload.of === 'vote') this.#vote(peer, payload)
    else if (payload.term === this.#campaign && payload.granted) {
      this.#votes.add(peer)
      this.#count()
    }
  }

  #ask(): void {
    const file = this.#file
    // With fewer it would be in vain; whoever comes up makes for a new call.
    if (!this.#isMajority(this.#peers.filter(({ state }) => state === 'up').length)) return
    const term = Math.max(file.term, file.votedIn, this.#heardOf) + 1
    file.votedIn = term
    file.votedFor = this.#terms.context.name
    this.#campaign = term
    this.#votes.clear()
    const { last, lastTerm } = file.log
    for (const peer of this.#peers) peer.send({ of: 'vote', queue: this.#terms.queue, term, last, lastTerm })
    this.#count()
    this.call()
  }

  #count(): void {
    const file = this.#file
    if (this.#terms.leads() || this.#leader || this.#campaign <= file.term) return
    if (!this.#isMajority(this.#votes.size)) return
    file.term = this.#campaign
    this.#terms.elected()
  }

  #vote(peer: Peer, { term, last, lastTerm }: Vote): void {
    const file = this.#file
    const { queue } = this.#terms
    const { log } = file
    this.#heardOf = Math.max(this.#heardOf, term)
    const isFree = !this.#leader && !this.#terms.leads()
    const isNew = term > file.term && (term > file.votedIn || file.votedFor === peer.name)
    const hasAll = lastTerm > log.lastTerm || (lastTerm === log.lastTerm && last >= log.last)
    const granted = isFree && isNew && hasAll
    if (granted) {
      file.term = term
      file.votedIn = term
      file.votedFor = peer.name
      this.#terms.voted()
      this.call()
    }
    peer.send({ of: 'voted', queue, term, granted })
  }

  /** Whether so many others and this one are more than half. */
  #isMajority(others: number): boolean {
    return 2 * (others + 1) > this.#peers.length + 1
  }
}
