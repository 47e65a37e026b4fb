// The network: one link for each direction between two hosts, made on first use. A link has a latency, a bandwidth with
// a queue (first in, first out), and keeps order, as a stream connection does. A partition cuts links: what is sent over
// a cut link, or would arrive while it is cut, is lost without notice.
// Left out for now: loss, duplication, reordering, connection set-up, one-way and partial cuts.

import { createDistribution, type Distribution } from '../kernel/distributions/registry.ts'
import type { RandomStreams } from '../kernel/random.ts'
import type { Simulation } from '../kernel/simulation.ts'
import type { Counter } from '../observe/counter.ts'
import type { Recorder } from '../observe/recorder.ts'
import {
  bandwidth,
  bytes,
  type DistributionSpec,
  distribution,
  duration,
  optional,
  type Values,
} from '../parameters.ts'
import { type Nanos, us } from '../units.ts'
import type { Envelope } from './envelope.ts'
import type { Host } from './host.ts'
import { jsonBytes } from './message-size.ts'

const constant = (value: Nanos): DistributionSpec => ({ kind: 'constant', value })

export const networkParameters = {
  latency: distribution('ns', {
    meaning: 'one-way latency between two hosts',
    default: constant(us(100)),
    source: '[P] Redis over 1 GbE: 200 µs there and back',
  }),
  bandwidth: bandwidth({
    meaning: 'bandwidth of each direction between two hosts; 0: unlimited',
    default: 125e6,
    source: '1 GbE',
  }),
  loopback: duration({
    meaning: 'one-way latency between processes of one host',
    default: us(15),
    source: '[P] Redis over a unix socket: 30 µs there and back',
  }),
  overhead: bytes({
    meaning: 'bytes that framing adds to each message (Ethernet, IP, TCP and a short HTTP header)',
    default: 150,
    source: '[D] 66 bytes of Ethernet, IP and TCP, and a minimal HTTP header',
  }),
} as const

export const linkParameters = {
  latency: optional(distribution('ns', { meaning: 'one-way latency of this link' })),
  bandwidth: optional(bandwidth({ meaning: 'bandwidth of each direction of this link; 0: unlimited' })),
} as const

export type NetworkValues = Values<typeof networkParameters>
export type LinkValues = Values<typeof linkParameters>

/** Terms for all links between two groups of hosts. */
export interface LinkRule {
  readonly between: readonly [ReadonlySet<Host>, ReadonlySet<Host>]
  readonly values: LinkValues
}

/** One direction between two hosts. */
class Link {
  /** When the last byte sent so far has left. */
  freeAt: Nanos = 0
  lastArrival: Nanos = 0
  /** How many partitions cut it now. */
  cuts = 0

  constructor(
    readonly latency: Distribution,
    readonly random: ReturnType<RandomStreams['stream']>,
    /** Bytes per nanosecond; Infinity: unlimited. */
    readonly bytesPerNano: number,
  ) {}
}

/** Hosts on two sides that cannot reach each other. */
export interface Partition {
  readonly sides: readonly [ReadonlySet<Host>, ReadonlySet<Host>]
}

export class Network {
  /** links[from.id][to.id] */
  readonly #links: Link[][] = []
  readonly #partitions = new Set<Partition>()
  readonly #messages: Counter
  readonly #bytes: Counter
  readonly #lost: Counter

  constructor(
    readonly simulation: Simulation,
    readonly streams: RandomStreams,
    recorder: Recorder,
    readonly values: NetworkValues,
    readonly rules: readonly LinkRule[],
  ) {
    const counter = (name: string, unit: 'count' | 'bytes', better: 'lower' | 'neither', meaning: string) =>
      recorder.counter(`network.${name}`, { unit, better, meaning })
    this.#messages = counter('messages', 'count', 'neither', 'messages sent between processes')
    this.#bytes = counter('bytes', 'bytes', 'neither', 'bytes sent between processes, framing included')
    this.#lost = counter('lost', 'count', 'lower', 'messages lost to partitions and crashed hosts')
  }

  /** Puts the envelope on its way; it fires at its arrival. */
  send(envelope: Envelope): void {
    const now = this.simulation.now
    const from = envelope.from.host
    const to = envelope.to.host
    const bytes = (envelope.message.bytes ?? jsonBytes(envelope.message)) + this.values.overhead
    this.#messages.add(now, 1)
    this.#bytes.add(now, bytes)
    if (from === to) {
      this.simulation.schedule(now + this.values.loopback, envelope, 0)
      return
    }
    const link = this.#links[from.id]?.[to.id] ?? this.#connect(from, to)
    if (link.cuts > 0 || !to.up) {
      this.lose()
      return
    }
    const leaves = Math.max(now, link.freeAt) + Math.ceil(bytes / link.bytesPerNano)
    link.freeAt = leaves
    const arrives = Math.max(link.lastArrival, leaves + Math.round(link.latency.sample(link.random)))
    link.lastArrival = arrives
    this.simulation.schedule(arrives, envelope, 0)
  }

  /** Whether what arrives now from `from` gets through to `to`. */
  reaches(from: Host, to: Host): boolean {
    return to.up && (from === to || (this.#links[from.id]?.[to.id]?.cuts ?? 0) === 0)
  }

  lose(): void {
    this.#lost.add(this.simulation.now, 1)
  }

  cut(partition: Partition): void {
    this.#partitions.add(partition)
    this.#eachLink(partition, (link) => link.cuts++)
  }

  heal(partition: Partition): void {
    if (!this.#partitions.delete(partition)) return
    this.#eachLink(partition, (link) => link.cuts--)
  }

  #connect(from: Host, to: Host): Link {
    const rule = this.rules.find(
      ({ between: [a, b] }) => (a.has(from) && b.has(to)) || (a.has(to) && b.has(from)),
    )
    const bandwidth = rule?.values.bandwidth ?? this.values.bandwidth
    const link = new Link(
      createDistribution(rule?.values.latency ?? this.values.latency),
      this.streams.stream(`link/${from.name}/${to.name}`),
      bandwidth === 0 ? Number.POSITIVE_INFINITY : bandwidth / 1e9,
    )
    for (const { sides } of this.#partitions) if (separates(sides, from, to)) link.cuts++
    this.#links[from.id] ??= []
    this.#links[from.id]![to.id] = link
    return link
  }

  #eachLink({ sides: [a, b] }: Partition, change: (link: Link) => void): void {
    for (const one of a)
      for (const other of b)
        for (const link of [this.#links[one.id]?.[other.id], this.#links[other.id]?.[one.id]])
          if (link) change(link)
  }
}

const separates = ([a, b]: Partition['sides'], from: Host, to: Host): boolean =>
  (a.has(from) && b.has(to)) || (a.has(to) && b.has(from))
