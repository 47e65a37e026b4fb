import { describe, expect, test } from 'vitest'
import { queueConsumer } from '../../../src/coordination/agents/consumer.ts'
import {
  type Env,
  type Fact,
  type Observation,
  RefusedError,
  type Request,
  type Task,
} from '../../../src/env/index.ts'
import { ms, seconds } from '../../../src/units.ts'
import type { Process } from '../../../src/world/process.ts'
import { CoordinatorBehaviour, SimEnv } from '../../../src/world/sim-env.ts'
import { addCoordinator } from '../../world/fixture.ts'
import { at } from '../../world/services/fixture.ts'
import { cut, makeRabbits, Producer, queue } from '../../world/services/rabbitmq/fixture.ts'
import { createdBy, valuesOf } from '../fixture.ts'

const tasks = { queues: { tasks: queue() } }
const link = { latency: { kind: 'constant', value: ms(1) } }

function stage(given: Readonly<Record<string, unknown>> = tasks, nodes = 1) {
  const rabbits = makeRabbits(given, nodes, link)
  const { world, nodes: brokers } = rabbits
  const producer = new Producer(world, 'a', brokers[0]!)
  const observed: Observation[] = []
  const facts: Fact[] = []
  world.listener = { said: (_at, _process, fact) => facts.push(fact) }
  const consumer = (
    terms: Readonly<Record<string, unknown>> = {},
    name = 'consumer',
    host = 'b',
  ): Process => {
    const process = world.addProcess(world.hosts.get(host)!, name, name)
    const env: Env = new SimEnv(process, (observation) => observed.push(observation))
    const values = { broker: brokers.map(({ address }) => address), queue: 'tasks', ...terms }
    process.behaviour = new CoordinatorBehaviour(process, 0, () => createdBy(queueConsumer, env, values))
    process.begin()
    return process
  }
  const figure = (metric: string) => valuesOf(observed, metric).reduce((sum, value) => sum + value, 0)
  const done = () => facts.flatMap((fact) => (fact.fact === 'done' ? [fact.task] : []))
  const run = (until: number) => {
    world.simulation.run({ until })
    if (world.failure) throw world.failure
  }
  return { ...rabbits, producer, consumer, observed, figure, done, run, facts }
}

/** The publications with these numbers, as tasks. */
const named = (...numbers: number[]) => numbers.map((number) => `producer/${number}`)

test('does the tasks one after the other, each for its own time or the stated one, and acknowledges them', () => {
  const { producer, consumer, done, run, count, observed, world } = stage()
  consumer({ work: ms(20) })
  producer.publish('tasks')
  producer.publish('tasks', { body: { kind: 'job', service: ms(50) } as never })
  run(seconds(1))
  expect(done()).toEqual(named(1, 2))
  expect([count('acked'), count('unacked.max')]).toEqual([2, 2])
  // A millisecond to the broker, which it has to wait for no longer than the consumer's connection; one to the consumer.
  const latencies = valuesOf(observed, 'consumer.latency')
  expect(latencies[1]! - latencies[0]!).toBe(ms(50))
  expect(world.firstUnhandled).toBe(undefined)
})

test('asks its targets in turn, as many at once as it may', () => {
  const { world, producer, consumer, done, run } = stage()
  const asked: string[] = []
  for (const name of ['x', 'y'])
    addCoordinator(world, 'c', name, (env) => ({
      *handle(_from, request: Request<unknown>): Task<unknown> {
        asked.push(`${name} ${request.kind} ${env.now() / ms(1)}`)
        yield* env.sleep(ms(100))
        return { kind: 'done' }
      },
    })).begin()
  const target = ['x', 'y'].map((name) => world.processes.get(name)!.address)
  at(world, ms(10), () => consumer({ target, concurrency: 2 }))
  for (let i = 0; i < 4; i++) producer.publish('tasks')
  run(seconds(1))
  expect(asked).toEqual(['x job 13', 'y job 13', 'x job 115', 'y job 115'])
  expect(done()).toEqual(named(1, 2, 3, 4))
})

describe('a task whose call fails', () => {
  function failing(onFailure: 'requeue' | 'reject', ack = 'after') {
    const all = stage({
      queues: { tasks: queue({ deadLetterExchange: '', deadLetterRoutingKey: 'dead' }), dead: queue() },
    })
    let calls = 0
    addCoordinator(all.world, 'c', 'x', () => ({
      // biome-ignore lint/correctness/useYield: it answers at once
      *handle(): Task<unknown> {
        if (++calls < 3) throw new RefusedError(503, 'busy')
        return { kind: 'done' }
      },
    })).begin()
    all.consumer({ target: [all.world.processes.get('x')!.address], onFailure, ack })
    all.producer.publish('tasks')
    all.run(seconds(1))
    return all
  }

  test('is delivered again', () => {
    const { done, figure, count } = failing('requeue')
    expect([done(), figure('consumer.failed'), figure('consumer.redelivered')]).toEqual([named(1), 2, 2])
    expect(count('acked')).toBe(1)
  })

  test('or is dead-lettered', () => {
    const { done, figure, count } = failing('reject')
    expect([done(), figure('consumer.failed'), count('dead-lettered')]).toEqual([[], 1, 1])
  })

  test('is lost where it was acknowledged before', () => {
    const { done, facts, count } = failing('requeue', 'before')
    expect([done(), count('acked'), count('unacked.mean')! < 0.1]).toEqual([[], 1, true])
    expect(
      facts.filter(({ fact }) => fact === 'submitted' || fact === 'dropped').map(({ fact }) => fact),
    ).toEqual(['submitted'])
  })
})

