// One direction between two hosts: a latency and a bandwidth, and what cuts it, holds it or makes it worse.

import type { Distribution } from '../../kernel/distributions/registry.ts'
import type { RandomStream, RandomStreams } from '../../kernel/random.ts'
import type { Nanos } from '../../units.ts'
import type { Host } from '../host.ts'
import { Condition } from './condition.ts'
import type { Cargo, Way } from './edge.ts'
import type { Impairment } from './rule.ts'
import type { Stream } from './stream.ts'

/** What links on the same terms have in common. */
export interface LinkTerms {
  readonly latency: Distribution
  readonly jitter: Distribution | undefined
  /** Bytes per second of this pair's own; Infinity: unlimited. */
  readonly bandwidth: number
  readonly loss: number
  readonly duplicate: number
  readonly corrupt: number
  readonly reorder: number
  /** Latency that what is between them adds. */
  readonly detour: Nanos
  /** May be plain: its queue is its own, and nothing is to be kept of what is sent over it. */
  readonly simple: boolean
}

export class Link {
  /** When the last byte sent so far has left. */
  freeAt: Nanos = 0
  lastArrival: Nanos = 0
  /** How many partitions cut it now. */
  cuts = 0
  /** How many keep what is sent over it. */
  holds = 0
  /** Nothing but a queue and a latency, so that of what is sent over it only the arrival matters. */
  plain = true
  /** Bytes per second of its own at present. */
  bandwidth: number
  readonly latency: Distribution
  /** Where latencies are drawn; undefined: they are all alike. */
  readonly random: RandomStream | undefined
  #condition: Condition | undefined

  constructor(
    readonly from: Host,
    readonly to: Host,
    readonly terms: LinkTerms,
    readonly randoms: RandomStreams,
    /** Where it is more than a queue of its own. */
    readonly way: Way | undefined,
  ) {
    this.latency = terms.latency
    this.bandwidth = terms.bandwidth
    this.random = terms.latency.variance === 0 ? undefined : randoms.stream(`link/${this.name}`)
    const { jitter, loss, duplicate, corrupt, reorder, simple } = terms
    if (!simple || jitter || loss > 0 || duplicate > 0 || corrupt > 0 || reorder > 0) this.retune()
  }

  /** `a/b` */
  get name(): string {
    return `${this.from.name}/${this.to.name}`
  }

  /** When a message sent now arrives over a plain link: after those before it, in their order. */
  arrival(now: Nanos, bytes: number): Nanos {
    const { latency, random } = this
    this.freeAt = Math.max(now, this.freeAt) + Math.ceil((bytes * 1e9) / this.bandwidth)
    const takes = Math.round(random ? latency.sample(random) : latency.mean)
    this.lastArrival = Math.max(this.lastArrival, this.freeAt + takes)
    return this.lastArrival
  }

  /** Nothing gets through at this instant. */
  get broken(): boolean {
    return this.cuts > 0 || !this.to.up
  }

  /** What is to be known of it where it is not plain. */
  get condition(): Condition {
    this.#condition ??= new Condition(this.terms, this.randoms, this.name)
    return this.#condition
  }

  carry(cargo: Cargo, now: Nanos): void {
    if (this.way) {
      this.way.carry(cargo)
      return
    }
    this.freeAt = Math.max(now, this.freeAt) + Math.ceil((cargo.bytes * 1e9) / this.bandwidth)
    cargo.left(this.freeAt)
  }

  flows(bytes: number): boolean {
    return this.way?.flows(bytes) ?? false
  }

  /** How long a packet is under way, drawn. */
  takes(): Nanos {
    const { latency, random } = this
    return this.condition.takes(() => (random ? latency.sample(random) : latency.mean))
  }

  impair(impairment: Impairment): void {
    this.condition.impairments.push(impairment)
    this.retune()
  }

  repair(impairment: Impairment): void {
    const { impairments } = this.condition
    const at = impairments.indexOf(impairment)
    if (at < 0) return
    impairments.splice(at, 1)
    this.retune()
  }

  /** From now on it has streams, each of which keeps its own order. */
  addStream(key: number, stream: Stream): void {
    this.condition.streams.set(key, stream)
    this.plain = false
  }

  /** What it is at present follows from its terms and from what has befallen it. */
  retune(): void {
    const { condition, terms, way } = this
    condition.retune()
    const ratio = condition.bandwidthRatio
    const whole =
      ratio === 1 ? terms.bandwidth : Math.min(terms.bandwidth, way?.narrowest ?? Number.POSITIVE_INFINITY)
    this.bandwidth = ratio * whole
    this.plain = terms.simple && condition.isPlain && this.cuts === 0 && this.holds === 0
    way?.retune(this)
  }

  /** It is cut, held, healed or released: it may be plain, or not. */
  check(): void {
    const { terms } = this
    const flawless = this.#condition?.isPlain ?? true
    this.plain = terms.simple && flawless && this.cuts === 0 && this.holds === 0
    this.way?.retune(this)
  }
}
