import { describe, expect, test } from 'vitest'
import { QUEUE, RefusedError } from '../../../src/env/index.ts'
import { GiB, KiB, MiB, minutes, ms, type Nanos, seconds } from '../../../src/units.ts'
import { PLAIN, PLAIN_HOST, refusal, Server } from './ollama-fixture.ts'

/** Models that load in a second each, and generate a token in 100 ms. */
const ABC = { a: PLAIN, b: PLAIN, c: PLAIN, d: PLAIN }

/** The file and 1000 bytes of KV cache for each of 4096 tokens of one slot. */
const PLAIN_MEMORY = PLAIN.weights + 4096 * PLAIN.kvPerToken

/** Asks a model for tokens every so often, so that it never falls idle. */
function keepBusy(server: Server, model: string, from: Nanos, times: number): void {
  // Twenty tokens take 2 s; a new request every second.
  for (let i = 0; i < times; i++) server.ask(from + i * seconds(1), { model, outputTokens: 20 })
}

describe('loading', () => {
  test('takes the file over the disk’s bandwidth, rounded up to the health poll of 250 ms', () => {
    const loadTime = (weights: number, diskBandwidth: number): Nanos => {
      const models = { m: { ...PLAIN, weights } }
      const server = new Server({ models }, { ...PLAIN_HOST, diskBandwidth })
      const asked = server.ask(0, { model: 'm', promptTokens: 0 })
      server.run(minutes(1))
      return asked.reply!.loadDuration
    }
    expect(loadTime(1e9, 1e9)).toBe(seconds(1))
    expect(loadTime(1e9 + 1, 1e9)).toBe(ms(1250))
    // 4.36 GiB at 500 MB/s: 9.363 s.
    expect(loadTime(4.36 * GiB, 500e6)).toBe(ms(9500))
    expect(loadTime(1, 1e9)).toBe(ms(250))
  })

  test('counts for the account as the queue, and for the reply as load_duration with the pending queue before it', () => {
    const server = new Server({ models: ABC })
    server.ask(0, { model: 'a' })
    const asked = server.ask(ms(400), { model: 'b' })
    server.run()
    // a is loaded until 1 s, b until 2 s.
    expect(asked.reply!.loadDuration).toBe(ms(1600))
    expect(asked.account.parts[QUEUE]).toBe(ms(1600))
    expect(server.metric('load-time.max')).toBe(seconds(1))
  })

  test('is given up after the load timeout', () => {
    const server = new Server({ loadTimeout: ms(600) })
    const asked = server.ask(0)
    server.run()
    expect(refusal(asked)).toBe('500 timed out waiting for llama-server to start - ')
    expect(asked.endedAt).toBe(ms(750))
    expect(server.memoryUsed).toBe(0)
    expect(server.metric('failed-loads')).toBe(1)
  })

  test('is aborted at the next health poll when its caller gives up, and the next one is taken', () => {
    const server = new Server({ models: ABC })
    const gone = server.ask(0, { model: 'a' }, ms(300))
    const next = server.ask(ms(100), { model: 'b', promptTokens: 0 })
    server.run(minutes(1))
    expect(gone.reply).toBeUndefined()
    // b's load begins at 500 ms and takes a second.
    expect(next.endedAt).toBe(ms(1500))
    expect(server.metric('loads')).toBe(1)
    expect(server.memoryUsed).toBe(PLAIN_MEMORY)
  })

  test('an empty prompt only loads the model; with keep-alive 0 it unloads it', () => {
    const server = new Server()
    const load = server.ask(0, { promptTokens: 0 })
    const unload = server.ask(seconds(5), { promptTokens: 0, keepAlive: 0 })
    server.at(seconds(4), () => expect(server.memoryUsed).toBe(PLAIN_MEMORY))
    server.run()
    expect(load.reply).toMatchObject({ totalDuration: seconds(1), evalCount: 0, promptEvalCount: 0 })
    expect(unload.endedAt).toBe(seconds(5))
    expect(server.now).toBeLessThan(minutes(5))
    expect(server.memoryUsed).toBe(0)
  })

  test('an unknown model is 404, with the words of the API', () => {
    const server = new Server()
    const asked = server.ask(0, { model: 'gpt-5' })
    server.run()
    expect(refusal(asked)).toBe('404 model "gpt-5" not found, try pulling it first')
    expect(asked.endedAt).toBe(0)
  })
})