describe('acknowledgements', () => {
  const cases = [
    // 5 published; killed in the third task; what is done in the end, and how often.
    { ack: 'after', done: [1, 2, 3, 4, 5] },
    { ack: 'before', done: [1, 2, 4, 5] },
    { ack: 'auto', done: [1, 2] },
  ]
  for (const { ack, done: expected } of cases)
    test(`${ack}: an agent that dies in its third task leaves ${expected.length} of 5 done`, () => {
      const { world, producer, consumer, done, run } = stage()
      for (let i = 0; i < 5; i++) producer.publish('tasks')
      const first = consumer({ ack, work: ms(100) }, 'first')
      at(world, ms(250), () => {
        first.kill()
        consumer({ ack, work: ms(100) }, 'second')
      })
      run(seconds(5))
      expect(done()).toEqual(named(...expected))
    })

  test('never: everything comes again to the next, and again', () => {
    const { world, producer, consumer, done, run, count } = stage()
    for (let i = 0; i < 3; i++) producer.publish('tasks')
    const first = consumer({ ack: 'never' }, 'first')
    at(world, seconds(1), () => {
      first.kill()
      consumer({ ack: 'never' }, 'second')
    })
    run(seconds(5))
    expect(done()).toEqual(named(1, 2, 3, 1, 2, 3))
    expect([count('acked'), count('unacked.max')]).toEqual([0, 3])
  })
})

describe('connects again', () => {
  test('when the broker’s process has ended', () => {
    const { world, nodes, producer, consumer, done, run, figure } = stage()
    for (let i = 0; i < 3; i++) producer.publish('tasks', { persistent: true })
    run(ms(10))
    consumer({ work: ms(100) })
    at(world, ms(160), () => nodes[0]!.kill())
    at(world, seconds(1), () => nodes[0]!.start())
    run(seconds(10))
    // Busy, it hears of the end only when nothing is left to do: the acknowledgements of the last two went nowhere.
    expect(done()).toEqual(named(1, 2, 3, 2, 3))
    expect(figure('consumer.disconnected')).toBe(1)
    expect(world.firstUnhandled).toBe(undefined)
  })

  test('when the broker’s host has stopped, at the next look after the heartbeat’s time; to the next node', () => {
    const { world, nodes, consumer, done, run, figure } = stage(
      { queues: { tasks: queue({ type: 'quorum' }) } },
      3,
    )
    consumer({ heartbeat: seconds(60) })
    run(seconds(1))
    nodes[0]!.host.crash()
    run(seconds(30))
    const producer = new Producer(world, 'a', nodes[1]!, 'second')
    producer.publish('tasks')
    run(seconds(59))
    expect(figure('consumer.disconnected')).toBe(0)
    run(seconds(100))
    expect([done(), figure('consumer.disconnected')]).toEqual([['second/1'], 1])
  })

  test('again and again while nobody answers', () => {
    const { nodes, consumer, run, figure, world, producer, done } = stage()
    nodes[0]!.kill()
    consumer({ reconnect: seconds(5) })
    run(seconds(21))
    expect(figure('consumer.disconnected')).toBe(5)
    nodes[0]!.start()
    run(seconds(30))
    producer.publish('tasks')
    run(seconds(31))
    expect([done(), world.firstUnhandled]).toEqual([named(1), undefined])
  })

  test('when what a cut has swallowed shows in the next heartbeats', () => {
    const { world, producer, consumer, done, run, figure } = stage()
    consumer({ heartbeat: seconds(20) })
    run(seconds(1))
    const heal = cut(world, 'r1', 'b')
    producer.publish('tasks')
    run(seconds(2))
    heal()
    run(seconds(60))
    expect([done(), figure('consumer.disconnected'), figure('consumer.redelivered')]).toEqual([
      named(1),
      1,
      1,
    ])
  })

  test('as work that holds its only thread longer than the heartbeat holds back its heartbeats', () => {
    const { producer, consumer, run, figure, count } = stage()
    consumer({ heartbeat: seconds(10), work: seconds(30) })
    producer.publish('tasks', { persistent: true })
    run(seconds(28))
    expect(count('connections.closed')).toBe(1)
    run(seconds(200))
    expect(figure('consumer.disconnected')).toBeGreaterThan(2)
    expect(count('acked')).toBe(0)
  })
})
