import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  COMPUTE,
  pipeline,
  QUEUE,
  QUORUM,
  type RedisReply,
  type RedisValue,
  redis as say,
  transaction,
} from '../../../../src/env/index.ts'
import { ms, seconds, us } from '../../../../src/units.ts'
import { Asked, addClient, at, metric } from '../fixture.ts'
import { Servers, type Words } from './servers.ts'

const value = (asked: Asked<RedisReply>): RedisValue | undefined => asked.reply?.values[0]

/** Several commands, `['SET', 'k', 'v']` … */
const commands = (...all: Words[]) => all.map(([command, ...args]) => ({ command, args }))

test('an element goes to who has waited longest, whatever comes first', () => {
  const servers = new Servers(1)
  const waiting = Array.from({ length: 50 }, () => servers.ask(1, 'BLPOP', 'q', 0))
  servers.until(ms(1))
  expect(waiting.every(({ endedAt }) => endedAt < 0)).toBe(true)
  // Of a push of three, the first three waiters have one each, before anyone else has a look.
  expect(servers.say(1, 'RPUSH', 'q', 'a', 'b', 'c')).toBe(3)
  for (let i = 3; i < 50; i++) servers.ask(1, 'RPUSH', 'q', `m${i}`)
  servers.until(ms(10))
  const expected = ['a', 'b', 'c', ...Array.from({ length: 47 }, (_, i) => `m${i + 3}`)]
  expect(waiting.map(value)).toEqual(expected.map((item) => ['q', item]))
  expect(servers.say(1, 'LLEN', 'q')).toBe(0)
})

test('what is there is taken at once, from the first key that has something', () => {
  const servers = new Servers(1)
  servers.say(1, 'RPUSH', 'second', 'x', 'y')
  expect(servers.say(1, 'BLPOP', 'first', 'second', 0)).toEqual(['second', 'x'])
  expect(servers.say(1, 'BRPOP', 'first', 'second', 1)).toEqual(['second', 'y'])
})

test('one waits at several keys, and leaves all lines when it has something', () => {
  const servers = new Servers(1)
  const both = servers.ask(1, 'BLPOP', 'a', 'b', 0)
  const after = servers.ask(1, 'BLPOP', 'a', 0)
  servers.until(ms(1))
  servers.say(1, 'RPUSH', 'b', 'x')
  servers.say(1, 'RPUSH', 'a', 'y')
  expect([value(both), value(after)]).toEqual([
    ['b', 'x'],
    ['a', 'y'],
  ])
})

test('a time limit ends in nothing, and its account says that it queued', () => {
  const servers = new Servers(1, {}, { latency: { kind: 'constant', value: us(50) } })
  const asked = servers.ask(1, 'BLPOP', 'q', 0.25)
  servers.until(seconds(1))
  expect(value(asked)).toBe(null)
  expect(asked.latency).toBe(us(100) + 5556 + ms(250))
  expect(asked.account.total).toBe(asked.latency)
  expect(asked.account.parts[QUEUE]).toBe(ms(250))
  expect(asked.account.parts[COMPUTE]).toBe(5556)
  expect(servers.say(1, 'RPUSH', 'q', 'x')).toBe(1)
  expect(servers.say(1, 'LLEN', 'q')).toBe(1)
})

test('a time limit that runs out while the thread hangs comes after what came before it', () => {
  const servers = new Servers(3, { replicas: 2 }, { latency: { kind: 'constant', value: us(100) } })
  servers.until(seconds(1))
  const taken = servers.ask(1, 'BLPOP', 'q', 0.1)
  const waited = servers.send(1, pipeline(commands(['SET', 'k', 'v'], ['WAIT', 2, 100])))
  servers.until(seconds(1) + us(150))
  // Both wait, and no replica has answered yet.
  const resume = servers.all[0]!.behaviour.fault!('hang')
  servers.ask(1, 'RPUSH', 'q', 'x')
  servers.until(seconds(2))
  expect([taken.endedAt, waited.endedAt]).toEqual([-1, -1])
  resume()
  servers.until(seconds(3))
  expect(taken.reply!.values).toEqual([['q', 'x']])
  expect(servers.say(1, 'LLEN', 'q')).toBe(0)
  expect(waited.reply!.values).toEqual(['OK', 2])
})

