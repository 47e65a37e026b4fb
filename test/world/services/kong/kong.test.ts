import { describe, expect, test } from 'vitest'
import { COMPUTE, type HttpReply, NETWORK, RETRY, SERVICE } from '../../../../src/env/index.ts'
import { minutes, ms, seconds, us } from '../../../../src/units.ts'
import { kong } from '../../../../src/world/services/kong/kong.ts'
import { makeWorld } from '../../fixture.ts'
import { type Asked, addService, at } from '../fixture.ts'
import { get, makeGateway, service, statuses } from './fixture.ts'

test('a request costs Kong’s core and that of its plugins, and its account is the target’s and the way there and back', () => {
  const limits = { rateLimit: { second: 100 }, plugins: ['key-auth'], pluginCost: us(300) }
  const { world, ask, count } = makeGateway({
    service: limits,
    kong: { cost: us(126), rateLimitCost: us(17) },
  })
  const asked = ask(get('/x', { consumer: 'me' }))
  world.simulation.run({ until: seconds(1) })
  const cost = us(126 + 17 + 22 + 300)
  expect(asked.latency).toBe(ms(14) + cost)
  const { parts, total } = asked.account
  expect([parts[COMPUTE], parts[NETWORK], parts[SERVICE]]).toEqual([cost, ms(4), ms(10)])
  expect(total).toBe(asked.latency)
  expect([count('requests.backend'), count('latency.kong.mean'), count('latency.upstream.mean')]).toEqual([
    1,
    cost,
    ms(12),
  ])
})

test('one worker takes as many requests a second as Kong’s benchmark on 16 of them gives it a sixteenth of', () => {
  const { world, ask, served } = makeGateway({
    backends: 10,
    backend: { workers: 10_000, time: { kind: 'constant', value: 0 } },
    kong: { cost: us(126) },
  })
  for (let i = 0; i < 10_000; i++) ask()
  world.simulation.run({ until: seconds(1) })
  // 127,257 / 16 = 7954 requests/s; what begins in the last two milliseconds is still on its way.
  const done = served().reduce((sum, n) => sum! + n!, 0)!
  expect(Math.abs(done - 127_257 / 16)).toBeLessThan(0.005 * 7954)
})

describe('routes', () => {
  const values = {
    services: {
      api: service({ targets: [{ name: 'backend.1' }] }),
      admin: service({ targets: [{ name: 'backend.2' }] }),
    },
    routes: [
      { paths: ['/api', '/v1'], methods: [], service: 'api' },
      { paths: ['/api/admin'], methods: [], service: 'admin' },
      { paths: ['/v1'], methods: ['DELETE'], service: 'admin' },
    ],
  }

  test('are found by the longest path, and by a method before that; what has none gets 404', () => {
    const { world, ask, served, count } = makeGateway({ kong: values })
    const asked = [
      get('/api/agents'),
      get('/api/admin/x'),
      get('/v1/x'),
      get('/v1/x', { method: 'DELETE' }),
      get('/other'),
    ].map((request) => ask(request))
    world.simulation.run({ until: seconds(1) })
    expect(statuses(asked)).toEqual([200, 200, 200, 200, 404])
    expect(served()).toEqual([2, 2])
    expect([count('no-route'), count('requests.api'), count('requests.admin')]).toEqual([1, 2, 2])
    expect(asked[4]!.latency).toBe(ms(2))
  })

  test('lead other protocols by their kind', () => {
    const { world, ask } = makeGateway({
      kong: {
        services: { models: service({ targets: [{ name: 'backend' }] }) },
        routes: [{ paths: ['/ollama.generate'], methods: ['POST'], service: 'models' }],
      },
    })
    const asked = [ask({ kind: 'ollama.generate' }), ask({ kind: 'ollama.ps' })]
    world.simulation.run({ until: seconds(1) })
    // The backend knows no such thing, which is an answer; Kong knows no route.
    expect(asked.map(({ error }) => error!.message)).toEqual([
      expect.stringMatching(/^backend\.\d: answers no ollama.generate$/),
      'kong: no route matched with those values',
    ])
  })
})

