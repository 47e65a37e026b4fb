import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type RefusedError, TimeoutError } from '../../../src/env/index.ts'
import { hours, ms, type Nanos, seconds } from '../../../src/units.ts'
import { ollama } from '../../../src/world/services/ollama/ollama.ts'
import { DEFAULTS, type OllamaValues, PLAIN, PLAIN_HOST, Server } from './ollama-fixture.ts'

const MODELS = { a: PLAIN, b: { ...PLAIN, weights: 2e9 }, c: { ...PLAIN, weights: 3e9 } }

const someone = fc.record({
  at: fc.integer({ min: 0, max: 60e9 }),
  timeout: fc.oneof(fc.constant(hours(10)), fc.integer({ min: 1e6, max: 30e9 })),
  request: fc.record(
    {
      model: fc.constantFrom('a', 'b', 'c', 'unknown'),
      promptTokens: fc.integer({ min: 0, max: 6000 }),
      outputTokens: fc.integer({ min: 1, max: 200 }),
      stream: fc.boolean(),
      prefix: fc.constantFrom('x', 'y'),
      prefixTokens: fc.integer({ min: 0, max: 3000 }),
      numCtx: fc.constantFrom(2048, 4096),
      keepAlive: fc.constantFrom(0, seconds(3), seconds(20)),
    },
    { requiredKeys: ['model', 'promptTokens', 'outputTokens'] },
  ),
})

const values = fc.record({
  parallel: fc.integer({ min: 1, max: 4 }),
  maxQueue: fc.integer({ min: 0, max: 10 }),
  maxLoadedModels: fc.integer({ min: 0, max: 3 }),
  keepAlive: fc.constantFrom(0, seconds(5), seconds(60)),
  loadTimeout: fc.constantFrom(seconds(2), seconds(300)),
  cost: fc.constantFrom(0, ms(1)),
})

type Someone = typeof someone extends fc.Arbitrary<infer T> ? T : never

function simulate(people: readonly Someone[], own: Partial<OllamaValues>, memory: number): Server {
  const server = new Server({ models: MODELS, ...own }, { ...PLAIN_HOST, memory })
  for (const { at, request, timeout } of people) server.ask(at, request, timeout)
  return server.run()
}

