import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  Account,
  all,
  allSettled,
  type Env,
  type Message,
  Outcome,
  PARTS,
  quorum,
  type Request,
  Running,
  race,
  Semaphore,
  type Task,
  TimeoutError,
  withTimeout,
} from '../../src/env/index.ts'
import { ms } from '../../src/units.ts'
import { Call } from '../../src/world/call.ts'
import type { Process } from '../../src/world/process.ts'
import { addCoordinator, makeWorld } from '../world/fixture.ts'
import { failing, later, stage } from './stage.ts'

interface Ask extends Request<Message> {
  readonly kind: 'ask'
  readonly work: Tree
}

/** What a task does, as a tree: at its leaves it waits, at its forks it waits for others. */
type Tree =
  | { readonly kind: 'sleep' | 'compute' | 'lock'; readonly for: number }
  | { readonly kind: 'fail'; readonly for: number }
  | { readonly kind: 'call'; readonly work: Tree; readonly limit: number }
  | { readonly kind: 'limit'; readonly work: Tree; readonly for: number }
  | { readonly kind: 'join'; readonly work: Tree; readonly for: number }
  | { readonly kind: 'in turn' | 'all' | 'settled' | 'race' | 'half'; readonly parts: readonly Tree[] }

const { tree } = fc.letrec<{ tree: Tree }>((tie) => {
  const time = fc.nat(9)
  const parts = fc.array(tie('tree'), { minLength: 1, maxLength: 4 })
  return {
    tree: fc.oneof(
      { depthSize: 'medium', maxDepth: 5 },
      fc.record({ kind: fc.constantFrom('sleep', 'compute', 'lock'), for: time }),
      fc.record({ kind: fc.constant('fail'), for: time }),
      fc.record({ kind: fc.constant('call'), work: tie('tree'), limit: fc.nat(40) }),
      fc.record({ kind: fc.constant('limit'), work: tie('tree'), for: time }),
      fc.record({ kind: fc.constant('join'), work: tie('tree'), for: time }),
      fc.record({ kind: fc.constantFrom('in turn', 'all', 'settled', 'race', 'half'), parts }),
    ) as fc.Arbitrary<Tree>,
  }
})

/** Does what the tree says; outcomes along the way are part of the plan. */
function* perform(env: Env, tree: Tree, lock: Semaphore, peer: Process): Task<void> {
  try {
    yield* attempt(env, tree, lock, peer)
  } catch (error) {
    if (!(error instanceof Outcome)) throw error
    if (tree.kind === 'fail') throw error
  }
}

function* attempt(env: Env, tree: Tree, lock: Semaphore, peer: Process): Task<unknown> {
  const of = (part: Tree) => perform(env, part, lock, peer)
  switch (tree.kind) {
    case 'sleep':
      return yield* env.sleep(tree.for)
    case 'compute':
      return yield* env.compute({ cost: tree.for })
    case 'lock':
      return yield* lock.held(env.sleep(tree.for))
    case 'fail':
      return yield* failing(env, tree.for, new TimeoutError('it', 1))
    case 'call': {
      const ask: Ask = { kind: 'ask', work: tree.work }
      return yield* env.call(peer.address, ask, tree.limit)
    }
    case 'limit':
      return yield* withTimeout(of(tree.work), tree.for)
    case 'join': {
      const task = env.spawn(of(tree.work), 'task')
      yield* env.sleep(tree.for)
      return yield* task.join()
    }
    case 'in turn':
      for (const part of tree.parts) yield* of(part)
      return
    case 'all':
      return yield* all(tree.parts.map(of))
    case 'settled':
      return yield* allSettled(tree.parts.map(of))
    case 'race':
      return yield* race(tree.parts.map(of))
    case 'half':
      return yield* quorum(Math.ceil(tree.parts.length / 2), tree.parts.map(of))
  }
}

