// A client of an MCP server, with the means that are promised to make it faster: a pool of connections, identical
// requests in flight sent once, replies cached for a while, calls batched into one message.

import {
  type Address,
  type ConnectRequest,
  Deferred,
  type Env,
  type Message,
  RefusedError,
  type Request,
  Semaphore,
  type Task,
  type ToolBatchRequest,
  type ToolCall,
  type ToolCallRequest,
  type ToolResult,
  UnreachableError,
} from '../../env/index.ts'
import type { Nanos } from '../../units.ts'

export interface McpClientTerms {
  readonly server: Address
  /** Time limit of a call or batch. */
  readonly timeout: Nanos
  /** Connections kept open and shared; 0: a new one for each message. */
  readonly connections: number
  /** Messages whose replies may be outstanding on one connection: 1 for HTTP/1.1, many over stdio. */
  readonly inFlight: number
  /** A call like one in flight waits for that one's reply in place of being sent. */
  readonly deduplicate?: boolean
  /** How long a reply stands for later calls like it; 0: never. Only for tools without effects. */
  readonly cacheFor?: Nanos
}

/** What came of a call that others wait for; `undefined`: it was cancelled, and they are none the wiser. */
type Answer = { readonly result: ToolResult } | { readonly error: unknown } | undefined

export class McpClient {
  readonly #env: Env
  readonly #terms: McpClientTerms
  /** A permit for each message that may be outstanding. */
  readonly #permits: Semaphore
  readonly #connections: Connection[]
  readonly #inFlight = new Map<string, Deferred<Answer>>()
  readonly #cache = new Map<string, { readonly result: ToolResult; readonly until: Nanos }>()

  constructor(env: Env, terms: McpClientTerms) {
    this.#env = env
    this.#terms = terms
    this.#permits = new Semaphore(terms.connections * terms.inFlight)
    this.#connections = Array.from({ length: terms.connections }, () => new Connection())
  }

  /** Calls one tool. */
  *call(tool: string, args: ToolCall['arguments'] = {}): Task<ToolResult> {
    const { deduplicate = false, cacheFor = 0 } = this.#terms
    const request: ToolCallRequest = { kind: 'mcp.call', tool, arguments: args }
    if (!deduplicate && cacheFor === 0) return yield* this.#send(request)
    const key = keyOf(tool, args)
    const cached = this.#cache.get(key)
    if (cached && cached.until > this.#env.now()) return cached.result
    this.#cache.delete(key)
    const result = yield* deduplicate ? this.#shared(key, request) : this.#send(request)
    if (cacheFor > 0) this.#cache.set(key, { result, until: this.#env.now() + cacheFor })
    return result
  }

  /** Calls several tools in one message; their results in the same order. */
  *batch(calls: readonly ToolCall[]): Task<readonly ToolResult[]> {
    const request: ToolBatchRequest = { kind: 'mcp.batch', calls }
    const reply = yield* this.#exchange(request, 'mcp.batch-result')
    return reply.results
  }

  /** Waits for the answer to a call like it that is in flight; if there is none, or it is cancelled, sends it. */
  *#shared(key: string, request: ToolCallRequest): Task<ToolResult> {
    for (;;) {
      const same = this.#inFlight.get(key)
      if (!same) return yield* this.#first(key, request)
      const answer = yield* same.wait()
      if (!answer) continue
      if ('error' in answer) throw answer.error
      return answer.result
    }
  }

  /** Sends a call that others like it may wait for. */
  *#first(key: string, request: ToolCallRequest): Task<ToolResult> {
    const shared = new Deferred<Answer>()
    let answer: Answer
    this.#inFlight.set(key, shared)
    try {
      const result = yield* this.#send(request)
      answer = { result }
      return result
    } catch (error) {
      answer = { error }
      throw error
    } finally {
      this.#inFlight.delete(key)
      shared.resolve(answer)
    }
  }

  #send(request: ToolCallRequest): Task<ToolResult> {
    return this.#exchange(request, 'mcp.result')
  }

  /** One message and its reply, which must be of the kind that was asked for. */
  *#exchange<R extends Message>(request: Request<R>, kind: R['kind']): Task<R> {
    const { server, timeout } = this.#terms
    const reply = yield* this.#connected(() => this.#env.call(server, request, timeout))
    if (reply.kind !== kind)
      throw new RefusedError(502, `${server.name} answered ${request.kind} with nonsense`)
    return reply
  }

  /** Does an exchange on a connection: the least used of those kept, opened on first use, or a new one. */
  *#connected<R>(exchange: () => Task<R>): Task<R> {
    if (this.#connections.length === 0) {
      yield* this.#connect()
      return yield* exchange()
    }
    yield* this.#permits.acquire()
    const connection = this.#connections.reduce((a, b) => (b.outstanding < a.outstanding ? b : a))
    connection.outstanding++
    try {
      yield* this.#opened(connection)
      return yield* exchange()
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
    const request: ConnectRequest = { kind: 'mcp.connect' }
    yield* this.#env.call(this.#terms.server, request, this.#terms.timeout)
  }
}

/** One connection kept. */
class Connection {
  open = false
  outstanding = 0
  /** Resolves when an attempt to open it has ended. */
  opening: Deferred<void> | undefined
}

/** The same for calls that mean the same, whatever the order of their arguments. */
const keyOf = (tool: string, args: ToolCall['arguments']): string =>
  JSON.stringify([
    tool,
    ...Object.keys(args)
      .sort()
      .map((name) => [name, args[name]]),
  ])
