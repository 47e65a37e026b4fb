import { describe, expect, test } from 'vitest'
import {
  COMPUTE,
  CORE,
  type HttpReply,
  type HttpRequest,
  type Message,
  NETWORK,
  QUEUE,
  RETRY,
  SERVICE,
} from '../../../../src/env/index.ts'
import { laws } from '../../../../src/statistics/laws/registry.ts'
import { GiB, MiB, ms, seconds, us } from '../../../../src/units.ts'
import { http } from '../../../../src/world/services/http/http.ts'
import { makeWorld } from '../../fixture.ts'
import { Asked, addClient, addService, at, batchMeans, metric } from '../fixture.ts'

const constant = (value: number) => ({ kind: 'constant', value })
const get = (path = '/', more: Partial<HttpRequest> = {}): HttpRequest => ({
  kind: 'http',
  method: 'GET',
  path,
  ...more,
})

/** A service on a host of its own, a millisecond from its client. Costs nothing but what is given. */
function makeService(values: Readonly<Record<string, unknown>> = {}, host = {}) {
  const world = makeWorld({ client: {}, host: { cores: 4, ...host } }, { latency: constant(ms(1)) })
  const free = { cost: 0, connectCost: 0, cpu: constant(0), time: constant(ms(10)) }
  const service = addService(world, 'host', 'backend', http, { ...free, ...values })
  const client = addClient(world, 'client')
  const ask = (message: Message = get(), terms = {}) => new Asked<HttpReply>(client, service, message, terms)
  const count = (name: string) => metric(world, `service.backend.${name}`)
  const fault = (name: string) => service.behaviour.fault!(name)
  return { world, service, client, ask, count, fault }
}

const statuses = (asked: readonly Asked<HttpReply>[]) =>
  asked.map(({ reply, error }) => reply?.status ?? error?.status ?? error?.name)

test('a request costs the thread, a core in a worker, and the time the worker waits; the account says so', () => {
  const { world, ask } = makeService({
    cost: us(50),
    connectCost: us(150),
    cpu: constant(ms(3)),
    bytes: constant(5000),
  })
  const asked = ask()
  world.simulation.run()
  expect(asked.reply).toEqual({ kind: 'http.reply', status: 200, bytes: 5000 })
  const { parts, total } = asked.account
  expect([parts[NETWORK], parts[COMPUTE], parts[CORE], parts[QUEUE], parts[SERVICE]]).toEqual([
    ms(2),
    us(200) + ms(3),
    0,
    0,
    ms(10),
  ])
  expect(total).toBe(asked.latency)
})

test('more than its workers wait in turn, more than its backlog get 503', () => {
  const { world, ask, count } = makeService({ workers: 2, backlog: 3 })
  const asked = Array.from({ length: 7 }, () => ask())
  world.simulation.run()
  expect(statuses(asked)).toEqual([200, 200, 200, 200, 200, 503, 503])
  expect(asked.slice(0, 5).map(({ latency }) => latency)).toEqual([12, 12, 22, 22, 32].map(ms))
  expect(asked[4]!.account.parts[QUEUE]).toBe(ms(20))
  expect([count('wait.mean'), count('sojourn.mean'), count('sojourn.count')]).toEqual([ms(8), ms(18), 5])
  expect([count('requests'), count('errors'), count('queue.max'), count('utilisation.max')]).toEqual([
    7, 2, 3, 1,
  ])
})

test('workers share the cores of the host, one each', () => {
  const { world, ask } = makeService({ cpu: constant(ms(8)), time: constant(0) }, { cores: 2 })
  const asked = Array.from({ length: 4 }, () => ask())
  world.simulation.run()
  // Four workers on two cores: each at half speed.
  expect(asked.map(({ latency }) => latency)).toEqual([18, 18, 18, 18].map(ms))
  for (const { account } of asked)
    expect([account.parts[COMPUTE], account.parts[CORE]]).toEqual([ms(8), ms(8)])
})

