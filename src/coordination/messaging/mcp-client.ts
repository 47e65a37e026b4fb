// A client of an MCP server, with the means that are promised to make it faster: a pool of connections, identical
// requests in flight sent once, replies cached for a while, calls batched into one message by hand or by a linger. Calls
// that may be made twice are made again, with exponential back-off and full jitter (Brooker, "Exponential Backoff And
// Jitter", AWS Architecture Blog 2015). JSON-RPC batches came with MCP 2025-03-26 and went with 2025-06-18 ([S] its
// changelog). Left out: sessions, notifications, progress.

import {
  type Address,
  allSettled,
  Deferred,
  type Env,
  type Message,
  type ObservedMetrics,
  RefusedError,
  type Request,
  type Task,
  TimeoutError,
  type ToolBatchRequest,
  type ToolCall,
  type ToolCallRequest,
  type ToolResult,
  UnreachableError,
} from '../../env/index.ts'
import { ms, type Nanos } from '../../units.ts'
import { type CallAnswer, CallBatcher } from './call-batcher.ts'
import { McpConnections, type McpConnectionTerms } from './mcp-connections.ts'
import { ReplyCache } from './reply-cache.ts'

export interface McpClientTerms extends McpConnectionTerms {
  readonly server: Address
  /** Time limit of a call or batch. */
  readonly timeout: Nanos
  /** A call like one in flight waits for that one's reply in place of being sent. */
  readonly deduplicate?: boolean
  /** How long a reply stands for later calls like it; 0: never. */
  readonly cacheFor?: Nanos
  /** Replies kept at most; the least recently used goes. Default 1000. */
  readonly cacheSize?: number
  /** Tools without effects (MCP's readOnlyHint), which alone are deduplicated and cached. Left out: all are. */
  readonly readOnly?: ReadonlySet<string>
  /** Calls that come within this time of one another go in one batch; 0: each by itself. */
  readonly linger?: Nanos
  /** Calls in such a batch at most. Default 1000. */
  readonly batchSize?: number
  /** Attempts at a call that passes as idempotent, the first included. Default 1. */
  readonly attempts?: number
  /** The first pause before another attempt, at most; doubled each time. Default 100 ms. */
  readonly backOff?: Nanos
  /** Tools whose calls may take effect twice (idempotentHint). Default: those that are read only. */
  readonly idempotent?: ReadonlySet<string>
}

const counted = (better: 'lower' | 'higher' | 'neither', meaning: string) =>
  ({ observed: 'count', unit: 'count', better, meaning }) as const

/** What a client observes; a coordinator that has one declares these with its own. */
export const mcpMetrics = {
  'mcp.calls': counted('neither', 'tool calls that its owner asked the MCP client for'),
  'mcp.messages': counted('lower', 'messages that the MCP client sent, openings of connections included'),
  'mcp.connects': counted('lower', 'connections that the MCP client opened'),
  'mcp.sent': {
    observed: 'count',
    unit: 'bytes',
    better: 'lower',
    meaning: 'bytes of JSON-RPC and of openings that the MCP client sent',
  },
  'mcp.received': {
    observed: 'count',
    unit: 'bytes',
    better: 'lower',
    meaning: 'bytes of the replies to the MCP client',
  },
  'mcp.batch.size': {
    observed: 'value',
    unit: 'count',
    better: 'neither',
    meaning: 'calls that the MCP client sent in one batch',
  },
  'mcp.shared': counted('higher', 'calls that waited for one like them in flight'),
  'mcp.hits': counted('higher', 'calls answered from the cache'),
  'mcp.evicted': counted('lower', 'replies that left the cache for want of room'),
  'mcp.retries': counted('lower', 'attempts after the first'),
  'mcp.failures': counted('lower', 'attempts at a message that came to nothing'),
} as const satisfies ObservedMetrics

/** What liveness knows calls by. */
const DUE = 'MCP calls'

/** What came of a call that others wait for; `undefined`: it was cancelled, and they are none the wiser. */
type Answer = CallAnswer | undefined

export class McpClient {
  readonly #env: Env
  readonly #terms: McpClientTerms
  readonly #connections: McpConnections
  readonly #batcher: CallBatcher | undefined
  readonly #inFlight = new Map<string, Deferred<Answer>>()
  readonly #cache: ReplyCache<ToolResult>
  #ids = 0

