// The means of an MCP client beyond pool, deduplication in flight and cache for a time: mcp-client.test.ts has those.

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { McpClient, type McpClientTerms } from '../../../src/coordination/index.ts'
import {
  all,
  allSettled,
  type McpRequest,
  type Message,
  RefusedError,
  type Task,
  TimeoutError,
  type ToolResult,
  withTimeout,
} from '../../../src/env/index.ts'
import { ms } from '../../../src/units.ts'
import { addCoordinator } from '../../world/fixture.ts'
import { makeStage, type Stage, valuesOf } from '../fixture.ts'

/** Answers each message after 10 ms, a connection at once; what `failing` says of a call is thrown, or stands in its place in a batch. */
class Server {
  readonly stage: Stage = makeStage()
  /** Calls by message, and when it came. */
  readonly messages: { readonly at: number; readonly tools: readonly string[] }[] = []
  failing: (tool: string, message: number) => string | undefined = () => undefined
  retryAfter: number | undefined

  constructor() {
    const server = this
    const process = addCoordinator(this.stage.world, 'b', 'mcp', (env) => ({
      *handle(_from, message): Task<Message> {
        const request = message as McpRequest
        if (request.kind === 'mcp.connect') return { kind: 'mcp.connected' }
        const calls = request.kind === 'mcp.batch' ? request.calls : [request]
        server.messages.push({ at: env.now(), tools: calls.map(({ tool }) => tool) })
        const number = server.messages.length
        yield* env.sleep(ms(10))
        const results = calls.map(({ tool, arguments: args }): ToolResult => {
          const problem = server.failing(tool, number)
          const error = problem === undefined ? {} : { error: { code: -32602, message: problem } }
          return { kind: 'mcp.result', tool, content: args, ...error }
        })
        if (request.kind === 'mcp.batch') return { kind: 'mcp.batch-result', results } as Message
        if (results[0]!.error) throw new RefusedError(503, results[0]!.error.message, server.retryAfter)
        return results[0]!
      },
    }))
    process.begin()
  }

  client(terms: Partial<McpClientTerms> = {}): McpClient {
    return new McpClient(this.stage.env, {
      server: { name: 'mcp' },
      timeout: ms(1000),
      connections: 1,
      inFlight: 1000,
      ...terms,
    })
  }

  play<T>(task: Task<T>): T {
    const running = this.stage.begin(task)
    running.watch({ ended() {} })
    this.stage.run()
    if (running.state !== 'done') throw running.error
    return running.value as T
  }

  seen(metric: string): number {
    return valuesOf(this.stage.observed, metric).reduce((sum, value) => sum + value, 0)
  }

  get sent(): number[] {
    return this.messages.map(({ at }) => at)
  }
}

/** A task that begins after a while. */
const later = <T>({ stage }: Server, time: number, task: Task<T>): Task<T> =>
  (function* (): Task<T> {
    yield* stage.env.sleep(ms(time))
    return yield* task
  })()

