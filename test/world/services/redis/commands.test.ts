import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RedisValue } from '../../../../src/env/index.ts'
import { seconds } from '../../../../src/units.ts'
import { Invocation } from '../../../../src/world/services/redis/commands/registry.ts'
import { Deque } from '../../../../src/world/services/redis/deque.ts'
import { Keyspace } from '../../../../src/world/services/redis/keyspace.ts'

/** A keyspace to talk to: `say('SET key value')`, at a second of virtual time. */
function talk(db = new Keyspace()) {
  return (text: string, at = 0): RedisValue => {
    const [command, ...args] = text.split(' ')
    return new Invocation({ command: command!, args }).run(db, seconds(at))
  }
}

type Dialogue = readonly (readonly [say: string, reply: RedisValue])[]

function check(dialogue: Dialogue): void {
  const say = talk()
  for (const [text, reply] of dialogue) expect([text, say(text)]).toEqual([text, reply])
}

const WRONG_TYPE = { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' }
const NOT_WHOLE = { error: 'ERR value is not an integer or out of range' }

describe('replies as Redis gives them', () => {
  test('strings and counters', () =>
    check([
      ['PING', 'PONG'],
      ['PING hello', 'hello'],
      ['GET k', null],
      ['SET k v', 'OK'],
      ['get k', 'v'],
      ['SET k w NX', null],
      ['SET m w XX', null],
      ['SET k w XX GET', 'v'],
      ['MSET a 1 b 2', 'OK'],
      ['MGET a none b', ['1', null, '2']],
      ['INCR a', 2],
      ['INCRBY a 40', 42],
      ['DECR a', 41],
      ['DECRBY a 1', 40],
      ['GET a', '40'],
      ['INCR new', 1],
      ['INCR k', NOT_WHOLE],
      ['INCRBY a x', NOT_WHOLE],
      ['INCRBY a 9007199254740991', { error: 'ERR increment or decrement would overflow' }],
    ]))

  test('hashes', () =>
    check([
      ['HSET h f 1 g 2', 2],
      ['HSET h f 3 i 4', 1],
      ['HGET h f', '3'],
      ['HGET h none', null],
      ['HMGET h f none', ['3', null]],
      ['HGETALL h', ['f', '3', 'g', '2', 'i', '4']],
      ['HGETALL none', []],
      ['HLEN h', 3],
      ['HEXISTS h g', 1],
      ['HINCRBY h f 5', 8],
      ['HINCRBY h new 5', 5],
      ['HSET h text x', 1],
      ['HINCRBY h text 1', { error: 'ERR hash value is not an integer' }],
      ['HDEL h f g none', 2],
      ['HDEL h i new text', 3],
      ['EXISTS h', 0],
    ]))

  test('lists', () =>
    check([
      ['RPUSH l a b c', 3],
      ['LPUSH l z y', 5],
      ['LRANGE l 0 -1', ['y', 'z', 'a', 'b', 'c']],
      ['LRANGE l 1 2', ['z', 'a']],
      ['LRANGE l -2 99', ['b', 'c']],
      ['LRANGE l 3 1', []],
      ['LRANGE none 0 -1', []],
      ['LLEN l', 5],
      ['LPOP l', 'y'],
      ['RPOP l', 'c'],
      ['LPOP l 2', ['z', 'a']],
      ['LPOP none', null],
      ['RPUSH l d e f', 4],
      ['LTRIM l 1 -2', 'OK'],
      ['LRANGE l 0 -1', ['d', 'e']],
      ['LTRIM l 5 9', 'OK'],
      ['EXISTS l', 0],
      ['LPOP l -1', { error: 'ERR value is out of range, must be positive' }],
    ]))

  test('sets and keys', () =>
    check([
      ['SADD s a b a', 2],
      ['SISMEMBER s a', 1],
      ['SCARD s', 2],
      ['SMEMBERS s', ['a', 'b']],
      ['SREM s a none', 1],
      ['SET k v', 'OK'],
      ['TYPE s', 'set'],
      ['EXISTS s k k none', 3],
      ['DBSIZE', 2],
      ['DEL s k none', 2],
      ['SREM s b', 0],
      ['FLUSHALL', 'OK'],
    ]))
})

test('a command on a value of another type says so', () => {
  const say = talk()
  say('SET string v')
  say('RPUSH list v')
  const wrong = [
    'HGET string f',
    'LPUSH string v',
    'SADD list v',
    'GET list',
    'INCR list',
    'SMEMBERS string',
    'SET list v GET',
  ]
  for (const text of wrong) expect([text, say(text)]).toEqual([text, WRONG_TYPE])
  expect(say('MGET string list')).toEqual(['v', null])
  expect(say('SET list v')).toBe('OK')
})

test('what is no command, and wrong numbers of arguments', () =>
  check([
    ['FROB a b', { error: "ERR unknown command 'FROB', with args beginning with: 'a' 'b' " }],
    ['GET', { error: "ERR wrong number of arguments for 'get' command" }],
    ['GET a b', { error: "ERR wrong number of arguments for 'get' command" }],
    ['HSET h f', { error: "ERR wrong number of arguments for 'hset' command" }],
    ['HSET h f 1 g', { error: "ERR wrong number of arguments for 'hset' command" }],
    ['MSET a 1 b', { error: "ERR wrong number of arguments for 'mset' command" }],
    ['SET k v FOO', { error: 'ERR syntax error' }],
    ['SET k v NX XX', { error: 'ERR syntax error' }],
    ['SET k v PX 0', { error: "ERR invalid expire time in 'set' command" }],
    ['EXPIRE k soon', NOT_WHOLE],
    ['toString', { error: "ERR unknown command 'toString', with args beginning with: " }],
  ]))

test('keys expire in virtual time', () => {
  const say = talk()
  expect(say('SET lock me NX PX 3000')).toBe('OK')
  expect(say('SET lock you NX PX 3000', 2.999)).toBe(null)
  expect(say('PTTL lock', 1)).toBe(2000)
  expect(say('TTL lock', 1)).toBe(2)
  expect(say('SET lock you NX PX 3000', 3)).toBe('OK')
  expect(say('TTL none')).toBe(-2)
  say('RPUSH l a')
  expect(say('TTL l')).toBe(-1)
  expect(say('EXPIRE l 10', 5)).toBe(1)
  expect(say('EXPIRE none 10', 5)).toBe(0)
  expect(say('RPUSH l b', 14)).toBe(2)
  expect(say('LLEN l', 15)).toBe(0)
  expect(say('RPUSH l c', 15)).toBe(1)
  expect([say('EXPIRE l 10', 15), say('PERSIST l', 16), say('PERSIST l', 16), say('TTL l', 99)]).toEqual([
    1, 1, 0, -1,
  ])
  expect([say('EXPIRE l 0', 16), say('EXISTS l', 16)]).toEqual([1, 0])
  // INCR keeps the expiry, SET ends it.
  say('SET n 1 EX 5', 20)
  say('INCR n', 21)
  expect(say('TTL n', 21)).toBe(4)
  say('SET n 1', 21)
  expect(say('TTL n', 21)).toBe(-1)
})

/** 64 bytes a key, 24 an element or pair, and what is written in them. */
function bytesAt(key: string, say: (text: string) => RedisValue): number {
  const look = {
    string: 'GET KEY',
    hash: 'HGETALL KEY',
    list: 'LRANGE KEY 0 -1',
    set: 'SMEMBERS KEY',
    none: '',
  }
  const type = say(`TYPE ${key}`) as keyof typeof look
  if (type === 'none') return 0
  const content = say(look[type].replace('KEY', key)) as string | string[]
  const elements = type === 'string' ? 0 : type === 'hash' ? content.length / 2 : content.length
  return 64 + key.length + 24 * elements + [content].flat().join('').length
}

const keys = ['string', 'number', 'list', 'set', 'hash']

test('the memory counted is that of what is there: nothing when all is gone', () => {
  const word = fc.constantFrom('a', 'bb', 'ccc')
  const place = fc.constantFrom('0', '1', '-2', '-1')
  const key = (usual: string) =>
    fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, fc.constantFrom(...keys))
  const command = fc.oneof(
    fc.tuple(fc.constantFrom('SET', 'MSET'), key('string'), word),
    fc.tuple(fc.constant('SET'), key('string'), word, fc.constant('EX'), fc.constantFrom('1', '3')),
    fc.tuple(fc.constantFrom('INCRBY', 'DECRBY'), key('number'), fc.constantFrom('7', '80')),
    fc.tuple(fc.constantFrom('LPUSH', 'RPUSH'), key('list'), word, word),
    fc.tuple(fc.constantFrom('LPOP', 'RPOP'), key('list')),
    fc.tuple(fc.constant('LTRIM'), key('list'), place, place),
    fc.tuple(fc.constantFrom('SADD', 'SREM'), key('set'), word),
    fc.tuple(fc.constant('HSET'), key('hash'), word, word),
    fc.tuple(fc.constant('HDEL'), key('hash'), word),
    fc.tuple(fc.constant('HINCRBY'), key('hash'), fc.constant('n'), fc.constantFrom('7', '80')),
    fc.tuple(fc.constantFrom('DEL', 'GET'), fc.constantFrom(...keys)),
  )
  fc.assert(
    fc.property(fc.array(command, { maxLength: 80, size: 'max' }), (commands) => {
      const db = new Keyspace()
      const say = talk(db)
      for (const [second, words] of commands.entries()) say(words.join(' '), second)
      const now = commands.length
      expect(keys.reduce((sum, key) => sum + bytesAt(key, (text) => say(text, now)), 0)).toBe(db.bytes)
      expect(db.copy().bytes).toBe(db.bytes)
      say(`DEL ${keys.join(' ')}`, now)
      expect([db.bytes, db.size]).toEqual([0, 0])
    }),
  )
})

test('a deque is an array', () => {
  const step = fc.constantFrom('pushFirst', 'pushLast', 'takeFirst', 'takeLast')
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
      const deque = new Deque()
      const array: string[] = []
      for (const [i, what] of steps.entries()) {
        if (what === 'pushFirst') array.unshift(String(i))
        if (what === 'pushLast') array.push(String(i))
        if (what === 'pushFirst' || what === 'pushLast') deque[what](String(i))
        if (what === 'takeFirst') expect(deque.takeFirst()).toBe(array.shift())
        if (what === 'takeLast') expect(deque.takeLast()).toBe(array.pop())
      }
      expect(deque.slice(0, deque.length - 1)).toEqual(array)
    }),
  )
})