for (const workers of [1, 3])
  test(`with ${workers} workers, Poisson arrivals and exponential times it is M/M/${workers}`, () => {
    const { world, client, service } = makeService({ workers, time: { kind: 'exponential', mean: ms(10) } })
    const arrivals = world.streams.stream('arrivals')
    const waits: number[] = []
    const arrive = (): void => {
      new Asked(client, service, get()).ended = ({ account }) => waits.push(account.parts[QUEUE]!)
      const next = world.simulation.now + Math.round(arrivals.exponential(ms(10) / (0.8 * workers)))
      if (waits.length < 60_000) at(world, next, arrive)
    }
    at(world, 0, arrive)
    world.simulation.run()
    const law = laws['m/m/c']!.evaluate({ arrivalRate: 80 * workers, serviceRate: 100, servers: workers })
    const { mean, error } = batchMeans(waits)
    expect(Math.abs(mean - law.wait!)).toBeLessThan(3.5 * error)
    expect(error).toBeLessThan(0.06 * law.wait!)
  })

test('errors come with their share, and after the time they take', () => {
  const { world, ask, count } = makeService({ errors: 0.1, workers: 10_000 })
  const asked = Array.from({ length: 5000 }, () => ask())
  world.simulation.run()
  const failed = asked.filter(({ error }) => error?.status === 500).length
  // 500, with a standard deviation of √(5000 · 0.09) = 21.
  expect(Math.abs(failed - 500)).toBeLessThan(85)
  expect(count('errors')).toBe(failed)
  expect(asked.every(({ latency }) => latency === ms(12))).toBe(true)
})

test('a path is served by the longest beginning that fits', () => {
  const paths = {
    '/api': { time: constant(ms(20)) },
    '/api/slow': { time: constant(ms(300)), bytes: constant(9) },
    '/bad': { errors: 1 },
  }
  const { world, ask } = makeService({ paths, bytes: constant(7) })
  const asked = ['/', '/api/x', '/api/slow/y', '/bad'].map((path) => ask(get(path)))
  world.simulation.run()
  expect(asked.map(({ latency }) => latency)).toEqual([12, 22, 302, 12].map(ms))
  expect(asked.map(({ reply }) => reply?.bytes)).toEqual([7, 7, 9, undefined])
  expect(statuses(asked)).toEqual([200, 200, 200, 500])
})

test('the health path needs no worker', () => {
  const { world, ask, count } = makeService({ workers: 1, backlog: 0, time: constant(seconds(1)) })
  const asked = [ask(), ask(get('/health')), ask(get('/other'))]
  world.simulation.run()
  expect(statuses(asked)).toEqual([200, 200, 503])
  expect(asked[1]!.latency).toBe(ms(2))
  expect(count('requests')).toBe(2)
})

test('a message that is no HTTP gets 404', () => {
  const { world, ask } = makeService()
  const asked = ask({ kind: 'job' })
  world.simulation.run()
  expect(statuses([asked])).toEqual([404])
})

describe('connections', () => {
  test('are kept for a while after an answer, one for each request under way', () => {
    const { world, ask, count } = makeService({ cost: ms(1), connectCost: ms(5), keepAlive: seconds(5) })
    const latencies: number[] = []
    const note = ({ latency }: Asked<HttpReply>) => latencies.push(latency)
    const asking = (time: number, times = 1) =>
      at(world, time, () => {
        for (let i = 0; i < times; i++) ask().ended = note
      })
    asking(0)
    asking(seconds(1))
    // Two at once: one connection is there, the other is new.
    asking(seconds(2), 2)
    // Both are idle, and taken; then nobody asks for more than 5 s.
    asking(seconds(3), 2)
    asking(seconds(8.1))
    world.simulation.run()
    expect(count('connections')).toBe(3)
    // 1 + 6 or 1 of the thread + 10 + 1; the second of two waits for the thread.
    expect(latencies.map((time) => time / ms(1))).toEqual([18, 13, 13, 19, 13, 14, 18])
  })

  test('are not kept where the time is 0', () => {
    const { world, ask, count } = makeService({ keepAlive: 0 })
    for (let i = 0; i < 3; i++) at(world, seconds(i), () => void ask())
    world.simulation.run()
    expect(count('connections')).toBe(3)
  })
})