test('who has given up gets nothing, nor does one whose process has ended; one whose host is down takes it along', () => {
  const servers = new Servers(1)
  const gone = new Asked<RedisReply>(servers.client, servers.all[0]!, say('BLPOP', 'q', 0), {
    timeout: ms(5),
  })
  const killed = addClient(servers.world, 'd', 'killed')
  servers.send(1, say('BLPOP', 'q', 0), killed)
  servers.until(ms(10))
  killed.kill()
  const last = servers.ask(1, 'BLPOP', 'q', 0)
  servers.until(ms(20))
  servers.say(1, 'RPUSH', 'q', 'x')
  expect(gone.error?.name).toBe('TimeoutError')
  expect(value(last)).toEqual(['q', 'x'])
  const crashed = addClient(servers.world, 'd', 'crashed')
  servers.send(1, say('BLPOP', 'q', 0), crashed)
  servers.until(ms(40))
  crashed.host.crash()
  expect(servers.say(1, 'RPUSH', 'q', 'y')).toBe(1)
  expect(servers.say(1, 'LLEN', 'q')).toBe(0)
})

test('in a pipeline what comes after it waits too', () => {
  const servers = new Servers(1)
  const asked = servers.send(1, pipeline(commands(['BLPOP', 'q', 0], ['INCR', 'n'])))
  servers.until(ms(1))
  expect(servers.say(1, 'EXISTS', 'n')).toBe(0)
  servers.say(1, 'RPUSH', 'q', 'x')
  expect(asked.reply!.values).toEqual([['q', 'x'], 1])
})

test('in a transaction it waits for nothing, and what the transaction has pushed is given after it', () => {
  const servers = new Servers(1)
  const alone = servers.answer(servers.send(1, transaction(commands(['BLPOP', 'q', 0]))))
  expect(alone).toBe(null)
  const waiting = servers.ask(1, 'BLPOP', 'q', 0)
  servers.until(ms(5))
  const pushed = servers.send(
    1,
    transaction(commands(['RPUSH', 'q', 'x'], ['LLEN', 'q'], ['LPOP', 'q'], ['RPUSH', 'q', 'y'])),
  )
  servers.until(ms(6))
  expect(pushed.reply!.values).toEqual([1, 1, 'x', 1])
  expect(value(waiting)).toEqual(['q', 'y'])
})

test('a transaction with what is no command is not begun', () => {
  const servers = new Servers(1)
  const asked = servers.send(1, transaction(commands(['SET', 'k', 'v'], ['FROB'])))
  servers.until(ms(1))
  expect(asked.reply!.values).toEqual([
    { error: 'EXECABORT Transaction discarded because of previous errors.' },
    { error: "ERR unknown command 'FROB', with args beginning with: " },
  ])
  expect(servers.say(1, 'EXISTS', 'k')).toBe(0)
})

test('a value of another type is not what one waits for', () => {
  const servers = new Servers(1)
  const waiting = servers.ask(1, 'BLPOP', 'q', 0)
  servers.until(ms(1))
  servers.say(1, 'ZADD', 'q', 1, 'm')
  expect(waiting.endedAt).toBe(-1)
  servers.say(1, 'DEL', 'q')
  servers.say(1, 'RPUSH', 'q', 'x')
  expect(value(waiting)).toEqual(['q', 'x'])
})

test('BZPOPMIN gives the lowest, BLMOVE hands on to who waits there', () => {
  const servers = new Servers(1)
  const lowest = servers.ask(1, 'BZPOPMIN', 'z', 0)
  const moved = servers.ask(1, 'BLMOVE', 'in', 'out', 'LEFT', 'RIGHT', 0)
  const last = servers.ask(1, 'BLPOP', 'out', 0)
  servers.until(ms(1))
  servers.say(1, 'ZADD', 'z', 5, 'five', 2, 'two')
  servers.say(1, 'RPUSH', 'in', 'x')
  expect([value(lowest), value(moved), value(last)]).toEqual([['z', 'two', '2'], 'x', ['out', 'x']])
  expect(servers.say(1, 'ZRANGE', 'z', 0, -1)).toEqual(['five'])
})

test('wrong time limits are told at once', () => {
  const servers = new Servers(1)
  expect(servers.say(1, 'BLPOP', 'q', 'soon')).toEqual({
    error: 'ERR timeout is not a float or out of range',
  })
  expect(servers.say(1, 'BLPOP', 'q', -1)).toEqual({ error: 'ERR timeout is negative' })
  expect(servers.say(1, 'WAIT', 1, -1)).toEqual({ error: 'ERR timeout is negative' })
})

test('what was given to a waiter is in the append-only file as taken', () => {
  const servers = new Servers(1, { appendfsync: 'always' })
  const waiting = servers.ask(1, 'BLPOP', 'q', 0)
  servers.until(ms(10))
  servers.say(1, 'RPUSH', 'q', 'x', 'y')
  expect(value(waiting)).toEqual(['q', 'x'])
  servers.all[0]!.host.crash()
  servers.all[0]!.host.restart()
  expect(servers.say(1, 'LRANGE', 'q', 0, -1)).toEqual(['y'])
})

