import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  all,
  Channel,
  Deferred,
  type Env,
  Fifo,
  type Running,
  race,
  Semaphore,
  type Task,
  TimeoutError,
  withTimeout,
} from '../../src/env/index.ts'
import { later, played, stage } from './stage.ts'

test('a queue in a ring is a queue: first in, first out, whatever comes and goes', () => {
  const act = fc.oneof(
    fc.constant('push' as const),
    fc.constant('shift' as const),
    fc.constant('unshift' as const),
    fc.constant('filter' as const),
    fc.constant('clear' as const),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(act, fc.nat(40)), { maxLength: 60 }), (acts) => {
      const ring = new Fifo<number>()
      let model: number[] = []
      let next = 0
      for (const [act, times] of acts) {
        if (act === 'clear') {
          ring.clear()
          model = []
        } else if (act === 'filter') {
          ring.filter((item) => item % 3 !== 0)
          model = model.filter((item) => item % 3 !== 0)
        }
        for (let i = 0; i < times; i++) {
          if (act === 'push') {
            ring.push(next)
            model.push(next++)
          } else if (act === 'unshift') {
            ring.unshift(next)
            model.unshift(next++)
          } else if (act === 'shift') expect(ring.shift()).toBe(model.shift())
        }
        expect(ring.length).toBe(model.length)
      }
      while (model.length > 0) expect(ring.shift()).toBe(model.shift())
      expect(ring.shift()).toBeUndefined()
    }),
  )
})

test('permits go to those who wait, in their order', () => {
  const log: string[] = []
  played(function* (env) {
    const pool = new Semaphore(2)
    const user = (name: string) =>
      pool.held(
        (function* (): Task<void> {
          log.push(`${name} at ${env.now()}`)
          yield* env.sleep(10)
        })(),
      )
    for (const name of ['a', 'b', 'c', 'd', 'e']) env.spawn(user(name), name)
    yield* env.sleep(5)
    // Whoever comes later waits behind, even if a permit is given back at that instant.
    yield* env.sleep(5)
    env.spawn(user('late'), 'late')
  })
  expect(log).toEqual(['a at 0', 'b at 0', 'c at 10', 'd at 10', 'e at 20', 'late at 20'])
})

test('a permit that is held is given back however the task ends', () => {
  const result = played(function* (env) {
    const lock = new Semaphore(1)
    const held = env.spawn(lock.held(env.sleep(100)), 'held')
    const failing = env.spawn(
      lock.held(
        (function* (): Task<void> {
          yield* env.sleep(1)
          throw new TimeoutError('it', 1)
        })(),
      ),
      'failing',
    )
    yield* env.sleep(10)
    held.cancel()
    try {
      yield* failing.join()
    } catch {}
    yield* lock.acquire()
    return env.now()
  })
  expect(result).toBe(11)
})

test('a deferred value comes to all who wait and to all who ask later; only the first counts', () => {
  const result = played(function* (env) {
    const value = new Deferred<string>()
    const waiting = [env.spawn(value.wait(), 'one'), env.spawn(value.wait(), 'two')]
    const gone = env.spawn(value.wait(), 'gone')
    yield* env.sleep(10)
    gone.cancel()
    value.resolve('first')
    value.resolve('second')
    expect(value.resolved).toBe(true)
    const values: string[] = []
    for (const task of waiting) values.push(yield* task.join())
    values.push(yield* value.wait())
    return [values, env.now()]
  })
  expect(result).toEqual([['first', 'first', 'first'], 10])
})

test('a channel gives items in their order to those who wait in theirs', () => {
  const log: string[] = []
  played(function* (env) {
    const items = new Channel<number>()
    const consumer = function* (name: string): Task<void> {
      for (let i = 0; i < 2; i++) log.push(`${name} got ${yield* items.get()}`)
    }
    env.spawn(consumer('a'), 'a')
    env.spawn(consumer('b'), 'b')
    yield* env.sleep(1)
    for (let i = 0; i < 5; i++) items.put(i)
    yield* env.sleep(1)
    expect(items.length).toBe(1)
  })
  expect(log).toEqual(['a got 0', 'a got 2', 'b got 1', 'b got 3'])
})

