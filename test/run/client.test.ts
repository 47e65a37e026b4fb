import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Message, PARTS, RefusedError, type Task, UnreachableError } from '../../src/env/index.ts'
import { createDistribution } from '../../src/kernel/distributions/registry.ts'
import { Recorder } from '../../src/observe/recorder.ts'
import { Clients, type ClientTerms } from '../../src/run/client.ts'
import { ms, seconds } from '../../src/units.ts'
import type { RequestSource } from '../../src/workload/workload.ts'
import type { Process } from '../../src/world/process.ts'
import { ServiceBehaviour, ServiceContext } from '../../src/world/service.ts'
import { ollama } from '../../src/world/services/ollama/ollama.ts'
import { World } from '../../src/world/world.ts'
import { addCoordinator, HOST, makeWorld, NETWORK } from '../world/fixture.ts'
import { DEFAULTS, PLAIN, PLAIN_HOST } from '../world/services/ollama-fixture.ts'

const ask: Message = { kind: 'ask' }

/** One request at each of these times. */
function open(times: readonly number[], request: () => Message = () => ask): RequestSource {
  let i = 0
  return {
    next: () => (i < times.length ? { at: times[i++]!, request: request() } : undefined),
    close() {},
  }
}

function closed(clients: number, think: number): RequestSource {
  const spec = { kind: 'constant', value: think }
  return {
    next: () => undefined,
    closed: { clients, think: createDistribution(spec), request: () => ask },
    close() {},
  }
}

interface Scene {
  readonly world: World
  readonly clients: Clients
  readonly inside: () => number
  figures(): Readonly<Record<string, number | null>>
  recorded(): ReturnType<Recorder['finish']>
  run(until?: number): void
}

/** Clients on a host of their own that ask `target`. */
function scene(
  world: World,
  target: Process,
  source: RequestSource,
  terms: Partial<ClientTerms> = {},
): Scene {
  world.addHost('clients', HOST)
  const process = world.addProcess(world.hosts.get('clients')!, 'clients', 'clients')
  const all = { target, source, timeout: seconds(1e6), requests: undefined, warmUp: undefined, ...terms }
  const clients = new Clients(process, world.recorder, all)
  process.behaviour = clients
  process.begin()
  clients.measure(0)
  const recorded = () => world.recorder.finish(world.simulation.now)
  return {
    world,
    clients,
    inside: () => clients.inside,
    recorded,
    figures: () =>
      Object.fromEntries(Object.entries(recorded().metrics).map(([name, { value }]) => [name, value])),
    run: (until) => void world.simulation.run(until === undefined ? {} : { until }),
  }
}

/** A target that answers each request after what `serve` does; any number at once. */
function asked(
  serve: (env: { sleep(time: number): Task<void> }, i: number) => Task<Message>,
  source: RequestSource,
  terms: Partial<ClientTerms> = {},
  latency = 0,
): Scene {
  const world = makeWorld({ a: {} }, { latency: { kind: 'constant', value: latency } })
  let count = 0
  const target = addCoordinator(world, 'a', 'target', (env) => ({ handle: () => serve(env, count++) }))
  target.begin()
  return scene(world, target, source, terms)
}

const answerAfter = (time: number) =>
  function* (env: { sleep(time: number): Task<void> }): Task<Message> {
    yield* env.sleep(time)
    return { kind: 'answer' }
  }

