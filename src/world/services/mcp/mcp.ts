// An MCP server: one thread that takes and answers JSON-RPC messages, and slots in which tool calls run beside it.
// A slot is held for the tool's core time (on the host's cores, as a process or thread of the tool's own) and then for the
// time it waits for others. A batch is one message each way; its calls take free slots in their order.
// Left out: sessions, notifications, progress, a limit to the queue.

import {
  Account,
  COMPUTE,
  CORE,
  type McpRequest,
  NONSENSE,
  QUEUE,
  RefusedError,
  SERVICE,
  type ToolBatchResult,
  type ToolCall,
  type ToolResult,
} from '../../../env/index.ts'
import { createDistribution, type Distribution } from '../../../kernel/distributions/registry.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import { defineService, type Service, type ServiceContext } from '../../service.ts'
import { Line, Place } from '../line.ts'
import { type McpValues, messageCost, metrics, parameters, TOOLS } from './parameters.ts'

export const mcp = defineService({
  name: 'mcp',
  meaning: 'an MCP server: a thread for messages, slots for tool calls',
  parameters,
  metrics,
  faults: {
    nonsense: 'what it answers is no answer; it costs what an answer does',
    hang: 'tool calls begin and do not end; opening connections goes on',
  },
  create: (context, values) => new McpServer(context, values),
})

interface Tool {
  readonly time: Distribution
  readonly cpu: Nanos
}

/** A request in hand: one call, or a batch of them. */
class Exchange {
  readonly results: ToolResult[] = []
  readonly runs: Run[] = []
  left = 0

  constructor(
    readonly request: Envelope,
    readonly batch: boolean,
  ) {}
}

/** A tool call, waiting for a slot or in one. */
class Run extends Place {
  startedAt: Nanos = 0
  computedAt: Nanos = 0
  state: 'waiting' | 'running' | 'done' = 'waiting'
  stop: () => void = () => {}

  constructor(
    readonly exchange: Exchange,
    readonly index: number,
    readonly name: string,
    readonly tool: Tool,
    readonly cameAt: Nanos,
  ) {
    super()
  }
}

class McpServer implements Service {
  readonly #context: ServiceContext
  readonly #slots: number
  readonly #cost: Nanos
  readonly #connect: Distribution
  readonly #tools: ReadonlyMap<string, Tool>
  readonly #line = new Line<Run>()
  readonly #exchanges = new Map<Envelope, Exchange>()
  readonly #queue
  readonly #utilisation
  readonly #wait
  readonly #calls
  readonly #unknown
  #busy = 0
  #mad = false
  /** While it hangs: the calls that should have ended. */
  #hanging: Run[] | undefined

