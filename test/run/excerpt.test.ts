import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Coordinator, type Env, type Message, Semaphore } from '../../src/env/index.ts'
import type { RecordedExcerpt } from '../../src/observe/recorded.ts'
import { RunChecks } from '../../src/run/checking.ts'
import { Clients } from '../../src/run/client.ts'
import { ms, seconds } from '../../src/units.ts'
import { scenarioOf } from '../experiment/fixture.ts'
import { addCoordinator } from '../world/fixture.ts'
import { type Ask, type Kept, keptWorld, passesOn, runAll } from './message-fixture.ts'

const NETWORK = { latency: { kind: 'constant', value: ms(1) } }

/** Clients on a host of their own that ask `front` at these times. */
function withClients({ world, messages }: Kept, times: readonly number[], kind = 'ask'): void {
  const [target] = [...world.processes.values()].filter(({ name }) => name === 'front')
  const process = world.addProcess(
    world.addHost('clients', world.hosts.get('a')!.values),
    'clients',
    'clients',
  )
  let i = 0
  process.behaviour = new Clients(process, world.recorder, {
    target: target!,
    source: {
      next: () => (i < times.length ? { at: times[i++]!, request: { kind } } : undefined),
      close() {},
    },
    timeout: seconds(1e6),
    requests: undefined,
    warmUp: undefined,
    messages,
  })
}

const excerptIn = ({ world, messages }: Kept): RecordedExcerpt => messages.finish(world, '1').excerpt!

/** `0 front → back ask, of 3`, with its cause's place. */
const inWords = ({ messages, processes, kinds }: RecordedExcerpt): readonly string[] =>
  messages.map(
    ({ from, to, kind, cause, own }) =>
      `${own ? 'own' : '...'} ${processes[from]!.name} → ${processes[to]!.name} ${kinds[kind]}${cause < 0 ? '' : ` of ${cause}`}`,
  )

/** Sends to a neighbour now and then, of itself. */
const chatter = (env: Env): Coordinator => ({
  *start() {
    for (let i = 0; i < 40; i++) {
      yield* env.sleep(ms(10))
      env.send({ name: 'listener' }, { kind: 'chat' })
    }
  },
})

