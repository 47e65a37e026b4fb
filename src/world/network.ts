// The network: one link for each direction between two hosts, made on first use. A link has a latency, a bandwidth with
// a queue (first in, first out), and keeps order, as a stream connection does. A partition cuts links: what is sent over
// a cut link, or would arrive while it is cut, is lost without notice.
// Left out for now: loss, duplication, reordering, connection set-up, one-way and partial cuts.

import { createDistribution, type Distribution } from '../kernel/distributions/registry.ts'
import type { RandomStream, RandomStreams } from '../kernel/random.ts'
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
export class Link {
  /** When the last byte sent so far has left. */
  freeAt: Nanos = 0
  lastArrival: Nanos = 0
  /** How many partitions cut it now. */
  cuts = 0

  constructor(
    readonly from: Host,
    readonly to: Host,
    /** Bytes per second; Infinity: unlimited. */
    readonly bandwidth: number,
    readonly latency: Distribution,
    /** Where latencies are drawn; undefined: they are all alike. */
    readonly random: RandomStream | undefined,
  ) {}

  /** When a message sent now arrives: after those before it, in their order. */
  arrival(now: Nanos, bytes: number): Nanos {
    const { latency, random } = this
    this.freeAt = Math.max(now, this.freeAt) + Math.ceil((bytes * 1e9) / this.bandwidth)
    const takes = Math.round(random ? latency.sample(random) : latency.mean)
    this.lastArrival = Math.max(this.lastArrival, this.freeAt + takes)
    return this.lastArrival
  }
}

/** Hosts on two sides that cannot reach each other. */
export interface Partition {
  readonly sides: readonly [ReadonlySet<Host>, ReadonlySet<Host>]
}

export class Network {
  readonly #links: Link[] = []
  readonly #partitions = new Set<Partition>()
  /** One for all links on the same terms. */
  readonly #latencies = new Map<DistributionSpec, Distribution>()
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
    const link = from.links.get(to.id) ?? this.#connect(from, to)
    if (link.cuts > 0 || !to.up) this.lose()
    else this.simulation.schedule(link.arrival(now, bytes), envelope, 0)
  }

  /** Whether `to` can be reached from `from` at this instant. */
  reaches(from: Host, to: Host): boolean {
    if (!to.up) return false
    for (const partition of this.#partitions) if (separates(partition, from, to)) return from === to
    return true
  }

  /** Whether a message that arrives now gets through. */
  delivers(envelope: Envelope): boolean {
    const to = envelope.to.host
    if (!to.up) return false
    if (this.#partitions.size === 0) return true
    const from = envelope.from.host
    return from === to || from.links.get(to.id)!.cuts === 0
  }

  lose(): void {
    this.#lost.add(this.simulation.now, 1)
  }

  /** Cuts every link between the two sides, until `heal` is given the same partition. */
  cut(partition: Partition): void {
    if (this.#partitions.has(partition)) return
    this.#partitions.add(partition)
    for (const link of this.#links) if (separates(partition, link.from, link.to)) link.cuts++
  }

  heal(partition: Partition): void {
    if (!this.#partitions.delete(partition)) return
    for (const link of this.#links) if (separates(partition, link.from, link.to)) link.cuts--
  }

  #connect(from: Host, to: Host): Link {
    const rule = this.rules.find(({ between }) => separates({ sides: between }, from, to))
    const bandwidth = rule?.values.bandwidth ?? this.values.bandwidth
    const latency = this.#latency(rule?.values.latency ?? this.values.latency)
    const link = new Link(
      from,
      to,
      bandwidth === 0 ? Number.POSITIVE_INFINITY : bandwidth,
      latency,
      latency.variance === 0 ? undefined : this.streams.stream(`link/${from.name}/${to.name}`),
    )
    for (const partition of this.#partitions) if (separates(partition, from, to)) link.cuts++
    from.links.set(to.id, link)
    this.#links.push(link)
    return link
  }

  #latency(spec: DistributionSpec): Distribution {
    let latency = this.#latencies.get(spec)
    if (!latency) {
      latency = createDistribution(spec)
      this.#latencies.set(spec, latency)
    }
    return latency
  }
}

const separates = ({ sides: [a, b] }: Partition, from: Host, to: Host): boolean =>
  (a.has(from) && b.has(to)) || (a.has(to) && b.has(from))
