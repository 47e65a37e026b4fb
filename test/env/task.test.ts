import { expect, test } from 'vitest'
import {
  all,
  CancelledError,
  Channel,
  Deferred,
  type Env,
  RefusedError,
  type Running,
  race,
  Semaphore,
  type Task,
} from '../../src/env/index.ts'
import { failing, later, played, stage } from './stage.ts'

const refused = new RefusedError(503, 'busy')

const failedTasks = (world: ReturnType<typeof stage>['world']) =>
  world.recorder.finish(world.simulation.now).metrics['tasks.failed']!.value

test('a task that is spawned runs after what is running now, at the same instant', () => {
  const log: string[] = []
  played(function* (env) {
    // biome-ignore lint/correctness/useYield: it ends at once
    const named = function* (name: string): Task<void> {
      log.push(`${name} at ${env.now()}`)
    }
    env.spawn(named('first'), 'first')
    env.spawn(named('second'), 'second')
    log.push('spawner')
    yield* env.sleep(1)
    log.push('spawner again')
  })
  expect(log).toEqual(['spawner', 'first at 0', 'second at 0', 'spawner again'])
})

test('joining gives the value or the error, before the end and after it, to as many as ask', () => {
  const result = played(function* (env) {
    const good = env.spawn(later(env, 10, 'value'), 'good')
    const bad = env.spawn(failing(env, 10, refused), 'bad')
    const joins = yield* all([good.join(), good.join()])
    const errors: unknown[] = []
    // It failed before anyone waited: that is counted, and thrown here all the same.
    for (let i = 0; i < 2; i++) {
      try {
        yield* bad.join()
      } catch (error) {
        errors.push(error)
      }
    }
    return [joins, yield* good.join(), errors, env.now(), good.state, bad.state]
  })
  expect(result).toEqual([['value', 'value'], 'value', [refused, refused], 10, 'done', 'failed'])
})

test('one who no longer joins is not told', () => {
  const { world, play } = stage()
  play(function* (env) {
    const task = env.spawn(failing(env, 20, refused), 'task')
    yield* race([task.join(), env.sleep(10)])
  })
  // Nobody was waiting when it failed.
  expect(failedTasks(world)).toBe(1)
})

test('an outcome that nobody handles is counted once', () => {
  const { world, play } = stage()
  play(function* (env) {
    env.spawn(failing(env, 5, refused), 'alone')
    const joined = env.spawn(failing(env, 5, refused), 'joined')
    try {
      yield* joined.join()
    } catch {}
  })
  expect(failedTasks(world)).toBe(1)
})

test('a cancelled task runs its finally, and those who join are told', () => {
  const log: unknown[] = []
  played(function* (env) {
    const task = env.spawn(
      (function* (): Task<void> {
        try {
          yield* env.sleep(100)
          log.push('never')
        } finally {
          log.push(`cleaned up at ${env.now()}`)
        }
      })(),
      'task',
    )
    yield* env.sleep(10)
    task.cancel()
    task.cancel()
    log.push(task.state)
    try {
      yield* task.join()
    } catch (error) {
      log.push(error)
    }
  })
  expect(log).toEqual(['cleaned up at 10', 'cancelled', new CancelledError('task was cancelled')])
})

test('a finally that waits goes on to its end beside the others', () => {
  const log: string[] = []
  const cleaning = function* (env: Env): Task<void> {
    try {
      yield* env.sleep(100)
    } finally {
      yield* env.sleep(5)
      log.push(`first step at ${env.now()}`)
      try {
        yield* failing(env, 5, refused)
      } catch {
        log.push(`caught at ${env.now()}`)
      }
      yield* env.sleep(5)
      log.push(`cleaned up at ${env.now()}`)
    }
    log.push('never')
  }
  played(function* (env) {
    const task = env.spawn(cleaning(env), 'task')
    yield* env.sleep(10)
    task.cancel()
    try {
      yield* task.join()
    } catch {
      log.push(`told at ${env.now()}`)
    }
  })
  expect(log).toEqual(['told at 10', 'first step at 15', 'caught at 20', 'cleaned up at 25'])
})

