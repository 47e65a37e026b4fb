// The network: one link for each direction between two hosts, made on first use. A plain link has a latency, a bandwidth
// with a queue (first in, first out), and keeps order. What else there may be is in network/: switches and racks whose
// cables are shared, fair shares, loss and what streams do about it, connections, datagrams.
// A partition cuts links: what is sent over a cut link, or would arrive while it is cut, is lost without notice, unless
// connections hold on to it.

import type { RandomStreams } from '../kernel/random.ts'
import type { Simulation } from '../kernel/simulation.ts'
import type { Recorder } from '../observe/recorder.ts'
import type { Nanos } from '../units.ts'
import type { Envelope } from './envelope.ts'
import type { Host } from './host.ts'
import { jsonBytes } from './message-size.ts'
import { Fabric } from './network/fabric.ts'
import { Link } from './network/link.ts'
import { type LinkRule, LinkTermsTable } from './network/link-terms.ts'
import { type NetworkValues, TCP } from './network/parameters.ts'
import { type Fate, UNTOUCHED } from './network/parcel.ts'
import { type Decision, type Direction, type Impairment, leads, type Rule } from './network/rule.ts'
import { Traffic } from './network/traffic.ts'
import { Transport } from './network/transport.ts'
import { Ways } from './network/ways.ts'
import type { Process } from './process.ts'

export type { Link } from './network/link.ts'
export type { LinkRule } from './network/link-terms.ts'
export {
  type LinkValues,
  linkParameters,
  type NetworkValues,
  networkParameters,
} from './network/parameters.ts'
export type { Decision, Direction, Impairment, Rule } from './network/rule.ts'

/** Messages that were kept, in their order, until what kept them is no more. */
interface Kept {
  readonly direction: Direction | undefined
  readonly messages: { readonly envelope: Envelope; readonly bytes: number }[]
}

export class Network {
  readonly traffic: Traffic
  readonly #links: Link[] = []
  readonly #cuts = new Set<Direction>()
  readonly #holds: Kept[] = []
  readonly #impairments = new Map<Impairment, Direction>()
  readonly #chain: { readonly rule: Rule; readonly kept: Kept }[] = []
  readonly #fabric: Fabric
  readonly #ways: Ways
  readonly #terms: LinkTermsTable
  readonly #transport: Transport
  /** One way between processes of one host. */
  readonly #local: Nanos
  /** Messages of one host need no more than their arrival; until a rule has decided otherwise over one. */
  #plainLocal: boolean
  /** One-way messages travel as datagrams. */
  readonly #datagrams: boolean

  constructor(
    readonly simulation: Simulation,
    readonly streams: RandomStreams,
    recorder: Recorder,
    readonly values: NetworkValues,
    readonly rules: readonly LinkRule[],
  ) {
    const { connections, tcp = TCP, oneWay } = values
    this.traffic = new Traffic(recorder)
    this.#fabric = new Fabric(values, recorder)
    this.#ways = new Ways(simulation, values, this.#fabric)
    this.#terms = new LinkTermsTable(values, this.#fabric, rules, this.#ways.plain)
    const back = ({ from, to }: Link) => this.link(to, from)
    this.#transport = new Transport(simulation, this.traffic, tcp, connections, back)
    this.#local = this.#terms.local.latency.mean
    this.#plainLocal = connections === undefined
    this.#datagrams = oneWay === 'datagram'
  }

  /** Every host is there: they are put in their racks. Throws a ScenarioError where one stands in two. */
  place(hosts: ReadonlyMap<string, Host>): void {
    this.#fabric.place(hosts)
  }

