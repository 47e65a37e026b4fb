import { expect, test } from 'vitest'
import type { Fact } from '../../src/env/index.ts'
import { RedisHistory } from '../../src/run/redis-history.ts'
import { Servers } from '../world/services/redis/servers.ts'

test('a function writes each of its keys in a way that cannot be followed', () => {
  const servers = new Servers(1)
  const { world } = servers
  const facts: Fact[] = []
  world.calls = new RedisHistory(world, [undefined])
  world.listener = { said: (_at, _process, fact) => facts.push(fact) }
  expect(servers.say(1, 'FCALL', 'once', 2, 'token', 'n', 1000, 'INCR', 0)).toEqual([1, [1]])
  const of = { store: 'redis.1' }
  expect(facts).toEqual([
    { fact: 'invoked', ...of, operation: 1, op: 'write', key: 'token' },
    { fact: 'invoked', ...of, operation: 2, op: 'write', key: 'n' },
    { fact: 'returned', ...of, operation: 1, outcome: 'ok' },
    { fact: 'returned', ...of, operation: 2, outcome: 'ok' },
  ])
})
