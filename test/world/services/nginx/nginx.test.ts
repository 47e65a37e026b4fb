import { describe, expect, test } from 'vitest'
import {
  type HttpRequest,
  type JobRequest,
  type Message,
  NETWORK,
  QUEUE,
  RETRY,
  SERVICE,
} from '../../../../src/env/index.ts'
import { duration, optional } from '../../../../src/parameters.ts'
import { minutes, ms, seconds } from '../../../../src/units.ts'
import { defineService } from '../../../../src/world/service.ts'
import { nginx } from '../../../../src/world/services/nginx/nginx.ts'
import { POLICIES } from '../../../../src/world/services/nginx/upstream.ts'
import { queue } from '../../../../src/world/services/queue/queue.ts'
import { makeWorld } from '../../fixture.ts'
import { Asked, addClient, addService, at, metric } from '../fixture.ts'

/** Answers after a time, and with its head before where it streams; a message may say for itself. */
const model = defineService({
  name: 'model',
  meaning: 'answers after a time',
  parameters: {
    head: optional(duration({ meaning: 'when its head goes' })),
    whole: duration({ meaning: 'when its end goes' }),
  },
  create: (context, { head, whole }) => ({
    cost: () => 0,
    handle(request) {
      const { after = whole } = request.message as Message & { after?: number }
      if (head !== undefined) context.later(head, () => request.head())
      context.later(after, () => request.reply({ kind: 'answer' }))
    },
  }),
})

const job: JobRequest = { kind: 'job' }

/** A proxy before workers a millisecond away, each on its host. */
function makeProxy(
  workers: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  values: Readonly<Record<string, unknown>> = {},
  definition: typeof queue | typeof model = queue,
) {
  const names = Object.keys(workers)
  const hosts = Object.fromEntries(['client', 'front', ...names].map((name) => [name, {}]))
  const world = makeWorld(hosts, { latency: { kind: 'constant', value: ms(1) } })
  const upstreams = names.map((name) => ({ name }))
  const proxy = addService(world, 'front', 'proxy', nginx, { cost: 0, upstreams, ...values })
  const processes = names.map((name) =>
    addService(world, name, name, definition as typeof queue, workers[name]),
  )
  const client = addClient(world, 'client')
  const ask = (message: Message = job, terms = {}) => new Asked(client, proxy, message, terms)
  const count = (name: string) => metric(world, `service.proxy.${name}`)
  return { world, proxy, client, ask, count, workers: processes }
}

const serves = (value: number, more = {}) => ({ service: { kind: 'constant', value }, ...more })

test('a request costs the proxy’s core, and its account is the server’s and the way there and back', () => {
  const { world, ask, count } = makeProxy({ a: serves(ms(10)), b: serves(ms(10)) }, { cost: ms(2) })
  const asked = [ask(), ask(), ask()]
  world.simulation.run()
  // 1 ms, 2 ms of core, 1 ms, 10 ms, 1 ms, 1 ms; the third waits 4 ms for the core, and 8 ms at b, whose turn it is
  // (a: -1 + 1, b: 1 + 1), and which serves the second from 6 to 16 ms.
  expect(asked.map(({ latency }) => latency)).toEqual([ms(16), ms(18), ms(28)])
  for (const { account, latency } of asked) expect(account.total).toBe(latency)
  const { parts } = asked[2]!.account
  expect([parts[NETWORK], parts[QUEUE], parts[SERVICE]]).toEqual([ms(4), ms(8), ms(10)])
  expect([count('requests.a'), count('requests.b')]).toEqual([1, 2])
  expect(count('connections.max')).toBe(3)
})

