// Which target gets a request, among those that are healthy (Kong, runloop/balancer): in turn on a mixed wheel on which each
// stands by its weight; the fewest connections by weight, those that failed this request last; or by a ring of hashes. Left
// out: latency (EWMA), sticky sessions, upstreams behind upstreams.

import type { RandomStream } from '../../../kernel/random.ts'
import { HashRing, RING_POINTS } from '../hash-ring.ts'
import type { KongService } from './parameters.ts'
import type { Target } from './target.ts'

export class Balancer {
  targets: readonly Target[] = []
  #wheel: readonly Target[] = []
  #pointer = 0
  #ring: HashRing<Target> | undefined
  #choices = 0

  constructor(
    readonly algorithm: KongService['algorithm'],
    /** Share of the weight that must be healthy. */
    readonly threshold: number,
    readonly random: RandomStream,
  ) {}

  /** Other targets than before. */
  set(targets: readonly Target[]): void {
    this.targets = targets
    if (this.algorithm === 'round-robin') this.#wheel = wheelOf(targets, this.random)
    if (this.algorithm === 'consistent-hashing') this.#ring = ringOf(targets)
    this.#pointer = 0
  }

  /** Undefined if there is none, or too few are healthy. */
  choose(key: string, failed: ReadonlySet<Target>): Target | undefined {
    if (!this.#healthy) return undefined
    const target = this.#pick(key, failed)
    if (!target) return undefined
    target.connections++
    target.chosen = ++this.#choices
    return target
  }

  get #healthy(): boolean {
    let healthy = 0
    let all = 0
    for (const target of this.targets) {
      all += target.weight
      if (target.healthy) healthy += target.weight
    }
    return healthy > 0 && healthy >= this.threshold * all
  }

  #pick(key: string, failed: ReadonlySet<Target>): Target | undefined {
    switch (this.algorithm) {
      case 'round-robin':
        return this.#inTurn()
      case 'least-connections':
        return this.#leastConnected(failed) ?? this.#leastConnected(new Set())
      case 'consistent-hashing':
        return this.#ring?.find(key, ({ healthy }) => healthy)
    }
  }

  #inTurn(): Target | undefined {
    const wheel = this.#wheel
    for (let i = 0; i < wheel.length; i++) {
      this.#pointer = (this.#pointer + 1) % wheel.length
      const target = wheel[this.#pointer]!
      if (target.healthy) return target
    }
    return undefined
  }

  /** Of equals, whose turn is longest ago. */
  #leastConnected(failed: ReadonlySet<Target>): Target | undefined {
    let least: Target | undefined
    for (const target of this.targets) {
      if (!target.healthy || failed.has(target)) continue
      const difference = least ? load(target, least) - load(least, target) : -1
      if (difference < 0 || (difference === 0 && target.chosen < least!.chosen)) least = target
    }
    return least
  }
}

/** Connections and one, by weight, for comparison with another's. */
const load = (target: Target, other: Target): number => (target.connections + 1) * other.weight

function wheelOf(targets: readonly Target[], random: RandomStream): Target[] {
  const divisor = targets.reduce((sum, { weight }) => commonDivisor(sum, weight), 0)
  const wheel = targets.flatMap((target) => Array<Target>(target.weight / divisor).fill(target))
  for (let i = wheel.length - 1; i > 0; i--) {
    const j = random.integer(i + 1)
    const other = wheel[i]!
    wheel[i] = wheel[j]!
    wheel[j] = other
  }
  return wheel
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b))

function ringOf(targets: readonly Target[]): HashRing<Target> {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0)
  return new HashRing(
    targets.map((target) => {
      const share = Math.floor((target.weight / total) * targets.length * RING_POINTS)
      return { owner: target, name: target.process.name, points: Math.max(1, share) }
    }),
  )
}