  constructor(env: Env, terms: McpClientTerms) {
    const { linger = 0, batchSize = 1000, cacheSize = 1000 } = terms
    this.#env = env
    this.#terms = terms
    this.#connections = new McpConnections(env, terms, (request) => {
      this.#count('mcp.connects')
      this.#sent(request)
    })
    this.#cache = new ReplyCache(cacheSize)
    if (linger > 0) this.#batcher = new CallBatcher(env, linger, batchSize, (calls) => this.#sendAll(calls))
  }

  /** Calls one tool. */
  *call(tool: string, args: ToolCall['arguments'] = {}): Task<ToolResult> {
    this.#count('mcp.calls')
    return yield* this.#due(this.#answered({ tool, arguments: args }))
  }

  /** Calls several tools in one message; their results in the same order. */
  *batch(calls: readonly ToolCall[]): Task<readonly ToolResult[]> {
    this.#count('mcp.calls', calls.length)
    return yield* this.#due(this.#batch(calls))
  }

  /** States that an answer is due, and that it has come or is waited for no more: what liveness asks. */
  *#due<R>(task: Task<R>): Task<R> {
    let ok = false
    this.#env.observe({ kind: 'fact', fact: 'asked', of: DUE })
    try {
      const answer = yield* task
      ok = true
      return answer
    } finally {
      this.#env.observe({ kind: 'fact', fact: 'answered', of: DUE, ok })
    }
  }

  /** The answer to a call: of the cache, of one like it in flight, or its own. */
  *#answered(call: ToolCall): Task<ToolResult> {
    const { deduplicate = false, cacheFor = 0, readOnly } = this.#terms
    const { tool } = call
    if ((!deduplicate && cacheFor === 0) || readOnly?.has(tool) === false) return yield* this.#attempted(call)
    const key = keyOf(call)
    const cached = this.#cache.get(key, this.#env.now())
    if (cached) {
      this.#count('mcp.hits')
      return cached
    }
    const result = yield* deduplicate ? this.#shared(key, call) : this.#attempted(call)
    if (cacheFor > 0 && this.#cache.put(key, result, this.#env.now() + cacheFor)) this.#count('mcp.evicted')
    return result
  }

  /** Waits for the answer to a call like it that is in flight; if there is none, or it is cancelled, sends it. */
  *#shared(key: string, call: ToolCall): Task<ToolResult> {
    for (;;) {
      const same = this.#inFlight.get(key)
      if (!same) return yield* this.#first(key, call)
      const answer = yield* same.wait()
      if (!answer) continue
      this.#count('mcp.shared')
      if ('error' in answer) throw answer.error
      return answer.result
    }
  }

  /** Sends a call that others like it may wait for. */
  *#first(key: string, call: ToolCall): Task<ToolResult> {
    const shared = new Deferred<Answer>()
    let answer: Answer
    this.#inFlight.set(key, shared)
    try {
      const result = yield* this.#attempted(call)
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

  /** Sends a call, and again while it may and what went wrong may pass. */
  *#attempted(call: ToolCall): Task<ToolResult> {
    const { attempts = 1, backOff = ms(100), readOnly, idempotent = readOnly } = this.#terms
    const most = idempotent?.has(call.tool) ? attempts : 1
    for (let attempt = 1; ; attempt++)
      try {
        return yield* this.#batcher ? this.#batcher.call(call) : this.#send(call)
      } catch (error) {
        if (attempt >= most || !mayPass(error)) throw error
        this.#count('mcp.retries')
        const jitter = this.#env.random('mcp/back-off').uniform() * backOff * 2 ** (attempt - 1)
        const asked = error instanceof RefusedError ? (error.retryAfter ?? 0) : 0
        yield* this.#env.sleep(asked + Math.round(jitter))
      }
  }

  *#send(call: ToolCall): Task<ToolResult> {
    const bytes = sizeOf(this.#frame(call))
    const request: ToolCallRequest = { kind: 'mcp.call', ...call, bytes }
    const result = yield* this.#exchange(request, 'mcp.result')
    return result
  }

  *#batch(calls: readonly ToolCall[]): Task<readonly ToolResult[]> {
    const bytes = sizeOf(calls.map((call) => this.#frame(call)))
    const request: ToolBatchRequest = { kind: 'mcp.batch', calls, bytes }
    this.#env.observe({ kind: 'value', metric: 'mcp.batch.size', value: calls.length })
    const reply = yield* this.#exchange(request, 'mcp.batch-result')
    return reply.results
  }

  /** What came of each of those that the linger has brought together; one alone is no batch. */
  *#sendAll(calls: readonly ToolCall[]): Task<readonly CallAnswer[]> {
    const [outcome] = yield* allSettled([
      calls.length === 1 ? only(this.#send(calls[0]!)) : this.#batch(calls),
    ])
    if (!outcome!.ok) return calls.map(() => ({ error: outcome!.ok ? undefined : outcome!.error }))
    return outcome!.value.map((result) =>
      result.error ? { error: new RefusedError(404, result.error.message) } : { result },
    )
  }

  /** One message and its reply, which must be of the kind that was asked for. */
  *#exchange<R extends Message>(request: Request<R>, kind: R['kind']): Task<R> {
    const { server, timeout } = this.#terms
    try {
      const reply = yield* this.#connections.exchange(() => {
        this.#sent(request)
        return this.#env.call(server, request, timeout)
      })
      this.#count('mcp.received', reply.bytes ?? sizeOf(reply))
      if (reply.kind !== kind)
        throw new RefusedError(502, `${server.name} answered ${request.kind} with nonsense`)
      return reply
    } catch (error) {
      this.#count('mcp.failures')
      throw error
    }
  }

  /** As it goes over the wire. */
  #frame({ tool, arguments: args }: ToolCall): unknown {
    return { jsonrpc: '2.0', id: ++this.#ids, method: 'tools/call', params: { name: tool, arguments: args } }
  }

  #sent(request: Message): void {
    this.#count('mcp.messages')
    this.#count('mcp.sent', request.bytes ?? sizeOf(request))
  }

  #count(metric: keyof typeof mcpMetrics, by = 1): void {
    this.#env.observe({ kind: 'count', metric, by })
  }
}

function* only(task: Task<ToolResult>): Task<readonly ToolResult[]> {
  return [yield* task]
}

/** Bytes as JSON, of text in ASCII. */
const sizeOf = (value: unknown): number => JSON.stringify(value).length

/** The next attempt may fare better: no answer, nobody there, too busy, or broken inside. */
const mayPass = (error: unknown): boolean =>
  error instanceof TimeoutError ||
  error instanceof UnreachableError ||
  (error instanceof RefusedError && (error.status === 429 || error.status >= 500))

/** The same for calls that mean the same, whatever the order of their arguments. */
const keyOf = ({ tool, arguments: args }: ToolCall): string =>
  JSON.stringify([
    tool,
    ...Object.keys(args)
      .sort()
      .map((name) => [name, args[name]]),
  ])