describe('an unstreamed answer that takes over 60 s', () => {
  const slow = { whole: seconds(70) }
  const after = (time: number): Message => ({ kind: 'ollama.generate', after: time }) as Message

  test('ejects a healthy worker for 10 s, and it comes back', () => {
    const { world, ask, count } = makeProxy({ a: slow, b: slow }, {}, model)
    const long = ask(after(seconds(70)))
    const during: Asked[] = []
    const later: Asked[] = []
    for (const second of [61, 63, 65, 67, 69])
      at(world, seconds(second), () => during.push(ask(after(ms(100)))))
    for (const second of [71, 72, 73, 74]) at(world, seconds(second), () => later.push(ask(after(ms(100)))))
    world.simulation.run({ until: seconds(70.5) })
    expect([long.error?.status, long.latency]).toEqual([504, seconds(60) + ms(2)])
    expect(long.account.parts[RETRY]).toBe(seconds(60))
    // Healthy as it is, a gets none of five requests; nothing was tried again, as a POST had been sent.
    expect([count('requests.a'), count('requests.b')]).toEqual([1, 5])
    expect([count('ejections'), count('retries'), count('failed')]).toEqual([1, 0, 1])
    world.simulation.run()
    // Back with no weight, a gets it again at 71 s: turns of a and b -1 2 (b), 0 2 (b), 1 1 (a), 0 2 (b).
    expect([count('requests.a'), count('requests.b')]).toEqual([2, 8])
    for (const { reply } of [...during, ...later]) expect(reply?.kind).toBe('answer')
  })

  test('does no harm when it is streamed, as its head comes in time', () => {
    const { world, ask, count } = makeProxy({ a: { ...slow, head: seconds(5) }, b: slow }, {}, model)
    const long = ask(after(seconds(70)))
    world.simulation.run()
    expect(long.headAt).toBe(seconds(5) + ms(4))
    expect([long.reply?.kind, long.latency]).toEqual(['answer', seconds(70) + ms(4)])
    expect([count('ejections'), count('failed')]).toEqual([0, 0])
  })

  test('is tried at another where requests that are not idempotent may be, or this one is', () => {
    const cases = [
      { nextUpstream: ['error', 'timeout', 'non_idempotent'] },
      { idempotent: ['ollama.generate'] },
    ]
    for (const values of cases) {
      const { world, ask, count } = makeProxy({ a: slow, b: { whole: seconds(1) } }, values, model)
      const asked = ask({ kind: 'ollama.generate' })
      world.simulation.run()
      expect(asked.latency).toBe(seconds(61) + ms(4))
      expect(asked.account.total).toBe(asked.latency)
      expect(asked.account.parts[RETRY]).toBe(seconds(60))
      expect([count('retries'), count('ejections')]).toEqual([1, 1])
    }
  })

  test('can put all out of service, and the next gets 502 at once', () => {
    const { world, ask, count } = makeProxy({ a: slow, b: slow }, {}, model)
    const long = [ask(), ask()]
    let next: Asked | undefined
    at(world, seconds(61), () => {
      next = ask(after(ms(1)))
    })
    world.simulation.run()
    expect(long.map(({ error }) => error?.status)).toEqual([504, 504])
    expect([next!.error?.status, next!.latency]).toEqual([502, ms(2)])
    expect(next!.error?.message).toContain('no live upstreams')
    expect(count('ejections')).toBe(2)
  })
})

test('a host that is down takes no connections: after 60 s another gets the request, POST or not', () => {
  const { world, ask, count, workers } = makeProxy({ a: serves(ms(10)), b: serves(ms(10)) })
  workers[0]!.host.crash()
  const asked = ask()
  world.simulation.run()
  expect([asked.reply?.kind, asked.latency]).toEqual(['job.done', seconds(60) + ms(14)])
  expect(asked.account.total).toBe(asked.latency)
  expect([count('retries'), count('ejections')]).toEqual([1, 1])
})

test('a host that goes down with the request in hand is noticed after the read timeout, and a POST not repeated', () => {
  const { world, ask, workers } = makeProxy({ a: serves(seconds(1)), b: serves(ms(10)) })
  const asked = ask()
  at(world, ms(500), () => workers[0]!.host.crash())
  world.simulation.run()
  expect([asked.error?.status, asked.latency]).toEqual([504, seconds(60) + ms(2)])
})