describe('plugins', () => {
  test('key-auth asks who it is', () => {
    const { world, ask, count, served } = makeGateway({ service: { plugins: ['key-auth'] } })
    const asked = [ask(), ask(get('/', { consumer: 'me' }))]
    world.simulation.run({ until: seconds(1) })
    expect(statuses(asked)).toEqual([401, 200])
    expect(count('unauthorized')).toBe(1)
    expect(served().toSorted()).toEqual([0, 1])
  })

  test('rate-limiting counts in windows by the clock, each consumer for itself', () => {
    const { world, ask, count } = makeGateway({ service: { rateLimit: { second: 3 } } })
    const asked: Asked<HttpReply>[] = []
    const asking = (time: number, consumer: string, times: number) =>
      at(world, time, () => {
        for (let i = 0; i < times; i++) asked.push(ask(get('/', { consumer })))
      })
    asking(ms(900), 'a', 5)
    asking(ms(901), 'b', 2)
    // At 998 ms it is there at 999 ms, in the same window; two milliseconds later in the next.
    asking(ms(998), 'a', 1)
    asking(ms(1000), 'a', 4)
    world.simulation.run({ until: seconds(3) })
    expect(statuses(asked)).toEqual([200, 200, 200, 429, 429, 200, 200, 429, 200, 200, 200, 429])
    expect(count('limited')).toBe(4)
    expect(asked[3]!.latency).toBe(ms(2))
  })

  test('of several limits the one that is reached counts, and what is refused is not counted', () => {
    const { world, ask } = makeGateway({ service: { rateLimit: { second: 2, minute: 5, by: 'service' } } })
    const asked: Asked<HttpReply>[] = []
    for (let second = 0; second < 5; second++)
      at(world, seconds(second) + ms(1), () => {
        for (let i = 0; i < 3; i++) asked.push(ask(get('/', { consumer: `c${i}` })))
      })
    world.simulation.run({ until: minutes(1) - ms(1) })
    expect(statuses(asked).filter((status) => status === 200)).toHaveLength(5)
    const later = ask()
    world.simulation.run({ until: minutes(2) })
    expect(statuses([later])).toEqual([200])
  })
})

describe('balancing', () => {
  const spread = (given: Readonly<Record<string, unknown>>, requests: number, backends = 4) => {
    const { world, ask, served } = makeGateway({ backends, service: given })
    for (let i = 0; i < requests; i++)
      at(world, ms(100 * i), () => void ask(get(`/${i}`, { consumer: `c${i % 50}` })))
    world.simulation.run({ until: ms(100 * requests + 1000) })
    return served()
  }

  test('round-robin gives each its turns by weight', () => {
    expect(spread({}, 100)).toEqual([25, 25, 25, 25])
    expect(spread({ weights: [10, 20, 30, 40] }, 100)).toEqual([10, 20, 30, 40])
  })

  test('least-connections gives each alike when nothing is going on, by weight under load', () => {
    expect(spread({ algorithm: 'least-connections' }, 100)).toEqual([25, 25, 25, 25])
    const { world, ask, served } = makeGateway({
      backends: 3,
      backend: { workers: 1000, time: { kind: 'constant', value: seconds(10) } },
      service: { algorithm: 'least-connections', weights: [100, 200, 300] },
    })
    for (let i = 0; i < 597; i++) ask()
    world.simulation.run({ until: seconds(1) })
    // (n + 1) / weight are alike: 100 + 200 + 300 are 597 and 3.
    expect(served()).toEqual([99, 199, 299])
  })

  test('consistent hashing gives the same consumer the same target', () => {
    const { world, ask, served } = makeGateway({ backends: 4, service: { algorithm: 'consistent-hashing' } })
    for (let i = 0; i < 40; i++) ask(get(`/${i}`, { consumer: 'me' }))
    world.simulation.run({ until: seconds(1) })
    expect(served().toSorted()).toEqual([0, 0, 0, 40])
    const by = spread({ algorithm: 'consistent-hashing', hashOn: 'path' }, 1000)
    for (const share of by) expect(Math.abs(share! - 250)).toBeLessThan(90)
  })
})

