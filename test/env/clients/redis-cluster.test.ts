import { expect, test } from 'vitest'
import {
  COMPUTE,
  NETWORK,
  pipeline,
  RedisCluster,
  type RedisClusterTerms,
  type RedisReply,
  type RedisRequest,
  type RedisValue,
  redis as say,
  slotOf,
  transaction,
} from '../../../src/env/index.ts'
import { ms, seconds, us } from '../../../src/units.ts'
import { addCoordinator } from '../../world/fixture.ts'
import { Asked, metric } from '../../world/services/fixture.ts'
import { Servers, type Words } from '../../world/services/redis/servers.ts'

const LAN = { latency: { kind: 'constant', value: us(100) } }
const FAST = { nodeTimeout: seconds(1), electionDelay: ms(100) }

/** Keys of the first, second and third master of three. */
const [A, B, C] = ['b', 'c', 'a'] as const

const commands = (...all: Words[]) => all.map(([command, ...args]) => ({ command, args }))

/** A process on the host `d` that asks through a client of its own. */
function addUser(servers: Servers, terms: Partial<RedisClusterTerms> = {}) {
  const detours: string[] = []
  let cluster!: RedisCluster
  const user = addCoordinator(servers.world, 'd', 'user', (env) => {
    cluster = new RedisCluster(env, {
      nodes: servers.all.map(({ name }) => ({ name })),
      timeout: ms(200),
      attempts: 5,
      backOff: ms(100),
      onDetour: (what) => detours.push(what),
      ...terms,
    })
    return {
      *handle(_from, request) {
        return yield* cluster.call(request as RedisRequest)
      },
    }
  })
  user.begin()
  const send = (request: RedisRequest) =>
    new Asked<RedisReply>(servers.client, user, request, { timeout: seconds(60) })
  const ask = (...words: Words): RedisValue | undefined => servers.answer(send(say(...words)))
  return { send, ask, detours, user }
}

test('a client learns who has what, and then goes straight there', () => {
  const servers = new Servers(3, { cluster: true }, LAN)
  const { ask, send, detours } = addUser(servers)
  for (let i = 0; i < 50; i++) expect(ask('SET', `key:${i}`, i)).toBe('OK')
  expect(detours).toEqual(['refresh'])
  const asked = send(pipeline(Array.from({ length: 50 }, (_, i) => ({ command: 'GET', args: [`key:${i}`] }))))
  servers.until(servers.world.simulation.now + seconds(1))
  expect(asked.reply!.values).toEqual(Array.from({ length: 50 }, (_, i) => String(i)))
  // To the user and back, to the masters and back at once, and the longest of their thirds.
  expect(asked.latency).toBeLessThan(us(400) + 5215 + 30 * 341)
  expect(asked.account.total).toBe(asked.latency)
  expect(asked.account.parts[NETWORK]).toBe(us(400))
  expect(asked.account.parts[COMPUTE]).toBe(asked.latency - us(400))
  for (const server of [1, 2, 3]) expect(servers.say(server, 'DBSIZE')).toBeGreaterThan(5)
})

test('a client whose table is old is sent on, and mends it', () => {
  const servers = new Servers(6, { ...FAST, cluster: true, replicas: 1 }, LAN)
  const { ask, detours } = addUser(servers)
  servers.until(seconds(1))
  expect(ask('INCR', A)).toBe(1)
  servers.all[0]!.behaviour.fault!('failover')
  servers.until(seconds(2))
  expect([ask('INCR', A), ask('INCR', A)]).toEqual([2, 3])
  expect(detours).toEqual(['refresh', 'redirect'])
})

test('a client outlives the crash of a master, a cluster’s or the only one', () => {
  for (const [count, values] of [
    [6, { ...FAST, cluster: true, replicas: 1 }],
    [3, { ...FAST, replicas: 2 }],
  ] as const) {
    const servers = new Servers(count, values, LAN)
    const { ask, send, detours } = addUser(servers, { attempts: 20 })
    servers.until(seconds(1))
    expect(ask('INCR', A)).toBe(1)
    servers.all[0]!.host.crash()
    const asked = send(say('INCR', A))
    servers.until(seconds(12))
    expect(asked.reply!.values).toEqual([2])
    expect(asked.latency).toBeGreaterThan(seconds(1))
    expect(asked.latency).toBeLessThan(seconds(4))
    expect(asked.account.total).toBe(asked.latency)
    expect(detours.length).toBeGreaterThan(3)
    const before = detours.length
    expect(ask('INCR', A)).toBe(3)
    expect(detours.length).toBe(before)
  }
})

test('a client gives up after its attempts, with what the last of them said', () => {
  const servers = new Servers(3, { ...FAST, cluster: true }, LAN)
  const { ask, send } = addUser(servers, { attempts: 2 })
  servers.until(seconds(1))
  expect(ask('INCR', A)).toBe(1)
  servers.all[0]!.host.crash()
  const silent = send(say('INCR', A))
  servers.until(seconds(3))
  expect(silent.error?.name).toBe('TimeoutError')
  expect(ask('GET', C)).toEqual({ error: 'CLUSTERDOWN The cluster is down' })
})

test('a client that tries once only asks anew before the next request', () => {
  const servers = new Servers(6, { ...FAST, cluster: true, replicas: 1 }, LAN)
  const { ask, send, detours } = addUser(servers, { attempts: 1 })
  servers.until(seconds(1))
  expect(ask('INCR', A)).toBe(1)
  servers.all[0]!.behaviour.fault!('failover')
  servers.until(seconds(2))
  // It is told who has the slot now, and takes note.
  expect(ask('INCR', A)).toEqual({ error: `MOVED ${slotOf(A)} redis.4` })
  expect(ask('INCR', A)).toBe(2)
  servers.all[3]!.host.crash()
  const lost = send(say('INCR', A))
  servers.until(seconds(8))
  expect(lost.error?.name).toBe('TimeoutError')
  expect(ask('INCR', A)).toBe(3)
  expect(detours).toEqual(['refresh', 'redirect', 'refresh'])
})

test('a client reads from replicas if it is told to, and may read what is old', () => {
  const servers = new Servers(6, { cluster: true, replicas: 1, replicationDelay: ms(50) }, LAN)
  const { ask } = addUser(servers, { readFrom: 'replica' })
  servers.until(seconds(1))
  expect(ask('SET', A, 'new')).toBe('OK')
  expect(ask('GET', A)).toBe(null)
  servers.until(seconds(2))
  expect(ask('GET', A)).toBe('new')
  expect(metric(servers.world, 'service.redis.4.commands')).toBeGreaterThan(1)
})

test('a transaction goes where its first key does, whole', () => {
  const servers = new Servers(3, { cluster: true }, LAN)
  const { send } = addUser(servers)
  const asked = send(transaction(commands(['INCR', `{${C}}1`], ['INCR', `{${C}}2`], ['INCR', `{${C}}1`])))
  servers.until(seconds(1))
  expect(asked.reply!.values).toEqual([1, 1, 2])
  expect(servers.say(3, 'GET', `{${C}}1`)).toBe('2')
})

test('several that ask at once learn once', () => {
  const servers = new Servers(3, { cluster: true }, LAN)
  const { send, detours } = addUser(servers)
  const all = [A, B, C, A, B, C].map((key) => send(say('INCR', key)))
  servers.until(seconds(1))
  expect(all.map(({ reply }) => reply!.values[0])).toEqual([1, 1, 1, 2, 2, 2])
  expect(detours).toEqual(['refresh'])
})