describe('a server whose process has ended', () => {
  const slow = { a: serves(seconds(1)), b: serves(ms(10)) }

  test('refuses the connection at once: another gets the request, POST or not, and the server is out of service', () => {
    const { world, ask, count, workers } = makeProxy(slow)
    workers[0]!.kill()
    const asked = ask()
    world.simulation.run()
    // There, to a and its refusal back, to b, its 10 ms, and back twice.
    expect([asked.reply?.kind, asked.latency]).toEqual(['job.done', ms(1 + 2 + 2 + 10 + 1)])
    expect(asked.account.total).toBe(asked.latency)
    expect(asked.account.parts[RETRY]).toBe(ms(2))
    expect([count('retries'), count('ejections'), count('failed')]).toEqual([1, 1, 0])
    const during = Array.from({ length: 3 }, () => ask())
    world.simulation.run()
    expect(during.every(({ reply }) => reply)).toBe(true)
    expect([count('requests.a'), count('requests.b')]).toEqual([1, 4])
  })

  test('closes the connections of what it had in hand: a POST gets 502, a GET another server', () => {
    const { world, ask, count, workers } = makeProxy(
      { a: { whole: 0 }, b: { whole: 0 } },
      { maxFails: 3, idempotent: ['get'] },
      model,
    )
    const message = (kind: string) => ({ kind, after: seconds(1) }) as Message
    const asked = ['post', 'get'].map((kind) => ask(message(kind)))
    const other = ask({ kind: 'get', after: ms(1) } as Message)
    at(world, ms(500), () => workers[0]!.kill())
    world.simulation.run()
    // a, b, a: the news is at the proxy at 501 ms.
    expect(asked[0]!.error?.status).toBe(502)
    expect(asked[0]!.error?.message).toContain('a closed the connection')
    expect(asked[0]!.latency).toBe(ms(502))
    expect(asked[1]!.reply?.kind).toBe('answer')
    expect(other.reply?.kind).toBe('answer')
    expect([count('failed'), count('ejections')]).toEqual([1, 0])
  })

  test('counts for max_fails, and is tried again after fail_timeout', () => {
    const { world, ask, count, workers } = makeProxy(slow, { maxFails: 2, policy: 'round_robin' })
    workers[0]!.kill()
    const asked: Asked[] = []
    for (let i = 0; i < 8; i++) at(world, ms(100 * i), () => asked.push(ask()))
    at(world, seconds(5), () => workers[0]!.start())
    at(world, seconds(8), () => asked.push(ask()))
    for (let i = 0; i < 4; i++) at(world, seconds(12 + 2 * i), () => asked.push(ask()))
    world.simulation.run()
    expect(asked.every(({ reply }) => reply)).toBe(true)
    expect([count('retries'), count('ejections')]).toEqual([2, 1])
    // Two in vain; then none for ten seconds, the one of the ninth included; then two of four.
    expect(count('requests.a')).toBe(2 + 2)
  })

  test('where all have ended, the answer is 502, and none is left to ask', () => {
    const { world, ask, count, workers } = makeProxy(slow)
    for (const worker of workers) worker.kill()
    const asked = [ask()]
    at(world, ms(10), () => asked.push(ask()))
    world.simulation.run()
    expect(asked.map(({ error }) => error?.status)).toEqual([502, 502])
    expect(asked[0]!.error?.message).toContain('b: connection refused')
    expect(asked[0]!.latency).toBe(ms(6))
    expect(asked[1]!.error?.message).toContain('no live upstreams')
    expect([count('failed'), count('ejections')]).toEqual([2, 2])
    for (const { account, latency } of asked) expect(account.total).toBe(latency)
  })
})

