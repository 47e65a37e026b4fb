import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RedisReply } from '../../../../src/env/index.ts'
import { GiB, MiB, ms, seconds, us } from '../../../../src/units.ts'
import { Shards } from '../../../../src/world/services/redis/shards.ts'
import { type Asked, at, metric } from '../fixture.ts'
import { Servers, type Words } from './servers.ts'

const LAN = { latency: { kind: 'constant', value: us(100) } }
const value = (asked: Asked<RedisReply>) => asked.reply?.values[0]

test('a replica is behind by the way and its own time: a read there may be stale', () => {
  const servers = new Servers(2, { replicas: 1 }, LAN)
  servers.until(seconds(1))
  servers.say(1, 'SET', 'k', 'old')
  servers.until(seconds(2))
  const written = servers.ask(1, 'SET', 'k', 'new')
  // Applied and answered at 5.556 µs after its coming; the stream leaves 2.608 µs later, and takes as long as any message.
  const stale = servers.ask(2, 'GET', 'k')
  let fresh: Asked<RedisReply> | undefined
  at(servers.world, seconds(2) + us(120), () => {
    fresh = servers.ask(2, 'GET', 'k')
  })
  servers.until(seconds(3))
  expect(value(written)).toBe('OK')
  expect(value(stale)).toBe('old')
  expect(value(fresh!)).toBe('new')
  // Written at 105.556 µs, read by the replica 2.608 µs and 100 µs later, applied 2.949 µs after that.
  expect(metric(servers.world, 'service.redis.2.lag.max')).toBe(2608 + us(100) + 2608 + 341)
})

test('writes go in their order, and a replica refuses those of clients', () => {
  const servers = new Servers(3, { replicas: 2 }, LAN)
  servers.until(seconds(1))
  for (let i = 0; i < 500; i++) servers.ask(1, 'RPUSH', 'l', i)
  servers.until(seconds(2))
  const list = Array.from({ length: 500 }, (_, i) => String(i))
  for (const server of [1, 2, 3]) expect(servers.say(server, 'LRANGE', 'l', 0, -1)).toEqual(list)
  const refused = { error: "READONLY You can't write against a read only replica." }
  expect(servers.say(2, 'SET', 'k', 'v')).toEqual(refused)
  expect(servers.say(2, 'ROLE')).toEqual(['slave', 'redis.1', 'connected', 500])
  expect(servers.say(1, 'ROLE')).toEqual([
    'master',
    500,
    [
      ['redis.2', 500],
      ['redis.3', 500],
    ],
  ])
})

test('while the thread has much to do, many writes go in one message', () => {
  const servers = new Servers(2, { replicas: 1 }, LAN)
  servers.until(seconds(1))
  const before = metric(servers.world, 'network.messages')!
  for (let i = 0; i < 500; i++) servers.ask(1, 'INCR', 'n')
  servers.until(seconds(1) + ms(9))
  // 1,000 for the clients; the stream has one for the first write and one for all that waited with it.
  expect(metric(servers.world, 'network.messages')! - before).toBeLessThan(1010)
  expect(servers.say(2, 'GET', 'n')).toBe('500')
})

test('after a short absence a replica is sent what it lacks, after a long one everything', () => {
  for (const [backlog, resyncs] of [
    [MiB, 1],
    [1000, 2],
  ] as const) {
    const servers = new Servers(2, { replicas: 1, replicationBacklog: backlog }, LAN)
    servers.until(seconds(1))
    const heal = servers.cut(['h1'], ['h2'])
    for (let i = 0; i < 100; i++) servers.say(1, 'SET', `k${i}`, 'x'.repeat(100))
    heal()
    servers.until(seconds(20))
    expect(servers.say(2, 'DBSIZE')).toBe(100)
    expect(servers.say(2, 'GET', 'k99')).toBe('x'.repeat(100))
    // One snapshot was the first, of nothing.
    expect(metric(servers.world, 'service.redis.2.resyncs')).toBe(resyncs)
  }
})

test('what has not been sent yet is kept, however small the backlog', () => {
  const values = { replicas: 2, replicationBacklog: 100, replicationDelay: seconds(1) }
  const servers = new Servers(3, values, LAN)
  servers.until(seconds(2))
  for (let i = 0; i < 50; i++) servers.say(1, 'RPUSH', 'l', 'x'.repeat(50))
  servers.until(seconds(5))
  for (const server of [2, 3]) {
    expect(servers.say(server, 'LLEN', 'l')).toBe(50)
    expect(metric(servers.world, `service.redis.${server}.resyncs`)).toBe(1)
  }
})