describe('memory', () => {
  test.each([
    // [S] file + KV cache of 4096 tokens · slots: the spec’s table.
    { model: 'tinyllama:1.1b', one: 88 * MiB, four: 352 * MiB, weights: 0.62 },
    { model: 'llama3.2:3b', one: 0.44 * GiB, four: 1.75 * GiB, weights: 1.87 },
    { model: 'qwen2.5-coder:7b', one: 0.22 * GiB, four: 0.88 * GiB, weights: 4.36 },
    { model: 'llama3.1:8b', one: 0.5 * GiB, four: 2 * GiB, weights: 4.58 },
    { model: 'llama2:13b', one: 3.1 * GiB, four: 12.5 * GiB, weights: 6.86 },
  ])('$model holds its file and the KV cache of every slot', ({ model, one, four, weights }) => {
    const held = (parallel: number): number => {
      const server = new Server({ parallel }, { ...PLAIN_HOST, memory: 64 * GiB })
      server.ask(0, { model, promptTokens: 0, keepAlive: -1 })
      server.run(minutes(1))
      return server.memoryUsed - Math.round(weights * GiB)
    }
    // Within the rounding of the table.
    expect(Math.abs(held(1) / one - 1)).toBeLessThan(0.02)
    expect(Math.abs(held(4) / four - 1)).toBeLessThan(0.02)
  })

  test('nothing checks before a load whether it fits: it runs into the limit, and all others go for it', () => {
    const server = new Server({ models: ABC }, { ...PLAIN_HOST, memory: 2.5e9 })
    server.ask(0, { model: 'a', promptTokens: 0 })
    server.ask(0, { model: 'b', promptTokens: 0 })
    const third = server.ask(seconds(10), { model: 'c', promptTokens: 0 })
    server.run(seconds(20))
    // 0.49 GB are free: read in 0.49 s, seen at 0.5 s; then a and b are gone and the load begins anew.
    expect(third.endedAt).toBe(ms(11_500))
    expect(server.metric('evictions')).toBe(2)
    expect(server.metric('failed-loads')).toBe(1)
    expect(server.memoryUsed).toBe(PLAIN_MEMORY)
  })

  test('a model that does not even fit alone ends in 500', () => {
    const server = new Server(
      { models: { ...ABC, big: { ...PLAIN, weights: 9e9 } } },
      { ...PLAIN_HOST, memory: 2.5e9 },
    )
    server.ask(0, { model: 'a', promptTokens: 0 })
    const second = server.ask(seconds(5), { model: 'big' })
    const third = server.ask(seconds(20), { model: 'a', promptTokens: 0 })
    server.run(seconds(60))
    expect(second.error).toBeInstanceOf(RefusedError)
    expect(refusal(second)).toMatch(/^500 llama-server reported out-of-memory during startup/)
    // 1.5 GB are read in 1.5 s, then, after the eviction, 2.5 GB in 2.5 s.
    expect(second.endedAt).toBe(seconds(9))
    expect(third.reply).toBeDefined()
    expect(server.memoryUsed).toBe(PLAIN_MEMORY)
  })

  test('two 4 GB models on a memory for one and a half evict each other at every turn (#10948)', () => {
    const four = { weights: 4e9, kvPerToken: 128 * KiB, promptRate: 80 }
    const turns = 10
    const run = (memory: number) => {
      const server = new Server({ models: { a: four, b: four } }, { ...PLAIN_HOST, memory })
      for (let i = 0; i < turns; i++) server.ask(i * seconds(60), { model: i % 2 === 0 ? 'a' : 'b' })
      server.run(turns * seconds(60))
      return server
    }
    expect(run(7e9).metric('loads')).toBe(turns)
    expect(run(7e9).metric('evictions')).toBe(turns - 1)
    expect(run(10e9).metric('loads')).toBe(2)
  })
})