describe('hashing', () => {
  const many = Object.fromEntries([...'abcde'].map((name) => [name, { whole: 1 }]))
  const page = (path: string): HttpRequest => ({ kind: 'http', method: 'GET', path })
  const passed = (count: (name: string) => number | null) =>
    Object.keys(many).map((name) => count(`requests.${name}`)!)

  test('by a field sends the same to the same, and spreads the others', () => {
    const { world, ask, count } = makeProxy(many, { policy: 'hash', workerConnections: 10_000 }, model)
    for (let i = 0; i < 10; i++) ask(page('/one'))
    world.simulation.run()
    expect(passed(count).toSorted()).toEqual([0, 0, 0, 0, 10])
    for (let i = 0; i < 2000; i++) ask(page(`/${i}`))
    world.simulation.run()
    // 400 each. With 160 points a server, shares differ by 1/√160 = 8 % or so.
    for (const share of passed(count)) expect(Math.abs(share - 400)).toBeLessThan(120)
  })

  test('by host sends all of a host to one, or to another while that one is out of service', () => {
    const { world, ask, count, workers } = makeProxy(many, { policy: 'ip_hash' }, model)
    for (let i = 0; i < 10; i++) ask()
    world.simulation.run()
    const before = passed(count)
    expect(before.toSorted()).toEqual([0, 0, 0, 0, 10])
    workers[before.indexOf(10)]!.kill()
    const asked = Array.from({ length: 10 }, () => ask())
    world.simulation.run()
    expect(asked.every(({ reply }) => reply)).toBe(true)
    // The first ten came together: each was refused once, and all went to the same other one.
    expect(passed(count).toSorted()).toEqual([0, 0, 0, 10, 20])
  })

  test('requests without the field go to each in turn', () => {
    const { world, ask, count } = makeProxy(many, { policy: 'hash' }, model)
    for (let i = 0; i < 10; i++) ask()
    world.simulation.run()
    expect(passed(count)).toEqual([2, 2, 2, 2, 2])
  })
})

test('a refusal is an answer: it is passed on, and no failure', () => {
  const full = serves(ms(100), { capacity: 1 })
  const { world, ask, count } = makeProxy({ a: full, b: full })
  const asked = [ask(), ask(), ask()]
  world.simulation.run()
  expect(asked.map(({ error }) => error?.status)).toEqual([undefined, undefined, 503])
  expect([count('ejections'), count('retries')]).toEqual([0, 0])
  expect(asked[2]!.account.total).toBe(asked[2]!.latency)
})

test('a refusal that is a case for another server is tried there, and is a failure', () => {
  const values = { nextUpstream: ['http_503', 'non_idempotent'], policy: 'round_robin' }
  const workers = { a: serves(ms(100), { capacity: 1 }), b: serves(ms(1)), c: serves(ms(1)) }
  const { world, ask, count } = makeProxy(workers, values)
  const asked: Asked[] = []
  for (let i = 0; i < 4; i++) at(world, ms(10 * i), () => asked.push(ask()))
  world.simulation.run()
  // a, b, c, and a again, which is busy until 102 ms: it refuses, and b serves.
  expect(asked.map(({ latency }) => latency)).toEqual([ms(104), ms(5), ms(5), ms(7)])
  expect(asked[3]!.account.parts[RETRY]).toBe(ms(2))
  expect([count('ejections'), count('retries')]).toEqual([1, 1])
})

test('when all refuse, the last one’s refusal is the answer', () => {
  const values = { nextUpstream: ['http_503', 'non_idempotent'] }
  const full = serves(seconds(1), { capacity: 1 })
  const { world, ask, count } = makeProxy({ a: full, b: full }, values)
  const asked = [ask(), ask(), ask()]
  world.simulation.run()
  expect([asked[2]!.error?.status, asked[2]!.latency]).toEqual([503, ms(6)])
  expect([count('requests.a'), count('requests.b'), count('failed')]).toEqual([2, 2, 0])
})

