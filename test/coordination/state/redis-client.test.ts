import { expect, test } from 'vitest'
import { redisClient } from '../../../src/coordination/index.ts'
import { type Message, type Observation, type RedisReply, redis as say } from '../../../src/env/index.ts'
import { ms, seconds, us } from '../../../src/units.ts'
import { CoordinatorBehaviour, SimEnv } from '../../../src/world/sim-env.ts'
import { Asked } from '../../world/services/fixture.ts'
import { Servers } from '../../world/services/redis/servers.ts'

test('it carries out commands where their keys are, and says no where one was not carried out', () => {
  const values = { cluster: true, nodeTimeout: seconds(1) }
  const servers = new Servers(3, values, { latency: { kind: 'constant', value: us(100) } })
  const { world } = servers
  const counted: string[] = []
  const observe = (observation: Exclude<Observation, { kind: 'fact' }>) => counted.push(observation.metric)
  const process = world.addProcess(world.hosts.get('d')!, 'app', 'app')
  const terms = {
    servers: servers.all.map(({ name }) => ({ name })),
    timeout: ms(200),
    attempts: 3,
    backOff: ms(10),
    readFrom: 'master',
  } as const
  process.behaviour = new CoordinatorBehaviour(process, 0, () =>
    redisClient.create(new SimEnv(process, observe), terms),
  )
  process.begin()
  const ask = (request: Message) => {
    const asked = new Asked<RedisReply>(servers.client, process, request, { timeout: seconds(60) })
    servers.until(world.simulation.now + seconds(2))
    return asked
  }
  for (const key of ['a', 'b', 'c']) expect(ask(say('SET', key, 1)).reply!.values).toEqual(['OK'])
  // What is wrong with a command is its answer.
  expect(ask(say('LPUSH', 'a', 1)).reply!.values[0]).toHaveProperty('error')
  expect(ask({ kind: 'job' }).error?.status).toBe(404)
  expect(counted).toEqual(['redis.refreshes'])
  servers.all[1]!.host.crash()
  servers.until(world.simulation.now + seconds(4))
  const { error } = ask(say('GET', 'a'))
  expect([error?.status, error?.message]).toEqual([503, 'CLUSTERDOWN The cluster is down'])
  expect(new Set(counted)).toEqual(new Set(['redis.refreshes', 'redis.retries']))
})