describe('keep-alive', () => {
  const unloadedAt = (keepAlive: Nanos, own?: Nanos): Nanos => {
    const server = new Server({ keepAlive })
    server.ask(0, own === undefined ? { promptTokens: 0 } : { promptTokens: 0, keepAlive: own })
    let at = -1
    for (let t = 0; t < 1000; t += 1)
      server.at(seconds(t), () => {
        if (at < 0 && t > 1 && server.memoryUsed === 0) at = seconds(t)
      })
    server.run()
    return at
  }

  test('an idle model stays for it after its last request', () => {
    // Loaded and idle at 1 s.
    expect(unloadedAt(minutes(5))).toBe(seconds(302))
    expect(unloadedAt(seconds(30))).toBe(seconds(32))
  })

  test('a request’s own overrides the server’s; negative is for ever, 0 until the reply', () => {
    expect(unloadedAt(minutes(5), seconds(10))).toBe(seconds(12))
    expect(unloadedAt(minutes(5), -1)).toBe(-1)
    expect(unloadedAt(-1)).toBe(-1)
    expect(unloadedAt(-1, 0)).toBe(seconds(2))
  })

  test('each request begins it anew', () => {
    const server = new Server({ keepAlive: seconds(10) })
    for (let i = 0; i < 5; i++) server.ask(i * seconds(9))
    server.run()
    expect(server.metric('loads')).toBe(1)
    // The last one comes at 36 s, takes 0.1 s, and stays for 10 s.
    expect(server.now).toBeGreaterThan(seconds(46))
    expect(server.now).toBeLessThan(ms(46_300))
  })

  test('ps tells what is loaded, how large it is, and until when', () => {
    const server = new Server({ parallel: 2 })
    server.ask(0, { promptTokens: 0 })
    const replies: unknown[] = []
    server.list(0, (reply) => replies.push(reply.models))
    server.list(seconds(5), (reply) => replies.push(reply.models))
    server.ask(seconds(6), { promptTokens: 0, keepAlive: -1 })
    server.list(seconds(7), (reply) => replies.push(reply.models))
    server.run()
    const running = { name: 'plain', sizeBytes: 1e9 + 2 * 4096 * 1000, contextLength: 4096 }
    expect(replies).toEqual([
      [],
      [{ ...running, expiresAt: seconds(301) }],
      [{ ...running, expiresAt: Number.POSITIVE_INFINITY }],
    ])
  })
})

describe('the pending queue', () => {
  const FULL = '503 server busy, please try again.  maximum pending requests exceeded'

  test('refuses what exceeds its capacity beside the one being looked at, with these words', () => {
    const server = new Server({ models: ABC, maxQueue: 2 })
    const asked = ['a', 'a', 'a', 'a', 'a'].map((model) => server.ask(0, { model }))
    server.run()
    expect(asked.map(({ reply }) => reply !== undefined)).toEqual([true, true, true, false, false])
    expect(refusal(asked[4]!)).toBe(FULL)
    expect(asked[4]!.endedAt).toBe(0)
    expect(server.metric('rejected')).toBe(2)
    expect(server.metric('pending.max')).toBe(2)
  })

  test('does not protect a loaded model: its queue has no bound (#7758)', () => {
    const server = new Server({ maxQueue: 2 })
    server.ask(0)
    for (let i = 0; i < 500; i++) server.ask(seconds(2))
    server.run()
    expect(server.outcomes.every(({ reply }) => reply !== undefined)).toBe(true)
    expect(server.metric('queue.max')).toBe(499)
    expect(server.metric('pending.max')).toBe(0)
  })

  test('thirty at once worked, and one for a model that is not loaded then says busy (#4159)', () => {
    const server = new Server({ models: ABC, maxQueue: 10 })
    server.ask(0, { model: 'a', promptTokens: 0 })
    for (let i = 0; i < 30; i++) server.ask(seconds(2), { model: 'a' })
    for (let i = 0; i < 30; i++) server.ask(seconds(10), { model: 'b' })
    server.run()
    const refused = server.outcomes.filter(({ error }) => error !== undefined)
    // One is being loaded for, ten wait, nineteen are refused.
    expect(refused.length).toBe(19)
    expect(refused.every((outcome) => outcome.request.model === 'b')).toBe(true)
  })

  test('is strictly first come, first served: a load blocks all behind it, whatever they need', () => {
    const server = new Server({ models: { ...ABC, large: { ...PLAIN, weights: 10e9 } } })
    server.ask(0, { model: 'large', promptTokens: 0 })
    const small = server.ask(ms(1), { model: 'a', promptTokens: 0 })
    server.run(minutes(1))
    expect(small.endedAt).toBe(seconds(11))
  })

  test('a request for a loaded model passes by the pending queue while another is being loaded', () => {
    const server = new Server({ models: { ...ABC, large: { ...PLAIN, weights: 10e9 } } })
    server.ask(0, { model: 'a', promptTokens: 0 })
    server.ask(seconds(2), { model: 'large' })
    const passing = server.ask(seconds(3), { model: 'a' })
    server.run()
    expect(passing.endedAt! - passing.sentAt).toBeLessThan(ms(110))
  })

  test('who gives up in it keeps the place until its turn, and is not loaded for', () => {
    const server = new Server({ models: ABC, maxQueue: 1 })
    server.ask(0, { model: 'a', promptTokens: 0 })
    const gone = server.ask(0, { model: 'b' }, ms(200))
    const refused = server.ask(ms(500), { model: 'c' })
    const later = server.ask(ms(1500), { model: 'c', promptTokens: 0 })
    server.run(seconds(10))
    expect(gone.reply).toBeUndefined()
    expect(refusal(refused)).toBe(FULL)
    expect(later.endedAt).toBe(ms(2500))
    expect(server.metric('loads')).toBe(2)
  })
})

