// The connections that one process has opened to another. A request takes one that has room, the one used last first, or
// opens a new one, or waits for its turn where no more may be opened.

import { Fifo } from '../../env/fifo.ts'
import { QUEUE } from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import type { Process } from '../process.ts'
import { Connection, type ConnectionTerms, type Outgoing } from './connection.ts'
import type { Link } from './link.ts'

export class Pool {
  /** With room, as far as is known; used last at the end. */
  readonly #offered: Connection[] = []
  readonly #waiting = new Fifo<Outgoing>()
  /** Those that count against the limit. */
  #connections = new Set<Connection>()
  /** The one that keeps one-way messages in their order. */
  #first: Connection | undefined

  constructor(
    readonly id: number,
    readonly client: Process,
    readonly server: Process,
    readonly there: Link,
    readonly here: Link,
    readonly terms: ConnectionTerms,
    /** When a process last was ended while its host went on, so that its peers were told. */
    readonly endedAt: (process: Process) => Nanos | undefined,
  ) {}

  /** Sends a request, a one-way message, or the news that the caller has given up. */
  send(outgoing: Outgoing): void {
    const { role, isCopy, call } = outgoing.envelope
    if (role === 'request' && isCopy) this.#again(outgoing, call!.connection)
    else if (role === 'request') this.#request(outgoing)
    else if (role === 'abandon') this.#abandon(outgoing)
    else this.#oneWay(outgoing)
  }

  /** A connection has room, or is gone. */
  freed(connection: Connection): void {
    if (connection.state === 'closed') this.#discard(connection)
    else if (!connection.offered && !connection.full) this.#offer(connection)
    while (this.#waiting.length > 0) {
      const free = this.#free()
      if (!free) return
      const outgoing = this.#waiting.shift()!
      if (!outgoing.envelope.call!.open) {
        this.terms.traffic.withdrawn.add(this.terms.simulation.now)
        continue
      }
      outgoing.envelope.book(QUEUE)
      free.send(outgoing)
    }
  }

  #request(outgoing: Outgoing): void {
    const free = this.#waiting.length === 0 ? this.#free() : undefined
    if (free) free.send(outgoing)
    else this.#waiting.push(outgoing)
  }

  #again(outgoing: Outgoing, connection: Connection | undefined): void {
    if (connection) connection.repeat(outgoing)
    else this.terms.traffic.lost.add(this.terms.simulation.now)
  }

  #abandon(outgoing: Outgoing): void {
    const { connection } = outgoing.envelope.call!
    if (connection) connection.abandon(outgoing)
    // The request waits here and will be passed over.
    else this.terms.traffic.withdrawn.add(this.terms.simulation.now)
  }

  #oneWay(outgoing: Outgoing): void {
    const { now } = this.terms.simulation
    if (!this.#first || this.#first.isStale(now)) {
      if (this.#first) this.#discard(this.#first)
      this.#first = [...this.#connections].find((each) => !each.isStale(now)) ?? this.#open()
    }
    this.#first.send(outgoing)
  }

  /** A connection with room, if there is one or may be one more. */
  #free(): Connection | undefined {
    const { now } = this.terms.simulation
    for (;;) {
      const last = this.#offered.at(-1)
      if (last === undefined) break
      if (!last.isStale(now) && !last.full) return last
      this.#offered.pop()
      last.offered = false
      if (!last.full) this.#discard(last)
    }
    const { limit } = this.terms.values
    if (limit > 0 && this.#connections.size >= limit) this.#sweep(now)
    return limit > 0 && this.#connections.size >= limit ? undefined : this.#open()
  }

  #open(): Connection {
    const { client, server, there, here, terms } = this
    const connection = new Connection(this, client, server, there, here, terms)
    this.#connections.add(connection)
    this.#offer(connection)
    return connection
  }

  #offer(connection: Connection): void {
    connection.offered = true
    this.#offered.push(connection)
  }

  #sweep(now: Nanos): void {
    for (const connection of this.#connections) if (connection.isStale(now)) this.#discard(connection)
  }

  #discard(connection: Connection): void {
    connection.close()
    this.#connections.delete(connection)
    if (this.#first === connection) this.#first = undefined
  }
}