  /** Puts the envelope on its way; it fires at its arrival. */
  send(envelope: Envelope): void {
    const now = this.simulation.now
    const { message } = envelope
    envelope.bytes = message.bytes ?? jsonBytes(message)
    const bytes = envelope.bytes + this.values.overhead
    envelope.from.behaviour.sent?.(envelope)
    this.traffic.messages.add(now, 1)
    this.traffic.bytes.add(now, bytes)
    if (envelope.from.lane) envelope.from.showSent(envelope)
    if (envelope.from.load !== undefined) envelope.from.logSent(envelope, bytes)
    if (this.#chain.length > 0 && this.#decided(envelope, bytes)) return
    const from = envelope.from.host
    const to = envelope.to.host
    if (from === to && this.#plainLocal) {
      this.simulation.schedule(now + this.#local, envelope, 0)
      return
    }
    const link = from.links.get(to.id) ?? this.#connect(from, to)
    if (!link.plain || (this.#datagrams && envelope.role === 'one-way'))
      this.#forward(link, envelope, bytes, UNTOUCHED)
    else if (to.up) this.simulation.schedule(link.arrival(now, bytes), envelope, 0)
    else this.lose()
  }

  /** Whether `to` can be reached from `from` at this instant. */
  reaches(from: Host, to: Host): boolean {
    if (!to.up) return false
    for (const cut of this.#cuts) if (leads(cut, from, to)) return from === to
    return true
  }

  /** The hosts of its rack, itself among them; itself alone where it stands in none. */
  rackOf(host: Host): readonly Host[] {
    return this.#fabric.rackOf(host)
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
    this.traffic.lost.add(this.simulation.now, 1)
  }

  /** A process has ended while its host goes on: its kernel closes its connections. */
  ended(process: Process): void {
    this.#transport.ended(process)
  }

  /** Adds a rule at the end of the chain; what is returned removes it, and lets go of what it kept. */
  addRule(rule: Rule): () => void {
    const link = { rule, kept: { direction: undefined, messages: [] } }
    this.#chain.push(link)
    return once(() => {
      this.#chain.splice(this.#chain.indexOf(link), 1)
      this.#release(link.kept)
    })
  }

  /** Cuts the links that lead so, now and those to come; what is returned heals them. A link under two cuts waits for both. */
  cut(direction: Direction): () => void {
    const cut = { ...direction }
    this.#cuts.add(cut)
    const change = (by: number) =>
      this.#each(cut, (link) => {
        link.cuts += by
        link.check()
      })
    change(1)
    return once(() => {
      this.#cuts.delete(cut)
      change(-1)
    })
  }

  /** Keeps what is sent over the links that lead so; what is returned lets it go, in its order. */
  hold(from: ReadonlySet<Host>, to: ReadonlySet<Host>, both: boolean): () => void {
    const direction = { from, to, both }
    const kept: Kept = { direction, messages: [] }
    this.#holds.push(kept)
    const change = (by: number) =>
      this.#each(direction, (link) => {
        link.holds += by
        link.check()
      })
    change(1)
    return once(() => {
      this.#holds.splice(this.#holds.indexOf(kept), 1)
      change(-1)
      this.#release(kept)
    })
  }

  /** Makes the links that lead so worse; what is returned makes them as they were. */
  impair(from: ReadonlySet<Host>, to: ReadonlySet<Host>, impairment: Impairment, both: boolean): () => void {
    const direction = { from, to, both }
    const own = { ...impairment }
    this.#impairments.set(own, direction)
    this.#each(direction, (link) => link.impair(own))
    return once(() => {
      this.#impairments.delete(own)
      this.#each(direction, (link) => link.repair(own))
    })
  }

  /** The link from one host to another, or from a host to itself. */
  link(from: Host, to: Host): Link {
    return from.links.get(to.id) ?? this.#connect(from, to)
  }

  #each(direction: Direction, then: (link: Link) => void): void {
    for (const link of this.#links)
      if (link.from !== link.to && leads(direction, link.from, link.to)) then(link)
  }

  /** Whether a rule has decided what becomes of it, and it has. */
  #decided(envelope: Envelope, bytes: number): boolean {
    for (const { rule, kept } of this.#chain) {
      const decision = rule.decide(envelope, bytes)
      if (decision === undefined) continue
      if (decision === 'pass') return false
      if (decision === 'hold') this.#keep(kept, envelope, bytes)
      else this.#obey(decision, envelope, bytes)
      return true
    }
    return false
  }

  #obey(decision: Exclude<Decision, 'pass' | 'hold'>, envelope: Envelope, bytes: number): void {
    const link = this.link(envelope.from.host, envelope.to.host)
    if (link.from === link.to) this.#plainLocal = false
    if (decision === 'drop') this.lose()
    else if (decision === 'corrupt') this.#forward(link, envelope, bytes, { later: 0, damaged: true })
    else if (decision === 'duplicate') {
      this.traffic.duplicated.add(this.simulation.now, 1)
      this.#forward(link, envelope, bytes, UNTOUCHED)
      this.#forward(link, envelope.copy(), bytes, UNTOUCHED)
    } else this.#forward(link, envelope, bytes, { later: decision.after, damaged: false })
  }

  #forward(link: Link, envelope: Envelope, bytes: number, fate: Fate): void {
    if (link.holds > 0) {
      const kept = this.#holds.find(({ direction }) => leads(direction!, link.from, link.to))!
      this.#keep(kept, envelope, bytes)
    } else if (envelope.role === 'one-way' && (this.#datagrams || envelope.message.datagram))
      this.#transport.datagram(link, { envelope, bytes, fate })
    else this.#transport.stream(link, { envelope, bytes, fate })
  }

  #keep({ messages }: Kept, envelope: Envelope, bytes: number): void {
    messages.push({ envelope, bytes })
    this.traffic.held.add(this.simulation.now, 1)
  }

  #release({ messages }: Kept): void {
    for (const { envelope, bytes } of messages)
      this.#forward(this.link(envelope.from.host, envelope.to.host), envelope, bytes, UNTOUCHED)
    messages.length = 0
  }

  #connect(from: Host, to: Host): Link {
    const way = from === to ? undefined : this.#ways.between(from, to)
    const link = new Link(from, to, this.#terms.of(from, to), this.streams, way)
    if (from !== to) {
      for (const cut of this.#cuts) if (leads(cut, from, to)) link.cuts++
      for (const { direction } of this.#holds) if (leads(direction!, from, to)) link.holds++
      link.check()
      for (const [impairment, direction] of this.#impairments)
        if (leads(direction, from, to)) link.impair(impairment)
    }
    from.links.set(to.id, link)
    this.#links.push(link)
    return link
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
