import { expect, test } from 'vitest'
import { redis as say } from '../../../../src/env/index.ts'
import { Invocation } from '../../../../src/world/services/redis/commands/registry.ts'
import { Keyspace } from '../../../../src/world/services/redis/keyspace.ts'
import { Servers } from './servers.ts'

const invocation = (...args: (string | number)[]) => new Invocation({ command: 'FCALL', args })
const NOT_WHOLE = { error: 'ERR value is not an integer or out of range' }

test('what is said once is done once, however often it is said, and has the same answer', () => {
  const db = new Keyspace()
  const call = (token: string, at = 0) =>
    invocation('once', 3, token, 'n', 'q', 1000, 'INCRBY', 1, 5, 'RPUSH', 2, 'a', 'b').run(db, at)
  expect(call('t1')).toEqual([1, [5, 2]])
  expect(call('t1')).toEqual([0, [5, 2]])
  expect(call('t2')).toEqual([1, [10, 4]])
  const changes = db.changes
  expect(call('t2')).toEqual([0, [10, 4]])
  // So that there is nothing to replicate.
  expect(db.changes).toBe(changes)
  // The token lives for a second.
  expect(call('t1', 1e9)).toEqual([1, [15, 6]])
})

test('a command that fails says so in its place, and the others are carried out', () => {
  const db = new Keyspace()
  const reply = invocation('once', 4, 't', 'a', 'b', 'c', 1000, 'SET', 1, 'x', 'toString', 0, 'GET', 0)
  expect(reply.run(db, 0)).toEqual([
    1,
    ['OK', { error: 'ERR Unknown Redis command called from script' }, null],
  ])
  expect(invocation('once', 2, 'u', 'a', 1000, 'INCR', 0).run(db, 0)).toEqual([1, [NOT_WHOLE]])
  expect(invocation('once', 2, 'v', 'a', 1000, 'SET', 0).run(db, 0)).toEqual([
    1,
    [{ error: 'ERR Wrong number of args calling Redis command from script' }],
  ])
  expect(invocation('twice', 1, 't').run(db, 0)).toEqual({ error: 'ERR Function not found' })
  expect(invocation('once', 9, 't').run(db, 0)).toEqual({
    error: "ERR Number of keys can't be greater than number of args",
  })
})

test('it has its keys where the second argument says, and each costs a command', () => {
  const call = invocation('once', 3, 'token', 'a', 'b', 1000, 'GET', 0, 'GET', 0)
  expect(call.keys).toEqual(['token', 'a', 'b'])
  expect(call.writes).toBe(true)
  // The function, GET and SET of the token, and two commands.
  expect(call.weight(new Keyspace(), 0)).toEqual({ commands: 5, elements: 0 })
})

test('a replica has what a function did, and refuses to be asked for one', () => {
  const servers = new Servers(3, { replicas: 2 })
  servers.until(2e9)
  const words = ['FCALL', 'once', 2, 't', 'n', 60_000, 'INCR', 0] as const
  expect(servers.say(1, ...words)).toEqual([1, [1]])
  servers.until(servers.world.simulation.now + 1e8)
  expect(servers.say(2, 'GET', 'n')).toBe('1')
  expect(servers.say(2, ...words)).toHaveProperty('error')
  expect(servers.answer(servers.send(1, say(...words)))).toEqual([0, [1]])
})
