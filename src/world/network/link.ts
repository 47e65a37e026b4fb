// One direction between two hosts, as it is now: its terms, and what cuts it, holds it or makes it worse.

import type { Distribution } from '../../kernel/distributions/registry.ts'
import type { RandomStream, RandomStreams } from '../../kernel/random.ts'
import type { Nanos } from '../../units.ts'
import type { Host } from '../host.ts'
import type { Cargo, Way } from './edge.ts'
import type { Impairment } from './rule.ts'
import type { Stream } from './stream.ts'

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
}

/** What is added to the latency, and where it is drawn. */
interface Extra {
  readonly distribution: Distribution
  readonly random: RandomStream
}

type Draw = 'loss' | 'duplicate' | 'reorder'

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
  bandwidth = 0
  /** Share of packets that does not get through, lost or damaged. */
  drop = 0
  duplicate = 0
  reorder = 0
  /** One-way latency on average, and its variance. */
  mean = 0
  variance = 0
  /** Streams over it, by the process that sends and the one that receives; made on first need. */
  readonly streams = new Map<number, Stream>()
  readonly #impairments: Impairment[] = []
  readonly #random: RandomStream | undefined
  readonly #draws = new Map<Draw, RandomStream>()
  #extras: readonly Extra[] = []

  constructor(
    readonly from: Host,
    readonly to: Host,
    readonly terms: LinkTerms,
    readonly randoms: RandomStreams,
    /** Where it is more than a queue of its own. */
    readonly way: Way | undefined,
    /** Whether it may be plain at all. */
    readonly simple: boolean,
  ) {
    this.#random = terms.latency.variance === 0 ? undefined : this.#stream('link')
    this.retune()
  }

  /** When a message sent now arrives over a plain link: after those before it, in their order. */
  arrival(now: Nanos, bytes: number): Nanos {
    const { latency } = this.terms
    const random = this.#random
    this.freeAt = Math.max(now, this.freeAt) + Math.ceil((bytes * 1e9) / this.bandwidth)
    const takes = Math.round(random ? latency.sample(random) : latency.mean)
    this.lastArrival = Math.max(this.lastArrival, this.freeAt + takes)
    return this.lastArrival
  }

  /** Nothing gets through at this instant. */
  get broken(): boolean {
    return this.cuts > 0 || !this.to.up
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
    let takes = this.terms.detour + this.#latency()
    for (const { distribution, random } of this.#extras) takes += distribution.sample(random)
    if (this.reorder > 0 && this.#draw('reorder') < this.reorder) takes += this.#latency()
    return Math.round(takes)
  }

  /** Whether a packet is lost or damaged, drawn. */
  drops(): boolean {
    return this.drop > 0 && this.#draw('loss') < this.drop
  }

  /** Whether a datagram comes twice, drawn. */
  doubles(): boolean {
    return this.duplicate > 0 && this.#draw('duplicate') < this.duplicate
  }

  impair(impairment: Impairment): void {
    this.#impairments.push(impairment)
    this.retune()
  }

  repair(impairment: Impairment): void {
    const at = this.#impairments.indexOf(impairment)
    if (at < 0) return
    this.#impairments.splice(at, 1)
    this.retune()
  }

  /** From now on it has streams, each of which keeps its own order. */
  addStream(key: number, stream: Stream): void {
    this.streams.set(key, stream)
    this.plain = false
  }

  /** What it is at present follows from its terms and from what has befallen it. */
  retune(): void {
    const { terms, way } = this
    const worse = this.#impairments
    const share = (of: (each: Impairment) => number | undefined): number =>
      1 - [terms, ...worse].reduce((left, each) => left * (1 - (of(each) ?? 0)), 1)
    const lost = share(({ loss }) => loss)
    const damaged = share(({ corrupt }) => corrupt)
    this.drop = lost + damaged - lost * damaged
    this.duplicate = share(({ duplicate }) => duplicate)
    this.reorder = share(({ reorder }) => reorder)
    const ratio = worse.reduce((left, { bandwidthRatio = 1 }) => left * bandwidthRatio, 1)
    this.bandwidth =
      ratio === 1
        ? terms.bandwidth
        : ratio * Math.min(terms.bandwidth, way?.narrowest ?? Number.POSITIVE_INFINITY)
    const added = (distribution: Distribution | undefined, name: string): Extra[] =>
      distribution ? [{ distribution, random: this.#stream(name) }] : []
    this.#extras = [
      ...added(terms.jitter, 'jitter'),
      ...worse.flatMap(({ extraLatency }) => added(extraLatency, 'extra-latency')),
    ]
    const sum = (of: (each: Distribution) => number): number =>
      this.#extras.reduce((sum, { distribution }) => sum + of(distribution), of(terms.latency))
    this.mean = terms.detour + sum(({ mean }) => mean)
    this.variance = sum(({ variance }) => variance)
    const asNew = this.drop === 0 && this.duplicate === 0 && this.reorder === 0 && this.#extras.length === 0
    this.plain = this.simple && asNew && this.cuts === 0 && this.holds === 0 && this.streams.size === 0
    way?.retune(this)
  }

  #latency(): number {
    const { latency } = this.terms
    return this.#random ? latency.sample(this.#random) : latency.mean
  }

  #draw(purpose: Draw): number {
    let random = this.#draws.get(purpose)
    if (!random) {
      random = this.#stream(purpose)
      this.#draws.set(purpose, random)
    }
    return random.uniform()
  }

  #stream(purpose: string): RandomStream {
    return this.randoms.stream(`${purpose}/${this.from.name}/${this.to.name}`)
  }
}