describe('failures', () => {
  test('a target whose process has ended refuses, and five further tries are made', () => {
    const { world, backends, ask, count } = makeGateway({ backends: 8 })
    for (const backend of backends) backend.kill()
    const asked = ask(get('/', { method: 'POST' }))
    world.simulation.run({ until: seconds(1) })
    // Never sent, so a POST too: six tries of 2 ms.
    expect(statuses([asked])).toEqual([502])
    expect([count('retries'), count('failed'), asked.latency]).toEqual([5, 1, ms(2 + 6 * 2)])
    expect(asked.account.parts[RETRY]).toBe(ms(12))
    expect(asked.account.total).toBe(asked.latency)
  })

  test('an answer that says no is passed on, and no other target is tried', () => {
    const { world, ask, count, backends, served } = makeGateway({
      service: { algorithm: 'least-connections' },
    })
    for (const backend of backends) backend.behaviour.fault!('errors')
    const asked = ask()
    world.simulation.run({ until: seconds(1) })
    expect(statuses([asked])).toEqual([500])
    expect([count('retries'), count('failed')]).toEqual([0, 0])
    expect(served().toSorted()).toEqual([0, 1])
  })

  test('what has been sent and is not answered is repeated if that does no harm; a POST gets 504', () => {
    const { world, backends, ask, count } = makeGateway({
      service: { readTimeout: seconds(1), algorithm: 'least-connections' },
    })
    backends[0]!.behaviour.fault!('hang')
    const post = ask(get('/', { method: 'POST' }))
    world.simulation.run({ until: ms(10) })
    const again = ask()
    const third = ask()
    world.simulation.run({ until: seconds(10) })
    expect(statuses([post, again, third])).toEqual([504, 200, 200])
    expect(post.latency).toBe(seconds(1) + ms(2))
    expect(count('retries')).toBe(1)
    for (const { account, latency } of [post, again, third]) expect(account.total).toBe(latency)
  })

  test('a host that is down costs the connect timeout', () => {
    const { world, backends, ask } = makeGateway({
      service: { connectTimeout: seconds(2), algorithm: 'least-connections' },
    })
    backends[0]!.host.crash()
    const asked = ask(get('/', { method: 'POST' }))
    world.simulation.run({ until: seconds(10) })
    expect([statuses([asked]), asked.latency]).toEqual([[200], seconds(2) + ms(14)])
  })

  test('a client that gives up closes its connection to the target too', () => {
    const { world, ask, count } = makeGateway({ backends: 1, backend: { workers: 1 } })
    const [gone, other] = [ask(get(), { timeout: ms(5) }), ask()]
    world.simulation.run({ until: seconds(1) })
    expect(statuses([gone!, other!])).toEqual(['TimeoutError', 200])
    // The notice is at the backend at 7 ms; the other's 10 ms begin.
    expect(other!.latency).toBe(ms(7 + 10 + 2))
    expect([count('closed'), count('connections.max')]).toEqual([1, 2])
  })
})