describe('memory', () => {
  test('is held by each request that is served; where there is none, the answer is 503', () => {
    const { world, service, ask } = makeService({ requestMemory: 300 * MiB, workers: 5 }, { memory: GiB })
    const asked = Array.from({ length: 5 }, () => ask())
    const used: number[] = []
    at(world, ms(5), () => used.push(service.host.memory.used))
    world.simulation.run()
    expect(statuses(asked)).toEqual([200, 200, 200, 503, 503])
    expect(used).toEqual([900 * MiB])
    expect(service.host.memory.used).toBe(0)
  })

  test('of one who gave up is given back, and so is the worker', () => {
    const { world, service, ask, count } = makeService({
      requestMemory: MiB,
      workers: 1,
      cpu: constant(ms(100)),
    })
    const [gone, waiting, other] = [ask(get(), { timeout: ms(50) }), ask(get(), { timeout: ms(60) }), ask()]
    world.simulation.run()
    expect(statuses([gone!, waiting!, other!])).toEqual(['TimeoutError', 'TimeoutError', 200])
    // The notice is there at 51 ms; the second leaves the line at 61 ms, having begun.
    expect(other!.latency).toBe(ms(61 + 110 + 1))
    expect(service.host.memory.used).toBe(0)
    expect(count('queue.max')).toBe(2)
  })
})

describe('calls to other services', () => {
  /** A backend before two others, which take 20 and 50 ms. */
  function chain(values: Readonly<Record<string, unknown>>) {
    const world = makeWorld({ client: {}, a: {}, b: {}, c: {} }, { latency: constant(ms(1)) })
    const free = { cost: 0, connectCost: 0, cpu: constant(0) }
    const b = addService(world, 'b', 'b', http, { ...free, time: constant(ms(20)) })
    const c = addService(world, 'c', 'c', http, { ...free, time: constant(ms(50)) })
    const calls = [b.address, c.address]
    const a = addService(world, 'a', 'a', http, { ...free, time: constant(ms(10)), calls, ...values })
    const client = addClient(world, 'client')
    return { world, b, c, ask: (terms = {}) => new Asked<HttpReply>(client, a, get(), terms) }
  }

  test('one after the other take the sum, at once the longest', () => {
    for (const [callOrder, time, service] of [
      ['in-turn', 2 + 10 + 22 + 52, 80],
      ['at-once', 2 + 10 + 52, 60],
    ] as const) {
      const { world, ask } = chain({ callOrder })
      const asked = ask()
      world.simulation.run()
      expect(asked.latency).toBe(ms(time))
      expect(asked.account.total).toBe(asked.latency)
      expect(asked.account.parts[SERVICE]).toBe(ms(service))
    }
  })

  test('hold the worker: one that hangs takes all the workers of those before it', () => {
    const { world, c, ask } = chain({ workers: 2, callTimeout: seconds(1) })
    c.behaviour.fault!('hang')
    const asked = Array.from({ length: 4 }, () => ask())
    world.simulation.run()
    expect(statuses(asked)).toEqual([504, 504, 504, 504])
    expect(asked.map(({ latency }) => latency)).toEqual([1034, 1034, 2066, 2066].map(ms))
    const { parts, total } = asked[3]!.account
    expect([parts[QUEUE], parts[RETRY]]).toEqual([ms(1032), seconds(1)])
    expect(total).toBe(asked[3]!.latency)
  })

  test('that fail otherwise are a 502, and the others are given up', () => {
    const { world, b, c, ask } = chain({ callOrder: 'at-once' })
    b.kill()
    const asked = ask()
    world.simulation.run()
    expect(statuses([asked])).toEqual([502])
    expect(asked.error!.message).toContain('b: connection refused')
    expect(asked.latency).toBe(ms(2 + 10 + 2))
    expect(asked.account.total).toBe(asked.latency)
    expect(metric(world, `service.${c.name}.sojourn.count`)).toBe(0)
  })

  test('end when the caller gives up', () => {
    const { world, b, ask } = chain({})
    ask({ timeout: ms(20) })
    world.simulation.run()
    expect(metric(world, `service.${b.name}.requests`)).toBe(1)
    expect(metric(world, `service.${b.name}.sojourn.count`)).toBe(0)
  })
})