describe('eviction', () => {
  test('three models are loaded at once where nothing is set; the fourth takes the place of an idle one', () => {
    const server = new Server({ models: ABC })
    for (const [i, model] of ['a', 'b', 'c', 'd'].entries()) server.ask(i * seconds(5), { model })
    const names: string[][] = []
    for (const at of [14, 18])
      server.list(seconds(at), ({ models }) => names.push(models.map(({ name }) => name).sort()))
    server.run()
    // Equal keep-alives: the first by name.
    expect(names).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c', 'd'],
    ])
    expect(server.metric('evictions')).toBe(1)
  })

  test('the victim is chosen by keep-alive, then by name, never by last use', () => {
    const victim = (requests: { model: string; keepAlive?: Nanos }[]): string => {
      const server = new Server({ models: ABC })
      for (const [i, request] of requests.entries())
        server.ask(i * seconds(5), { ...request, promptTokens: 0 })
      server.ask(seconds(50), { model: 'd', promptTokens: 0 })
      let left: string[] = []
      server.list(seconds(55), ({ models }) => {
        left = models.map(({ name }) => name)
      })
      server.run(minutes(1))
      return ['a', 'b', 'c'].find((name) => !left.includes(name))!
    }
    // Used last of all, a goes all the same.
    expect(victim([{ model: 'c' }, { model: 'b' }, { model: 'a' }])).toBe('a')
    expect(victim([{ model: 'a' }, { model: 'b' }, { model: 'c', keepAlive: minutes(2) }])).toBe('c')
    // For ever is the longest.
    expect(victim([{ model: 'a', keepAlive: -1 }, { model: 'b' }, { model: 'c' }])).toBe('b')
  })

  test('an idle one goes before a busy one with a shorter keep-alive', () => {
    const server = new Server({ models: ABC, maxLoadedModels: 2 })
    server.ask(0, { model: 'a', outputTokens: 1000, keepAlive: seconds(1) })
    server.ask(seconds(2), { model: 'b', promptTokens: 0, keepAlive: -1 })
    const third = server.ask(seconds(10), { model: 'c', promptTokens: 0 })
    server.run(seconds(20))
    expect(third.endedAt).toBe(seconds(11))
  })

  test('a busy victim is looked at every 10 ms and goes when it is idle', () => {
    const server = new Server({ models: ABC, maxLoadedModels: 1 })
    const busy = server.ask(0, { model: 'a', outputTokens: 50 })
    const next = server.ask(ms(3003), { model: 'b', promptTokens: 0 })
    server.run(minutes(1))
    const idleAt = busy.endedAt!
    const looks = Math.ceil((idleAt - ms(3003)) / ms(10))
    expect(next.endedAt).toBe(ms(3003) + looks * ms(10) + seconds(1))
  })

  test('steady traffic to the victim starves the swap and everything behind it', () => {
    const server = new Server({ models: ABC, maxLoadedModels: 1, parallel: 4 })
    keepBusy(server, 'a', 0, 60)
    const swap = server.ask(seconds(5), { model: 'b' })
    const behind = server.ask(seconds(6), { model: 'c' })
    server.run()
    const lastOfA = Math.max(
      ...server.outcomes.filter(({ request }) => request.model === 'a').map((o) => o.endedAt!),
    )
    expect(lastOfA).toBeGreaterThan(minutes(1))
    expect(swap.endedAt).toBeGreaterThan(lastOfA + seconds(1))
    expect(behind.endedAt).toBeGreaterThan(swap.endedAt! + seconds(1))
    expect(server.metric('queue.max')).toBeGreaterThanOrEqual(2)
  })

  test('a request with a keep-alive of its own ends the eviction of its model: the swap waits until something unloads', () => {
    const run = (keepAlive?: Nanos): Nanos => {
      const server = new Server({ models: ABC, maxLoadedModels: 1, parallel: 2 })
      server.ask(0, { model: 'a', outputTokens: 50 })
      const swap = server.ask(seconds(2), { model: 'b', promptTokens: 0 })
      server.ask(seconds(3), {
        model: 'a',
        outputTokens: 1,
        ...(keepAlive === undefined ? {} : { keepAlive }),
      })
      server.run()
      return swap.endedAt!
    }
    // a answers until about 6 s. Without it, b is there a second later; with it, a minute later.
    expect(run()).toBeLessThan(seconds(8))
    expect(run(minutes(1))).toBeGreaterThan(seconds(66))
    expect(run(minutes(1))).toBeLessThan(seconds(68))
  })

  test('two clients with different contexts make one model reload at every turn (#8903)', () => {
    const server = new Server()
    for (let i = 0; i < 10; i++) server.ask(i * seconds(10), { numCtx: i % 2 === 0 ? 4096 : 8192 })
    server.run()
    expect(server.metric('loads')).toBe(10)
    expect(server.metric('evictions')).toBe(9)
  })

  test('so do different threads; stating what is so anyway does not', () => {
    const loads = (requests: { numThread?: number; numCtx?: number }[]): number | null => {
      const server = new Server()
      for (const [i, request] of requests.entries()) server.ask(i * seconds(10), request)
      server.run()
      return server.metric('loads')
    }
    expect(loads([{}, { numThread: 4 }, {}])).toBe(3)
    expect(loads([{}, { numThread: 12, numCtx: 4096 }, {}])).toBe(1)
  })

  test('keep-alive 0 on every request makes every one load', () => {
    const server = new Server({ keepAlive: 0 })
    for (let i = 0; i < 5; i++) server.ask(i * seconds(10))
    server.run()
    expect(server.metric('loads')).toBe(5)
    expect(server.metric('evictions')).toBe(0)
    expect(server.memoryUsed).toBe(0)
  })
})

describe('a crash of the host', () => {
  test('loses every model and every request, and the server comes back empty', () => {
    const server = new Server({ models: ABC, parallel: 2 })
    const host = server.world.hosts.get('server')!
    for (const model of ['a', 'a', 'a', 'b', 'c']) server.ask(0, { model, outputTokens: 50 }, minutes(1))
    server.at(ms(2500), () => host.crash())
    server.at(seconds(4), () => expect(server.memoryUsed).toBe(0))
    server.at(seconds(5), () => host.restart())
    const after = server.ask(seconds(90), { model: 'a', outputTokens: 5 })
    server.run()
    expect(server.outcomes.slice(0, 5).every(({ reply }) => reply === undefined)).toBe(true)
    expect(after.reply).toMatchObject({ evalCount: 5, loadDuration: seconds(1) })
    expect(server.memoryUsed).toBe(0)
    expect(server.metric('utilisation.max')).toBe(1)
  })
})