describe('health checks', () => {
  test('are off unless told otherwise', () => {
    const { world, backends, ask, count } = makeGateway({ backends: 2 })
    backends[0]!.behaviour.fault!('errors')
    const asked: Asked<HttpReply>[] = []
    for (let i = 0; i < 20; i++) at(world, ms(100 * i), () => asked.push(ask()))
    world.simulation.run({ until: seconds(10) })
    expect(statuses(asked).filter((status) => status === 500)).toHaveLength(10)
    expect(count('unhealthy')).toBe(0)
  })

  test('passive ones break the circuit after so many failures, and nothing mends it', () => {
    const { world, backends, ask, count } = makeGateway({
      backends: 2,
      service: { passive: { httpFailures: 3 } },
    })
    const end = backends[0]!.behaviour.fault!('errors')
    const asked: Asked<HttpReply>[] = []
    for (let i = 0; i < 20; i++) at(world, ms(100 * i), () => asked.push(ask()))
    at(world, seconds(3), end)
    for (let i = 0; i < 10; i++) at(world, seconds(4) + ms(100 * i), () => asked.push(ask()))
    world.simulation.run({ until: seconds(10) })
    expect(statuses(asked).filter((status) => status === 500)).toHaveLength(3)
    expect(count('unhealthy')).toBe(1)
  })

  test('a success between failures begins the count anew, but only where successes count', () => {
    for (const [successes, unhealthy] of [
      [1, 0],
      [0, 1],
    ]) {
      const { world, ask, count } = makeGateway({
        backends: 1,
        backend: { paths: { '/bad': { errors: 1 } } },
        service: { passive: { httpFailures: 2, successes } },
      })
      for (let i = 0; i < 20; i++) at(world, ms(100 * i), () => void ask(get(i % 2 ? '/bad' : '/good')))
      world.simulation.run({ until: seconds(10) })
      expect(count('unhealthy')).toBe(unhealthy)
    }
  })

  test('active ones take a target out and bring it back by themselves', () => {
    const active = {
      path: '/health',
      healthyInterval: seconds(5),
      unhealthyInterval: seconds(1),
      httpFailures: 2,
      timeouts: 2,
      tcpFailures: 2,
      successes: 3,
    }
    const { world, backends, ask, count } = makeGateway({ backends: 2, service: { active } })
    const asked: Asked<HttpReply>[] = []
    for (let i = 0; i < 400; i++) at(world, ms(100 * i), () => asked.push(ask()))
    // Checks of the healthy at 5, 10, 15 s: two that fail at 10 and 15 s. Of the unhealthy at every second: 21, 22, 23 s.
    at(world, seconds(6), () => {
      const end = backends[0]!.behaviour.fault!('unhealthy')
      at(world, seconds(20.5), end)
    })
    const served: number[] = []
    for (const time of [15.1, 23.0, 23.2, 24])
      at(world, seconds(time), () =>
        served.push(
          world.recorder.finish(world.simulation.now).metrics['service.backend.1.requests']!.value!,
        ),
      )
    world.simulation.run({ until: seconds(50) })
    expect(statuses(asked).every((status) => status === 200)).toBe(true)
    expect(served[1]! - served[0]!).toBeLessThanOrEqual(1)
    expect(served[3]! - served[2]!).toBeGreaterThan(2)
    expect(count('unhealthy')).toBe(1)
  })

  test('of those that are unhealthy alone leave the others in peace', () => {
    const { world, backends, ask, run } = makeGateway({
      backends: 2,
      service: {
        passive: { httpFailures: 1 },
        active: { path: '/health', unhealthyInterval: seconds(1), successes: 2 },
      },
    })
    const connections = (i: number) =>
      world.recorder.finish(world.simulation.now).metrics[`service.backend.${i}.connections`]!.value
    run(seconds(20))
    expect([connections(1), connections(2)]).toEqual([0, 0])
    const end = backends[0]!.behaviour.fault!('errors')
    for (let i = 0; i < 4; i++) ask()
    run(ms(100))
    end()
    run(seconds(3))
    // The health path was well all along: two checks, and it is back.
    const asked = Array.from({ length: 4 }, () => ask())
    run(seconds(1))
    expect(statuses(asked)).toEqual([200, 200, 200, 200])
    run(seconds(60))
    expect(connections(2)).toBeLessThanOrEqual(4)
  })

  test('see processes that are gone and hosts that are silent', () => {
    const active = {
      path: '/health',
      timeout: seconds(1),
      healthyInterval: seconds(2),
      unhealthyInterval: seconds(2),
      timeouts: 1,
      tcpFailures: 1,
      successes: 1,
    }
    const { world, backends, ask, count } = makeGateway({
      backends: 3,
      service: { active, connectTimeout: seconds(1) },
    })
    backends[0]!.kill()
    backends[1]!.host.crash()
    world.simulation.run({ until: seconds(4) })
    const asked = Array.from({ length: 9 }, () => ask())
    world.simulation.run({ until: seconds(5) })
    expect(asked.every(({ latency }) => latency === ms(14))).toBe(true)
    expect([count('unhealthy'), count('retries')]).toEqual([2, 0])
    backends[0]!.start()
    backends[1]!.host.restart()
    world.simulation.run({ until: seconds(10) })
    const later = Array.from({ length: 9 }, () => ask())
    world.simulation.run({ until: seconds(12) })
    expect(statuses(later)).toEqual(Array(9).fill(200))
  })

  test('where nobody is healthy, or too few are, the answer is 503', () => {
    const alone = makeGateway({ backends: 1, service: { passive: { tcpFailures: 1 } } })
    alone.backends[0]!.kill()
    const first = alone.ask()
    alone.run(seconds(1))
    // The first try makes it unhealthy, and there is nobody for a second.
    expect(statuses([first])).toEqual([503])
    expect(first.error!.message).toContain('failure to get a peer')
    expect(first.account.total).toBe(first.latency)

    const several = makeGateway({ backends: 4, service: { passive: { tcpFailures: 1 }, threshold: 0.6 } })
    for (const backend of several.backends.slice(0, 2)) backend.kill()
    const asked = Array.from({ length: 8 }, () => several.ask())
    several.run(seconds(1))
    const later = several.ask()
    several.run(seconds(1))
    expect(statuses([later])).toEqual([503])
    expect(statuses(asked)).toContain(200)
  })
})

