import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  all,
  allSettled,
  CancelledError,
  type Env,
  quorum,
  RefusedError,
  race,
  type Task,
  TimeoutError,
  withTimeout,
} from '../../src/env/index.ts'
import { failing, later, played } from './stage.ts'

/** A task that notes that it was cancelled. */
function* noting(env: Env, delay: number, log: string[], name: string): Task<string> {
  try {
    yield* env.sleep(delay)
    return name
  } finally {
    log.push(`${name} left at ${env.now()}`)
  }
}

function* caught<T>(task: Task<T>): Task<T | unknown> {
  try {
    return yield* task
  } catch (error) {
    return error
  }
}

const refused = new RefusedError(503, 'busy')

test('all gives the values in the order of the tasks, when the last has come', () => {
  expect(
    played(function* (env) {
      const values = yield* all([later(env, 30, 'a'), later(env, 10, 'b'), later(env, 20, 'c')])
      return [values, env.now()]
    }),
  ).toEqual([['a', 'b', 'c'], 30])
})

test('all of nothing is there at once', () => {
  expect(played(() => all([]))).toEqual([])
  expect(played(() => allSettled([]))).toEqual([])
})

test('all throws the first failure and cancels the rest', () => {
  const log: string[] = []
  expect(
    played(function* (env) {
      const tasks = [
        noting(env, 30, log, 'slow'),
        failing(env, 20, refused),
        failing(env, 25, new Error('later')),
      ]
      return [yield* caught(all<unknown>(tasks)), env.now(), [...log]]
    }),
  ).toEqual([refused, 20, ['slow left at 20']])
})

test('allSettled waits for every end and never throws', () => {
  expect(
    played(function* (env) {
      const outcomes = yield* allSettled<unknown>([failing(env, 30, refused), later(env, 10, 'b')])
      return [outcomes, env.now()]
    }),
  ).toEqual([
    [
      { ok: false, error: refused },
      { ok: true, value: 'b' },
    ],
    30,
  ])
})

test('a quorum gives the first values in the order of their coming and cancels the rest', () => {
  const log: string[] = []
  expect(
    played(function* (env) {
      const tasks = [40, 20, 10, 30].map((delay) => noting(env, delay, log, `after ${delay}`))
      return [yield* quorum(2, tasks), env.now()]
    }),
  ).toEqual([['after 10', 'after 20'], 20])
  expect(log).toEqual([
    'after 10 left at 10',
    'after 20 left at 20',
    'after 40 left at 20',
    'after 30 left at 20',
  ])
})

test('a quorum fails as soon as too many have failed, with the last error', () => {
  expect(
    played(function* (env) {
      const last = new RefusedError(429, 'too many')
      const tasks = [
        failing(env, 10, refused),
        failing(env, 20, last),
        later(env, 5, 'a'),
        later(env, 30, 'b'),
      ]
      return [yield* caught(quorum<string>(3, tasks)), env.now()]
    }),
  ).toEqual([expect.objectContaining({ status: 429 }), 20])
})

test('a quorum of more than there are is refused at once; of none it is there at once', () => {
  expect(played((env) => caught(quorum(3, [later(env, 1, 'a'), later(env, 1, 'b')])))).toEqual(
    new Error('a quorum of 3 among 2 tasks'),
  )
  expect(played((env) => quorum(0, [later(env, 1, 'a')]))).toEqual([])
})

test('as many of n have failed or come as a quorum needs: it never hangs', () => {
  const outcome = fc.record({ delay: fc.nat(20), ok: fc.boolean() })
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 8 }), fc.nat(9), (outcomes, need) => {
      const result = played((env) =>
        caught(
          quorum<number>(
            need,
            outcomes.map(({ delay, ok }, i) => (ok ? later(env, delay, i) : failing(env, delay, refused))),
          ),
        ),
      )
      const good = outcomes.filter(({ ok }) => ok).length
      if (good >= need) expect(result).toHaveLength(need)
      else if (need > outcomes.length) expect(result).toBeInstanceOf(Error)
      else expect(result).toBe(refused)
    }),
  )
})

test('a race goes to the first end, be it a failure, and the others are cancelled', () => {
  const log: string[] = []
  expect(
    played(function* (env) {
      const winner = yield* race([noting(env, 20, log, 'slow'), noting(env, 10, log, 'fast')])
      const error = yield* caught(race<unknown>([later(env, 20, 'a'), failing(env, 10, refused)]))
      return [winner, error, env.now()]
    }),
  ).toEqual(['fast', refused, 20])
  expect(log).toEqual(['fast left at 10', 'slow left at 10'])
})

test('of two ends at the same instant the one first scheduled wins', () => {
  expect(played((env) => race([later(env, 10, 'first'), later(env, 10, 'second')]))).toBe('first')
})

test('a race of no tasks is refused', () => {
  expect(played(() => caught(race([])))).toEqual(new Error('a race of no tasks has no winner'))
})

test('a time limit gives the value if it comes, else it cancels and throws', () => {
  const log: string[] = []
  expect(
    played(function* (env) {
      const value = yield* withTimeout(later(env, 10, 'in time'), 20)
      const failure = yield* caught(withTimeout(failing(env, 10, refused), 20))
      const error = yield* caught(withTimeout(noting(env, 100, log, 'slow'), 30))
      return [value, failure, error, env.now()]
    }),
  ).toEqual(['in time', refused, new TimeoutError('withTimeout', 30), 50])
  expect(log).toEqual(['slow left at 50'])
})

test('compositions nest: what is cancelled cancels what it waits for, down to the leaves', () => {
  const log: string[] = []
  played(function* (env) {
    const leaf = (name: string) => noting(env, 100, log, name)
    yield* race<unknown>([
      all([leaf('a'), race([leaf('b'), withTimeout(leaf('c'), 90)])]),
      quorum(1, [leaf('d'), allSettled([leaf('e')])] as Task<unknown>[]),
      later(env, 10, 'over'),
    ])
    expect(env.now()).toBe(10)
  })
  expect(log.sort()).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `${name} left at 10`))
})

test('one who waits on a composition and is cancelled cancels it, and nobody goes on twice', () => {
  const log: unknown[] = []
  played(function* (env) {
    const waiting = env.spawn(
      (function* (): Task<void> {
        try {
          yield* all([later(env, 50, 'a'), later(env, 60, 'b')])
        } catch (error) {
          log.push(error)
        } finally {
          log.push(`left at ${env.now()}`)
        }
      })(),
      'waiting',
    )
    yield* env.sleep(10)
    waiting.cancel()
    log.push(yield* caught(waiting.join()))
    log.push(env.now())
  })
  expect(log).toEqual(['left at 10', new CancelledError('waiting was cancelled'), 10])
})

test('a child ended at the same instant as the one that decided does not go on', () => {
  const log: string[] = []
  const then = function* (env: Env, delay: number, name: string): Task<string> {
    yield* env.sleep(delay)
    log.push(name)
    return name
  }
  played((env) => race([then(env, 10, 'a'), then(env, 10, 'b'), then(env, 10, 'c')]))
  expect(log).toEqual(['a'])
})