test('a replica far away asks twice for what it lacks, and carries it out once', () => {
  const servers = new Servers(2, { replicas: 1 }, { latency: { kind: 'constant', value: ms(700) } })
  servers.until(seconds(5))
  const heal = servers.cut(['h1'], ['h2'])
  for (let i = 0; i < 3; i++) servers.ask(1, 'INCR', 'n')
  servers.until(seconds(7))
  heal()
  for (let i = 0; i < 40; i++) at(servers.world, seconds(7) + ms(100 * i), () => servers.ask(1, 'INCR', 'n'))
  servers.until(seconds(20))
  expect(servers.say(1, 'GET', 'n')).toBe('43')
  expect(servers.say(2, 'GET', 'n')).toBe('43')
  // In the beginning, too, it asked twice.
  expect(metric(servers.world, 'service.redis.2.resyncs')).toBe(2)
})

test('a gap is noticed by the next sign of life, though nothing more is written', () => {
  const servers = new Servers(2, { replicas: 1, nodeTimeout: seconds(2) }, LAN)
  servers.until(seconds(1))
  const heal = servers.cut(['h1'], ['h2'])
  servers.say(1, 'SET', 'k', 'v')
  servers.until(seconds(1.5))
  heal()
  servers.until(seconds(4))
  expect(servers.say(2, 'GET', 'k')).toBe('v')
})

test('a master that comes back empty empties its replicas: no persistence and automatic restarts do not go together', () => {
  const servers = new Servers(3, { replicas: 2 }, LAN)
  servers.until(seconds(1))
  for (let i = 0; i < 20; i++) servers.say(1, 'INCR', 'n')
  servers.until(seconds(2))
  servers.all[0]!.kill()
  servers.until(seconds(3))
  expect(servers.say(2, 'GET', 'n')).toBe('20')
  servers.all[0]!.start()
  servers.until(seconds(10))
  for (const server of [1, 2, 3]) expect(servers.say(server, 'GET', 'n')).toBe(null)
  expect(metric(servers.world, 'service.redis.1.lost-writes')).toBe(20)
})

test('a server alone that crashes has lost what its file lacks', () => {
  for (const [appendfsync, lost] of [
    ['none', 150],
    ['everysec', 50],
    ['always', 0],
  ] as const) {
    const servers = new Servers(1, { appendfsync, fsync: { kind: 'constant', value: us(100) } })
    for (let i = 0; i < 150; i++) at(servers.world, ms(i * 10), () => servers.ask(1, 'INCR', 'n'))
    servers.until(seconds(1.8))
    servers.all[0]!.host.crash()
    servers.all[0]!.host.restart()
    servers.until(seconds(2))
    expect(metric(servers.world, 'service.redis.1.lost-writes')).toBe(lost)
    expect(Number(servers.say(1, 'GET', 'n'))).toBe(150 - lost)
  }
})

test('a snapshot takes the fork, the way and its loading; its bytes are those of the data', () => {
  const values = { replicas: 1, replicationBacklog: 0, messageCost: 0, commandCost: 1000, deliveryCost: 0 }
  const servers = new Servers(2, values, { ...LAN, bandwidth: 1e9 })
  servers.until(seconds(1))
  servers.all[1]!.kill()
  const commands = Array.from({ length: 1000 }, (_, i) => ['SET', `k${i + 1000}`, 'x'.repeat(995)] as Words)
  for (const words of commands) servers.ask(1, ...words)
  servers.until(seconds(2))
  const bytes = metric(servers.world, 'network.bytes')!
  servers.all[1]!.start()
  servers.until(seconds(2.02))
  const size = 1000 * (64 + 5 + 995)
  expect(metric(servers.world, 'network.bytes')! - bytes).toBeGreaterThan(size)
  expect(servers.say(2, 'DBSIZE')).toBe(1000)
  // 9 ms a GiB to fork, 1 GB/s, 1 µs a key, and the way there and back.
  const time = (size / GiB) * ms(9) + size + ms(1) + us(200)
  const lag = metric(servers.world, 'service.redis.2.lag.max')!
  expect(Math.abs(lag - (time - us(100)))).toBeLessThan(us(20))
})