describe('the excerpt of the slowest request', () => {
  test('has the messages of its chain, each caused by the one before, and those beside it as others', () => {
    const kept = keptWorld({ a: {}, b: {}, c: {}, d: {} }, NETWORK)
    addCoordinator(kept.world, 'a', 'front', passesOn('middle', ms(2)))
    addCoordinator(kept.world, 'b', 'middle', passesOn('back', ms(3)))
    addCoordinator(kept.world, 'c', 'back', passesOn(undefined, ms(4)))
    addCoordinator(kept.world, 'd', 'chatter', chatter)
    addCoordinator(kept.world, 'd', 'listener', () => ({}))
    // The second waits for a part of the first's time, and so is the slowest.
    withClients(kept, [ms(100), ms(101)])
    runAll(kept)
    const excerpt = excerptIn(kept)
    expect(excerpt).toMatchObject({ of: 'slowest request', from: ms(101), omitted: 0 })
    const own = excerpt.messages.filter((message) => message.own)
    const place = (message: (typeof own)[number] | undefined) => excerpt.messages.indexOf(message!)
    expect(own.map(({ cause }) => cause)).toEqual([-1, ...own.slice(0, -1).map(place)])
    expect(inWords({ ...excerpt, messages: own.map((message) => ({ ...message, cause: -1 })) })).toEqual([
      'own clients → front ask',
      'own front → middle ask',
      'own middle → back ask',
      'own back → middle ask answered',
      'own middle → front ask answered',
      'own front → clients ask answered',
    ])
    expect(own.at(-1)!.done).toBe(excerpt.until)
    expect(inWords(excerpt)).toContain('... chatter → listener chat')
    for (const { sent } of excerpt.messages) {
      expect(sent).toBeGreaterThanOrEqual(excerpt.from)
      expect(sent).toBeLessThanOrEqual(excerpt.until)
    }
  })

  test('knows a request by its number where it waits for a permit that another gives back', () => {
    const kept = keptWorld({ a: { cores: 4 }, b: {} }, NETWORK)
    addCoordinator(kept.world, 'a', 'front', (env) => {
      const lock = new Semaphore(1)
      const once = function* (request: Ask) {
        // A message one way has no account that it could be known by.
        env.send({ name: 'notary' }, { kind: 'note' })
        return yield* env.call({ name: 'back' }, request, seconds(100))
      }
      return { handle: (_from, request) => lock.held(once(request as Ask)) }
    })
    addCoordinator(kept.world, 'b', 'back', passesOn(undefined, ms(5)))
    addCoordinator(kept.world, 'b', 'notary', () => ({}))
    withClients(kept, [0, ms(1), ms(2)])
    runAll(kept)
    const words = inWords(excerptIn(kept))
    expect(words.filter((line) => line.startsWith('own'))).toEqual([
      'own clients → front ask',
      expect.stringMatching(/^own front → notary note of \d+$/),
      expect.stringMatching(/^own front → back ask of \d+$/),
      expect.stringMatching(/^own back → front ask answered of \d+$/),
      expect.stringMatching(/^own front → clients ask answered of \d+$/),
    ])
  })

  test('has what was sent one way on its behalf, and at most 250 messages, the way of the answer among them', () => {
    const kept = keptWorld({ a: {}, b: {} }, NETWORK)
    addCoordinator(kept.world, 'a', 'front', (env) => ({
      *handle() {
        for (let i = 0; i < 1000; i++) env.send({ name: 'echo' }, { kind: 'cry', bytes: 1 })
        yield* env.compute({ cost: ms(10) })
        yield* env.call({ name: 'back' }, { kind: 'ask' } as Ask, seconds(1))
        return { kind: 'done' }
      },
    }))
    addCoordinator(kept.world, 'b', 'back', passesOn(undefined, ms(5)))
    addCoordinator(kept.world, 'b', 'echo', (env) => ({
      receive: (from) => env.send(from, { kind: 'echo', bytes: 1 }),
    }))
    withClients(kept, [0])
    runAll(kept)
    const excerpt = excerptIn(kept)
    // 1,000 cries, 1,000 echoes, two requests and two answers; all of them are its own.
    expect(excerpt.messages).toHaveLength(250)
    expect(excerpt.omitted).toBe(2004 - 250)
    expect(excerpt.messages.every(({ own }) => own)).toBe(true)
    const words = inWords(excerpt)
    for (const link of [
      'clients → front ask',
      'front → back ask',
      'back → front ask answered',
      'front → clients ask answered',
    ])
      expect(words.filter((line) => line.includes(`${link} `) || line.endsWith(link))).toHaveLength(1)
  })

  test('is of one that was answered after the warm-up', () => {
    const kept = keptWorld({ a: {} }, NETWORK)
    addCoordinator(kept.world, 'a', 'front', (env) => ({
      *handle() {
        // Slower before: 100 ms, then 10 ms.
        yield* env.compute({ cost: env.now() < ms(50) ? ms(100) : ms(10) })
        return { kind: 'done' }
      },
    }))
    withClients(kept, [0, ms(500)])
    for (const process of kept.world.processes.values()) process.begin()
    kept.world.simulation.run({ until: ms(300) })
    kept.world.recorder.reset(kept.world.simulation.now)
    kept.messages.measure(kept.world)
    kept.world.simulation.run({})
    expect(excerptIn(kept)).toMatchObject({ from: ms(500), until: ms(512), what: '12 ms, asked at 500 ms' })
  })
})

/** Gossip without an end: each passes what it gets on to another, computing or sleeping before, or at once. */
function gossip(nodes: number, seed: number): Kept {
  const kept = keptWorld({ a: { cores: 2 }, b: {} }, NETWORK)
  for (let i = 0; i < nodes; i++)
    addCoordinator(kept.world, 'ab'[i % 2]!, `node.${i}`, (env: Env) => {
      const random = env.random(`gossip ${seed}`)
      const pass = () => env.send({ name: `node.${random.integer(nodes)}` }, { kind: 'rumour' })
      const slowly = function* () {
        if (random.integer(2) === 0) yield* env.compute({ cost: ms(1) })
        else yield* env.sleep(ms(1))
        pass()
      }
      return {
        *start() {
          yield* env.sleep(ms(1))
          pass()
        },
        receive() {
          if (random.integer(2) === 0) pass()
          else env.spawn(slowly(), 'slowly')
        },
      }
    })
  return kept
}

