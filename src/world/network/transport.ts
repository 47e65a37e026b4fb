// What carries a message over links that are not plain: a stream between two processes, a connection of the caller's, or
// nothing that would keep it.

import type { Simulation } from '../../kernel/simulation.ts'
import type { Nanos } from '../../units.ts'
import type { Process } from '../process.ts'
import type { ConnectionTerms, Outgoing } from './connection.ts'
import { Datagram } from './datagram.ts'
import type { Link } from './link.ts'
import type { ConnectionValues, TcpValues } from './parameters.ts'
import { Parcel } from './parcel.ts'
import { Pool } from './pool.ts'
import { Stream, type StreamTerms } from './stream.ts'
import type { Traffic } from './traffic.ts'

/** Above the number of any process: two of them make one key. */
const KEY = 2 ** 26

const LANDING = { landed: ({ envelope }: Parcel) => envelope.arrive() }

export class Transport {
  readonly #terms: StreamTerms
  readonly #pooled: ConnectionTerms | undefined
  /** By client and server. */
  readonly #pools = new Map<number, Pool>()
  readonly #endedAt = new Map<Process, Nanos>()

  constructor(
    readonly simulation: Simulation,
    readonly traffic: Traffic,
    readonly tcp: TcpValues,
    connections: ConnectionValues | undefined,
    /** The link that leads back. */
    readonly back: (link: Link) => Link,
  ) {
    this.#terms = { simulation, traffic, tcp, holdsOn: connections?.retransmit ?? false }
    const segments = (bytes: number) => this.#segments(bytes)
    this.#pooled = connections && { ...this.#terms, values: connections, segments }
  }

  /** A process has ended while its host goes on. */
  ended(process: Process): void {
    if (this.#pooled) this.#endedAt.set(process, this.simulation.now)
  }

  datagram(link: Link, { envelope, bytes, fate }: Outgoing): void {
    const pieces = this.#segments(bytes)
    new Datagram(this.simulation, this.traffic, link, envelope, bytes, pieces, fate).send()
  }

  stream(link: Link, outgoing: Outgoing): void {
    if (this.#pooled) this.#pool(link, outgoing, this.#pooled)
    else {
      const { envelope, bytes, fate } = outgoing
      const stream = this.#streamOf(link, envelope.from, envelope.to)
      stream.send(new Parcel(stream, envelope, bytes, this.#segments(bytes), fate))
    }
  }

  #segments(bytes: number): number {
    return Math.max(1, Math.ceil(bytes / this.tcp.segment))
  }

  #streamOf(link: Link, from: Process, to: Process): Stream {
    const key = from.id * KEY + to.id
    let stream = link.condition.streams.get(key)
    if (!stream) {
      stream = new Stream(from.id * 65_537 + to.id, link, this.back(link), LANDING, this.#terms)
      link.addStream(key, stream)
    }
    return stream
  }

  #pool(link: Link, outgoing: Outgoing, terms: ConnectionTerms): void {
    const { from, to, role, call } = outgoing.envelope
    if (role === 'reply' || role === 'failure' || role === 'head') {
      if (call!.connection) call!.connection.answer(outgoing)
      else this.traffic.lost.add(this.simulation.now)
      return
    }
    const key = from.id * KEY + to.id
    let pool = this.#pools.get(key)
    if (!pool) {
      const endedAt = (process: Process) => this.#endedAt.get(process)
      pool = new Pool(from.id * 65_537 + to.id, from, to, link, this.back(link), terms, endedAt)
      this.#pools.set(key, pool)
    }
    pool.send(outgoing)
  }
}