describe('calls that come within the linger', () => {
  test('go in one message; each caller gets its own result', () => {
    const server = new Server()
    const client = server.client({ linger: ms(5) })
    const calls = [0, 2, 4, 6].map((at) => later(server, at, client.call(`t${at}`, { at })))
    const results = server.play(all(calls))
    // The first waits its 5 ms; the fourth comes after that, alone, and no batch.
    expect(server.messages).toEqual([
      { at: ms(5), tools: ['t0', 't2', 't4'] },
      { at: ms(11), tools: ['t6'] },
    ])
    expect(results.map(({ content }) => content)).toEqual([0, 2, 4, 6].map((at) => ({ at })))
    expect(valuesOf(server.stage.observed, 'mcp.batch.size')).toEqual([3])
  })

  test('go at once when the batch is full', () => {
    const server = new Server()
    const client = server.client({ linger: ms(5), batchSize: 2 })
    server.play(all(['a', 'b', 'c'].map((tool) => client.call(tool))))
    expect(server.messages).toEqual([
      { at: 0, tools: ['a', 'b'] },
      { at: ms(5), tools: ['c'] },
    ])
  })

  test('wait their own linger after a batch that was full, not what was left of that one’s', () => {
    const server = new Server()
    const client = server.client({ linger: ms(10), batchSize: 2 })
    server.play(all([0, 1, 5].map((at) => later(server, at, client.call(`t${at}`)))))
    expect(server.sent).toEqual([ms(1), ms(15)])
  })

  test('are each sent once, in their order, in batches of at most the size, none later than its linger', () => {
    const terms = fc.record({
      linger: fc.integer({ min: 1, max: 20 }),
      batchSize: fc.integer({ min: 1, max: 8 }),
      gaps: fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 40 }),
    })
    fc.assert(
      fc.property(terms, ({ linger, batchSize, gaps }) => {
        const server = new Server()
        const client = server.client({ linger: ms(linger), batchSize })
        let at = 0
        const times = gaps.map((gap) => (at += gap))
        server.play(all(times.map((time, i) => later(server, time, client.call(String(i))))))
        expect(server.messages.flatMap(({ tools }) => tools)).toEqual(times.map((_, i) => String(i)))
        for (const { at: sent, tools } of server.messages) {
          expect(tools.length).toBeLessThanOrEqual(batchSize)
          for (const tool of tools) expect(sent - ms(times[Number(tool)]!)).toBeLessThanOrEqual(ms(linger))
        }
      }),
      { numRuns: 60 },
    )
  })

  test('fail one by one: what is wrong with a call of a batch is its caller’s alone', () => {
    const server = new Server()
    server.failing = (tool) => (tool === 'b' ? 'Unknown tool: b' : undefined)
    const client = server.client({ linger: ms(1) })
    const outcomes = server.play(allSettled(['a', 'b', 'c'].map((tool) => client.call(tool))))
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true])
    expect(outcomes[1]).toMatchObject({ error: { status: 404, message: 'Unknown tool: b' } })
  })

  test('fail together when their message does', () => {
    const server = new Server()
    const client = server.client({ linger: ms(1), timeout: ms(5) })
    const outcomes = server.play(allSettled(['a', 'b'].map((tool) => client.call(tool))))
    for (const outcome of outcomes) expect(outcome).toEqual({ ok: false, error: expect.any(TimeoutError) })
  })

  test('whose caller has gone before they are sent are not sent', () => {
    const server = new Server()
    const client = server.client({ linger: ms(5) })
    const hasty = server.stage.begin(withTimeout(client.call('hasty'), ms(2)))
    hasty.watch({ ended() {} })
    server.play(client.call('patient'))
    expect(server.messages).toEqual([{ at: ms(5), tools: ['patient'] }])
  })

  test('cost one who calls alone, one by one, the linger each time', () => {
    const server = new Server()
    const client = server.client({ linger: ms(5) })
    server.play(
      (function* (): Task<void> {
        for (const tool of ['a', 'b', 'c']) yield* client.call(tool)
      })(),
    )
    // Sent after 5 ms, answered after 10 more.
    expect(server.sent).toEqual([5, 20, 35].map(ms))
  })
})

describe('the cache', () => {
  test('holds so many replies and no more: the least recently used one goes', () => {
    const server = new Server()
    const client = server.client({ cacheFor: ms(10_000), cacheSize: 2 })
    for (const tool of ['a', 'b', 'a', 'c', 'a', 'b']) server.play(client.call(tool))
    // c drives out b, as a was used since; b then drives out c.
    expect(server.messages.flatMap(({ tools }) => tools)).toEqual(['a', 'b', 'c', 'b'])
    expect([server.seen('mcp.hits'), server.seen('mcp.evicted')]).toEqual([2, 2])
  })

  test('is what a list of the least recently used would be, whatever is asked', () => {
    const terms = fc.record({
      size: fc.integer({ min: 1, max: 5 }),
      asked: fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 40 }),
    })
    fc.assert(
      fc.property(terms, ({ size, asked }) => {
        const server = new Server()
        const client = server.client({ cacheFor: ms(100_000), cacheSize: size })
        let kept: number[] = []
        let misses = 0
        for (const key of asked) {
          server.play(client.call(`t${key}`))
          if (!kept.includes(key)) misses++
          kept = [...kept.filter((each) => each !== key), key].slice(-size)
        }
        expect(server.messages.length).toBe(misses)
      }),
      { numRuns: 60 },
    )
  })

  test('and deduplication keep to the tools without effects, where they are named', () => {
    const server = new Server()
    const client = server.client({ cacheFor: ms(1000), deduplicate: true, readOnly: new Set(['read']) })
    server.play(all(['read', 'read', 'write', 'write'].map((tool) => client.call(tool))))
    server.play(all(['read', 'write'].map((tool) => client.call(tool))))
    expect(server.messages.flatMap(({ tools }) => tools)).toEqual(['read', 'write', 'write', 'write'])
    expect([server.seen('mcp.shared'), server.seen('mcp.hits')]).toEqual([1, 1])
  })
})

