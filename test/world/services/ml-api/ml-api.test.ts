import { describe, expect, test } from 'vitest'
import { type InferReply, type InferRequest, type RefusedError, SERVICE } from '../../../../src/env/index.ts'
import { createDistribution } from '../../../../src/kernel/distributions/registry.ts'
import { minutes, ms, type Nanos, seconds } from '../../../../src/units.ts'
import { mlApi } from '../../../../src/world/services/ml-api/ml-api.ts'
import { makeWorld } from '../../fixture.ts'
import { Asked, addClient, addService, at, metric } from '../fixture.ts'

const constant = (value: number) => ({ kind: 'constant', value })

function makeApi(values: Readonly<Record<string, unknown>> = {}) {
  const world = makeWorld({ a: {}, b: {} }, {}, 'ml')
  const server = addService(world, 'b', 'api', mlApi, { latency: constant(ms(100)), ...values })
  const client = addClient(world, 'a')
  const ask = (promptTokens = 10, outputTokens = 5, more = {}, terms = {}) => {
    const request: InferRequest = { kind: 'ml.infer', promptTokens, outputTokens, ...more }
    return new Asked<InferReply>(client, server, request, terms)
  }
  return { world, server, client, ask }
}

const refusal = (asked: Asked<InferReply>) => asked.error as unknown as RefusedError

describe('latency', () => {
  test('by default has the mean that MABEAM’s document tells, and a tail', () => {
    const { mean, variance } = createDistribution(mlApi.parameters.latency.default!)
    expect(mean).toBeCloseTo(ms(2745), -3)
    expect(Math.sqrt(variance) / mean).toBeCloseTo(0.7, 5)
    const { world, ask } = makeApi({ latency: mlApi.parameters.latency.default })
    const asked = Array.from({ length: 4000 }, () => ask())
    world.simulation.run()
    const sorted = asked.map(({ latency }) => latency).sort((a, b) => a - b)
    // 2,249 ms · exp(0.6315 z): p95 at z = 1.645, p99 at 2.326.
    expect(sorted[2000]! / ms(2249)).toBeCloseTo(1, 1)
    expect(sorted[3800]! / ms(6354)).toBeCloseTo(1, 1)
    expect(sorted[3960]! / ms(9770)).toBeCloseTo(1, 0.6)
  })

  test('grows with the tokens of prompt and answer', () => {
    const { world, ask } = makeApi({ promptTime: ms(1), outputTime: ms(20) })
    const asked = ask(30, 7)
    world.simulation.run()
    expect(asked.latency).toBe(ms(100 + 30 + 140))
    expect(asked.account.parts[SERVICE]).toBe(asked.latency)
    expect(asked.reply).toMatchObject({ kind: 'ml.inferred', promptTokens: 30, outputTokens: 7 })
  })

  test('knows no queue: a thousand at once take as long as one', () => {
    const { world, ask } = makeApi()
    const asked = Array.from({ length: 1000 }, () => ask())
    world.simulation.run()
    expect(new Set(asked.map(({ latency }) => latency))).toEqual(new Set([ms(100)]))
    expect(metric(world, 'service.api.in-hand.max')).toBe(1000)
  })
})

