import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RedisValue } from '../../../../src/env/index.ts'
import { Invocation } from '../../../../src/world/services/redis/commands/registry.ts'
import { Keyspace } from '../../../../src/world/services/redis/keyspace.ts'
import { SortedSet } from '../../../../src/world/services/redis/sorted-set.ts'

function talk(db = new Keyspace()) {
  return (text: string): RedisValue => {
    const [command, ...args] = text.split(' ')
    return new Invocation({ command: command!, args }).run(db, 0)
  }
}

test('replies as Redis gives them', () => {
  const say = talk()
  const dialogue: readonly (readonly [string, RedisValue])[] = [
    ['ZADD z 1 one 2 two 3 three', 3],
    ['ZADD z 2.5 two 4 four', 1],
    ['ZADD z CH 2.5 two 5 four', 1],
    ['ZCARD z', 4],
    ['ZSCORE z two', '2.5'],
    ['ZSCORE z none', null],
    ['ZRANK z two', 1],
    ['ZREVRANK z two', 2],
    ['ZRANK z none', null],
    ['ZRANGE z 0 -1', ['one', 'two', 'three', 'four']],
    ['ZRANGE z 0 1 WITHSCORES', ['one', '1', 'two', '2.5']],
    ['ZRANGE z 0 1 REV', ['four', 'three']],
    ['ZREVRANGE z -2 -1', ['two', 'one']],
    ['ZRANGEBYSCORE z 2.5 3', ['two', 'three']],
    ['ZRANGEBYSCORE z (2.5 +inf', ['three', 'four']],
    ['ZRANGEBYSCORE z -inf (2.5 WITHSCORES', ['one', '1']],
    ['ZRANGEBYSCORE z -inf inf LIMIT 1 2', ['two', 'three']],
    ['ZRANGEBYSCORE z -inf inf LIMIT 2 -1', ['three', 'four']],
    ['ZREVRANGEBYSCORE z 3 1', ['three', 'two', 'one']],
    ['ZREVRANGEBYSCORE z 5 1 LIMIT 1 2', ['three', 'two']],
    ['ZRANGE z 1 3 BYSCORE', ['one', 'two', 'three']],
    ['ZRANGE z 3 1 BYSCORE REV LIMIT 0 1', ['three']],
    ['ZCOUNT z 1 (3', 2],
    ['ZINCRBY z 1.5 one', '2.5'],
    // Equal scores go by their members.
    ['ZRANGE z 0 1', ['one', 'two']],
    ['ZADD z NX 9 one 9 nine', 1],
    ['ZADD z XX 7 one 9 ten', 0],
    ['ZSCORE z one', '7'],
    ['ZADD z GT CH 6 one 8 three', 1],
    ['ZADD z LT CH 6 one 9 three', 1],
    ['ZADD z NX INCR 1 one', null],
    ['ZREM z one none', 1],
    ['ZPOPMIN z', ['two', '2.5']],
    ['ZPOPMAX z 2', ['nine', '9', 'three', '8']],
    ['ZPOPMIN none', []],
    ['ZREMRANGEBYSCORE z -inf +inf', 1],
    ['EXISTS z', 0],
    ['ZADD z -inf low inf high', 2],
    ['ZRANGE z 0 -1 WITHSCORES', ['low', '-inf', 'high', 'inf']],
    ['ZRANGE z 5 1', []],
    ['ZRANGE none 0 -1', []],
  ]
  for (const [text, reply] of dialogue) expect([text, say(text)]).toEqual([text, reply])
})

test('what is wrong is told as Redis tells it', () => {
  const say = talk()
  say('SET s v')
  const wrong: readonly (readonly [string, string])[] = [
    ['ZADD z one 1', 'ERR value is not a valid float'],
    ['ZADD z 1 a 2', 'ERR syntax error'],
    ['ZADD z NX XX 1 a', 'ERR XX and NX options at the same time are not compatible'],
    ['ZADD z NX GT 1 a', 'ERR GT, LT, and/or NX options at the same time are not compatible'],
    ['ZADD z INCR 1 a 2 b', 'ERR INCR option supports a single increment-element pair'],
    ['ZADD s 1 a', 'WRONGTYPE Operation against a key holding the wrong kind of value'],
    ['ZRANGEBYSCORE z a b', 'ERR min or max is not a float'],
    ['ZRANGE z 0 1 LIMIT 0 1', 'ERR syntax error'],
    ['ZRANGE z a b', 'ERR value is not an integer or out of range'],
    ['ZPOPMIN z -1', 'ERR value is out of range, must be positive'],
  ]
  for (const [text, error] of wrong) expect([text, say(text)]).toEqual([text, { error }])
  say('ZADD z inf a')
  expect(say('ZINCRBY z -inf a')).toEqual({ error: 'ERR resulting score is not a number (NaN)' })
  expect(say('DBSIZE')).toBe(2)
})