/** Performs trees beside each other in one process, which calls another on the same core and on another host. */
function performed(trees: readonly Tree[], speed: number, cost: number) {
  const world = makeWorld({ a: { speed }, b: {} }, { latency: { kind: 'constant', value: 2 }, loopback: 1 })
  const peers: Process[] = []
  for (const [host, name] of [
    ['a', 'near'],
    ['b', 'far'],
  ] as const)
    peers.push(
      addCoordinator(
        world,
        host,
        name,
        (env) => {
          const lock = new Semaphore(1)
          return {
            *handle(_from, request): Task<Message> {
              yield* perform(env, (request as Ask).work, lock, peers[name === 'near' ? 1 : 0]!)
              return { kind: 'done' }
            },
          }
        },
        cost,
      ),
    )
  let env!: Env
  const lock = new Semaphore(1)
  const process = addCoordinator(
    world,
    'a',
    'root',
    (given) => {
      env = given
      return {}
    },
    cost,
  )
  for (const one of [...peers, process]) one.begin()
  const accounts: { account: Account; elapsed: number }[] = []
  trees.forEach((tree, i) => {
    const account = new Account()
    process.enter(() => {
      const task = perform(env, tree, lock, peers[i % 2]!)
      new Running(process, task, 'root', account).watch({
        ended: () => accounts.push({ account, elapsed: env.now() }),
      })
    })
  })
  world.simulation.run({ until: ms(1) })
  if (world.failure) throw world.failure
  return accounts
}

