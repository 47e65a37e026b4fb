// The connections of a client to one MCP server: a pool that is kept and shared, each connection opened on first use and
// again when its peer has closed it, or a new one for each message. Opening is TCP's and TLS's round trips, then `initialize`.

import {
  type Address,
  type ConnectRequest,
  Deferred,
  type Env,
  Semaphore,
  type Task,
  UnreachableError,
} from '../../env/index.ts'
import type { Nanos } from '../../units.ts'

export interface McpConnectionTerms {
  readonly server: Address
  /** Time limit of `initialize`. */
  readonly timeout: Nanos
  /** Connections kept open and shared; 0: a new one for each message. */
  readonly connections: number
  /** Messages whose replies may be outstanding on one connection: 1 for HTTP/1.1, many over stdio. */
  readonly inFlight: number
  /** Time of the round trips before `initialize`: none over stdio, 1 of TCP, 2 with TLS 1.3. Default 0. */
  readonly handshake?: Nanos
  /** What a connection sends and receives while it opens, certificates above all. Left out: `initialize` alone. */
  readonly connectBytes?: number
}

/** One connection kept. */
class Connection {
  open = false
  outstanding = 0
  /** Resolves when an attempt to open it has ended. */
  opening: Deferred<void> | undefined
}

export class McpConnections {
  readonly #env: Env
  readonly #terms: McpConnectionTerms
  readonly #opens: (request: ConnectRequest) => void
  /** A permit for each message that may be outstanding. */
  readonly #permits: Semaphore
  readonly #kept: Connection[]

  /** @param opens hears of each attempt to open a connection */
  constructor(env: Env, terms: McpConnectionTerms, opens: (request: ConnectRequest) => void) {
    this.#env = env
    this.#terms = terms
    this.#opens = opens
    this.#permits = new Semaphore(terms.connections * terms.inFlight)
    this.#kept = Array.from({ length: terms.connections }, () => new Connection())
  }

  /** Does an exchange on a connection: the least used of those kept, opened on first use, or a new one. */
  *exchange<R>(send: () => Task<R>): Task<R> {
    if (this.#kept.length === 0) {
      yield* this.#connect()
      return yield* send()
    }
    yield* this.#permits.acquire()
    const connection = this.#kept.reduce((a, b) => (b.outstanding < a.outstanding ? b : a))
    connection.outstanding++
    try {
      yield* this.#opened(connection)
      return yield* send()
    } catch (error) {
      // Its peer has closed it; the next who needs it opens it anew.
      if (error instanceof UnreachableError) connection.open = false
      throw error
    } finally {
      connection.outstanding--
      this.#permits.release()
    }
  }

  /** Waits until a connection is open; the first who needs it opens it. */
  *#opened(connection: Connection): Task<void> {
    while (!connection.open) {
      const opening = connection.opening
      if (opening) {
        yield* opening.wait()
        continue
      }
      const mine = new Deferred<void>()
      connection.opening = mine
      try {
        yield* this.#connect()
        connection.open = true
      } finally {
        connection.opening = undefined
        mine.resolve()
      }
    }
  }

  *#connect(): Task<void> {
    const { server, timeout, handshake = 0, connectBytes } = this.#terms
    if (handshake > 0) yield* this.#env.sleep(handshake)
    const request: ConnectRequest = {
      kind: 'mcp.connect',
      ...(connectBytes === undefined ? {} : { bytes: connectBytes }),
    }
    this.#opens(request)
    yield* this.#env.call(server, request, timeout)
  }
}