test('WAIT waits for replicas, and its account says so', () => {
  const servers = new Servers(3, { replicas: 2 }, { latency: { kind: 'constant', value: us(100) } })
  servers.until(seconds(1))
  const asked = servers.send(1, pipeline(commands(['SET', 'k', 'v'], ['WAIT', 2, 0])))
  servers.until(seconds(1.1))
  expect(asked.reply!.values).toEqual(['OK', 2])
  // To the server and back; to the replicas and back, and their time and the master's for it.
  expect(asked.latency).toBeGreaterThan(us(400))
  expect(asked.latency).toBeLessThan(us(450))
  expect(asked.account.total).toBe(asked.latency)
  expect(asked.account.parts[QUORUM]).toBeGreaterThan(us(200))
  // Nothing was written since: all have it already.
  expect(servers.say(1, 'WAIT', 2, 0)).toBe(2)
})

test('WAIT for more replicas than there are ends with its time', () => {
  const servers = new Servers(3, { replicas: 2 }, { latency: { kind: 'constant', value: us(100) } })
  servers.until(seconds(1))
  const asked = servers.send(1, pipeline(commands(['SET', 'k', 'v'], ['WAIT', 3, 50])))
  servers.until(seconds(2))
  expect(asked.reply!.values).toEqual(['OK', 2])
  expect(asked.latency).toBeGreaterThan(ms(50))
  const alone = new Servers(1)
  expect(alone.say(1, 'WAIT', 0, 0)).toBe(0)
  expect(alone.say(1, 'WAIT', 1, 20)).toBe(0)
})

test('with any pushes, pops and clients that give up, every element is taken once, or is left', () => {
  const step = fc.record({
    at: fc.integer({ min: 0, max: 50_000 }),
    what: fc.constantFrom('push', 'push', 'pop', 'pop', 'impatient', 'limited'),
    key: fc.constantFrom('a', 'b'),
  })
  const check = (steps: readonly { at: number; what: string; key: string }[]): void => {
    const servers = new Servers(1)
    const asked: Asked<RedisReply>[] = []
    let pushed = 0
    for (const { at: time, what, key } of steps)
      at(servers.world, us(time), () => {
        if (what === 'push') servers.ask(1, 'RPUSH', key, `m${++pushed}`)
        else {
          const words: Words = what === 'limited' ? ['BLPOP', key, 0.01] : ['BLPOP', key, 'b', 0]
          const timeout = what === 'impatient' ? ms(7) : seconds(100)
          asked.push(new Asked<RedisReply>(servers.client, servers.all[0]!, say(...words), { timeout }))
        }
      })
    servers.until(seconds(1))
    const taken = asked.flatMap((each) => (Array.isArray(value(each)) ? [(value(each) as string[])[1]!] : []))
    const left = ['a', 'b'].flatMap((key) => servers.say(1, 'LRANGE', key, 0, -1) as string[])
    expect([...taken, ...left].sort()).toEqual(Array.from({ length: pushed }, (_, i) => `m${i + 1}`).sort())
    for (const { endedAt, account, latency } of asked) if (endedAt >= 0) expect(account.total).toBe(latency)
    // Nobody waits where there is something to take.
    if (left.length > 0)
      expect(asked.every(({ endedAt }) => endedAt >= 0) || servers.say(1, 'EXISTS', 'b') === 0).toBe(true)
  }
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), check), { numRuns: 60 })
})

test('what waits for the thread is its queue, and while it hangs all that comes', () => {
  const servers = new Servers(1)
  servers.until(ms(1))
  for (let i = 0; i < 100; i++) servers.ask(1, 'INCR', 'n')
  servers.until(ms(2))
  // 99 + 98 + … + 0 waiting for 5,556 ns each.
  const queue = (figure: string) => metric(servers.world, `service.redis.1.queue.${figure}`)!
  expect(queue('mean')).toBeCloseTo((4950 * 5556) / ms(2), 4)
  expect(queue('max')).toBe(99)
  const resume = servers.all[0]!.behaviour.fault!('hang')
  for (let i = 0; i < 150; i++) servers.ask(1, 'INCR', 'n')
  servers.until(ms(3))
  resume()
  servers.until(ms(6))
  expect(queue('mean')).toBeCloseTo((4950 * 5556 + 150 * ms(1)) / ms(6), 3)
  expect(servers.say(1, 'GET', 'n')).toBe('250')
})

test('the thread is in use for the time of its commands', () => {
  const servers = new Servers(1)
  servers.until(ms(1))
  for (let i = 0; i < 100; i++) servers.ask(1, 'INCR', 'n')
  servers.until(ms(2))
  // 100 · 5,556 ns of 2 ms.
  expect(metric(servers.world, 'service.redis.1.utilisation.mean')).toBeCloseTo(0.2778, 4)
})
