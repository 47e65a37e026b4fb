// The network: one link for each direction between two hosts, made on first use. A link has a latency, a bandwidth with
// a queue (first in, first out), and keeps order, as a stream connection does. A partition cuts links: what is sent over
// a cut link, or would arrive while it is cut, is lost without notice.

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
import { type Decision, type Direction, type Impairment, leads, type Rule } from './network/rule.ts'

export type { Decision, Direction, Impairment, Rule } from './network/rule.ts'

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
  /** How many keep what is sent over it. */
  holds = 0
  readonly impairments: Impairment[] = []

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

/** Messages that were kept, in their order, until what kept them is no more. */
interface Kept {
  readonly direction: Direction | undefined
  readonly envelopes: Envelope[]
}

export class Network {
  readonly #links: Link[] = []
  readonly #cuts = new Set<Direction>()
  readonly #holds: Kept[] = []
  readonly #impairments = new Map<Impairment, Direction>()
  readonly #chain: Rule[] = []
  readonly #keptByRules = new Map<Rule, Kept>()
  /** One for all links on the same terms. */
  readonly #latencies = new Map<DistributionSpec, Distribution>()
  readonly #messages: Counter
  readonly #bytes: Counter
  readonly #lost: Counter
  readonly #duplicated: Counter
  readonly #held: Counter

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
    this.#duplicated = counter('duplicated', 'count', 'lower', 'messages that came twice')
    this.#held = counter('held', 'count', 'lower', 'messages kept back for a while')
  }

  /** Puts the envelope on its way; it fires at its arrival. */
  send(envelope: Envelope): void {
    const now = this.simulation.now
    const bytes = this.#bytesOf(envelope)
    this.#messages.add(now, 1)
    this.#bytes.add(now, bytes)
    const { lane } = envelope.from
    if (lane) envelope.from.world.timeline!.sent(envelope, lane, now)
    if (this.#chain.length > 0) {
      const decision = this.#decide(envelope, bytes)
      if (decision !== undefined && decision !== 'pass') {
        this.#obey(decision, envelope, bytes)
        return
      }
    }
    this.#forward(envelope, bytes, 0)
  }

  /** Whether `to` can be reached from `from` at this instant. */
  reaches(from: Host, to: Host): boolean {
    if (!to.up) return false
    for (const cut of this.#cuts) if (leads(cut, from, to)) return from === to
    return true
  }

  /** The hosts of its rack, itself among them; itself alone where it stands in none. */
  rackOf(host: Host): readonly Host[] {
    return [host]
  }

  /** Whether a message that arrives now gets through. */
  delivers(envelope: Envelope): boolean {
    const to = envelope.to.host
    if (!to.up) return false
    if (this.#cuts.size === 0) return true
    const from = envelope.from.host
    return from === to || from.links.get(to.id)!.cuts === 0
  }

  lose(): void {
    this.#lost.add(this.simulation.now, 1)
  }

  /** Adds a rule at the end of the chain; what is returned removes it. */
  addRule(rule: Rule): () => void {
    const kept: Kept = { direction: undefined, envelopes: [] }
    this.#chain.push(rule)
    this.#keptByRules.set(rule, kept)
    return once(() => {
      this.#chain.splice(this.#chain.indexOf(rule), 1)
      this.#keptByRules.delete(rule)
      this.#release(kept)
    })
  }

  /** Cuts the links that lead so, now and those to come; what is returned heals them. A link under two cuts waits for both. */
  cut(direction: Direction): () => void {
    const cut = { ...direction }
    this.#cuts.add(cut)
    for (const link of this.#links) if (leads(cut, link.from, link.to)) link.cuts++
    return once(() => {
      this.#cuts.delete(cut)
      for (const link of this.#links) if (leads(cut, link.from, link.to)) link.cuts--
    })
  }

  /** Keeps what is sent over the links that lead so; what is returned lets it go, in its order. */
  hold(from: ReadonlySet<Host>, to: ReadonlySet<Host>, both: boolean): () => void {
    const direction = { from, to, both }
    const kept: Kept = { direction, envelopes: [] }
    this.#holds.push(kept)
    for (const link of this.#links) if (leads(direction, link.from, link.to)) link.holds++
    return once(() => {
      this.#holds.splice(this.#holds.indexOf(kept), 1)
      for (const link of this.#links) if (leads(direction, link.from, link.to)) link.holds--
      this.#release(kept)
    })
  }

  /** Makes the links that lead so worse; what is returned makes them as they were. */
  impair(from: ReadonlySet<Host>, to: ReadonlySet<Host>, impairment: Impairment, both: boolean): () => void {
    const direction = { from, to, both }
    const own = { ...impairment }
    this.#impairments.set(own, direction)
    for (const link of this.#links) if (leads(direction, link.from, link.to)) link.impairments.push(own)
    return once(() => {
      this.#impairments.delete(own)
      for (const { impairments } of this.#links) {
        const at = impairments.indexOf(own)
        if (at >= 0) impairments.splice(at, 1)
      }
    })
  }

  #decide(envelope: Envelope, bytes: number): Decision | undefined {
    for (const rule of this.#chain) {
      const decision = rule.decide(envelope, bytes)
      if (decision === undefined) continue
      if (decision === 'hold') this.#keep(this.#keptByRules.get(rule)!, envelope)
      return decision
    }
    return undefined
  }

  #obey(decision: Exclude<Decision, 'pass'>, envelope: Envelope, bytes: number): void {
    if (decision === 'drop' || decision === 'corrupt') this.lose()
    else if (decision === 'duplicate') {
      this.#duplicated.add(this.simulation.now, 1)
      this.#forward(envelope, bytes, 0)
      this.#forward(envelope.copy(), bytes, 0)
    } else if (decision !== 'hold') this.#forward(envelope, bytes, decision.after)
  }

  #forward(envelope: Envelope, bytes: number, later: Nanos): void {
    const { now } = this.simulation
    const from = envelope.from.host
    const to = envelope.to.host
    if (from === to) {
      this.simulation.schedule(now + this.values.loopback + later, envelope, 0)
      return
    }
    const link = from.links.get(to.id) ?? this.#connect(from, to)
    if (link.holds > 0) {
      const kept = this.#holds.find(({ direction }) => leads(direction!, from, to))!
      this.#keep(kept, envelope)
    } else if (link.cuts > 0 || !to.up) this.lose()
    else this.simulation.schedule(link.arrival(now, bytes) + later, envelope, 0)
  }

  #keep(kept: Kept, envelope: Envelope): void {
    kept.envelopes.push(envelope)
    this.#held.add(this.simulation.now, 1)
  }

  #release({ envelopes }: Kept): void {
    for (const envelope of envelopes) this.#forward(envelope, this.#bytesOf(envelope), 0)
    envelopes.length = 0
  }

  #bytesOf({ message }: Envelope): number {
    return (message.bytes ?? jsonBytes(message)) + this.values.overhead
  }

  #connect(from: Host, to: Host): Link {
    const rule = this.rules.find(({ between: [a, b] }) => leads({ from: a, to: b, both: true }, from, to))
    const bandwidth = rule?.values.bandwidth ?? this.values.bandwidth
    const latency = this.#latency(rule?.values.latency ?? this.values.latency)
    const link = new Link(
      from,
      to,
      bandwidth === 0 ? Number.POSITIVE_INFINITY : bandwidth,
      latency,
      latency.variance === 0 ? undefined : this.streams.stream(`link/${from.name}/${to.name}`),
    )
    for (const cut of this.#cuts) if (leads(cut, from, to)) link.cuts++
    for (const { direction } of this.#holds) if (leads(direction!, from, to)) link.holds++
    for (const [impairment, direction] of this.#impairments)
      if (leads(direction, from, to)) link.impairments.push(impairment)
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

/** Whatever is undone is undone once. */
function once(undo: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    undo()
  }
}