describe('limits', () => {
  test('a burst is taken, the rest gets 429 and Retry-After in whole seconds', () => {
    const { world, ask } = makeApi({ requestsPerMinute: 40, requestBurst: 3 })
    const asked = Array.from({ length: 5 }, () => ask())
    world.simulation.run()
    expect(asked.map((each) => refusal(each)?.status)).toEqual([undefined, undefined, undefined, 429, 429])
    // 60 s / 40 = 1.5 s, rounded up.
    expect(refusal(asked[3]!).retryAfter).toBe(seconds(2))
    expect(metric(world, 'service.api.limited')).toBe(2)
  })

  test('tokens are counted with max_tokens where it is given, else with the answer', () => {
    const { world, ask } = makeApi({ tokensPerMinute: 600, tokenBurst: 100 })
    const asked = [ask(60, 10, { maxTokens: 39 }), ask(1, 1), ask(60, 10), ask(60, 41)]
    world.simulation.run()
    // 99 of 100 are gone: the second lacks one (100 ms), the third 69 (6.9 s), the last never fits.
    expect(asked.map((each) => refusal(each)?.retryAfter)).toEqual([
      undefined,
      seconds(1),
      seconds(7),
      undefined,
    ])
    expect(refusal(asked[3]!).message).toBe('request too large for the limit of tokens')
    expect(metric(world, 'service.api.tokens')).toBe(99)
  })

  test('a request that one limit refuses takes nothing of the other', () => {
    const { world, ask } = makeApi({
      requestsPerMinute: 60,
      requestBurst: 1,
      tokensPerMinute: 60,
      tokenBurst: 15,
    })
    ask(10, 5)
    for (let i = 0; i < 50; i++) ask(10, 5)
    world.simulation.run()
    let second: Asked<InferReply> | undefined
    at(world, seconds(15), () => {
      second = ask(10, 5)
    })
    world.simulation.run()
    expect(second!.error).toBe(undefined)
  })

  for (const [name, values, perSecond] of [
    ['requests', { requestsPerMinute: 90, requestBurst: 4 }, 1.5],
    ['tokens', { tokensPerMinute: 4500, tokenBurst: 90 }, 5],
  ] as const)
    test(`greedy clients get what the limit of ${name} allows, no more and no less`, () => {
      const { world, ask } = makeApi({ ...values, retryAfterUnit: ms(1), latency: constant(ms(1)) })
      const admitted: Nanos[] = []
      const greedy = (): void => {
        const sent = world.simulation.now
        ask(10, 5).ended = ({ error }) => {
          const refused = error as unknown as RefusedError | undefined
          if (!refused) admitted.push(sent)
          if (world.simulation.now < minutes(10))
            at(world, world.simulation.now + (refused?.retryAfter ?? 0), greedy)
        }
      }
      for (let client = 0; client < 7; client++) greedy()
      world.simulation.run({ until: minutes(10) })
      const burst = name === 'requests' ? 4 : 6
      const span = (admitted.at(-1)! - admitted[0]!) / 1e9
      expect(admitted.length).toBeLessThanOrEqual(perSecond * span + burst)
      expect(admitted.length).toBeGreaterThan(0.998 * perSecond * 600)
    })

  for (const unit of [1, ms(1), seconds(1)])
    test(`who waits as Retry-After says, in units of ${unit} ns, is not refused twice`, () => {
      const { world, ask } = makeApi({
        requestsPerMinute: 37,
        requestBurst: 2,
        tokensPerMinute: 900,
        retryAfterUnit: unit,
      })
      let refusals = 0
      const client = (left: number, retried: boolean): void => {
        if (left === 0) return
        ask(17, 5).ended = ({ error }) => {
          const refused = error as unknown as RefusedError | undefined
          if (!refused) {
            client(left - 1, false)
            return
          }
          expect(retried).toBe(false)
          refusals++
          at(world, world.simulation.now + refused.retryAfter!, () => client(left, true))
        }
      }
      client(200, false)
      world.simulation.run()
      expect(refusals).toBeGreaterThan(100)
    })

  test('beyond the concurrency a request is refused without Retry-After', () => {
    const { world, ask } = makeApi({ concurrency: 2 })
    const asked = [ask(), ask(), ask()]
    at(world, ms(100), () => asked.push(ask()))
    world.simulation.run()
    expect(asked.map((each) => refusal(each)?.message)).toEqual([
      undefined,
      undefined,
      'too many requests at once',
      undefined,
    ])
    expect(refusal(asked[2]!).retryAfter).toBe(undefined)
  })

  test('who gives up makes room', () => {
    const { world, ask } = makeApi({ concurrency: 1 })
    ask(10, 5, {}, { timeout: ms(50) })
    at(world, ms(60), () => {
      ask().ended = ({ error }) => expect(error).toBe(undefined)
    })
    world.simulation.run()
    expect(metric(world, 'service.api.latency.count')).toBe(1)
    expect(metric(world, 'service.api.in-hand.max')).toBe(1)
  })
})

