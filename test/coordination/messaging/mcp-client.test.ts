import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { McpClient, type McpClientTerms } from '../../../src/coordination/index.ts'
import {
  all,
  allSettled,
  type McpRequest,
  type Message,
  NONSENSE,
  RefusedError,
  type Task,
  TimeoutError,
  withTimeout,
} from '../../../src/env/index.ts'
import { ms } from '../../../src/units.ts'
import { addCoordinator } from '../../world/fixture.ts'
import { makeStage, type Stage } from '../fixture.ts'

/** Replies to a call after `arguments.time` ms (10 unless stated), to a connection after 5 ms; `refuse` says no. */
class Server {
  readonly stage: Stage = makeStage()
  readonly connects: number[] = []
  readonly calls: string[] = []
  outstanding = 0
  most = 0
  nonsense = false
  refuse: (request: McpRequest) => boolean = () => false

  constructor() {
    const { world } = this.stage
    const server = this
    const process = addCoordinator(world, 'b', 'mcp', (env) => ({
      *handle(_from, message): Task<Message> {
        const request = message as McpRequest
        if (request.kind === 'mcp.connect') {
          server.connects.push(env.now())
          yield* env.sleep(ms(5))
          if (server.refuse(request)) throw new RefusedError(503, 'no more connections')
          return { kind: 'mcp.connected' }
        }
        server.most = Math.max(server.most, ++server.outstanding)
        try {
          const calls = request.kind === 'mcp.batch' ? request.calls : [request]
          server.calls.push(...calls.map(({ tool }) => tool))
          const times = calls.map(({ arguments: { time = 10 } }) => Number(time))
          yield* env.sleep(ms(Math.max(...times)))
          if (server.refuse(request)) throw new RefusedError(500, 'the tool failed')
          if (server.nonsense) return NONSENSE
          const results = calls.map(({ tool }) => ({ kind: 'mcp.result', tool, content: env.now() }) as const)
          return request.kind === 'mcp.batch'
            ? ({ kind: 'mcp.batch-result', results } as Message)
            : results[0]!
        } finally {
          server.outstanding--
        }
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

  /** What the task gives, played alone to its end. */
  play<T>(task: Task<T>): T {
    const running = this.stage.begin(task)
    this.stage.run()
    if (running.state !== 'done') throw running.error
    return running.value as T
  }
}

describe('the pool of connections', () => {
  test('never has more messages outstanding than connections × in-flight, and uses them all', () => {
    const terms = fc.record({
      connections: fc.integer({ min: 1, max: 5 }),
      inFlight: fc.integer({ min: 1, max: 4 }),
      times: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 40 }),
    })
    fc.assert(
      fc.property(terms, ({ connections, inFlight, times }) => {
        const server = new Server()
        const client = server.client({ connections, inFlight })
        server.play(all(times.map((time) => client.call('think', { time }))))
        // All connections are opened at once, before any call is sent, so that the first calls fill the pool.
        expect(server.most).toBe(Math.min(times.length, connections * inFlight))
        expect(server.connects.length).toBe(Math.min(times.length, connections))
        expect(server.calls.length).toBe(times.length)
      }),
      { numRuns: 60 },
    )
  })

  test('opens a connection once, on first use, and those who come meanwhile wait for it', () => {
    const server = new Server()
    const client = server.client()
    server.play(all([1, 2, 3].map(() => client.call('a'))))
    expect(server.stage.world.simulation.now).toBe(ms(5 + 10))
    server.play(client.call('b'))
    expect(server.connects).toEqual([0])
  })

  test('an attempt to open that fails is its own caller’s error; the next in line tries again', () => {
    const server = new Server()
    server.refuse = ({ kind }) => kind === 'mcp.connect' && server.connects.length === 1
    const client = server.client()
    const outcomes = server.play(allSettled(['a', 'b', 'c'].map((tool) => client.call(tool))))
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, true, true])
    // The first attempt ends at 5 ms, the second begins then and is the last.
    expect(server.connects).toEqual([0, ms(5)])
    expect(server.calls).toEqual(['b', 'c'])
  })

  test('a caller that gives up while it opens leaves the opening to another, and its permit', () => {
    const server = new Server()
    const client = server.client({ inFlight: 1 })
    const hasty = server.stage.begin(withTimeout(client.call('hasty'), ms(2)))
    server.play(client.call('patient'))
    expect(hasty.error).toBeInstanceOf(TimeoutError)
    expect(server.calls).toEqual(['patient'])
    expect(server.connects).toEqual([0, ms(2)])
  })

  test('a call that times out gives its permit back', () => {
    const server = new Server()
    const client = server.client({ inFlight: 1, timeout: ms(50) })
    const calls = [client.call('slow', { time: 500 }), client.call('quick')]
    const outcomes = server.play(allSettled(calls))
    expect(outcomes[0]).toEqual({ ok: false, error: expect.any(TimeoutError) })
    // 5 ms to connect, 50 ms of patience, 10 ms for the second.
    expect(outcomes[1]).toMatchObject({ ok: true, value: { content: ms(5 + 50 + 10) } })
  })

  test('with 0 connections each message opens one for itself', () => {
    const server = new Server()
    const client = server.client({ connections: 0 })
    server.play(
      all<unknown>([client.call('a'), client.call('b'), client.batch([{ tool: 'c', arguments: {} }])]),
    )
    expect(server.connects).toEqual([0, 0, 0])
    server.play(client.call('d'))
    expect(server.connects.length).toBe(4)
  })
})

describe('deduplication', () => {
  test('identical calls in flight are sent once, whatever the order of their arguments', () => {
    const server = new Server()
    const client = server.client({ deduplicate: true })
    const same = [
      client.call('a', { x: 1, y: 2 }),
      client.call('a', { y: 2, x: 1 }),
      client.call('a', { x: 1, y: 3 }),
      client.call('b', { x: 1, y: 2 }),
    ]
    const results = server.play(all(same))
    expect(server.calls).toEqual(['a', 'a', 'b'])
    expect(results[1]).toBe(results[0])
    server.play(client.call('a', { x: 1, y: 2 }))
    expect(server.calls.length).toBe(4)
  })

  test('is off unless asked for', () => {
    const server = new Server()
    const client = server.client()
    server.play(all([client.call('a'), client.call('a')]))
    expect(server.calls).toEqual(['a', 'a'])
  })

  test('an error reaches all who wait for the call, and stands for no later one', () => {
    const server = new Server()
    server.refuse = ({ kind }) => kind === 'mcp.call' && server.calls.length === 1
    const client = server.client({ deduplicate: true })
    const outcomes = server.play(allSettled([1, 2, 3].map(() => client.call('a'))))
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ ok: false, error: { status: 500, message: 'the tool failed' } })
    expect(server.calls).toEqual(['a'])
    server.play(client.call('a'))
    expect(server.calls).toEqual(['a', 'a'])
  })