describe('whatever is asked, of whatever server', () => {
  const holds = (check: (server: Server, people: readonly Someone[], memory: number) => void): void =>
    fc.assert(
      fc.property(
        fc.array(someone, { minLength: 1, maxLength: 25 }),
        values,
        fc.constantFrom(2.5e9, 4e9, 64e9),
        (people, own, memory) => check(simulate(people, own, memory), people, memory),
      ),
      { seed: 3, numRuns: 100 },
    )

  test('each request ends once: answered, refused or given up at its time limit', () => {
    holds((server, people) => {
      server.outcomes.forEach(({ reply, error, sentAt, endedAt }, i) => {
        expect(reply !== undefined).toBe(error === undefined)
        if (error instanceof TimeoutError) expect(endedAt).toBe(sentAt + people[i]!.timeout)
        else if (error) expect([404, 500, 503]).toContain((error as RefusedError).status)
      })
    })
  })

  test('in the end nothing is left: no memory held, nobody waiting, no slot in use, no event', () => {
    holds((server) => {
      expect(server.memoryUsed).toBe(0)
      expect(server.world.simulation.pending).toBe(0)
      const { recorder } = server.world
      for (const level of ['queue', 'pending', 'utilisation'])
        expect(
          recorder.level(`service.ollama.${level}`, levelDefinition(level), { series: true }).value,
        ).toBe(0)
    })
  })

  test('the memory of the host is never exceeded', () => {
    holds((server, _people, memory) => {
      const used = server.world.recorder.finish(server.now).metrics['host.server.memory.max']!.value
      expect(used ?? 0).toBeLessThanOrEqual(memory)
    })
  })

  test('durations are within the total, and their difference is the wait for a slot', () => {
    holds((server) => {
      for (const { reply } of server.outcomes) {
        if (!reply) continue
        const { totalDuration, loadDuration, promptEvalDuration, evalDuration, firstTokenAfter } = reply
        const waited = totalDuration - loadDuration - promptEvalDuration - evalDuration
        expect(waited).toBeGreaterThanOrEqual(0)
        expect(firstTokenAfter).toBe(totalDuration - evalDuration)
      }
    })
  })

  test('the parts of each latency sum to it exactly', () => {
    holds((server) => {
      for (const { sentAt, endedAt, account } of server.outcomes)
        expect(account.total).toBe(endedAt! - sentAt)
    })
  })

  test('an answer has the tokens asked for, and its beginning comes no later than its end', () => {
    holds((server) => {
      for (const { reply, request, headAt, endedAt } of server.outcomes) {
        if (!reply || request.promptTokens === 0) continue
        expect(reply.evalCount).toBe(request.outputTokens)
        expect(reply.promptEvalCount).toBeGreaterThan(0)
        expect(reply.promptEvalCount).toBeLessThanOrEqual(request.promptTokens!)
        if (request.stream === false) expect(headAt).toBeUndefined()
        else expect(headAt).toBeLessThanOrEqual(endedAt!)
      }
    })
  })

  test('tokens are conserved: those counted are those answered and those of requests given up', () => {
    holds((server) => {
      const answered = server.outcomes.reduce((sum, { reply }) => sum + (reply?.evalCount ?? 0), 0)
      const gaveUp = server.outcomes.some(({ error }) => error instanceof TimeoutError)
      const counted = server.metric('tokens')!
      if (gaveUp) expect(counted).toBeGreaterThanOrEqual(answered)
      else expect(counted).toBe(answered)
    })
  })

  test('the same again gives the same events, to the last bit', () => {
    fc.assert(
      fc.property(fc.array(someone, { minLength: 1, maxLength: 25 }), values, (people, own) => {
        const [one, other] = [simulate(people, own, 4e9), simulate(people, own, 4e9)]
        expect(one.world.simulation.fingerprint).toEqual(other.world.simulation.fingerprint)
      }),
      { seed: 4, numRuns: 30 },
    )
  })
})

test('more memory bandwidth, cores or slots never make a batch of equal requests slower', () => {
  const makespan = (memoryBandwidth: number, cores: number, parallel: number): Nanos => {
    const server = new Server({ parallel }, { ...PLAIN_HOST, memoryBandwidth, cores })
    for (let i = 0; i < 24; i++) server.ask(0, { promptTokens: 20, outputTokens: 40 })
    server.run()
    return Math.max(...server.outcomes.map(({ endedAt }) => endedAt!))
  }
  fc.assert(
    fc.property(
      fc.integer({ min: 5, max: 60 }),
      fc.integer({ min: 1, max: 32 }),
      fc.constantFrom(1, 2, 3, 4, 6, 8, 12),
      (gigabytes, cores, parallel) => {
        const base = makespan(gigabytes * 1e9, cores, parallel)
        expect(makespan(gigabytes * 1.5e9, cores, parallel)).toBeLessThanOrEqual(base)
        expect(makespan(gigabytes * 1e9, cores + 4, parallel)).toBeLessThanOrEqual(base)
        expect(makespan(gigabytes * 1e9, cores, parallel * 2)).toBeLessThanOrEqual(base)
      },
    ),
    { seed: 5, numRuns: 40 },
  )
})

test('every parameter has a default and says what it means', () => {
  for (const [name, parameter] of Object.entries(ollama.parameters)) {
    expect(parameter.meaning, name).not.toBe('')
    expect(parameter, name).toHaveProperty('default')
  }
  // As set by default in Ollama (envconfig/config.go).
  expect(DEFAULTS).toMatchObject({
    parallel: 1,
    maxQueue: 512,
    keepAlive: seconds(300),
    maxLoadedModels: 0,
    numCtx: 4096,
  })
})

function levelDefinition(name: string) {
  if (name === 'utilisation') return { unit: 'ratio', better: 'neither', meaning: '' } as const
  return { unit: 'count', better: 'lower', meaning: '' } as const
}
