// What is wrong with a link at present, and what its streams and draws need to know of it. A plain link has none.

import type { Distribution } from '../../kernel/distributions/registry.ts'
import type { RandomStream, RandomStreams } from '../../kernel/random.ts'
import type { Nanos } from '../../units.ts'
import type { LinkTerms } from './link.ts'
import type { Impairment } from './rule.ts'
import type { Stream } from './stream.ts'

/** What is added to the latency, and where it is drawn. */
interface Extra {
  readonly distribution: Distribution
  readonly random: RandomStream
}

export class Condition {
  /** Share of packets that does not get through, lost or damaged. */
  drop = 0
  duplicate = 0
  reorder = 0
  /** What is left of the bandwidth. */
  bandwidthRatio = 1
  /** One-way latency on average, and its variance. */
  mean = 0
  variance = 0
  /** Streams over the link, by the process that sends and the one that receives; made on first need. */
  readonly streams = new Map<number, Stream>()
  readonly impairments: Impairment[] = []
  readonly #draws = new Map<string, RandomStream>()
  #extras: readonly Extra[] = []

  constructor(
    readonly terms: LinkTerms,
    readonly randoms: RandomStreams,
    /** `a/b`: whose link it is, to name its random streams. */
    readonly name: string,
  ) {
    this.retune()
  }

  /** As good as its latency and bandwidth say, and no stream was ever needed over it. */
  get isPlain(): boolean {
    const flawless =
      this.drop === 0 && this.duplicate === 0 && this.reorder === 0 && this.#extras.length === 0
    return flawless && this.streams.size === 0
  }

  /** How long a packet is under way, drawn; `latency` draws what the link itself takes. */
  takes(latency: () => number): Nanos {
    let takes = this.terms.detour + latency()
    for (const { distribution, random } of this.#extras) takes += distribution.sample(random)
    if (this.#happens('reorder', this.reorder)) takes += latency()
    return Math.round(takes)
  }

  /** Whether a packet is lost or damaged, drawn. */
  drops(): boolean {
    return this.#happens('loss', this.drop)
  }

  /** Whether a datagram comes twice, drawn. */
  doubles(): boolean {
    return this.#happens('duplicate', this.duplicate)
  }

  /** What it is at present follows from the link's terms and from what has befallen it. */
  retune(): void {
    const { terms, impairments } = this
    const share = (of: (each: Impairment) => number | undefined): number =>
      1 - [terms, ...impairments].reduce((left, each) => left * (1 - (of(each) ?? 0)), 1)
    const lost = share(({ loss }) => loss)
    const damaged = share(({ corrupt }) => corrupt)
    this.drop = lost + damaged - lost * damaged
    this.duplicate = share(({ duplicate }) => duplicate)
    this.reorder = share(({ reorder }) => reorder)
    this.bandwidthRatio = impairments.reduce((left, { bandwidthRatio = 1 }) => left * bandwidthRatio, 1)
    const added = (distribution: Distribution | undefined, purpose: string): Extra[] =>
      distribution ? [{ distribution, random: this.#random(purpose) }] : []
    this.#extras = [
      ...added(terms.jitter, 'jitter'),
      ...impairments.flatMap(({ extraLatency }) => added(extraLatency, 'extra-latency')),
    ]
    const sum = (of: (each: Distribution) => number): number =>
      this.#extras.reduce((sum, { distribution }) => sum + of(distribution), of(terms.latency))
    this.mean = terms.detour + sum(({ mean }) => mean)
    this.variance = sum(({ variance }) => variance)
  }

  /** Nothing is drawn for what cannot happen. */
  #happens(purpose: string, ratio: number): boolean {
    return ratio > 0 && this.#random(purpose).uniform() < ratio
  }

  #random(purpose: string): RandomStream {
    let random = this.#draws.get(purpose)
    if (!random) {
      random = this.randoms.stream(`${purpose}/${this.name}`)
      this.#draws.set(purpose, random)
    }
    return random
  }
}
