import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StateAction, StateOperation } from '../../../src/env/index.ts'
import { ms, seconds } from '../../../src/units.ts'
import { FAST, Store } from './store-fixture.ts'

const CLUSTER = { cluster: true, ...FAST }

const increment = (key: string, count = 1): StateOperation => ({ action: 'increment', key, count })
const read = (key: string): StateOperation => ({ action: 'read', key })
const values = (store: Store, ...operations: StateOperation[]) =>
  store.answer(...operations).reply!.outcomes.map((outcome) => 'value' in outcome && outcome.value)

test('each action does what it says, on one server as on three', () => {
  for (const [servers, redis, shards] of [
    [1, {}, 1],
    [3, CLUSTER, 3],
  ] as const) {
    const store = new Store(servers, redis, { shards })
    expect(
      values(
        store,
        { action: 'write', key: 'a', value: 'ready' },
        increment('n', 5),
        { action: 'push', key: 'q', value: 't1' },
        { action: 'append', key: 'l', value: 'e1' },
      ),
    ).toEqual(['OK', 5, 1, 1])
    expect(
      values(
        store,
        read('a'),
        read('n'),
        { action: 'take', key: 'q' },
        { action: 'append', key: 'l', value: 'e2' },
      ),
    ).toEqual(['ready', '5', 't1', 2])
    expect(values(store, { action: 'take', key: 'q' }, { action: 'tail', key: 'l', count: 2 })).toEqual([
      null,
      ['e1', 'e2'],
    ])
  }
})

test('what is wrong with an operation is told of it alone, and of one alone as a refusal', () => {
  const store = new Store(1, {}, {})
  values(store, { action: 'write', key: 'a', value: 'x' })
  const { outcomes } = store.answer(increment('a'), increment('b')).reply!
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['failed', 'done'])
  expect(store.answer(increment('a')).error?.status).toBe(503)
  expect(store.answer({ action: 'fly' as StateAction, key: 'a' }).error?.status).toBe(400)
  // Tried once: it would be wrong again.
  expect(store.sum('state.retries')).toBe(0)
})

test('a bulk goes as one message to each shard that has any of it, whatever its keys', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 40 }),
      (keys) => {
        const store = new Store(3, CLUSTER, { shards: 3 })
        expect(values(store, ...keys.map((key) => increment(key)))).toEqual(keys.map(() => 1))
        const messages = store.sum('state.messages')
        expect(messages).toBeLessThanOrEqual(Math.min(3, keys.length))
        // No key was dropped or came twice, and each is read from where it was written.
        expect(values(store, ...keys.map(read))).toEqual(keys.map(() => '1'))
        expect(store.sum('state.messages')).toBe(2 * messages)
        expect(store.sum('state.redirects')).toBe(0)
      },
    ),
    { numRuns: 25 },
  )
})

test('of a bulk whose shard is gone for good, the others are done and the rest is told of, key by key', () => {
  const store = new Store(3, CLUSTER, { shards: 3, patience: seconds(1), timeout: ms(200) })
  const keys = Array.from({ length: 30 }, (_, i) => `${i}`)
  values(store, ...keys.map((key) => increment(key)))
  store.servers.all[1]!.host.crash()
  const { outcomes } = store.answer(...keys.map((key) => increment(key))).reply!
  const told = (what: string) => keys.filter((_, i) => outcomes[i]!.outcome === what)
  // Nobody knows what the silent host did, until the others say that their cluster is down.
  expect(told('done').length + told('unknown').length + told('failed').length).toBe(30)
  expect(told('unknown').length).toBeGreaterThan(5)
  expect(told('failed')).toEqual([])
  expect(told('done').length).toBeGreaterThan(5)
})

test('a token that would be forgotten before its last attempt is the scenario’s mistake', () => {
  expect(() => new Store(1, {}, { tokenLifetime: seconds(10) })).toThrow(/invalid token-lifetime/)
})