describe('a call that may be made twice', () => {
  const idempotent = new Set(['read'])

  test('is made again when what went wrong may pass, and not more often than it may', () => {
    const server = new Server()
    server.failing = (_tool, message) => (message <= 2 ? 'busy' : undefined)
    server.play(server.client({ attempts: 3, idempotent }).call('read'))
    expect(server.messages.length).toBe(3)
    expect(server.seen('mcp.retries')).toBe(2)

    const vain = new Server()
    vain.failing = () => 'busy'
    expect(() => vain.play(vain.client({ attempts: 3, idempotent }).call('read'))).toThrow(/busy/)
    expect(vain.messages.length).toBe(3)
  })

  test('pauses at most the back-off, twice it, four times it … and as long as it was asked to', () => {
    for (let seed = 0; seed < 20; seed++) {
      const server = new Server()
      server.failing = (_tool, message) => (message <= 3 ? 'busy' : undefined)
      server.retryAfter = ms(seed)
      server.play(server.client({ attempts: 4, backOff: ms(100), idempotent }).call('read'))
      const pauses = server.sent.slice(1).map((at, i) => at - server.sent[i]! - ms(10))
      for (const [i, pause] of pauses.entries()) {
        expect(pause).toBeGreaterThanOrEqual(ms(seed))
        expect(pause).toBeLessThanOrEqual(ms(seed) + ms(100) * 2 ** i)
      }
      expect(new Set(pauses).size).toBe(3)
    }
  })

  test('and one that may not is made once', () => {
    const server = new Server()
    server.failing = () => 'busy'
    expect(() => server.play(server.client({ attempts: 5, idempotent }).call('write'))).toThrow(/busy/)
    expect(server.messages.length).toBe(1)
  })

  test('is made once where it is wrong in itself: that does not pass', () => {
    const server = new Server()
    server.failing = () => 'Unknown tool'
    const client = server.client({ attempts: 5, idempotent, linger: ms(1) })
    const outcomes = server.play(allSettled([client.call('read'), client.call('read')]))
    expect(outcomes.every(({ ok }) => !ok)).toBe(true)
    expect(server.messages.length).toBe(1)
  })
})

describe('what the client says of itself', () => {
  test('bytes are those of JSON-RPC, and a batch saves no call’s own', () => {
    const frame = (id: number, name: string) => ({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name, arguments: {} },
    })
    const single = new Server()
    const client = single.client()
    single.play(all([client.call('aa'), client.call('bb')]))
    const connect = JSON.stringify({ kind: 'mcp.connect' }).length
    const calls = [frame(1, 'aa'), frame(2, 'bb')]
    const size = (value: unknown) => JSON.stringify(value).length
    expect(single.seen('mcp.sent')).toBe(connect + size(calls[0]) + size(calls[1]))
    expect([single.seen('mcp.messages'), single.seen('mcp.connects'), single.seen('mcp.calls')]).toEqual([
      3, 1, 2,
    ])

    const batched = new Server()
    batched.play(batched.client().batch(['aa', 'bb'].map((tool) => ({ tool, arguments: {} }))))
    // The brackets and a comma more.
    expect(batched.seen('mcp.sent')).toBe(connect + size(calls))
    expect([batched.seen('mcp.messages'), batched.seen('mcp.calls')]).toEqual([2, 2])
  })

  test('opening a connection takes its round trips and sends its certificates', () => {
    const server = new Server()
    const client = server.client({ connections: 0, handshake: ms(3), connectBytes: 4000 })
    server.play(client.call('a'))
    expect(server.sent).toEqual([ms(3)])
    expect(server.seen('mcp.sent')).toBeGreaterThan(4000)
  })

  test('every call is sent, shared or answered from the cache, and counted as that', () => {
    const terms = fc.record({
      keys: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 }),
      deduplicate: fc.boolean(),
      cacheFor: fc.constantFrom(0, ms(15), ms(1000)),
      linger: fc.constantFrom(0, ms(4)),
    })
    fc.assert(
      fc.property(terms, ({ keys, ...given }) => {
        const server = new Server()
        const client = server.client(given)
        server.play(all(keys.map((key, i) => later(server, i, client.call(`t${key}`)))))
        const sent = server.messages.flatMap(({ tools }) => tools).length
        expect(sent + server.seen('mcp.shared') + server.seen('mcp.hits')).toBe(keys.length)
        expect(server.seen('mcp.calls')).toBe(keys.length)
      }),
      { numRuns: 60 },
    )
  })
})