test('new commands on keys, strings and lists', () => {
  const say = talk()
  const dialogue: readonly (readonly [string, RedisValue])[] = [
    ['SETNX k v', 1],
    ['SETNX k w', 0],
    ['DELIFEQ k w', 0],
    ['DELIFEQ k v', 1],
    ['GETDEL k', null],
    ['SET k v', 'OK'],
    ['GETDEL k', 'v'],
    ['HSETNX h f 1', 1],
    ['HSETNX h f 2', 0],
    ['HKEYS h', ['f']],
    ['HVALS h', ['1']],
    ['RPUSH l a b c', 3],
    ['LINDEX l -1', 'c'],
    ['LINDEX l 3', null],
    ['LMOVE l m RIGHT LEFT', 'c'],
    ['LMOVE l l LEFT RIGHT', 'a'],
    ['LRANGE l 0 -1', ['b', 'a']],
    ['LMOVE none m LEFT LEFT', null],
    ['LMOVE l h LEFT LEFT', { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' }],
    ['LMOVE l m UP LEFT', { error: 'ERR syntax error' }],
    ['LLEN l', 2],
    ['KEYS *', ['h', 'l', 'm']],
    ['KEYS [lm]', ['l', 'm']],
  ]
  for (const [text, reply] of dialogue) expect([text, say(text)]).toEqual([text, reply])
})

const member = fc.integer({ min: 0, max: 700 }).map((n) => `m${n}`)
const score = fc.integer({ min: -5, max: 5 })

test('a sorted set is a map sorted by score and member', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ member, score }) },
    fc.record({ member, score: fc.constant(undefined) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 1500, size: 'max' }), score, (steps, bound) => {
      const set = new SortedSet()
      const map = new Map<string, number>()
      for (const { member, score } of steps) {
        if (score === undefined) expect(set.delete(member)).toBe(map.delete(member))
        else {
          set.set(member, score)
          map.set(member, score)
        }
      }
      const sorted = [...map]
        .map(([member, score]) => ({ member, score }))
        .sort((a, b) => a.score - b.score || (a.member < b.member ? -1 : 1))
      expect([...set]).toEqual(sorted)
      expect(set.size).toBe(map.size)
      for (const [from, to] of [
        [0, sorted.length - 1],
        [3, 10],
        [200, 600],
        [5, 4],
      ] as const)
        expect(set.slice(from, to)).toEqual(sorted.slice(from, to + 1))
      for (const [rank, { member, score }] of sorted.entries()) {
        expect(set.rank(member)).toBe(rank)
        expect(set.score(member)).toBe(score)
      }
      expect(set.countBelow(bound, false)).toBe(sorted.filter(({ score }) => score < bound).length)
      expect(set.countBelow(bound, true)).toBe(sorted.filter(({ score }) => score <= bound).length)
      expect([...new SortedSet(set)]).toEqual(sorted)
    }),
    { numRuns: 30 },
  )
})

test('the memory counted is that of what is there', () => {
  const command = fc.oneof(
    fc.tuple(fc.constant('ZADD'), fc.constant('z'), score.map(String), member),
    fc.tuple(
      fc.constant('ZADD'),
      fc.constant('z'),
      fc.constantFrom('NX', 'XX', 'GT'),
      score.map(String),
      member,
    ),
    fc.tuple(fc.constantFrom('ZREM'), fc.constant('z'), member),
    fc.tuple(fc.constantFrom('ZPOPMIN', 'ZPOPMAX'), fc.constant('z')),
    fc.tuple(fc.constant('ZREMRANGEBYSCORE'), fc.constant('z'), score.map(String), score.map(String)),
  )
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60, size: 'max' }), (commands) => {
      const db = new Keyspace()
      const say = talk(db)
      for (const words of commands) {
        const { changes } = db
        const before = say('ZRANGE z 0 -1 WITHSCORES')
        say(words.join(' '))
        const after = say('ZRANGE z 0 -1 WITHSCORES')
        // Whatever has changed, the keyspace knows.
        if (JSON.stringify(before) !== JSON.stringify(after)) expect(db.changes).toBeGreaterThan(changes)
      }
      const members = say('ZRANGE z 0 -1') as string[]
      const bytes = members.reduce((sum, text) => sum + 24 + text.length, members.length > 0 ? 65 : 0)
      expect([db.bytes, db.copy().bytes]).toEqual([bytes, bytes])
    }),
  )
})

test('expired keys that nobody looks at are found by chance, and no others', () => {
  const db = new Keyspace()
  const say = talk(db)
  for (let i = 0; i < 100; i++) say(`SET k${i} v PX ${i < 60 ? 1 : 1000}`)
  for (let i = 0; i < 50; i++) say(`SET stays${i} v`)
  expect(db.expiring).toBe(100)
  let draws = 0
  const draw = (below: number) => draws++ % below
  let gone = 0
  for (let i = 0; i < 20; i++) gone += db.sampleExpired(20, draw, 1e6)
  expect(gone).toBe(60)
  expect([db.size, db.expiring]).toEqual([90, 40])
  say('PERSIST k99')
  say('SET k98 v')
  say('DEL k97')
  expect(db.expiring).toBe(37)
})
