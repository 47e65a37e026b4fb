// A connection that one process has opened to another: its handshake, the requests it carries, and how it ends.
//
// Who ends while its host goes on is spoken for by its kernel. A host that crashes says nothing: the connection is half
// open, and what is sent over it is answered by a reset once the host is back (RFC 9293 3.5.1, 3.10.7.1), or by nothing.
// Left out: what a handshake costs the cores; half-closed connections; TIME-WAIT and ports running out.

import { ConnectionRefusedError, type Outcome, UnreachableError } from '../../env/index.ts'
import type { EventTarget } from '../../kernel/simulation.ts'
import { type Nanos, seconds } from '../../units.ts'
import type { Call } from '../call.ts'
import type { Envelope } from '../envelope.ts'
import type { Process } from '../process.ts'
import type { Link } from './link.ts'
import { type ConnectionValues, HANDSHAKES } from './parameters.ts'
import { type Fate, Parcel } from './parcel.ts'
import type { Pool } from './pool.ts'
import { Stream, type StreamTerms } from './stream.ts'

/** Time until the first packet of a handshake is repeated; doubled each time (RFC 6298 2). */
const FIRST_REPEAT = seconds(1)

const SHAKE = 4
const PROBE = 5
const RESET = 6

/** What is to be sent. */
export interface Outgoing {
  readonly envelope: Envelope
  readonly bytes: number
  readonly fate: Fate
}

export interface ConnectionTerms extends StreamTerms {
  readonly values: ConnectionValues
  segments(bytes: number): number
}

// biome-ignore lint/suspicious/noExplicitAny: a connection carries calls of all types of reply
type AnyCall = Call<any>

export class Connection implements EventTarget {
  readonly id: number
  state: 'opening' | 'open' | 'closed' = 'opening'
  /** Requests without an answer. */
  readonly calls = new Set<AnyCall>()
  /** Whether its pool knows that it has room. */
  offered = false
  /** The lives of the processes that it joins. */
  readonly #clientEpoch: number
  #serverEpoch: number
  readonly #forth: Stream
  readonly #back: Stream
  /** What waits for the handshake. */
  #waiting: Outgoing[] = []
  readonly #begunAt: Nanos
  /** Round trips of the handshake that are left, and attempts that came to nothing. */
  #trips: number
  #attempts = 0
  /** When it last was used, and when its peer was last heard of. */
  #usedAt: Nanos
  #heardAt: Nanos
  #probing = -1
  #probes = 0

  constructor(
    readonly pool: Pool,
    readonly client: Process,
    readonly server: Process,
    readonly there: Link,
    readonly here: Link,
    readonly terms: ConnectionTerms,
  ) {
    const { now } = terms.simulation
    this.id = pool.id
    this.#clientEpoch = client.epoch
    this.#serverEpoch = server.epoch
    this.#begunAt = now
    this.#usedAt = now
    this.#heardAt = now
    this.#trips = HANDSHAKES[terms.values.handshake]
    const requests = {
      landed: (parcel: Parcel) => this.#requestLanded(parcel),
      gaveUp: () => this.#break(new UnreachableError(`${server.name} does not acknowledge`)),
    }
    this.#forth = new Stream(this.id, there, here, requests, terms)
    this.#back = new Stream(this.id, here, there, { landed: (parcel) => this.#replyLanded(parcel) }, terms)
    terms.traffic.connections.add(now)
    this.#shake()
  }

  get full(): boolean {
    const { requestsAtOnce } = this.terms.values
    return requestsAtOnce > 0 && this.calls.size >= requestsAtOnce
  }