test('where nobody asks, it is the beginning; causes are a forest, and nothing is sent before its cause is taken', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 9 }), fc.nat(), (nodes, seed) => {
      const kept = gossip(nodes, seed)
      runAll(kept, ms(500))
      const { of, messages, from, until } = excerptIn(kept)
      expect([of, messages.length]).toEqual(['beginning', 250])
      expect([from, until]).toEqual([0, messages.at(-1)!.sent])
      // Those that the nodes begin with come of nothing, all others of one before.
      expect(messages.filter(({ cause }) => cause < 0)).toHaveLength(nodes)
      for (const [i, { sent, cause, begun, done }] of messages.entries()) {
        expect(cause).toBeLessThan(i)
        if (cause >= 0) expect(sent).toBeGreaterThanOrEqual(messages[cause]!.begun!)
        if (cause >= 0) expect(messages[cause]!.to).toBe(messages[i]!.from)
        if (begun !== null) expect(begun).toBeGreaterThanOrEqual(sent)
        if (done !== null) expect(done).toBeGreaterThanOrEqual(begun!)
      }
    }),
    { numRuns: 20 },
  )
})

describe('a message', () => {
  const sender = (env: Env): Coordinator => ({
    *start() {
      env.send({ name: 'receiver' }, { kind: 'one' })
      yield* env.sleep(ms(10))
      env.send({ name: 'receiver' }, { kind: 'two' })
    },
  })

  test('to one that has crashed is never begun, and one that it was at is never done', () => {
    const kept = keptWorld({ a: {}, b: {} }, NETWORK)
    addCoordinator(kept.world, 'a', 'sender', sender)
    const receiver = addCoordinator(kept.world, 'b', 'receiver', () => ({}), ms(5))
    kept.world.simulation.schedule(ms(3), { id: 0, fire: () => receiver.kill() }, 0)
    runAll(kept)
    expect(excerptIn(kept).messages.map(({ begun, done }) => [begun, done])).toEqual([
      [ms(1), null],
      [null, null],
    ])
  })

  test('is begun when its turn has come, and done when its cost is paid', () => {
    const kept = keptWorld({ a: {}, b: {} }, NETWORK)
    addCoordinator(kept.world, 'a', 'sender', (env) => ({
      *start() {
        yield* env.sleep(ms(1))
        for (const kind of ['one', 'two']) env.send({ name: 'receiver' }, { kind } satisfies Message)
      },
    }))
    addCoordinator(kept.world, 'b', 'receiver', () => ({}), ms(5))
    runAll(kept)
    expect(excerptIn(kept).messages.map(({ begun, done }) => [begun, done])).toEqual([
      [ms(2), ms(7)],
      [ms(7), ms(12)],
    ])
  })
})

test('a violation goes before the slowest request: the messages before it, and what led to it', () => {
  const kept = keptWorld({ a: {}, b: {} }, NETWORK)
  const { world, messages } = kept
  addCoordinator(world, 'a', 'front', passesOn(undefined, ms(1)))
  addCoordinator(world, 'a', 'chatter', chatter)
  addCoordinator(world, 'a', 'listener', () => ({}))
  for (const name of ['one', 'two'])
    addCoordinator(world, 'b', name, (env) => ({
      receive: () => env.observe({ kind: 'fact', fact: 'elected', group: 'realm', term: 1 }),
    }))
  addCoordinator(world, 'a', 'instigator', (env) => ({
    *start() {
      yield* env.sleep(ms(105))
      env.send({ name: 'one' }, { kind: 'rule' })
      env.send({ name: 'two' }, { kind: 'rule' })
    },
  }))
  withClients(kept, [0])
  new RunChecks(world, scenarioOf({}), messages)
  runAll(kept)
  const excerpt = excerptIn(kept)
  expect(excerpt).toMatchObject({ of: 'violation', until: ms(106) })
  expect(excerpt.what).toMatch(/^one-leader: .* at 106 ms$/)
  // The request and its answer, ten chats, and the two that were told to rule.
  expect(inWords(excerpt).filter((line) => line.startsWith('own'))).toEqual(['own instigator → two rule'])
  expect(excerpt.messages).toHaveLength(2 + 10 + 2)
})

test('a connection that is refused answers a request that nobody has taken', () => {
  const kept = keptWorld({ a: {}, b: {} }, NETWORK)
  addCoordinator(kept.world, 'a', 'caller', (env) => ({
    *start() {
      yield* env.sleep(ms(5))
      yield* env.call({ name: 'receiver' }, { kind: 'ask' } as Ask, seconds(1))
    },
  }))
  const receiver = addCoordinator(kept.world, 'b', 'receiver', () => ({}))
  kept.world.simulation.schedule(ms(3), { id: 0, fire: () => receiver.kill() }, 0)
  runAll(kept)
  expect(excerptIn(kept).messages).toMatchObject([
    { sent: ms(5), begun: null, cause: -1 },
    { sent: ms(6), begun: ms(7), cause: 0 },
  ])
})
