import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PARTS } from '../../src/env/account.ts'
import { firstDifferentBlock } from '../../src/explain/event-log.ts'
import { firstOtherRequest, runSide, slowestOf } from '../../src/explain/side.ts'
import { differenceOf, FIGURES, ranked } from '../../src/explain/take-apart.ts'
import { RequestLog } from '../../src/observe/request-log.ts'
import { replicate } from '../../src/run/replication.ts'
import { newChecker } from '../../src/scenario/check/check.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { parts } from '../../src/scenario/parts.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'

const checker = newChecker(parts)
const TERMS = {
  checked: false,
  openTrace: () => {
    throw new Error('no traces here')
  },
}

interface Shape {
  readonly cores: number
  readonly workers: number
  readonly latency: number
  readonly service: number
  readonly order: 'in-turn' | 'at-once'
  readonly rate: number
  readonly timeout: number
}

const shape: fc.Arbitrary<Shape> = fc.record({
  cores: fc.integer({ min: 1, max: 3 }),
  workers: fc.integer({ min: 1, max: 4 }),
  latency: fc.integer({ min: 0, max: 3000 }),
  service: fc.integer({ min: 1, max: 12 }),
  order: fc.constantFrom('in-turn' as const, 'at-once' as const),
  rate: fc.integer({ min: 20, max: 150 }),
  timeout: fc.integer({ min: 15, max: 400 }),
})

/** A proxy, an application that calls two others, a coordinator and its agents behind one of them. */
function scenarioOf({ cores, workers, latency, service, order, rate, timeout }: Shape): Scenario {
  const text = `name: shape
hosts: { front: { cores: ${cores} }, back: { cores: ${cores} } }
network: { latency: ${latency}us }
services:
  proxy: { kind: nginx, on: front, upstreams: app }
  app: { kind: http, on: front, workers: ${workers}, cpu: 300us, time: 1ms, calls: [near, far], call-order: ${order}, call-timeout: ${timeout}ms }
  near: { kind: http, on: back, workers: 2, cpu: { kind: exponential, mean: 1ms } }
  far: { kind: http, on: back, workers: 1, cpu: 10us, time: { kind: exponential, mean: ${service}ms } }
workload:
  target: proxy
  arrivals: { kind: poisson, rate: ${rate}/s }
  request: { kind: http }
  timeout: 1s
measure: { duration: 1s }
`
  const [variant] = loadScenario('shape.yaml', { checker, read: () => text, seeds: ['1'] }).variants
  return variant!.scenario
}

describe('a run that is looked at', () => {
  test('is the run that nobody looks at: the same events, the same figures, the same breakdown', () => {
    fc.assert(
      fc.property(shape, (each) => {
        const scenario = scenarioOf(each)
        const terms = { ...TERMS, seed: '1', bins: 2 }
        const plain = replicate(scenario, terms)
        const logged = replicate(scenario, { ...terms, requests: new RequestLog() })
        expect(logged).toEqual(plain)
      }),
      { numRuns: 12 },
    )
  })

  test('gives differences that sum to the nanosecond, whatever the two scenarios are', async () => {
    await fc.assert(
      fc.asyncProperty(shape, shape, async (x, y) => {
        const [a, b] = [
          await runSide(scenarioOf(x), ['1', '2'], TERMS, true),
          await runSide(scenarioOf(y), ['1', '2'], TERMS, true),
        ]
        expect(a.records[0]!.fingerprint).toBe(
          replicate(scenarioOf(x), { ...TERMS, seed: '1', bins: 2 }).fingerprint,
        )
        for (const figure of FIGURES) {
          const found = differenceOf(figure, ranked(a.logs), ranked(b.logs))
          if (!found) continue
          expect(found.causes.reduce((sum, each) => sum + each.b - each.a, 0)).toBe(found.b - found.a)
          expect(
            found.causes.every(({ part, place }) => PARTS.some((one) => one === part) && place !== ''),
          ).toBe(true)
        }
        for (const side of [a, b]) {
          const slowest = slowestOf(side)
          expect(slowest?.bars.reduce((sum, { lasts }) => sum + lasts, 0)).toBe(slowest?.latency)
        }
      }),
      { numRuns: 12 },
    )
  })

  test('knows where time went behind those who pass a request on', async () => {
    const scenario = scenarioOf({
      cores: 2,
      workers: 2,
      latency: 100,
      service: 3,
      order: 'in-turn',
      rate: 40,
      timeout: 400,
    })
    const requests = ranked((await runSide(scenario, ['1'], TERMS, false)).logs)
    const { causes } = differenceOf('mean', requests, requests)!
    const places = (part: string) => causes.filter((cause) => cause.part === part).map(({ place }) => place)
    expect(places('service').sort()).toEqual(['app', 'far', 'near'])
    expect(places('compute')).toEqual(expect.arrayContaining(['proxy', 'app', 'near', 'far']))
    expect([...new Set(places('network'))].sort()).toEqual(['(clients)', 'app', 'far', 'near', 'proxy'])
  })

  test('parts from itself nowhere', async () => {
    const scenario = scenarioOf({
      cores: 2,
      workers: 2,
      latency: 100,
      service: 3,
      order: 'at-once',
      rate: 80,
      timeout: 400,
    })
    const [a, b] = [await runSide(scenario, ['1'], TERMS, true), await runSide(scenario, ['1'], TERMS, true)]
    expect(firstDifferentBlock(a.marks!, b.marks!)).toBeUndefined()
    expect(firstOtherRequest(a.logs[0]!, b.logs[0]!)).toBeUndefined()
  })
})