  /** Whether it is known at the client that it cannot be used any more. */
  isStale(now: Nanos): boolean {
    if (this.state === 'closed' || this.client.epoch !== this.#clientEpoch) return true
    const { idle } = this.terms.values
    if (idle !== undefined && this.calls.size === 0 && now - this.#usedAt >= idle) return true
    if (this.state === 'opening' || this.server.epoch === this.#serverEpoch) return false
    const endedAt = this.pool.endedAt(this.server)
    return (
      endedAt !== undefined &&
      endedAt >= this.#begunAt &&
      now >= endedAt + Math.round(this.here.condition.mean)
    )
  }

  /** Sends a request or a one-way message to the server. */
  send(outgoing: Outgoing): void {
    const { call, role } = outgoing.envelope
    this.#usedAt = this.terms.simulation.now
    if (role === 'request') {
      this.calls.add(call!)
      call!.connection = this
      this.#watch()
    }
    if (this.state === 'opening') this.#waiting.push(outgoing)
    else this.#put(this.#forth, outgoing)
  }

  /** Sends a request a second time, as it was not meant to be. */
  repeat(outgoing: Outgoing): void {
    if (this.state === 'open') this.#put(this.#forth, outgoing)
    else this.terms.traffic.lost.add(this.terms.simulation.now)
  }

  /** Sends a reply, its head or a failure to the client. */
  answer(outgoing: Outgoing): void {
    if (this.state === 'open') this.#put(this.#back, outgoing)
    else this.terms.traffic.lost.add(this.terms.simulation.now)
  }

  /** The caller has given up; where a connection carries one request at a time, that is its end. */
  abandon(outgoing: Outgoing): void {
    const call = outgoing.envelope.call!
    this.calls.delete(call)
    const own = this.#waiting.findIndex(({ envelope }) => envelope === call.request)
    const { traffic, simulation, values } = this.terms
    if (own >= 0) {
      this.#waiting.splice(own, 1)
      traffic.withdrawn.add(simulation.now, 2)
    } else if (this.state === 'open') {
      this.#put(this.#forth, outgoing)
      if (values.requestsAtOnce === 1) this.state = 'closed'
    } else traffic.lost.add(simulation.now)
    this.pool.freed(this)
  }

  /** Nobody will use it any more; what is under way arrives. */
  close(): void {
    this.state = 'closed'
    const { traffic, simulation } = this.terms
    traffic.lost.add(simulation.now, this.#waiting.length)
    this.#waiting = []
  }

  fire(kind: number): void {
    if (this.state === 'closed') return
    if (kind === PROBE) this.#probe()
    else if (kind === RESET) this.#break(new UnreachableError(`${this.server.name} reset the connection`))
    else if (this.#attempts < 0) this.#shaken()
    else this.#shake()
  }

  /** Begins the next round trip of the handshake, or tries again. */
  #shake(): void {
    const { simulation, values } = this.terms
    const { there, here } = this
    if (this.#trips === 0) {
      this.#open()
      return
    }
    const waited = simulation.now - this.#begunAt
    if (waited >= values.connectTimeout) {
      this.#break(
        new ConnectionRefusedError(
          `${this.server.name}: no connection within ${values.connectTimeout / 1e6} ms`,
        ),
      )
      return
    }
    if (there.broken || here.broken || there.condition.drops() || here.condition.drops()) {
      const left = values.connectTimeout - waited
      simulation.schedule(simulation.now + Math.min(left, FIRST_REPEAT * 2 ** this.#attempts++), this, SHAKE)
      return
    }
    this.#attempts = -1
    simulation.schedule(simulation.now + there.takes() + here.takes(), this, SHAKE)
  }

  /** A round trip is done. */
  #shaken(): void {
    this.#attempts = 0
    if (!this.server.up) {
      const error = this.there.broken ? UnreachableError : ConnectionRefusedError
      this.#break(new error(`${this.server.name}: connection refused`))
      return
    }
    this.#trips--
    this.#shake()
  }

  #open(): void {
    if (this.client.epoch !== this.#clientEpoch) {
      this.close()
      return
    }
    this.state = 'open'
    this.#serverEpoch = this.server.epoch
    this.#heardAt = this.terms.simulation.now
    const waiting = this.#waiting
    this.#waiting = []
    for (const outgoing of waiting) this.#put(this.#forth, outgoing)
  }

  #put(stream: Stream, { envelope, bytes, fate }: Outgoing): void {
    stream.send(new Parcel(stream, envelope, bytes, this.terms.segments(bytes), fate))
  }

  #requestLanded({ envelope }: Parcel): void {
    const { server, terms } = this
    if (server.epoch === this.#serverEpoch) {
      envelope.arrive()
      return
    }
    // The host is up, and knows nothing of this connection.
    const { simulation, traffic } = terms
    traffic.lost.add(simulation.now)
    if (!this.here.broken) simulation.schedule(simulation.now + this.here.takes(), this, RESET)
  }

  #replyLanded({ envelope }: Parcel): void {
    this.#heardAt = this.terms.simulation.now
    this.#usedAt = this.#heardAt
    if (envelope.role !== 'head') {
      this.calls.delete(envelope.call!)
      this.pool.freed(this)
    }
    envelope.arrive()
  }

  /** It is gone, and who waits for an answer is told at once, as this is the client's own kernel. */
  #break(error: Outcome): void {
    const { traffic, simulation } = this.terms
    if (this.state === 'closed') return
    this.state = 'closed'
    traffic.resets.add(simulation.now)
    const calls = [...this.calls]
    this.calls.clear()
    traffic.lost.add(simulation.now, this.#waiting.length)
    this.#waiting = []
    this.#forth.abort()
    this.#back.abort()
    for (const call of calls) call.broken(error)
    this.pool.freed(this)
  }

  /** Sees to it that the peer is asked for a sign of life. */
  #watch(): void {
    const { values, simulation } = this.terms
    if (values.keepAlive === undefined || this.#probing >= 0) return
    if (this.calls.size === 1) this.#heardAt = simulation.now
    this.#probes = 0
    this.#probing = simulation.schedule(simulation.now + values.keepAlive, this, PROBE)
  }

  #probe(): void {
    const { values, simulation } = this.terms
    const { now } = simulation
    this.#probing = -1
    // With its end, the client's process has closed what was its own.
    if (this.client.epoch !== this.#clientEpoch) this.close()
    if (this.calls.size === 0 || this.state === 'closed') return
    // A handshake has its own limit.
    if (this.state === 'opening') this.#heardAt = now
    const due = this.#heardAt + values.keepAlive!
    let next = due
    if (due <= now) {
      if (this.there.broken || this.here.broken) {
        if (++this.#probes >= values.keepAliveProbes) {
          this.#break(new UnreachableError(`${this.server.name} gives no sign of life`))
          return
        }
        next = now + values.keepAliveInterval
      } else if (this.server.epoch !== this.#serverEpoch) {
        this.#break(new UnreachableError(`${this.server.name} reset the connection`))
        return
      } else {
        this.#probes = 0
        this.#heardAt = now
        next = now + values.keepAlive!
      }
    }
    this.#probing = simulation.schedule(next, this, PROBE)
  }
}