test('what expires does so at the replica by its master’s time, and never brings them apart', () => {
  const servers = new Servers(2, { replicas: 1, replicationDelay: ms(50) }, LAN)
  servers.until(seconds(1))
  servers.say(1, 'SET', 'n', 1, 'PX', 100)
  servers.until(seconds(1.09))
  // Counted up before it expires, but sent on after that.
  servers.ask(1, 'INCR', 'n')
  servers.until(seconds(1.13))
  expect(servers.say(2, 'GET', 'n')).toBe(null)
  servers.until(seconds(2))
  expect([servers.say(1, 'GET', 'n'), servers.say(2, 'GET', 'n')]).toEqual([null, null])
  expect([servers.say(1, 'INCR', 'n'), servers.say(1, 'PTTL', 'n')]).toEqual([1, -1])
  servers.until(seconds(3))
  expect([servers.say(2, 'GET', 'n'), servers.say(2, 'PTTL', 'n')]).toEqual(['1', -1])
})

test('a replica that is cut off from time to time ends with what the master has', () => {
  const word = fc.constantFrom('a', 'b', 'c')
  const command = fc.oneof(
    fc.tuple(fc.constant('SET'), word, word),
    fc.tuple(fc.constant('SET'), word, word, fc.constant('PX'), fc.constantFrom('20', '200')),
    fc.tuple(fc.constant('RPUSH'), fc.constant('l'), word),
    fc.tuple(fc.constantFrom('LPOP', 'RPOP'), fc.constant('l')),
    fc.tuple(fc.constant('INCR'), fc.constant('n')),
    fc.tuple(fc.constant('ZADD'), fc.constant('z'), fc.constantFrom('1', '2'), word),
    fc.tuple(fc.constant('ZPOPMIN'), fc.constant('z')),
    fc.tuple(fc.constant('HSET'), fc.constant('h'), word, word),
    fc.tuple(fc.constant('BLPOP'), fc.constant('l'), fc.constant('0.05')),
  )
  const cut = fc.record({ from: fc.integer({ min: 0, max: 900 }), for: fc.integer({ min: 1, max: 300 }) })
  const check = (
    commands: readonly (readonly string[])[],
    cuts: readonly { from: number; for: number }[],
    backlog: number,
  ): void => {
    const servers = new Servers(2, { replicas: 1, replicationBacklog: backlog, nodeTimeout: seconds(1) }, LAN)
    for (const { from, for: time } of cuts)
      at(servers.world, ms(from), () => at(servers.world, ms(from + time), servers.cut(['h1'], ['h2'])))
    for (const [i, words] of commands.entries())
      at(servers.world, ms(i * 20), () => servers.ask(1, ...(words as unknown as Words)))
    servers.until(seconds(6))
    const ask: readonly Words[] = [
      ['MGET', 'a', 'b', 'c', 'n'],
      ['LRANGE', 'l', 0, -1],
      ['ZRANGE', 'z', 0, -1, 'WITHSCORES'],
      ['HGETALL', 'h'],
    ]
    for (const words of ask) expect(servers.say(2, ...words)).toEqual(servers.say(1, ...words))
  }
  fc.assert(
    fc.property(
      fc.array(command, { maxLength: 50, size: 'max' }),
      fc.array(cut, { maxLength: 3 }),
      fc.constantFrom(0, 200, MiB),
      check,
    ),
    { numRuns: 40 },
  )
})

test('instances that make no whole number of masters with their replicas are a mistake', () => {
  expect(() => new Servers(5, { cluster: true, replicas: 1 })).toThrow(
    'invalid replicas: 1 with 5 instances; expected a multiple of 2 instances, as a master with its replicas makes 2',
  )
  expect(() => new Servers(4, { replicas: 1 })).toThrow(
    'invalid replicas: 1 with 4 instances; expected 2 instances, as a master with its replicas makes 2',
  )
})

test('slots are shared out evenly, as redis-cli does it', () => {
  const firsts = (masters: number) =>
    Array.from({ length: masters }, (_, i) => new Shards(masters, 0, true).firstSlot(i))
  expect(firsts(3)).toEqual([0, 5461, 10_923])
  expect(firsts(6)).toEqual([0, 2731, 5461, 8192, 10_923, 13_653])
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (masters) => {
      const shards = new Shards(masters, 0, true)
      const sizes = Array.from(
        { length: masters },
        (_, i) => (i + 1 < masters ? shards.firstSlot(i + 1) : 16_384) - shards.firstSlot(i),
      )
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      for (const i of [0, masters - 1, Math.floor(masters / 2)]) {
        expect(shards.ofSlot(shards.firstSlot(i))).toBe(i)
        expect(shards.ofSlot(shards.firstSlot(i) + sizes[i]! - 1)).toBe(i)
      }
    }),
  )
})
