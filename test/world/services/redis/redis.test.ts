import { expect, test } from 'vitest'
import {
  COMPUTE,
  isRedisError,
  type Message,
  pipeline,
  QUEUE,
  type RedisReply,
  redis as say,
} from '../../../../src/env/index.ts'
import { ms, seconds } from '../../../../src/units.ts'
import { redis } from '../../../../src/world/services/redis/redis.ts'
import type { World } from '../../../../src/world/world.ts'
import { makeWorld } from '../../fixture.ts'
import { Asked, addClient, addService, at, metric } from '../fixture.ts'

function makeRedis(values: Readonly<Record<string, unknown>> = {}, memory = 2 ** 30) {
  const world = makeWorld({ a: { memory }, b: {} })
  const server = addService(world, 'a', 'redis', redis, values)
  const client = addClient(world, 'b')
  const ask = (...words: [string, ...(string | number)[]]) =>
    new Asked<RedisReply>(client, server, say(...words), { timeout: seconds(5) })
  return { world, server, client, ask }
}

test('an error in a pipeline takes its place, and the others go on in order', () => {
  const { world, server, client } = makeRedis()
  const words = [['SET', 'k', 'v'], ['LPUSH', 'k', 'x'], ['NOPE'], ['INCR', 'n'], ['INCR', 'n'], ['GET', 'k']]
  const commands = words.map(([command, ...args]) => ({ command: command!, args }))
  const { reply } = waited(world, new Asked<RedisReply>(client, server, pipeline(commands)))
  expect(reply!.values).toEqual([
    'OK',
    { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' },
    { error: "ERR unknown command 'NOPE', with args beginning with: " },
    1,
    2,
    'v',
  ])
  expect(reply!.values.filter(isRedisError).length).toBe(2)
  expect(metric(world, 'service.redis.commands')).toBe(6)
  expect(metric(world, 'service.redis.errors')).toBe(2)
})

test('messages take effect in the order of their coming', () => {
  const { world, ask } = makeRedis()
  const asked = Array.from({ length: 50 }, () => ask('INCR', 'n'))
  world.simulation.run()
  expect(asked.map(({ reply }) => reply!.values[0])).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
})

test('a value that was replied is the receiver’s own', () => {
  const { world, ask } = makeRedis()
  ask('RPUSH', 'l', 'a')
  const { reply } = waited(world, ask('LRANGE', 'l', 0, -1))
  ;(reply!.values[0] as string[]).push('mine')
  expect(waited(world, ask('LRANGE', 'l', 0, -1)).reply!.values[0]).toEqual(['a'])
})

const crashes = [
  // Written at 0.4 s, 1.4 s and 40.4 s; the crash is at 41.1 s.
  { appendfsync: 'none', left: [null, null, null] },
  { appendfsync: 'no', left: ['1', '2', null] },
  { appendfsync: 'everysec', left: ['1', '2', '3'] },
  { appendfsync: 'always', left: ['1', '2', '3'] },
]
for (const { appendfsync, left } of crashes)
  test(`appendfsync ${appendfsync}: what a crash leaves`, () => {
    const { world, server, ask } = makeRedis({ appendfsync })
    for (const [i, second] of [0.4, 1.4, 40.4].entries())
      at(world, seconds(second), () => ask('SET', `k${i}`, i + 1))
    at(world, seconds(41.1), () => server.host.crash())
    at(world, seconds(50), () => server.host.restart())
    world.simulation.run()
    expect(waited(world, ask('MGET', 'k0', 'k1', 'k2')).reply!.values[0]).toEqual(left)
  })

test('appendfsync everysec loses what was answered since the last second', () => {
  const { world, server, ask } = makeRedis({ appendfsync: 'everysec' })
  const asked: Asked<RedisReply>[] = []
  for (const second of [0.5, 1.5]) at(world, seconds(second), () => asked.push(ask('RPUSH', 'log', second)))
  at(world, seconds(1.9), () => server.host.crash())
  at(world, seconds(3), () => server.host.restart())
  world.simulation.run()
  expect(asked.map(({ reply }) => reply!.values[0])).toEqual([1, 2])
  expect(waited(world, ask('LRANGE', 'log', 0, -1)).reply!.values[0]).toEqual(['0.5'])
})

test('what a crash leaves expires when it would have', () => {
  const { world, server, ask } = makeRedis({ appendfsync: 'everysec' })
  at(world, seconds(10.2), () => ask('SET', 'k', 'v', 'PX', 20_000))
  at(world, seconds(15), () => server.host.crash())
  at(world, seconds(16), () => server.host.restart())
  world.simulation.run()
  const before = world.simulation.now
  const left = waited(world, ask('PTTL', 'k')).reply!.values[0]
  expect(left).toBe(Math.round((seconds(30.2) - before) / ms(1)))
})

test('appendfsync always: what was not synced was not answered, and is lost in a crash', () => {
  const { world, server, ask } = makeRedis({
    appendfsync: 'always',
    fsync: { kind: 'constant', value: ms(10) },
  })
  const first = ask('INCR', 'n')
  let second: Asked<RedisReply> | undefined
  at(world, ms(20), () => {
    second = ask('INCR', 'n')
  })
  at(world, ms(25), () => server.host.crash())
  at(world, ms(50), () => server.host.restart())
  world.simulation.run()
  expect(first.latency).toBe(ms(10) + 5556)
  expect(second!.error?.name).toBe('TimeoutError')
  expect(waited(world, ask('GET', 'n')).reply!.values[0]).toBe('1')
})

test('appendfsync always: reads wait while the thread is held, and their accounts sum up', () => {
  const { world, ask } = makeRedis({ appendfsync: 'always', fsync: { kind: 'constant', value: ms(10) } })
  const write = ask('SET', 'k', 'v')
  let reads: Asked<RedisReply>[] = []
  at(world, ms(4), () => {
    reads = [ask('GET', 'k'), ask('GET', 'k')]
  })
  world.simulation.run()
  expect(write.latency).toBe(ms(10) + 5556)
  for (const { endedAt, reply, account, latency } of reads) {
    // Both are carried out together when the disk is done.
    expect(endedAt).toBe(ms(10) + 3 * 5556)
    expect(reply!.values).toEqual(['v'])
    expect(account.total).toBe(latency)
    expect(account.parts[COMPUTE]).toBe(5556)
    expect(account.parts[QUEUE]).toBe(latency - 5556)
  }
  expect(metric(world, 'service.redis.latency.count')).toBe(3)
})

test('who gives up while the thread is held is not served', () => {
  const { world, server, client, ask } = makeRedis({
    appendfsync: 'always',
    fsync: { kind: 'constant', value: ms(10) },
  })
  ask('SET', 'k', 'v')
  at(world, ms(1), () => new Asked(client, server, say('INCR', 'n'), { timeout: ms(2) }))
  world.simulation.run()
  expect(waited(world, ask('EXISTS', 'n')).reply!.values).toEqual([0])
})

test('who gives up while waiting for the thread is not served either', () => {
  const { world, server, client, ask } = makeRedis({ messageCost: ms(10) })
  ask('SET', 'k', 'v')
  const gone = new Asked(client, server, say('INCR', 'n'), { timeout: ms(2) })
  world.simulation.run()
  expect(gone.error?.name).toBe('TimeoutError')
  expect(waited(world, ask('EXISTS', 'n')).reply!.values).toEqual([0])
})

test('appendfsync always waits for the host’s disk, and no file takes writes on a full one', () => {
  const { world, server, ask } = makeRedis({ appendfsync: 'always' })
  const { disk } = server.host
  expect(waited(world, ask('SET', 'k', 'v')).latency).toBe(ms(1) + 5556)
  const healed = disk.slow(8)
  expect(waited(world, ask('SET', 'k', 'v')).latency).toBe(ms(8) + 5556)
  healed()
  const emptied = disk.fill()
  const full = { error: 'MISCONF Errors writing to the AOF file: No space left on device' }
  expect(waited(world, ask('DEL', 'k')).reply!.values).toEqual([full])
  expect(waited(world, ask('GET', 'k')).reply!.values).toEqual(['v'])
  emptied()
  expect(waited(world, ask('DEL', 'k')).reply!.values).toEqual([1])
})

test('beyond maxmemory what may take more is refused, and what gives back is not', () => {
  const { world, ask } = makeRedis({ maxmemory: 200 })
  const values = (...words: [string, ...(string | number)[]]) => waited(world, ask(...words)).reply!.values[0]
  const full = { error: "OOM command not allowed when used memory > 'maxmemory'." }
  // 64 bytes and key and value: 68, 136, 204.
  for (const key of ['k1', 'k2', 'k3']) expect(values('SET', key, 'vv')).toBe('OK')
  expect(values('SET', 'k4', 'vv')).toEqual(full)
  expect(values('INCR', 'n')).toEqual(full)
  expect(values('GET', 'k1')).toBe('vv')
  expect(values('DEL', 'k1')).toBe(1)
  expect(values('SET', 'k4', 'vv')).toBe('OK')
  expect(metric(world, 'service.redis.memory.max')).toBe(204)
})

test('keys and values take memory of the host, and cannot take more than it has', () => {
  const { world, server, ask } = makeRedis({}, 1000)
  const asked = Array.from({ length: 20 }, (_, i) => ask('SET', `k${i + 10}`, 'v'.repeat(34)))
  world.simulation.run()
  const taken = asked.filter(({ reply }) => reply!.values[0] === 'OK').length
  expect(taken).toBeGreaterThan(4)
  expect(server.host.memory.used).toBe(taken * 101)
  waited(world, ask('FLUSHALL'))
  expect(server.host.memory.used).toBe(0)
})

test('after a restart the durable part takes its memory again', () => {
  const { world, server, ask } = makeRedis({ appendfsync: 'always' })
  waited(world, ask('SET', 'k1', 'vv'))
  server.host.crash()
  expect(server.host.memory.used).toBe(0)
  server.host.restart()
  waited(world, ask('PING'))
  expect(server.host.memory.used).toBe(68)
})

test('it answers nothing but commands', () => {
  const { world, server, client } = makeRedis()
  expect(waited(world, new Asked(client, server, { kind: 'job' })).error?.status).toBe(404)
})

/** The same, when it has ended. */
function waited<R extends Message>(world: World, asked: Asked<R>): Asked<R> {
  world.simulation.run()
  return asked
}