describe('what goes wrong', () => {
  test('a share of the requests ends in 500, after a time of its own', () => {
    const { world, ask } = makeApi({ errorRate: 0.1, errorTime: constant(ms(7)) })
    const asked = Array.from({ length: 5000 }, () => ask())
    world.simulation.run()
    const failed = asked.filter(({ error }) => error?.status === 500)
    // Standard error sqrt(0.1 · 0.9 / 5,000) = 0.0042.
    expect(Math.abs(failed.length / 5000 - 0.1)).toBeLessThan(0.017)
    expect(failed.every(({ latency }) => latency === ms(7))).toBe(true)
    expect(metric(world, 'service.api.failed')).toBe(failed.length)
  })

  test('outage: 503 for all, and for what is in hand', () => {
    const { world, server, ask } = makeApi()
    const inHand = ask()
    let during = inHand
    let after = inHand
    at(world, ms(40), () => {
      const end = server.behaviour.fault!('outage')
      at(world, ms(200), end)
    })
    at(world, ms(50), () => {
      during = ask()
    })
    at(world, ms(210), () => {
      after = ask()
    })
    world.simulation.run()
    expect([inHand.error?.status, inHand.endedAt]).toEqual([503, ms(40)])
    expect([during.error?.status, during.endedAt]).toEqual([503, ms(50)])
    expect(after.endedAt).toBe(ms(310))
    expect(metric(world, 'service.api.failed')).toBe(2)
  })

  test('slow: what is begun meanwhile takes slow-factor times as long', () => {
    const { world, server, ask } = makeApi({ slowFactor: 4 })
    const before = ask()
    let during = before
    at(world, ms(10), () => {
      const end = server.behaviour.fault!('slow')
      during = ask()
      at(world, ms(11), end)
    })
    world.simulation.run()
    expect([before.latency, during.latency]).toEqual([ms(100), ms(400)])
  })

  test('rate-limit: 429 and a minute; then the limits begin from nothing', () => {
    const { world, server, ask } = makeApi({ requestsPerMinute: 60 })
    const end = server.behaviour.fault!('rate-limit')
    const during = ask()
    world.simulation.run()
    expect([refusal(during).status, refusal(during).retryAfter]).toEqual([429, minutes(1)])
    end()
    const after = ask()
    world.simulation.run()
    expect(refusal(after).retryAfter).toBe(seconds(1))
  })

  test('what is no inference is refused', () => {
    const { world, client, server } = makeApi()
    const asked = new Asked(client, server, { kind: 'job' })
    world.simulation.run()
    expect(asked.error?.status).toBe(404)
  })
})

test('the bill is the tokens of prompts taken and of their answers', () => {
  const { world, ask } = makeApi({ promptPrice: 2, outputPrice: 10, requestsPerMinute: 2 })
  ask(1000, 100)
  ask(500, 50, {}, { timeout: ms(1) })
  ask(1000, 100)
  world.simulation.run()
  // 1,500 tokens of prompts at 2 a million, and 100 of the one answer at 10; the third was not taken.
  expect(metric(world, 'service.api.spend')).toBeCloseTo(0.004, 9)
})

test('a restart begins with full limits and nothing in hand', () => {
  const { world, server, ask } = makeApi({ requestsPerMinute: 1 })
  ask()
  at(world, ms(10), () => server.kill())
  at(world, ms(20), () => server.start())
  let later: Asked<InferReply> | undefined
  at(world, ms(30), () => {
    later = ask()
  })
  world.simulation.run()
  expect(later!.latency).toBe(ms(100))
  expect(metric(world, 'service.api.in-hand.max')).toBe(1)
})