test('those who wait in vain with a time limit, again and again, leave nothing behind', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const { play } = stage()
  const items = new Channel<string>()
  const lock = new Semaphore(1)
  const value = new Deferred<string>()
  const waits: WeakRef<object>[] = []
  play(function* (env) {
    yield* lock.acquire()
    const patient = env.spawn(items.get(), 'patient')
    for (let i = 0; i < 1000; i++) {
      const tries = [items.get(), lock.acquire(), value.wait(), env.sleep(1)] as Task<unknown>[]
      for (const wait of tries) waits.push(new WeakRef(wait))
      yield* race(tries)
    }
    yield* all<unknown>([patient.join(), later(env, 1, items.put('item'))])
  })
  // Weak references hold until the present job of the event loop is over.
  await new Promise((resolve) => setTimeout(resolve))
  collectGarbage()
  // Three lines, of which each keeps at most 16 who have left.
  expect(waits.filter((wait) => wait.deref()).length).toBeLessThanOrEqual(3 * 16)
  expect([items.length, value.resolved]).toEqual([0, false])
  lock.release()
})

const acts = fc.array(
  fc.record({
    at: fc.nat(30),
    kind: fc.constantFrom('get', 'limited', 'either', 'nested', 'put', 'put both', 'cancel'),
    channel: fc.nat(1),
    /** How long one waits at most, or which of the tasks is cancelled. */
    number: fc.nat(12),
  }),
  { maxLength: 60 },
)

test('no item of a channel is lost or doubled, whoever is cancelled and whenever', () => {
  fc.assert(
    fc.property(acts, (acts) => {
      const got: number[] = []
      let put = 0
      const channels = [new Channel<number>(), new Channel<number>()] as const
      played(function* (env) {
        const tasks: Running<void>[] = []
        const consumer = function* (wait: Task<number>): Task<void> {
          try {
            got.push(yield* wait)
          } catch (error) {
            if (!(error instanceof TimeoutError)) throw error
          }
        }
        const wait = (kind: string, channel: Channel<number>, limit: number): Task<number> => {
          const either = () => race([channel.get(), ...channels.map((other) => other.get())])
          if (kind === 'get') return channel.get()
          if (kind === 'limited') return withTimeout(channel.get(), limit)
          if (kind === 'either') return either()
          return withTimeout(race([either(), later(env, limit, -1), channel.get()]), limit)
        }
        for (const { at, kind, channel, number } of [...acts].sort((a, b) => a.at - b.at)) {
          if (at > env.now()) yield* env.sleep(at - env.now())
          if (kind === 'put') channels[channel]!.put(put++)
          else if (kind === 'put both') for (const one of channels) one.put(put++)
          else if (kind === 'cancel') tasks[number]?.cancel()
          else tasks.push(env.spawn(consumer(wait(kind, channels[channel]!, number)), kind))
        }
        yield* env.sleep(100)
        for (const task of tasks) task.cancel()
        for (const channel of channels) while (channel.length > 0) got.push(yield* channel.get())
      })
      const items = got.filter((item) => item >= 0)
      expect(items.sort((a, b) => a - b)).toEqual(Array.from({ length: put }, (_, i) => i))
    }),
    { numRuns: 400 },
  )
})

test('no permit is lost or doubled, whoever is cancelled and whenever', () => {
  const user = fc.record({
    at: fc.nat(20),
    holds: fc.nat(6),
    limit: fc.nat(12),
    cancelAt: fc.nat(40),
    both: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), fc.array(user, { maxLength: 25 }), (permits, users) => {
      let holding = 0
      const free = played(function* (env) {
        const pool = new Semaphore(permits)
        const hold = (env: Env, duration: number) =>
          (function* (): Task<void> {
            holding++
            expect(holding).toBeLessThanOrEqual(permits)
            try {
              yield* env.sleep(duration)
            } finally {
              holding--
            }
          })()
        const tasks = users.map(({ at, holds, limit, both }) =>
          env.spawn(
            (function* (): Task<void> {
              yield* env.sleep(at)
              try {
                if (both) yield* withTimeout(pool.held(hold(env, holds)), limit)
                else {
                  yield* withTimeout(pool.acquire(), limit)
                  try {
                    yield* hold(env, holds)
                  } finally {
                    pool.release()
                  }
                }
              } catch (error) {
                if (!(error instanceof TimeoutError)) throw error
              }
            })(),
            'user',
          ),
        )
        const order = users
          .map(({ cancelAt }, i) => ({ cancelAt, i }))
          .sort((a, b) => a.cancelAt - b.cancelAt)
        for (const { cancelAt, i } of order) {
          if (cancelAt > env.now()) yield* env.sleep(cancelAt - env.now())
          tasks[i]!.cancel()
        }
        yield* env.sleep(100)
        let free = 0
        for (; free <= permits; free++) {
          const got = yield* race([
            later(env, 1, false),
            (function* (): Task<boolean> {
              yield* pool.acquire()
              return true
            })(),
          ])
          if (!got) break
        }
        return free
      })
      expect(free).toBe(permits)
      expect(holding).toBe(0)
    }),
    { numRuns: 300 },
  )
})