test('whatever a task waits for, the parts of its account sum to the time it took', () => {
  fc.assert(
    fc.property(
      fc.array(tree, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(1, 0.5, 3),
      fc.nat(2),
      (trees, speed, cost) => {
        const accounts = performed(trees, speed, cost)
        expect(accounts).toHaveLength(trees.length)
        for (const { account, elapsed } of accounts) {
          expect(account.total).toBe(elapsed)
          for (const part of account.parts) expect(part).toBeGreaterThanOrEqual(0)
        }
      },
    ),
    { numRuns: 1500 },
  )
})

/** The parts that are not 0 of what a task books, by name. */
function booked(
  task: (env: Env) => Task<unknown>,
  setUp: (env: Env) => void = () => {},
): Record<string, number> {
  const { process, env, world } = stage()
  const account = new Account()
  process.enter(() => {
    setUp(env)
    new Running(process, task(env), 'task', account).watch({ ended() {} })
  })
  world.simulation.run()
  if (world.failure) throw world.failure
  return named(account)
}

const named = (account: Account): Record<string, number> =>
  Object.fromEntries(
    PARTS.map((part, i) => [part, account.parts[i]!] as const).filter(([, time]) => time > 0),
  )

test('sleeping is idle, computing is computing, waiting for a permit is queueing', () => {
  expect(booked((env) => env.sleep(10))).toEqual({ idle: 10 })
  expect(booked((env) => env.compute({ cost: 10 }))).toEqual({ compute: 10 })
  const lock = new Semaphore(1)
  const queueing = booked(
    (env) => lock.held(env.sleep(3)),
    (env) => env.spawn(lock.held(env.sleep(10)), 'other'),
  )
  expect(queueing).toEqual({ queue: 10, idle: 3 })
})

test('waiting for the process to be free is mailbox, waiting for its core is core', () => {
  // Another task of the process computes for 10; then it is this one's turn.
  const other = (env: Env) => env.spawn(env.compute({ cost: 10 }), 'other')
  expect(booked((env) => env.compute({ cost: 5 }), other)).toEqual({ mailbox: 10, compute: 5 })
  expect(booked((env) => env.sleep(4), other)).toEqual({ idle: 4, mailbox: 6 })
  // Another process on the one core: each has half of it until this one is done, 5 of work in 10.
  const { world, process, env } = stage()
  const rival = addCoordinator(world, 'a', 'rival', (env) => ({ start: () => env.compute({ cost: 100 }) }))
  const account = new Account()
  rival.begin()
  process.enter(() => new Running(process, env.compute({ cost: 5 }), 'task', account))
  world.simulation.run()
  expect(named(account)).toEqual({ compute: 5, core: 5 })
})

test('an attempt that was given up is a retry, whatever it did', () => {
  const given = function* (env: Env): Task<void> {
    try {
      yield* withTimeout(env.sleep(100), 10)
    } catch {}
    yield* env.sleep(1)
  }
  expect(booked(given)).toEqual({ retry: 10, idle: 1 })
})

test('the account follows the child that decided', () => {
  const tasks = (env: Env) => [env.sleep(10), env.compute({ cost: 6 })] as Task<unknown>[]
  expect(booked((env) => all(tasks(env)))).toEqual({ idle: 10 })
  expect(booked((env) => allSettled(tasks(env)))).toEqual({ idle: 10 })
  expect(booked((env) => race(tasks(env)))).toEqual({ compute: 6 })
  expect(booked((env) => withTimeout(env.compute({ cost: 6 }), 10))).toEqual({ compute: 6 })
})

test('after the first answer, a quorum waits for the others', () => {
  const answers = (env: Env) => [env.compute({ cost: 6 }), env.sleep(10), env.sleep(20)] as Task<unknown>[]
  expect(booked((env) => quorum(1, answers(env)))).toEqual({ compute: 6 })
  expect(booked((env) => quorum(2, answers(env)))).toEqual({ compute: 6, quorum: 4 })
  expect(booked((env) => quorum(3, answers(env)))).toEqual({ compute: 6, quorum: 14 })
})

test('joining takes over what the other did meanwhile, and nothing of what it did before', () => {
  const joined = function* (env: Env): Task<void> {
    const work = function* (): Task<void> {
      yield* env.compute({ cost: 20 })
      yield* env.sleep(5)
      yield* env.compute({ cost: 3 })
    }
    const task = env.spawn(work(), 'task')
    // Still asleep when the process has computed for 20.
    yield* env.sleep(1)
    yield* task.join()
  }
  // 1 asleep, 19 until the process is free; then the task's 5 and 3.
  expect(booked(joined)).toEqual({ idle: 1 + 5, mailbox: 19, compute: 3 })
})

test('joining a task that has ended costs nothing', () => {
  const joined = function* (env: Env): Task<void> {
    const task = env.spawn(later(env, 5, 'value'), 'task')
    yield* env.sleep(10)
    yield* task.join()
  }
  expect(booked(joined)).toEqual({ idle: 10 })
})

test('a call is taken apart: links, mailboxes, cores and what the callee did', () => {
  const world = makeWorld({ a: {}, b: {} }, { latency: { kind: 'constant', value: 7 } })
  const callee = addCoordinator(
    world,
    'b',
    'callee',
    (env) => ({
      start: () => env.compute({ cost: 30 }),
      *handle(): Task<Message> {
        yield* env.sleep(11)
        yield* env.compute({ cost: 13 })
        return { kind: 'answer' }
      },
    }),
    3,
  )
  const account = new Account()
  const caller = addCoordinator(world, 'a', 'caller', () => ({}), 2)
  for (const process of [callee, caller]) process.begin()
  caller.enter(() => {
    const call = new Call<Message>(caller, callee, { kind: 'ask' }, { timeout: 1000 })
    new Running(caller, call, 'call', account)
  })
  world.simulation.run()
  // There 7; busy until 30: mailbox 23; handler 3; asleep 11, its wake-up costs 3; 13 of work; back 7; the reply costs 2.
  expect(named(account)).toEqual({ network: 14, mailbox: 23, compute: 3 + 3 + 13 + 2, idle: 11 })
})

test('a call that nobody answers in time is a retry; one that is refused is not', () => {
  const world = makeWorld({ a: {}, b: {} }, { latency: { kind: 'constant', value: 7 } })
  const callee = addCoordinator(world, 'b', 'callee', () => ({}))
  const process = addCoordinator(world, 'a', 'caller', () => ({}))
  for (const one of [callee, process]) one.begin()
  const booked = (timeout: number) => {
    const account = new Account()
    const call = new Call<Message>(process, callee, { kind: 'ask' }, { timeout })
    process.enter(() => new Running(process, call, 'call', account).watch({ ended() {} }))
    world.simulation.run()
    return named(account)
  }
  expect(booked(10)).toEqual({ retry: 10 })
  expect(booked(20)).toEqual({ network: 14 })
})
