// How news spreads: each packet of the failure detector carries what there is room for; what is left goes, every gossip
// interval, to a few members at random; and now and then two members exchange all they know over TCP, as one does that joins
// (memberlist, state.go and net.go; serf: reconnecting). Left out: compression and encryption, the delegate's own messages.

import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import type { ServiceContext } from '../../service.ts'
import { Forward } from '../forward.ts'
import type { Broadcasts } from './broadcasts.ts'
import type { Member, Members } from './members.ts'
import {
  type Packet,
  type Signal,
  STATE_BYTES,
  type StateExchange,
  signalBytes,
  UPDATE_BYTES,
  type Update,
} from './packet.ts'
import { pushPullInterval, retransmitLimit } from './scale.ts'

export interface GossipTerms {
  readonly gossipInterval: Nanos
  readonly gossipNodes: number
  readonly gossipToTheDeadTime: Nanos
  readonly retransmitMult: number
  readonly pushPullInterval: Nanos
  readonly reconnectInterval: Nanos
  readonly retryJoinInterval: Nanos
}

/** What a UDP packet holds. [S] memberlist: UDPBufferSize */
const PACKET_BYTES = 1400
const COMPOUND_BYTES = 2
/** [S] memberlist: TCPTimeout */
const STREAM_TIMEOUT = 10e9

export class Gossip {
  /** When the ticks began: they come at multiples of the interval after it. */
  #phase: Nanos = 0
  #ticking = false

  constructor(
    readonly context: ServiceContext,
    readonly terms: GossipTerms,
    readonly members: Members,
    readonly broadcasts: Broadcasts,
    /** Names of those that failed and did not leave; Serf remembers them when the failure detector has forgotten. */
    readonly failed: ReadonlySet<string>,
    readonly sent: (packet: Packet) => void,
  ) {}

  /** @param seeds see `join` */
  begin(seeds: readonly string[]): void {
    const { process } = this.context
    const random = this.context.random('gossip')
    this.#phase = this.context.now() + random.integer(this.terms.gossipInterval)
    this.kick()
    const exchange = (): void => {
      process.after(this.#pushPullInterval, exchange)
      const [other] = this.members.draw(1, ({ state }) => state === 'alive')
      if (other) this.#exchange(other.name, () => {})
    }
    process.after(random.integer(this.#pushPullInterval), exchange)
    const reconnect = (): void => {
      process.after(this.terms.reconnectInterval, reconnect)
      this.#reconnect()
    }
    process.after(this.terms.reconnectInterval, reconnect)
    this.join(seeds)
  }

  /** Asks each in turn to be let in, until one does. */
  join(seeds: readonly string[], index = 0): void {
    const seed = seeds[index]
    if (seed !== undefined) this.#exchange(seed, () => this.join(seeds, index + 1))
    else if (seeds.length > 0)
      this.context.process.after(this.terms.retryJoinInterval, () => this.join(seeds))
  }

  /** There is something to pass on. Without it, ticks would do nothing, and do not come. */
  kick(): void {
    if (this.#ticking || this.broadcasts.size === 0) return
    this.#ticking = true
    const { gossipInterval } = this.terms
    const passed = this.context.now() - this.#phase
    const next = passed < 0 ? -passed : gossipInterval - (passed % gossipInterval)
    this.context.process.after(next, () => this.#tick())
  }

  /** A packet, with as much of what is to be passed on as it holds. */
  send(to: string, signal: Signal | undefined, first: readonly Update[] = []): void {
    const used = COMPOUND_BYTES + signalBytes(signal) + bytesOf(first)
    const updates = [...first, ...this.broadcasts.take(PACKET_BYTES - used, this.#limit)]
    if (!signal && updates.length === 0) return
    const bytes = COMPOUND_BYTES + signalBytes(signal) + bytesOf(updates)
    const packet: Packet = {
      kind: 'serf.packet',
      datagram: true,
      ...(signal ? { signal } : {}),
      updates,
      bytes,
    }
    this.sent(packet)
    this.context.send({ name: to }, packet)
  }

  /** Another exchanges all it knows. */
  answer(request: Envelope): void {
    const { states } = request.message as StateExchange
    const own = this.#state()
    this.members.merge(states)
    request.reply(own)
  }

  get #limit(): number {
    return retransmitLimit(this.terms.retransmitMult, this.members.list.length)
  }

  get #pushPullInterval(): Nanos {
    return pushPullInterval(this.terms.pushPullInterval, this.members.list.length)
  }

  #tick(): void {
    this.#ticking = false
    const now = this.context.now()
    const { gossipNodes, gossipToTheDeadTime } = this.terms
    const hears = (member: Member) => member.up || now - member.changedAt <= gossipToTheDeadTime
    for (const { name } of this.members.draw(gossipNodes, hears)) {
      if (this.broadcasts.size === 0) break
      this.send(name, undefined)
    }
    this.kick()
  }

  #state(): StateExchange {
    const states = this.members.states()
    return { kind: 'serf.state', states, bytes: STATE_BYTES * states.length }
  }

  #exchange(with_: string, failed: () => void): void {
    const { process } = this.context
    const other = this.context.processOf({ name: with_ })
    new Forward(
      process,
      other,
      this.#state(),
      { timeout: STREAM_TIMEOUT },
      {
        answered: (message) => this.members.merge((message as StateExchange).states),
        failed,
      },
    )
  }

  /** Tries one that has failed, the more of them there are the likelier: it may be back, or a partition healed. */
  #reconnect(): void {
    const { failed } = this
    const random = this.context.random('gossip')
    if (failed.size === 0) return
    let up = 0
    for (const member of this.members.list) if (member.up) up++
    if (random.uniform() > failed.size / Math.max(1, up)) return
    const names = [...failed]
    this.#exchange(names[random.integer(names.length)]!, () => {})
  }
}

function bytesOf(updates: readonly Update[]): number {
  let bytes = 0
  for (const { type } of updates) bytes += UPDATE_BYTES[type] + 2
  return bytes
}
