import { expect, test } from 'vitest'
import { slotOf, transaction } from '../../../../src/env/index.ts'
import { seconds, us } from '../../../../src/units.ts'
import { Servers, type Words } from './servers.ts'

const LAN = { latency: { kind: 'constant', value: us(100) } }

/** Keys of the first, second and third master of three. */
const [A, B, C] = ['b', 'c', 'a'] as const

const commands = (...all: Words[]) => all.map(([command, ...args]) => ({ command, args }))

test('a key is answered by the master that has its slot; the others name it', () => {
  expect([A, B, C].map((key) => Math.floor(slotOf(key) / 5461.5))).toEqual([0, 1, 2])
  const servers = new Servers(3, { cluster: true }, LAN)
  expect(servers.say(1, 'SET', A, 1)).toBe('OK')
  expect(servers.say(2, 'SET', A, 1)).toEqual({ error: `MOVED ${slotOf(A)} redis.1` })
  expect(servers.say(1, 'GET', C)).toEqual({ error: `MOVED ${slotOf(C)} redis.3` })
  expect(servers.say(2, 'PING')).toBe('PONG')
  expect(servers.say(2, 'CLUSTER', 'KEYSLOT', '{b}x')).toBe(slotOf('b'))
  expect(servers.say(2, 'CLUSTER', 'NODES')).toEqual({
    error: "ERR unknown subcommand or wrong number of arguments for 'NODES'. Try CLUSTER HELP.",
  })
  expect(servers.say(3, 'CLUSTER', 'SLOTS')).toEqual([
    [0, 5460, ['redis.1']],
    [5461, 10_922, ['redis.2']],
    [10_923, 16_383, ['redis.3']],
  ])
})

test('keys of several slots are no matter for one command, nor for one transaction', () => {
  const servers = new Servers(3, { cluster: true }, LAN)
  const crossed = { error: "CROSSSLOT Keys in request don't hash to the same slot" }
  expect(servers.say(1, 'MSET', A, 1, C, 2)).toEqual(crossed)
  expect(servers.say(1, 'MSET', `{${A}}1`, 1, `{${A}}2`, 2)).toBe('OK')
  expect(servers.say(1, 'MGET', `{${A}}1`, `{${A}}2`)).toEqual(['1', '2'])
  const asked = servers.send(1, transaction(commands(['INCR', A], ['INCR', 'b1'])))
  servers.until(seconds(1))
  expect(asked.reply!.values).toEqual([crossed, crossed])
  expect(servers.say(1, 'EXISTS', A)).toBe(0)
})

test('without cluster several instances are servers each alone', () => {
  const servers = new Servers(3, {}, LAN)
  for (const server of [1, 2, 3]) expect(servers.say(server, 'INCR', 'n')).toBe(1)
  expect(servers.say(1, 'CLUSTER', 'SLOTS')).toEqual({
    error: 'ERR This instance has cluster support disabled',
  })
  expect(servers.say(1, 'ROLE')).toEqual(['master', 1, []])
})
