// A group of servers behind a proxy: which one gets the next request, and which are out of service for a while.
// As nginx does it (ngx_http_upstream_round_robin, _least_conn and _random; 1.14 and later): smooth weighted round robin, in
// which a server that failed gets its weight back step by step; passive health checks, in which one request tries a
// server when its time out of service is over. A server alone is never out of service.
// Left out: nginx's clock of whole seconds, backup servers, max_conns, slow_start, several worker processes.

import type { Address } from '../../../env/index.ts'
import type { RandomStream } from '../../../kernel/random.ts'
import type { Nanos } from '../../../units.ts'

export type Policy = 'least_conn' | 'round_robin' | 'random' | 'power-of-two'

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

export class Upstream {
  constructor(
    readonly peers: readonly Peer[],
    readonly terms: UpstreamTerms,
    readonly random: RandomStream,
  ) {}

  /** The server for a request that has been at those `tried`; undefined if none is in service. */
  choose(tried: ReadonlySet<Peer>, now: Nanos): Peer | undefined {
    const eligible = this.peers.filter((peer) => !tried.has(peer) && this.#inService(peer, now))
    if (eligible.length === 0) return undefined
    const peer = this.#pick(eligible)
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

  #inService(peer: Peer, now: Nanos): boolean {
    const { maxFails, failTimeout } = this.terms
    return maxFails === 0 || peer.fails < maxFails || now - peer.checkedAt > failTimeout
  }

  #pick(eligible: readonly Peer[]): Peer {
    switch (this.terms.policy) {
      case 'round_robin':
        return nextInTurn(eligible)
      case 'least_conn': {
        const least = eligible.reduce((best, peer) => (load(peer, best) < load(best, peer) ? peer : best))
        const tied = eligible.filter((peer) => load(peer, least) === load(least, peer))
        return tied.length === 1 ? least : nextInTurn(tied)
      }
      case 'random':
        return this.#draw(eligible)
      case 'power-of-two': {
        const first = this.#draw(eligible)
        const others = eligible.filter((peer) => peer !== first)
        if (others.length === 0) return first
        const second = this.#draw(others)
        return load(second, first) > load(first, second) ? first : second
      }
    }
  }

  /** One of them at random, by weight. */
  #draw(peers: readonly Peer[]): Peer {
    let ticket = this.random.integer(peers.reduce((sum, { weight }) => sum + weight, 0))
    return peers.find(({ weight }) => {
      ticket -= weight
      return ticket < 0
    })!
  }
}

/** Connections by weight, for comparison with another's: without division. */
const load = (peer: Peer, other: Peer): number => peer.connections * other.weight

/** Smooth weighted round robin: all gain their effective weight, the highest is chosen and pays what all gained. */
function nextInTurn(peers: readonly Peer[]): Peer {
  let total = 0
  let best = peers[0]!
  for (const peer of peers) {
    peer.turn += peer.effectiveWeight
    total += peer.effectiveWeight
    if (peer.effectiveWeight < peer.weight) peer.effectiveWeight++
    if (peer.turn > best.turn) best = peer
  }
  best.turn -= total
  return best
}