  constructor(context: ServiceContext, values: McpValues) {
    this.#context = context
    this.#slots = values.slots
    this.#cost = messageCost(values)
    this.#connect = createDistribution(values.connect)
    this.#tools = new Map(
      Object.entries({ ...TOOLS, ...values.tools }).map(([name, { time, cpu }]) => [
        name,
        { time: createDistribution(time), cpu },
      ]),
    )
    this.#queue = context.queueLevel()
    this.#utilisation = context.utilisationLevel()
    this.#wait = context.recording('wait')
    this.#calls = context.counter('calls')
    this.#unknown = context.counter('unknown')
    this.#observe()
  }

  cost({ message }: Envelope): Nanos {
    if (message.kind !== 'mcp.connect') return this.#cost
    return this.#cost + Math.round(this.#connect.sample(this.#context.random('connect')))
  }

  handle(request: Envelope): void {
    const message = request.message as McpRequest
    switch (message.kind) {
      case 'mcp.connect':
        request.reply({ kind: 'mcp.connected' })
        break
      case 'mcp.call':
        if (this.#tools.has(message.tool)) this.#begin(new Exchange(request, false), [message])
        else {
          this.#unknown.add(this.#context.now())
          request.refuse(new RefusedError(404, unknownTool(message.tool).message))
        }
        break
      case 'mcp.batch':
        this.#begin(new Exchange(request, true), message.calls)
        break
      default:
        request.refuse(new RefusedError(404, `${this.#context.name} answers no ${request.message.kind}`))
    }
  }

  abandon(request: Envelope): void {
    const exchange = this.#exchanges.get(request)
    if (!exchange) return
    this.#exchanges.delete(request)
    for (const run of exchange.runs) if (run.state === 'waiting') this.#line.remove(run)
    for (const run of exchange.runs)
      if (run.state === 'running') {
        run.stop()
        this.#next()
      }
    this.#observe()
  }

  fault(name: 'nonsense' | 'hang'): () => void {
    if (name === 'nonsense') {
      this.#mad = true
      return () => {
        this.#mad = false
      }
    }
    this.#hanging ??= []
    return () => {
      const late = this.#hanging ?? []
      this.#hanging = undefined
      for (const run of late) if (this.#exchanges.has(run.exchange.request)) this.#end(run)
    }
  }

  crash(): void {
    const now = this.#context.now()
    this.#exchanges.clear()
    this.#queue.set(now, 0)
    this.#utilisation.set(now, 0)
  }

  #begin(exchange: Exchange, calls: readonly ToolCall[]): void {
    const now = this.#context.now()
    this.#exchanges.set(exchange.request, exchange)
    for (const [index, { tool: name }] of calls.entries()) {
      const tool = this.#tools.get(name)
      if (tool) exchange.runs.push(new Run(exchange, index, name, tool, now))
      else {
        this.#unknown.add(now)
        exchange.results[index] = { kind: 'mcp.result', tool: name, content: null, error: unknownTool(name) }
      }
    }
    exchange.left = exchange.runs.length
    if (exchange.left === 0) this.#answer(exchange)
    for (const run of exchange.runs)
      if (this.#busy < this.#slots) {
        this.#busy++
        this.#start(run)
      } else this.#line.push(run)
    this.#observe()
  }

  #start(run: Run): void {
    const now = this.#context.now()
    const { cpu } = run.tool
    run.state = 'running'
    run.startedAt = now
    this.#wait.record(now, now - run.cameAt)
    this.#calls.add(now)
    if (cpu === 0) {
      this.#hold(run)
      return
    }
    run.stop = this.#context.work(cpu, () => this.#hold(run))
  }

  /** The core time of a call is over; it holds its slot for the rest. */
  #hold(run: Run): void {
    run.computedAt = this.#context.now()
    const time = Math.round(run.tool.time.sample(this.#context.random(`tool/${run.name}`)))
    run.stop = this.#context.later(time, () => this.#end(run))
  }

  #end(run: Run): void {
    const { exchange, index, name } = run
    if (this.#hanging) {
      this.#hanging.push(run)
      run.stop = () => {}
      return
    }
    run.state = 'done'
    this.#next()
    this.#observe()
    exchange.results[index] = { kind: 'mcp.result', tool: name, content: null }
    if (--exchange.left > 0) return
    exchange.request.bookAll(this.#accountOf(run))
    this.#answer(exchange)
  }

  /** Where the time of the call went that was waited for last. */
  #accountOf({ cameAt, startedAt, computedAt, tool }: Run): Account {
    const account = new Account()
    const held = computedAt - startedAt
    const computing = Math.min(held, Math.round(tool.cpu / this.#context.host.cpu.speed))
    account.add(QUEUE, startedAt - cameAt)
    account.add(COMPUTE, computing)
    account.add(CORE, held - computing)
    account.add(SERVICE, this.#context.now() - computedAt)
    return account
  }

  #answer({ request, batch, results }: Exchange): void {
    this.#exchanges.delete(request)
    const together: ToolBatchResult = { kind: 'mcp.batch-result', results }
    request.reply(this.#mad ? NONSENSE : batch ? together : results[0]!)
  }

  /** A slot is free. */
  #next(): void {
    const run = this.#line.takeFirst()
    if (run) this.#start(run)
    else this.#busy--
  }

  #observe(): void {
    const now = this.#context.now()
    this.#queue.set(now, this.#line.length)
    this.#utilisation.set(now, this.#busy / this.#slots)
  }
}

const unknownTool = (name: string) => ({ code: -32602, message: `Unknown tool: ${name}` })
