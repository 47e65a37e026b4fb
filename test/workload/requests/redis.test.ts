import { expect, test } from 'vitest'
import type { RedisRequest } from '../../../src/env/clients/redis.ts'
import { redis } from '../../../src/workload/requests/redis.ts'
import { drawn, share, streams } from './drawn.ts'

const mix = [
  { command: 'GET agent:{key}', weight: 4 },
  { command: ' HSET  agent:{key} state {value}', weight: 1 },
]
const values = { mix, keys: 10, hot: 0, valueBytes: 3, pipeline: 1, atomic: false }

test('commands come by their weights, with keys equally likely and a value of its size', () => {
  const found = drawn<RedisRequest>(redis.create(values, streams('1')), 20_000).map(
    ({ commands }) => commands[0]!,
  )
  // Standard error sqrt(0.8 · 0.2 / 20,000) = 0.003; of a key's share 0.1: 0.002.
  expect(Math.abs(share(found, ({ command }) => command === 'GET') - 0.8)).toBeLessThan(0.015)
  for (let key = 0; key < 10; key++)
    expect(Math.abs(share(found, ({ args }) => args[0] === `agent:${key}`) - 0.1)).toBeLessThan(0.011)
  for (const { command, args } of found)
    expect(args.slice(1)).toEqual(command === 'GET' ? [] : ['state', 'xxx'])
})

test('a pipeline carries its number of commands in one request', () => {
  const [request] = drawn<RedisRequest>(redis.create({ ...values, pipeline: 16 }, streams('1')), 1)
  expect(request!.kind).toBe('redis')
  expect(request!.commands).toHaveLength(16)
})

test('a hot key has its share besides what falls to it', () => {
  const found = drawn<RedisRequest>(redis.create({ ...values, hot: 0.5 }, streams('1')), 20_000)
  const toKey0 = share(found, ({ commands }) => commands[0]!.args[0] === 'agent:0')
  // 0.5 + 0.5 / 10; standard error 0.0035.
  expect(Math.abs(toKey0 - 0.55)).toBeLessThan(0.015)
})

test('commands are numbered, braces around a key stay for its slot, and a transaction says so', () => {
  const mix = [{ command: 'SET tag:{{key}} {n}', weight: 1 }]
  const requests = drawn<RedisRequest>(
    redis.create({ ...values, mix, keys: 1, pipeline: 2, atomic: true }, streams('1')),
    2,
  )
  expect(requests.flatMap(({ commands }) => commands.map(({ args }) => args))).toEqual(
    [1, 2, 3, 4].map((n) => ['tag:{0}', String(n)]),
  )
  expect(requests.map(({ atomic }) => atomic)).toEqual([true, true])
})

test('no command, an empty one and an unknown placeholder are refused', () => {
  const create = (command: string) => () =>
    redis.create({ ...values, mix: [{ command, weight: 1 }] }, streams('1'))
  expect(() => redis.create({ ...values, mix: [] }, streams('1'))).toThrow(/invalid mix: no command/)
  expect(create('  ')).toThrow(/invalid command: empty/)
  expect(create('GET {ky}')).toThrow(/unknown placeholder \{ky\}; known: \{key\}, \{value\}, \{n\}/)
})
