// How a replica takes its failed master's place: it waits, longer the more other replicas have got further, asks all who
// vote in a new epoch, and is the master when most have said yes. A voter says yes once an epoch, and for a failed master
// once in two node timeouts. Source: Redis Cluster specification, "Replica election and promotion".

import type { Message, Timer } from '../../../env/index.ts'
import { type Nanos, seconds } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'
import type { Detector } from './detector.ts'
import type { Vote, VoteRequest } from './messages.ts'
import type { Standing } from './standing.ts'
import type { Thread } from './thread.ts'

/** [S] cluster-replica-validity-factor: one whose data is older than so many node timeouts does not stand. */
const VALIDITY = 10

/** What a candidate does. */
export interface Candidate {
  /** How old its data may be. */
  age(): Nanos
  /** How many replicas of the same master have got further. */
  rank(): number
  /** Lets the other replicas know how far this one is. */
  tellOffset(): void
  broadcast(message: Message): void
  promote(epoch: number): void
}

export class Election {
  readonly #context: ServiceContext
  readonly #thread: Thread
  readonly #standing: Standing
  readonly #detector: Detector
  readonly #candidate: Candidate
  readonly #delay: Nanos
  readonly #patience: Nanos
  readonly #nodeTimeout: Nanos
  /** When this server voted last, by shard. */
  readonly #votedAt = new Map<number, Nanos>()
  #timer: Timer | undefined
  #rank = 0
  /** The election that is under way; 0: none. */
  #epoch = 0
  /** Its master wants it to take over. */
  #agreed = false
  #voters = new Set<number>()
  #retryAt: Nanos = 0

  /** @param delay the fixed part of the wait; the rest is by chance as much again at most, and twice as much a rank */
  constructor(
    context: ServiceContext,
    thread: Thread,
    standing: Standing,
    detector: Detector,
    candidate: Candidate,
    delay: Nanos,
    nodeTimeout: Nanos,
  ) {
    this.#context = context
    this.#thread = thread
    this.#standing = standing
    this.#detector = detector
    this.#candidate = candidate
    this.#delay = delay
    this.#nodeTimeout = nodeTimeout
    this.#patience = Math.max(2 * nodeTimeout, seconds(2))
  }

  /** Sees whether it is time to stand, or to stop. */
  look(now: Nanos): void {
    if (!this.#orphaned) {
      if (!this.#agreed) this.stop()
      return
    }
    if (this.#timer || now < this.#retryAt) return
    this.#rank = this.#candidate.rank()
    const chance = this.#context.random('election').integer(Math.max(1, this.#delay))
    this.#candidate.tellOffset()
    this.#wait(this.#delay + chance + this.#rank * 2 * this.#delay)
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#epoch = 0
    this.#agreed = false
  }

  /** The master lets this replica take over: it stands at once. */
  takeOver(): void {
    this.stop()
    this.#agreed = true
    this.#ask()
  }

  /** Somebody stands: whether this server says yes. */
  asked({ epoch, node, replaces, agreed }: VoteRequest): boolean {
    const standing = this.#standing
    const now = this.#context.now()
    const shard = standing.shards.shardOf(node)
    const claim = standing.view[shard]!
    const votedAt = this.#votedAt.get(shard)
    if (!standing.votes(standing.self) || epoch < standing.epoch || epoch <= standing.votedIn) return false
    if (claim.epoch > replaces || !(agreed || this.#detector.hasFailed(claim.node))) return false
    if (votedAt !== undefined && now - votedAt < 2 * this.#nodeTimeout) return false
    standing.votedIn = epoch
    this.#votedAt.set(shard, now)
    return true
  }

  got({ epoch, node }: Vote): void {
    if (epoch !== this.#epoch || !this.#standing.votes(node)) return
    this.#voters.add(node)
    this.#count()
  }

  /** Whether it is a replica here whose master has failed, and no stale one. */
  get #orphaned(): boolean {
    const { isMaster, master } = this.#standing
    if (isMaster || !this.#detector.hasFailed(master)) return false
    return this.#candidate.age() <= VALIDITY * this.#nodeTimeout
  }

  #wait(delay: Nanos): void {
    this.#timer = this.#thread.after(delay, () => this.#stand())
  }

  #stand(): void {
    this.#timer = undefined
    if (!this.#orphaned) return
    // One that has turned out to be further goes first.
    const rank = this.#candidate.rank()
    if (rank > this.#rank) {
      const more = (rank - this.#rank) * 2 * this.#delay
      this.#rank = rank
      this.#wait(more)
      return
    }
    this.#ask()
  }

  #ask(): void {
    const standing = this.#standing
    this.#retryAt = this.#context.now() + 2 * this.#patience
    this.#epoch = ++standing.epoch
    this.#voters = new Set()
    const request: VoteRequest = {
      kind: 'redis.vote-request',
      epoch: this.#epoch,
      node: standing.self,
      replaces: standing.view[standing.home]!.epoch,
      agreed: this.#agreed,
      bytes: 100,
    }
    if (this.asked(request)) this.#voters.add(standing.self)
    this.#candidate.broadcast(request)
    this.#count()
  }

  #count(): void {
    if (this.#voters.size < this.#standing.majority) return
    const epoch = this.#epoch
    this.stop()
    this.#candidate.promote(epoch)
  }
}