test('beyond worker_connections a request gets 500', () => {
  const { world, ask, count } = makeProxy({ a: serves(ms(10)) }, { workerConnections: 5 })
  const asked = [ask(), ask(), ask()]
  world.simulation.run()
  expect(asked.map(({ error }) => error?.status)).toEqual([undefined, undefined, 500])
  expect(count('failed')).toBe(1)
})

test('a client that gives up closes the connection to the server too, and the place is free', () => {
  const { world, ask, count, workers } = makeProxy({ a: serves(ms(100)) })
  const gone = ask(job, { timeout: ms(50) })
  const other = ask()
  world.simulation.run()
  expect(gone.error?.name).toBe('TimeoutError')
  // The closing is at a at 52 ms; the other's 100 ms begin.
  expect(other.latency).toBe(ms(154))
  expect([count('closed'), count('ejections'), count('failed')]).toEqual([1, 0, 0])
  expect(workers[0]!.host.up).toBe(true)
})

test('after a crash of the proxy nothing is in hand, and it serves again after the restart', () => {
  const { world, proxy, ask, count } = makeProxy({ a: serves(ms(100)), b: serves(ms(100)) })
  const lost = ask(job, { timeout: seconds(1) })
  at(world, ms(50), () => proxy.host.crash())
  at(world, ms(60), () => proxy.host.restart())
  world.simulation.run()
  expect(lost.error?.name).toBe('TimeoutError')
  const later = [ask(), ask()]
  world.simulation.run()
  expect(later.map(({ latency }) => latency)).toEqual([ms(104), ms(104)])
  expect(count('connections.max')).toBe(2)
})

for (const policy of POLICIES)
  test(`${policy}: every request is answered once, whatever happens behind`, () => {
    const full = serves(ms(40), { capacity: 6 })
    const nextUpstream = ['error', 'timeout', 'http_503', 'non_idempotent']
    const values = {
      policy,
      nextUpstream,
      readTimeout: ms(300),
      connectTimeout: ms(50),
      failTimeout: ms(200),
    }
    const { world, ask, count, workers } = makeProxy({ a: full, b: full, c: full }, values)
    const arrivals = world.streams.stream('arrivals')
    const asked: Asked[] = []
    let answers = 0
    const arrive = (): void => {
      const one = ask(job, asked.length % 7 === 0 ? { timeout: ms(100) } : {})
      one.ended = ({ account, latency }) => {
        answers++
        expect(account.total).toBe(latency)
      }
      asked.push(one)
      if (asked.length < 2000)
        at(world, world.simulation.now + Math.round(arrivals.exponential(ms(14))), arrive)
    }
    at(world, 0, arrive)
    for (const [i, second] of [3, 9, 15].entries()) {
      at(world, seconds(second), () => workers[i]!.host.crash())
      at(world, seconds(second + 4), () => workers[i]!.host.restart())
    }
    world.simulation.run({ until: minutes(10) })
    expect([asked.length, answers]).toEqual([2000, 2000])
    const served = asked.filter(({ reply }) => reply).length
    const gaveUp = asked.filter(({ error }) => error?.name === 'TimeoutError').length
    const refused = asked.filter(({ error }) => error?.status).length
    expect(served + gaveUp + refused).toBe(2000)
    expect(served).toBeGreaterThan(1000)
    for (const name of ['retries', 'ejections', 'closed']) expect(count(name)).toBeGreaterThan(0)
    const passed = ['a', 'b', 'c'].reduce((sum, name) => sum + count(`requests.${name}`)!, 0)
    expect(passed).toBeGreaterThanOrEqual(served)
  })

test('as many weights as upstreams', () => {
  expect(() => makeProxy({ a: serves(1), b: serves(1) }, { weights: [1, 2, 3] })).toThrow(
    'invalid weights: 3 of them; expected one for each of the 2 upstreams',
  )
})
