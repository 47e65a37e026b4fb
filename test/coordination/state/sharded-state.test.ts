import { expect, test } from 'vitest'
import {
  RedisCluster,
  type RedisReply,
  Running,
  type StateOperation,
  type Task,
} from '../../../src/env/index.ts'
import { linearizable } from '../../../src/observe/checkers/linearizable.ts'
import { ms, seconds } from '../../../src/units.ts'
import { CoordinatorBehaviour, SimEnv } from '../../../src/world/sim-env.ts'
import { Servers } from '../../world/services/redis/servers.ts'
import { FAST, Store } from './store-fixture.ts'

const REPLICATED = { cluster: true, replicas: 1, ...FAST }
const increment = (key: string): StateOperation => ({ action: 'increment', key })
const read = (key: string): StateOperation => ({ action: 'read', key })
const keys = Array.from({ length: 12 }, (_, i) => `${i}`)

test('a read asked of a replica may lack what its master has acknowledged, and is counted; of a master it never does', () => {
  for (const [readFrom, stale] of [
    ['master', 0],
    ['replica', 12],
  ] as const) {
    const store = new Store(6, { ...REPLICATED, replicationDelay: ms(50) }, { shards: 3, readFrom })
    store.until(seconds(1))
    store.answer(...keys.map(increment))
    store.answer(...keys.map(read))
    expect([readFrom, store.sum('state.stale-reads')]).toEqual([readFrom, stale])
    // When it has come, there is nothing stale about it.
    store.until(store.now + ms(100))
    store.answer(...keys.map(read))
    expect([readFrom, store.sum('state.stale-reads')]).toEqual([readFrom, stale])
  }
})

test('where a replica does not answer, its master is read', () => {
  const store = new Store(6, REPLICATED, { shards: 3, readFrom: 'replica', timeout: ms(100) })
  store.until(seconds(1))
  store.answer(...keys.map(increment))
  for (const replica of [3, 4, 5]) store.servers.all[replica]!.host.crash()
  const { outcomes } = store.answer(...keys.map(read)).reply!
  expect(outcomes).toEqual(keys.map(() => ({ outcome: 'done', value: '1' })))
})

test('an update that waits for a replica that is gone is unknown in the end, and done where it is not waited for', () => {
  for (const [acknowledgements, outcome] of [
    [0, 'done'],
    [1, 'unknown'],
  ] as const) {
    const store = new Store(6, REPLICATED, {
      shards: 3,
      acknowledgements,
      acknowledgementTimeout: ms(20),
      patience: seconds(0.5),
      timeout: ms(200),
    })
    store.until(seconds(1))
    for (const replica of [3, 4, 5]) store.servers.all[replica]!.host.crash()
    const asked = store.answer(...keys.map(increment))
    // A request of which nothing is known to be done is refused.
    expect([asked.reply ? 'done' : 'unknown', asked.error?.status]).toEqual([
      outcome,
      outcome === 'unknown' ? 504 : undefined,
    ])
    // It was carried out once all the same.
    const { outcomes } = store.answer(...keys.map(read)).reply!
    expect(outcomes.map((each) => 'value' in each && each.value)).toEqual(keys.map(() => '1'))
  }
})

test('WAIT is asked of the server that had what comes before it, and a function of the one that has its keys', () => {
  const servers = new Servers(6, REPLICATED)
  servers.until(seconds(1))
  const process = servers.world.addProcess(servers.world.hosts.get('d')!, 'app', 'app')
  process.behaviour = new CoordinatorBehaviour(process, 0, () => ({}))
  process.begin()
  const cluster = new RedisCluster(new SimEnv(process, () => {}), {
    nodes: servers.all.map(({ name }) => ({ name })),
    timeout: seconds(1),
    attempts: 1,
    backOff: 0,
  })
  const ask = (task: Task<RedisReply>) => {
    let running!: Running<RedisReply>
    process.enter(() => {
      running = new Running(process, task, 'ask')
    })
    servers.until(servers.world.simulation.now + seconds(0.2))
    return running.value!.values
  }
  // `a` is the last master's (slot 15,495), whose replica is the last server; that of `b` (3,300) is the first's.
  servers.all[5]!.host.crash()
  for (let n = 0; n < 8; n++)
    for (const [key, replicas] of [
      ['a', 0],
      ['b', 1],
    ] as const) {
      const call = { command: 'FCALL', args: ['once', 2, `{${key}}${n}`, key, 9999, 'INCR', 0] }
      const values = ask(
        cluster.call({ kind: 'redis', commands: [call, { command: 'WAIT', args: [1, 50] }] }),
      )
      expect(values).toEqual([[1, [n + 1]], replicas])
    }
})

test('its reads and writes of states are a history that checkers can judge: sound with masters, not with replicas', () => {
  for (const [readFrom, violations] of [
    ['master', 0],
    ['replica', 1],
  ] as const) {
    let violated = 0
    const values = { store: undefined, keys: 100, limit: 1000 }
    const checker = linearizable.create(values, () => violated++)
    const store = new Store(6, { ...REPLICATED, replicationDelay: ms(50) }, { shards: 3, readFrom })
    const speaker = { name: 'state', epoch: 1, up: true, host: { name: 'd', crashes: 0 } }
    store.servers.world.listener = {
      said: (at, _process, fact) => checker.hears?.[fact.fact]?.(at, speaker, fact as never),
    }
    store.until(seconds(1))
    for (const value of ['x', 'y']) {
      store.answer({ action: 'write', key: 'a', value })
      store.answer(read('a'))
    }
    checker.finish(store.now, false)
    expect([readFrom, Math.min(1, violated)]).toEqual([readFrom, violations])
  }
})
