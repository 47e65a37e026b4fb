import { expect, test } from 'vitest'
import { MAILBOX, pipeline, type RedisRequest, redis as say } from '../../../../src/env/index.ts'
import { ms, us } from '../../../../src/units.ts'
import { redis } from '../../../../src/world/services/redis/redis.ts'
import { makeWorld } from '../../fixture.ts'
import { Asked, addClient, addService } from '../fixture.ts'

const set = (n: number) => ({ command: 'SET', args: [`key:${n % 100}`, 'xxx'] })
const pipelined = (length: number) => pipeline(Array.from({ length }, (_, n) => set(n)))

/** Clients on a unix socket (30 µs there and back), each asking again as soon as it has its answer. */
function closedLoop(clients: number, request: RedisRequest, values = {}, duration = ms(40)) {
  const world = makeWorld({ a: { cores: 2 } }, { loopback: us(15) })
  const server = addService(world, 'a', 'redis', redis, values)
  const client = addClient(world, 'a')
  const latencies: number[] = []
  const ask = (): void => {
    new Asked(client, server, request, {}, ({ latency, account }) => {
      expect(account.total).toBe(latency)
      latencies.push(latency)
      if (world.simulation.now < duration) ask()
    })
  }
  for (let i = 0; i < clients; i++) ask()
  world.simulation.run()
  const messages = latencies.length / (world.simulation.now / 1e9)
  return {
    messages,
    commands: messages * request.commands.length,
    latency: latencies.reduce((sum, latency) => sum + latency, 0) / latencies.length,
  }
}

test('SET one by one: 180,000/s at 0.143 ms, the published figures', () => {
  const { commands, latency } = closedLoop(26, pipelined(1))
  expect(commands / 180_000).toBeCloseTo(1, 1.7)
  // 26 under way at 180,000/s: 0.144 ms.
  expect(latency / us(143)).toBeCloseTo(1, 1)
})

test('pipelines of 16: 1.5 million commands a second, the published figure', () => {
  const { commands } = closedLoop(26, pipelined(16))
  expect(commands / 1.5e6).toBeCloseTo(1, 1.7)
})

test('between and beyond, k commands a message take m + k c', () => {
  for (const k of [2, 4, 8, 32, 64]) {
    const { commands } = closedLoop(26, pipelined(k), {}, ms(20))
    expect(commands / ((k * 1e9) / (5215 + k * 341))).toBeCloseTo(1, 1.5)
  }
})

test('alone, a command takes the network and its own cost; in company it waits for the thread', () => {
  // 30 µs + 5.556 µs
  expect(closedLoop(1, pipelined(1)).latency).toBe(us(30) + 5556)
  const world = makeWorld()
  const server = addService(world, 'a', 'redis', redis)
  const client = addClient(world, 'a')
  const [first, second] = [1, 2].map((n) => new Asked(client, server, say('SET', 'k', n)))
  world.simulation.run()
  expect([first!.latency, second!.latency]).toEqual([5556, 11_112])
  expect(second!.account.parts[MAILBOX]).toBe(5556)
})

test('a command in O(n) holds the thread for its elements, and a command of many keys for these', () => {
  const world = makeWorld()
  const server = addService(world, 'a', 'redis', redis)
  const client = addClient(world, 'a')
  const ask = (...words: [string, ...(string | number)[]]) => {
    const asked = new Asked(client, server, say(...words))
    world.simulation.run()
    return asked.latency
  }
  const items = Array.from({ length: 601 }, (_, i) => i)
  expect(ask('RPUSH', 'l', ...items)).toBe(5556 + 600 * 127)
  expect(ask('LRANGE', 'l', 0, 99)).toBe(5556 + 100 * 127)
  expect(ask('LRANGE', 'l', -1, -1)).toBe(5556 + 127)
  expect(ask('LRANGE', 'none', 0, 599)).toBe(5556)
  expect(ask('MSET', 'a', 1, 'b', 2, 'c', 3)).toBe(5556 + 2 * 341)
  expect(ask('DEL', 'l', 'a')).toBe(5556 + 341 + 601 * 127)
  expect(ask('LRANGE', 'l', 'x', 'y')).toBe(5556)
})

test('a faster core makes a faster server', () => {
  const world = makeWorld({ a: { speed: 2 } })
  const server = addService(world, 'a', 'redis', redis)
  const asked = new Asked(addClient(world, 'a'), server, say('PING'))
  world.simulation.run()
  expect(asked.latency).toBe(2778)
})

test('appendfsync always: one fsync answers all that came during the one before', () => {
  const values = { appendfsync: 'always', fsync: { kind: 'constant', value: ms(1) } }
  // Alone: 30 µs, 5.556 µs and the fsync.
  expect(closedLoop(1, pipelined(1), values).latency).toBe(us(30) + 5556 + ms(1))
  // With 50 clients two groups take turns: each waits for the other's fsync. So 50 answers take two fsyncs of 1 ms and
  // 50 · 5.556 µs: 50 / 2.278 ms = 21,950/s, where an fsync for each would allow 994/s.
  const { commands } = closedLoop(50, pipelined(1), values, ms(200))
  expect(commands / 21_950).toBeCloseTo(1, 1.3)
})
