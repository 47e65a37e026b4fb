// A group of servers behind a proxy: which one gets the next request, and which are out of service for a while.
// As nginx does it (ngx_http_upstream_round_robin, _least_conn, _random, _hash and _ip_hash; 1.14 and later): smooth weighted
// round robin, in which a server that failed gets its weight back step by step; chance that falls back on it after 20 tries;
// passive health checks, in which one request tries a server when its time out of service is over. A server alone is never
// out of service.
// Left out: nginx's clock of whole seconds, backup servers, max_conns, slow_start, several worker processes.

import type { Address } from '../../../env/index.ts'
import type { RandomStream } from '../../../kernel/random.ts'
import type { Nanos } from '../../../units.ts'
import { HashRing, hashOf, mixed, RING_POINTS } from '../hash-ring.ts'

export const POLICIES = ['least_conn', 'round_robin', 'random', 'power-of-two', 'ip_hash', 'hash'] as const
export type Policy = (typeof POLICIES)[number]

/** How often chance or a hash may hit a server that cannot be had before it is each in turn. */
const TRIES = 20

/** What is known of one server. */
export class Peer {
  /** Requests under way. */
  connections = 0
  /** Its turn in smooth round robin: grows by the effective weight, falls when chosen. */
  turn = 0
  /** The weight, less for a while after a failure. */
  effectiveWeight: number
  fails = 0
  failedAt: Nanos = 0
  /** Since when `failTimeout` counts: its last failure, or the last choice that came later than that. */
  checkedAt: Nanos = 0

  constructor(
    readonly address: Address,
    readonly weight: number,
  ) {
    this.effectiveWeight = weight
  }
}

export interface UpstreamTerms {
  readonly policy: Policy
  /** 0: never out of service. */
  readonly maxFails: number
  readonly failTimeout: Nanos
}

/** What a choice depends on besides the servers. */
interface Choice {
  readonly tried: ReadonlySet<Peer>
  readonly now: Nanos
  readonly key: string
}

export class Upstream {
  /** Up to each server and with it: the sum of the weights. */
  readonly #ranges: readonly number[]
  readonly #totalWeight: number
  #ring: HashRing<Peer> | undefined

  constructor(
    readonly peers: readonly Peer[],
    readonly terms: UpstreamTerms,
    readonly random: RandomStream,
  ) {
    let sum = 0
    this.#ranges = peers.map(({ weight }) => (sum += weight))
    this.#totalWeight = sum
  }

  /**
   * The server for a request that has been at those `tried`; undefined if none is in service.
   * @param key what is hashed, by the policies that hash
   */
  choose(tried: ReadonlySet<Peer>, now: Nanos, key = ''): Peer | undefined {
    const peer = this.#pick({ tried, now, key })
    if (!peer) return undefined
    if (now - peer.checkedAt > this.terms.failTimeout) peer.checkedAt = now
    peer.connections++
    return peer
  }

  /** A request has left a server. True if the server is out of service from now on. */
  release(peer: Peer, failed: boolean, now: Nanos): boolean {
    const { maxFails } = this.terms
    peer.connections--
    if (this.peers.length === 1) return false
    if (!failed) {
      if (peer.failedAt < peer.checkedAt) peer.fails = 0
      return false
    }
    peer.fails++
    peer.failedAt = now
    peer.checkedAt = now
    if (maxFails === 0) return false
    peer.effectiveWeight = Math.max(0, peer.effectiveWeight - Math.floor(peer.weight / maxFails))
    return peer.fails >= maxFails
  }

  #pick(choice: Choice): Peer | undefined {
    switch (this.terms.policy) {
      case 'round_robin':
        return this.#inTurn(choice)
      case 'least_conn':
        return this.#leastConnected(choice)
      case 'random':
        return this.#draw(choice) ?? this.#inTurn(choice)
      case 'power-of-two':
        return this.#lessConnectedOfTwo(choice) ?? this.#inTurn(choice)
      case 'ip_hash':
        return this.#byHash(choice) ?? this.#inTurn(choice)
      case 'hash':
        return this.#byRing(choice) ?? this.#inTurn(choice)
    }
  }

  #fits(peer: Peer, { tried, now }: Choice): boolean {
    const { maxFails, failTimeout } = this.terms
    const inService = maxFails === 0 || peer.fails < maxFails || now - peer.checkedAt > failTimeout
    return inService && !tried.has(peer)
  }

  /** Smooth weighted round robin: all gain their effective weight, the highest is chosen and pays what all gained. */
  #inTurn(choice: Choice, alikeTo?: Peer): Peer | undefined {
    let total = 0
    let best: Peer | undefined
    for (const peer of this.peers) {
      if (!this.#fits(peer, choice) || (alikeTo && load(peer, alikeTo) !== load(alikeTo, peer))) continue
      peer.turn += peer.effectiveWeight
      total += peer.effectiveWeight
      if (peer.effectiveWeight < peer.weight) peer.effectiveWeight++
      if (best === undefined || peer.turn > best.turn) best = peer
    }
    if (best) best.turn -= total
    return best
  }

  /** Those tied take turns; one that is alone pays nothing. */
  #leastConnected(choice: Choice): Peer | undefined {
    let least: Peer | undefined
    let tied = false
    for (const peer of this.peers) {
      if (!this.#fits(peer, choice)) continue
      const difference = least === undefined ? -1 : load(peer, least) - load(least, peer)
      if (difference < 0) {
        least = peer
        tied = false
      } else if (difference === 0) tied = true
    }
    return tied ? this.#inTurn(choice, least) : least
  }

  /** One at random, by weight, but for `other`. */
  #draw(choice: Choice, other?: Peer): Peer | undefined {
    for (let tries = 0; tries < TRIES; tries++) {
      const peer = this.#at(this.random.integer(this.#totalWeight))
      if (peer !== other && this.#fits(peer, choice)) return peer
    }
    return undefined
  }

  #lessConnectedOfTwo(choice: Choice): Peer | undefined {
    if (this.peers.length === 1) return undefined
    const first = this.#draw(choice)
    const second = first && this.#draw(choice, first)
    return second && load(second, first) > load(first, second) ? first : second
  }

  #byHash(choice: Choice): Peer | undefined {
    let hash = hashOf(choice.key)
    for (let tries = 0; tries < TRIES; tries++) {
      const peer = this.#at(hash % this.#totalWeight)
      if (this.#fits(peer, choice)) return peer
      hash = mixed(hash + 1)
    }
    return undefined
  }

  #byRing(choice: Choice): Peer | undefined {
    if (choice.key === '') return undefined
    this.#ring ??= new HashRing(
      this.peers.map((peer) => ({
        owner: peer,
        name: peer.address.name,
        points: RING_POINTS * peer.weight,
      })),
    )
    return this.#ring.find(choice.key, (peer) => this.#fits(peer, choice), TRIES)
  }

  /** Whose range of weight it is. */
  #at(ticket: number): Peer {
    if (this.#totalWeight === this.peers.length) return this.peers[ticket]!
    return this.peers[this.#ranges.findIndex((end) => ticket < end)]!
  }
}

/** Connections by weight, for comparison with another's: without division. */
const load = (peer: Peer, other: Peer): number => peer.connections * other.weight