describe('an open workload', () => {
  test('asks at its own times, however slow its target is', () => {
    const times = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 1e10 }), (unsorted, service) => {
        const sorted = unsorted.sort((a, b) => a - b)
        const { run, clients, inside, world } = asked(answerAfter(service), open(sorted))
        const end = seconds(2)
        run(end)
        const over = sorted.filter((at) => at + service <= end).length
        expect(inside()).toBe(sorted.length - over)
        expect(clients.check(world.simulation.now).pass).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('ends when its source does', () => {
    const { run, figures, world } = asked(answerAfter(ms(10)), open([ms(5), ms(7)]))
    run()
    expect(world.simulation.now).toBe(ms(17))
    expect(figures()).toMatchObject({ 'requests.completed': 2, 'latency.mean': ms(10), 'in-system.max': 2 })
  })
})

describe('a closed loop', () => {
  test('never has more inside than clients, and each asks again after its answer and its thinking', () => {
    const terms = fc.record({
      clients: fc.integer({ min: 1, max: 8 }),
      think: fc.integer({ min: 0, max: 50 }),
      service: fc.integer({ min: 1, max: 50 }),
    })
    fc.assert(
      fc.property(terms, ({ clients, think, service }) => {
        const { run, figures } = asked(answerAfter(ms(service)), closed(clients, ms(think)))
        run(seconds(1))
        expect(figures()['in-system.max']).toBe(clients)
        // All begin by thinking; the k-th answer comes at k (think + service) ms.
        expect(figures()['requests.completed']).toBe(clients * Math.floor(1000 / (think + service)))
      }),
      { numRuns: 40 },
    )
  })

  test('asks again also after a failure', () => {
    const refuse = function* (env: { sleep(time: number): Task<void> }): Task<Message> {
      yield* env.sleep(0)
      throw new RefusedError(503, 'busy')
    }
    const { run, figures } = asked(refuse, closed(1, ms(100)))
    run(seconds(1))
    expect(figures()['requests.refused']).toBe(10)
  })
})

describe('what comes of a request', () => {
  const mixed = function* (env: { sleep(time: number): Task<void> }, i: number): Task<Message> {
    if (i < 4) yield* env.sleep(ms(10))
    else if (i < 7) yield* env.sleep(seconds(10))
    else if (i < 9) throw new RefusedError(503, 'busy')
    else throw new UnreachableError('gone')
    return { kind: 'answer' }
  }

  test('is counted apart: answered, timed out, refused, failed otherwise', () => {
    const { run, figures, recorded, clients, world } = asked(
      mixed,
      open(Array.from({ length: 10 }, () => 0)),
      { timeout: ms(50) },
    )
    run()
    expect(figures()).toMatchObject({
      'requests.completed': 4,
      'requests.timed-out': 3,
      'requests.refused': 2,
      'requests.failed': 1,
      // Of the answers alone.
      'latency.count': 4,
      'latency.max': ms(10),
    })
    expect(recorded().breakdown[0]!.requests).toBe(4)
    expect(clients.inside).toBe(0)
    expect(clients.check(world.simulation.now).pass).toBe(true)
  })

  test('ends the run after so many, failures included', () => {
    const { run, figures, world } = asked(mixed, open(Array.from({ length: 10 }, (_, i) => ms(100 * i))), {
      requests: 9,
      timeout: ms(50),
    })
    run()
    // The ninth is refused as it comes.
    expect(world.simulation.now).toBe(ms(800))
    expect(figures()['requests.refused']).toBe(2)
  })
})

describe('the breakdown', () => {
  test('sums to the latency, and says where the time was', () => {
    const { run, recorded, figures } = asked(answerAfter(ms(10)), open([0, ms(3), ms(3)]), {}, ms(2))
    run()
    const [all] = recorded().breakdown
    expect(Object.keys(all!.parts)).toEqual([...PARTS])
    const sum = Object.values(all!.parts).reduce((a, b) => a + b, 0)
    expect(sum).toBeCloseTo(all!.latency, 6)
    expect(figures()['latency.mean']).toBe(ms(14))
    // 2 ms there and 2 ms back; 10 ms asleep at the target.
    expect(all!.parts).toMatchObject({ network: ms(4), idle: ms(10) })
  })
})

describe('tokens', () => {
  const tokens = { model: 'plain', promptTokens: 100, outputTokens: 11 }

  function generated(stream: boolean): Scene {
    const world = new World({ seed: '1', recorder: new Recorder(), network: NETWORK, checked: true })
    world.addHost('server', { ...HOST, ...PLAIN_HOST })
    const target = world.addProcess(world.hosts.get('server')!, 'ollama', 'ollama')
    const context = new ServiceContext(target, world.recorder, ollama.metrics)
    target.behaviour = new ServiceBehaviour(() =>
      ollama.create(context, { ...DEFAULTS, models: { plain: PLAIN } }),
    )
    target.begin()
    return scene(
      world,
      target,
      open([0], () => ({ kind: 'ollama.generate', ...tokens, stream }) as Message),
    )
  }

  test('of a streamed answer: the first at its head, the others evenly after it', () => {
    const { run, figures } = generated(true)
    run(seconds(100))
    const { 'ttft.mean': first, 'tpot.mean': each, 'latency.mean': latency, tokens: count } = figures()
    expect(count).toBe(11)
    expect(first).toBeLessThan(latency!)
    // Ten more tokens after the first, 100 ms each (1 GB of weights at 10 GB/s) and a little for the keys and values.
    expect(each).toBe(Math.round((latency! - first!) / 10))
    expect(each! / 1e6).toBeGreaterThan(99)
    expect(each! / 1e6).toBeLessThan(102)
  })

  test('of an answer that comes at once: the first is as late as the last, and none come between', () => {
    const { run, figures } = generated(false)
    run(seconds(100))
    const { 'ttft.mean': first, 'tpot.mean': each, 'latency.mean': latency } = figures()
    expect(first).toBe(latency)
    expect(each).toBeNull()
  })
})