test('every request is answered once, whatever happens behind', () => {
  const { world, backends, ask, count } = makeGateway({
    backends: 3,
    backend: { workers: 2, backlog: 3, time: { kind: 'exponential', mean: ms(20) }, errors: 0.05 },
    service: {
      readTimeout: ms(300),
      connectTimeout: ms(50),
      rateLimit: { second: 150, by: 'service' },
      active: {
        path: '/health',
        timeout: ms(100),
        healthyInterval: ms(500),
        unhealthyInterval: ms(200),
        tcpFailures: 1,
        timeouts: 1,
        successes: 1,
      },
      passive: { tcpFailures: 2, timeouts: 2 },
    },
    kong: { cost: us(126) },
  })
  const arrivals = world.streams.stream('arrivals')
  let asked = 0
  let ended = 0
  const arrive = (): void => {
    const method = asked % 3 === 0 ? 'POST' : 'GET'
    const one = ask(get('/', { method }), asked % 7 === 0 ? { timeout: ms(60) } : {})
    one.ended = ({ account, latency }) => {
      ended++
      expect(account.total).toBe(latency)
    }
    if (++asked < 3000) at(world, world.simulation.now + Math.round(arrivals.exponential(ms(7))), arrive)
  }
  at(world, 0, arrive)
  for (const [i, second] of [2, 7, 12].entries()) {
    at(world, seconds(second), () => backends[i]!.host.crash())
    at(world, seconds(second + 3), () => backends[i]!.host.restart())
    at(world, seconds(second + 4), () => backends[(i + 1) % 3]!.kill())
    at(world, seconds(second + 5), () => backends[(i + 1) % 3]!.start())
  }
  world.simulation.run({ until: minutes(2) })
  expect([asked, ended]).toEqual([3000, 3000])
  for (const name of ['retries', 'failed', 'limited', 'unhealthy', 'closed'])
    expect(count(name)).toBeGreaterThan(0)
  expect(count('connections.max')).toBeGreaterThan(1)
})

describe('what cannot be', () => {
  const made = (values: Readonly<Record<string, unknown>>) => () => {
    const world = makeWorld({ front: {} })
    addService(world, 'front', 'backend', kong, { services: { x: service({ targets: [] }) } })
    addService(world, 'front', 'kong', kong, values)
  }
  const targets = [{ name: 'backend' }]

  test('is said with its mend', () => {
    expect(made({ services: {} })).toThrow('invalid services: none; expected at least one')
    expect(made({ services: { a: service({ targets }), b: service({ targets }) } })).toThrow(
      'missing routes: 2 services, a, b',
    )
    expect(
      made({
        services: { api: service({ targets }) },
        routes: [{ paths: ['/'], methods: [], service: 'apy' }],
      }),
    ).toThrow(/unknown service: "?apy"?; known: api/)
    expect(made({ services: { api: service({}) } })).toThrow('expected either targets or discover')
    expect(made({ services: { api: service({ discover: 'api' }) } })).toThrow(
      'missing consul: whom Kong asks',
    )
    expect(made({ services: { api: service({ targets, weights: [1, 2] }) } })).toThrow(
      'invalid weights of the service api: 2 of them; expected one for each of the 1 targets',
    )
  })
})