  test('those who wait for a call that is cancelled send it themselves, once', () => {
    const server = new Server()
    const client = server.client({ deduplicate: true })
    const hasty = server.stage.begin(withTimeout(client.call('a'), ms(8)))
    const results = server.play(all([client.call('a'), client.call('a')]))
    expect(hasty.error).toBeInstanceOf(TimeoutError)
    // The first was sent at 5 ms and given up at 8; the second is sent then, and answered at 18.
    expect(server.calls).toEqual(['a', 'a'])
    expect(results.map(({ content }) => content)).toEqual([ms(18), ms(18)])
  })
})

describe('the cache', () => {
  test('a reply stands for its time and not longer', () => {
    const server = new Server()
    const client = server.client({ cacheFor: ms(100) })
    const { env } = server.stage
    const contents = server.play(
      (function* () {
        const found: unknown[] = []
        // Answered at 15 ms, so it stands until 115 ms; each next one is asked at the time given.
        for (const at of [0, 15, 114, 115, 124, 224, 225]) {
          if (env.now() < ms(at)) yield* env.sleep(ms(at) - env.now())
          found.push((yield* client.call('a')).content)
        }
        return found
      })(),
    )
    // The one of 115 ms is answered at 125 ms and stands until 225 ms.
    expect(contents).toEqual([15, 15, 15, 125, 125, 125, 235].map(ms))
    expect(server.calls.length).toBe(3)
  })

  test('a failure is not kept', () => {
    const server = new Server()
    server.refuse = ({ kind }) => kind === 'mcp.call' && server.calls.length < 3
    const client = server.client({ cacheFor: ms(1000) })
    const attempts = [1, 2, 3, 4].map(() => server.play(allSettled([client.call('a')]))[0]!.ok)
    expect(attempts).toEqual([false, false, true, true])
    expect(server.calls.length).toBe(3)
  })

  test('without deduplication, calls in flight are each sent', () => {
    const server = new Server()
    const client = server.client({ cacheFor: ms(1000) })
    server.play(all([client.call('a'), client.call('a')]))
    expect(server.calls).toEqual(['a', 'a'])
  })
})

test('a batch is one message, and its results come in the calls’ order', () => {
  const server = new Server()
  const client = server.client({ inFlight: 1 })
  const calls = [30, 10, 20].map((time, i) => ({ tool: `t${i}`, arguments: { time } }))
  const results = server.play(client.batch(calls))
  expect(results.map(({ tool }) => tool)).toEqual(['t0', 't1', 't2'])
  expect(server.most).toBe(1)
  // 5 ms for the connection, then the longest.
  expect(server.stage.world.simulation.now).toBe(ms(35))
})

test('a connection that the server has closed is opened anew by the next call', () => {
  const server = new Server()
  const client = server.client({ connections: 1, inFlight: 1 })
  const ended: string[] = []
  const { stage } = server
  stage.begin(
    (function* (): Task<void> {
      for (let i = 0; i < 4; i++)
        try {
          yield* client.call('work', { time: 10, i })
          ended.push('answered')
        } catch (error) {
          ended.push(String(error).split(':')[0]!)
          yield* stage.env.sleep(ms(20))
        }
    })(),
  )
  const process = stage.world.processes.get('mcp')!
  stage.world.simulation.schedule(ms(20), { id: 0, fire: () => process.kill() }, 0)
  stage.world.simulation.schedule(ms(25), { id: 0, fire: () => process.start() }, 0)
  stage.run()
  // 5 + 10 ms for the first; the second is cut off at 20 ms; then it is opened once more, for the last two.
  expect(ended).toEqual(['answered', 'UnreachableError', 'answered', 'answered'])
  expect(server.connects).toHaveLength(2)
})

test('nonsense is no result', () => {
  const server = new Server()
  server.nonsense = true
  const client = server.client()
  let thrown: unknown
  server.stage.begin(
    (function* (): Task<void> {
      try {
        yield* client.call('work')
      } catch (error) {
        thrown = error
      }
    })(),
  )
  server.stage.run()
  expect(thrown).toBeInstanceOf(RefusedError)
  expect(String(thrown)).toContain('mcp answered mcp.call with nonsense')
})