test('a finally that waits is not woken by what the task was given just before', () => {
  const log: string[] = []
  played(function* (env) {
    const items = new Channel<string>()
    const task = env.spawn(
      (function* (): Task<void> {
        try {
          log.push(yield* items.get())
        } finally {
          yield* env.sleep(7)
          log.push(`cleaned up at ${env.now()}`)
        }
      })(),
      'task',
    )
    yield* env.sleep(10)
    items.put('item')
    task.cancel()
    expect(items.length).toBe(1)
  })
  expect(log).toEqual(['cleaned up at 17'])
})

test('a crash in the midst of a cleanup ends it', () => {
  const { world, process, env, play } = stage()
  const log: string[] = []
  world.simulation.schedule(12, { id: 0, fire: () => process.host.crash() }, 0)
  play(function* () {
    const task = env.spawn(
      (function* (): Task<void> {
        try {
          yield* env.sleep(100)
        } finally {
          yield* env.sleep(5)
          log.push('never')
        }
      })(),
      'task',
    )
    yield* env.sleep(10)
    task.cancel()
  })
  expect(log).toEqual([])
})

test('a task cancelled before it began does nothing at all', () => {
  const log: string[] = []
  played(function* (env) {
    const task = env.spawn(
      // biome-ignore lint/correctness/useYield: it never gets anywhere
      (function* (): Task<void> {
        try {
          log.push('never')
        } finally {
          log.push('never either')
        }
      })(),
      'task',
    )
    task.cancel()
    yield* env.sleep(1)
    expect(task.state).toBe('cancelled')
  })
  expect(log).toEqual([])
})

test('a task cannot cancel itself', () => {
  const log: string[] = []
  played(function* (env) {
    const self: { running?: Running<void> } = {}
    self.running = env.spawn(
      (function* (): Task<void> {
        yield* env.sleep(1)
        self.running!.cancel()
        yield* env.sleep(1)
        log.push('went on')
      })(),
      'self',
    )
    yield* self.running.join()
  })
  expect(log).toEqual(['went on'])
})

test('what a finally throws when cancelled is reported, once', () => {
  const { world, play } = stage()
  play(function* (env) {
    const task = env.spawn(
      (function* (): Task<void> {
        try {
          yield* env.sleep(100)
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: this is what is tried
          throw refused
        }
      })(),
      'task',
    )
    yield* env.sleep(1)
    task.cancel()
  })
  expect(failedTasks(world)).toBe(1)
})

test('a wait that is a task by itself may be spawned, joined and cancelled', () => {
  const result = played(function* (env) {
    const sleep = env.spawn(env.sleep(10), 'sleep')
    const never = env.spawn(new Deferred<void>().wait(), 'never')
    yield* sleep.join()
    never.cancel()
    return [env.now(), sleep.state, never.state]
  })
  expect(result).toEqual([10, 'done', 'cancelled'])
})

const MANY = 100_000

test('a chain of very many immediate wake-ups does not overflow the stack', () => {
  played(function* (env) {
    let task: Running<number> = env.spawn(later(env, 1, 0), 'first')
    const next = function* (before: Running<number>): Task<number> {
      return (yield* before.join()) + 1
    }
    for (let i = 0; i < MANY; i++) task = env.spawn(next(task), 'next')
    expect(yield* task.join()).toBe(MANY)
    expect(env.now()).toBe(1)
  })
})

test('very many turns at a lock, items, races and conversations at one instant do not overflow the stack', () => {
  played(function* (env) {
    const lock = new Semaphore(1)
    const there = new Channel<number>()
    const back = new Channel<number>()
    const turn = function* (): Task<void> {
      yield* lock.acquire()
      lock.release()
    }
    yield* lock.acquire()
    const last = Array.from({ length: MANY }, () => env.spawn(turn(), 'turn')).at(-1)!
    yield* env.sleep(1)
    lock.release()
    yield* last.join()

    for (let i = 0; i < MANY; i++) there.put(i)
    for (let i = 0; i < MANY; i++) expect(yield* there.get()).toBe(i)

    env.spawn(
      (function* (): Task<void> {
        for (;;) back.put((yield* there.get()) + 1)
      })(),
      'echo',
    )
    for (let i = 0; i < MANY; i++) {
      there.put(i)
      if (i % 2) yield* back.get()
      else yield* race([back.get(), new Deferred<number>().wait()])
    }
    for (let i = 0; i < MANY; i++) yield* all([])
    expect(env.now()).toBe(1)
  })
})
