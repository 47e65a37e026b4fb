// A key-value store with a primary and two replicas that follow it after a while. The bug: a client reads wherever it likes.

import { describe, expect, test } from 'vitest'
import {
  type Coordinator,
  type Env,
  type Message,
  type RedisReply,
  type RedisRequest,
  type RedisValue,
  redis,
  TimeoutError,
} from '../../src/env/index.ts'
import { ms, seconds } from '../../src/units.ts'
import type { World } from '../../src/world/world.ts'
import { addCoordinator } from '../world/fixture.ts'
import { checksOf, violations } from './fixture.ts'

interface Follow extends Message {
  readonly kind: 'follow'
  readonly key: string
  readonly value: string
}

const REPLICAS = ['b', 'c']
const STORE = ['a', ...REPLICAS].map((name) => ({ name }))

function server(env: Env): Coordinator {
  const data = new Map<string, string>()
  return {
    *handle(_from, request) {
      const { command, args } = (request as RedisRequest).commands[0]!
      const [key, value] = args.map(String)
      let reply: RedisValue = data.get(key!) ?? null
      if (command === 'SET') {
        data.set(key!, value!)
        reply = 'OK'
        const follow: Follow = { kind: 'follow', key: key!, value: value! }
        for (const name of REPLICAS)
          env.after(env.random('lag').integer(ms(20)), () => env.send({ name }, follow))
      }
      return { kind: 'redis.reply', values: [reply] } satisfies RedisReply
    },
    receive(_from, message) {
      const { key, value } = message as Follow
      data.set(key, value)
    },
  }
}

/** Writes what nobody else writes and reads, with breaks; a time limit that a reply sometimes misses. */
const client = (env: Env, readFrom: readonly string[]): Coordinator => ({
  *start() {
    const random = env.random('choice')
    for (let i = 0; i < 12; i++) {
      yield* env.sleep(random.integer(ms(10)))
      const write = random.uniform() < 0.4
      const to = write ? 'a' : readFrom[random.integer(readFrom.length)]!
      const request = write ? redis('SET', 'x', `${env.self.name}${i}`) : redis('GET', 'x')
      try {
        yield* env.call({ name: to }, request, ms(4))
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error
      }
    }
  },
})

const plot = (readFrom: readonly string[], checker: 'linearizable' | 'monotonic-reads') => ({
  build(world: World) {
    for (const name of ['a', ...REPLICAS]) addCoordinator(world, name, name, server)
    for (const name of ['p', 'q']) addCoordinator(world, 'd', name, (env) => client(env, readFrom))
  },
  checks: { [checker]: { store: STORE } },
  until: seconds(10),
})

describe('a read from a replica that lags', () => {
  test('is not linearisable', () => {
    const found = violations(plot(['b'], 'linearizable'), 50)
    expect(Object.keys(found)).toEqual(['linearizable'])
    expect(found.linearizable!.seeds).toBeGreaterThan(25)
    const { detail, violation } = found.linearizable!.first
    expect(detail).toMatch(/^x of a\+b\+c was read as (nothing|"[pq]\d+"); it could only be "[pq]\d+"/)
    expect(violation!.events.length).toBeGreaterThan(1)
    expect(violation!.events.at(-1)!.event).toMatch(/^(read|wrote) x = /)
  })

  test('goes back in time where the next read is of another replica', () => {
    const found = violations(plot(['b', 'c'], 'monotonic-reads'), 200)
    expect(Object.keys(found)).toEqual(['monotonic-reads'])
    const { detail } = found['monotonic-reads']!.first
    expect(detail).toMatch(/^[pq] read x of a\+b\+c as (nothing|"[pq]\d+") after it had read "[pq]\d+"/)
  })
})

test('reads from the primary are linearisable and go forward, though some replies are missed, with every seed', () => {
  expect(violations(plot(['a'], 'linearizable'))).toEqual({})
  expect(violations(plot(['a'], 'monotonic-reads'))).toEqual({})
  const told = checksOf(plot(['a'], 'linearizable'), '1').find(({ name }) => name === 'linearizable')!
  expect(told.pass).toBe(true)
  expect(told.detail).toMatch(/^\d+ operations on 1 key$/)
})