describe('faults', () => {
  test('hang: nothing is answered as long as it lasts, and what it took never', () => {
    const { world, ask, fault } = makeService({ workers: 2 })
    const asked: Asked<HttpReply>[] = []
    const asking = (time: number, path = '/') =>
      at(world, time, () => asked.push(ask(get(path), { timeout: seconds(1) })))
    asking(0)
    let end = () => {}
    at(world, ms(5), () => {
      end = fault('hang')
    })
    for (const [time, path] of [
      [ms(100), '/'],
      [ms(101), '/health'],
      [ms(102), '/'],
      [ms(103), '/'],
    ] as const)
      asking(time, path)
    at(world, ms(500), () => end())
    asking(ms(600))
    world.simulation.run()
    expect(statuses(asked)).toEqual([...Array<string>(5).fill('TimeoutError'), 200])
  })

  test('errors and unhealthy: the one says 500 to all but the health check, the other 503 to that alone', () => {
    for (const [name, expected] of [
      ['errors', [500, 200]],
      ['unhealthy', [200, 503]],
    ] as const) {
      const { world, ask, fault } = makeService()
      const end = fault(name)
      const asked = [ask(), ask(get('/health'))]
      world.simulation.run()
      expect(statuses(asked)).toEqual(expected)
      end()
      const after = [ask(), ask(get('/health'))]
      world.simulation.run()
      expect(statuses(after)).toEqual([200, 200])
    }
  })

  test('slow: ten times as long', () => {
    const { world, ask, fault } = makeService({ cpu: constant(ms(1)) })
    const ends = [fault('slow'), fault('slow')]
    const asked = ask()
    world.simulation.run()
    expect(asked.latency).toBe(ms(2 + 110))
    for (const end of ends) end()
    const after = ask()
    world.simulation.run()
    expect(after.latency).toBe(ms(2 + 11))
  })

  test('a process that ends tells its callers, and begins anew with all its workers', () => {
    const { world, service, ask, count } = makeService({ workers: 2, requestMemory: MiB })
    const asked = Array.from({ length: 4 }, () => ask())
    at(world, ms(5), () => service.kill())
    at(world, ms(50), () => service.start())
    const later: Asked<HttpReply>[] = []
    at(world, ms(100), () => later.push(ask(), ask()))
    world.simulation.run()
    expect(asked.every(({ error, latency }) => error?.name === 'UnreachableError' && latency === ms(6))).toBe(
      true,
    )
    expect(later.map(({ latency }) => latency)).toEqual([ms(12), ms(12)])
    expect(count('utilisation.max')).toBe(1)
    expect(service.host.memory.used).toBe(0)
  })
})

test('every request is answered once, and its account is its latency', () => {
  const values = {
    workers: 3,
    backlog: 5,
    errors: 0.1,
    cost: us(100),
    cpu: { kind: 'exponential', mean: ms(4) },
    time: { kind: 'exponential', mean: ms(10) },
    requestMemory: MiB,
  }
  const { world, service, ask, fault } = makeService(values, { cores: 2, memory: 3 * MiB })
  const arrivals = world.streams.stream('arrivals')
  let ended = 0
  let asked = 0
  const arrive = (): void => {
    const one = ask(get(asked % 10 === 0 ? '/health' : '/'), asked % 7 === 0 ? { timeout: ms(30) } : {})
    one.ended = ({ account, latency }) => {
      ended++
      expect(account.total).toBe(latency)
    }
    if (++asked < 3000) at(world, world.simulation.now + Math.round(arrivals.exponential(ms(4))), arrive)
  }
  at(world, 0, arrive)
  at(world, seconds(4), () => {
    const ends = ['slow', 'errors', 'unhealthy'].map(fault)
    at(world, seconds(5), () => {
      for (const end of ends) end()
    })
  })
  at(world, seconds(7), () => service.kill())
  at(world, seconds(7.5), () => service.start())
  world.simulation.run()
  expect([asked, ended]).toEqual([3000, 3000])
  expect(service.host.memory.used).toBe(0)
})
