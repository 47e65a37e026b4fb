import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Delivery, Message } from '../../../../src/env/index.ts'
import { minutes, ms, seconds, us } from '../../../../src/units.ts'
import { at } from '../fixture.ts'
import { cut, makeRabbits, Producer, queue, TestConsumer } from './fixture.ts'

const tasks = { queues: { tasks: queue() } }
const latency = (value: number) => ({ latency: { kind: 'constant', value } })

/** A consumer that works on one message at a time, each for so long, and acknowledges it then. */
function working(
  rabbits: ReturnType<typeof makeRabbits>,
  service: number,
  terms: { prefetch: number; name?: string; host?: string; heartbeat?: number },
) {
  const { world, nodes } = rabbits
  let freeAt = 0
  const done: Delivery[] = []
  const work = (delivery: Delivery, consumer: TestConsumer): undefined => {
    const { epoch } = consumer.process
    freeAt = Math.max(freeAt, world.simulation.now) + service
    at(world, freeAt, () => {
      if (consumer.process.epoch !== epoch || !consumer.process.up) return
      done.push(delivery)
      consumer.settle(delivery.tag, 'ack')
    })
  }
  const consumer = new TestConsumer(world, terms.host ?? 'b', nodes[0]!, { queue: 'tasks', ...terms }, work)
  return { consumer, done }
}

describe('a prefetch of p lets one consumer do min(1/S, p/(S + R)) messages a second', () => {
  // A cycle of p tokens through a server (S) and a delay (R): the way of the acknowledgement and of the next delivery.
  const way = ms(2)
  const costs = { deliveryCost: us(40), queueCost: us(200) }
  const cases = [
    { costs: {}, round: 2 * way },
    // A quarter of the queue's cost and a connection's, there and back.
    { costs, round: 2 * way + 2 * us(90) },
  ]
  for (const { costs, round } of cases)
    for (const prefetch of [1, 2, 3, 4, 5, 10])
      for (const service of [ms(1), ms(3)])
        test(`p ${prefetch}, S ${service / ms(1)} ms, R ${round / ms(1)} ms`, () => {
          const rabbits = makeRabbits({ ...tasks, ...costs }, 1, latency(way))
          const { world, nodes } = rabbits
          const producer = new Producer(world, 'a', nodes[0]!)
          for (let i = 0; i < 1000; i++) producer.publish('tasks')
          let consumed = 0
          at(world, seconds(1), () => {
            const { done } = working(rabbits, service, { prefetch })
            at(world, seconds(1.5), () => {
              consumed = -done.length
            })
            at(world, seconds(2), () => {
              consumed += done.length
            })
          })
          world.simulation.run({ until: seconds(2) })
          const law = Math.min(1e9 / service, (prefetch * 1e9) / (service + round)) / 2
          expect(Math.abs(consumed - law)).toBeLessThanOrEqual(prefetch)
        })
})

describe('what a consumer held comes back, marked, when its connection ends', () => {
  function held(terms = {}, given = {}) {
    const rabbits = makeRabbits({ ...tasks, ...given }, 1, latency(ms(1)))
    const { world, nodes } = rabbits
    const producer = new Producer(world, 'a', nodes[0]!)
    const first = new TestConsumer(
      world,
      'b',
      nodes[0]!,
      { queue: 'tasks', prefetch: 3, name: 'first', ...terms },
      () => undefined,
    )
    const second = new TestConsumer(world, 'c', nodes[0]!, { name: 'second' })
    const consume = {
      kind: 'amqp.consume',
      connection: second.connection,
      queue: 'tasks',
      prefetch: 10,
    } as Message
    at(world, ms(10), () => {
      for (let i = 0; i < 4; i++) producer.publish('tasks')
    })
    at(world, ms(100), () => second.ask(consume))
    const run = (until: number) => world.simulation.run({ until })
    const came = () => second.deliveries.map(({ content, redelivered }) => [content.sequence, redelivered])
    const all = [
      [4, false],
      [1, true],
      [2, true],
      [3, true],
    ]
    return { ...rabbits, first, second, run, came, all }
  }

  test('at once when its process is killed, as its kernel closes the connection', () => {
    const { first, second, run, came, all, count, world } = held()
    at(world, seconds(1), () => first.open.cancel())
    run(seconds(2))
    expect(came()).toEqual(all)
    expect(second.at.slice(1)).toEqual(Array(3).fill(seconds(1) + ms(2)))
    expect([count('redelivered'), count('connections.closed')]).toEqual([3, 0])
  })

  test('after the heartbeat’s time when its host stops', () => {
    const { first, second, run, came, all, count, world } = held({ heartbeat: seconds(60) })
    at(world, seconds(31), () => first.beat())
    at(world, seconds(40), () => first.process.host.crash())
    run(seconds(89))
    expect(came().length).toBe(1)
    // Looked at every 30 s; last heard at 31 s.
    run(seconds(130))
    expect(came()).toEqual(all)
    expect(second.at[1]).toBe(seconds(120) + ms(2))
    expect(count('connections.closed')).toBe(1)
  })

  test('and never where there are no heartbeats', () => {
    const { first, run, came, world } = held({ heartbeat: 0 }, { deliveryTimeout: 0 })
    at(world, seconds(1), () => first.process.host.crash())
    run(minutes(600))
    expect(came().length).toBe(1)
  })

  test('when its host is back and knows nothing of the connection', () => {
    const { first, run, came, all, world } = held({ heartbeat: seconds(60) })
    at(world, seconds(1), () => first.process.host.crash())
    at(world, seconds(5), () => first.process.host.restart())
    run(seconds(31))
    expect(came()).toEqual(all)
  })

  test('when it has not acknowledged for half an hour', () => {
    const { first, run, came, all } = held()
    run(minutes(30))
    expect(came().length).toBe(1)
    run(minutes(31))
    expect(came()).toEqual(all)
    expect(String(first.open.error)).toContain('delivery acknowledgement timed out')
  })

  test('when something was lost on the way and its heartbeats show it', () => {
    const { first, run, came, all, world } = held({ heartbeat: seconds(60) })
    at(world, seconds(1), () => {
      const heal = cut(world, 'b', 'r1')
      first.settle(1, 'ack')
      at(world, seconds(5), heal)
    })
    for (const second of [10, 40, 70, 100]) at(world, seconds(second), () => first.beat())
    run(seconds(59))
    expect(came().length).toBe(1)
    run(seconds(61))
    expect(came()).toEqual(all)
    expect(String(first.open.error)).toContain('connection reset')
  })
})

describe('acknowledgements', () => {
  test('of several at once', () => {
    const { world, nodes, count } = makeRabbits(tasks)
    const producer = new Producer(world, 'a', nodes[0]!)
    const consumer = new TestConsumer(world, 'b', nodes[0]!, { queue: 'tasks', prefetch: 0 }, () => undefined)
    for (let i = 0; i < 10; i++) producer.publish('tasks')
    world.simulation.run({ until: seconds(1) })
    consumer.settle(7, 'ack', true)
    consumer.settle(9, 'ack')
    consumer.settle(9, 'ack')
    consumer.settle(99, 'ack')
    world.simulation.run({ until: seconds(2) })
    expect([count('acked'), consumer.deliveries.length]).toEqual([8, 10])
  })

  test('none are waited for where a delivery counts as one', () => {
    const { world, nodes, count } = makeRabbits(tasks)
    const producer = new Producer(world, 'a', nodes[0]!)
    const consumer = new TestConsumer(world, 'b', nodes[0]!, { queue: 'tasks', prefetch: 2, autoAck: true })
    for (let i = 0; i < 10; i++) producer.publish('tasks')
    world.simulation.run({ until: seconds(1) })
    expect([consumer.deliveries.length, count('ready.mean'), count('unacked.mean')]).toEqual([10, 0, 0])
  })

  test('put back, a message takes its old place', () => {
    const { world, nodes } = makeRabbits(tasks)
    const producer = new Producer(world, 'a', nodes[0]!)
    const consumer = new TestConsumer(world, 'b', nodes[0]!, { queue: 'tasks', prefetch: 1 }, ({ tag }) =>
      tag === 1 ? 'requeue' : 'ack',
    )
    for (let i = 0; i < 3; i++) producer.publish('tasks')
    world.simulation.run({ until: seconds(1) })
    expect(consumer.sequences).toEqual([1, 1, 2, 3])
  })
})

test('consumers take turns, each as far as its prefetch goes', () => {
  const { world, nodes } = makeRabbits(tasks)
  const producer = new Producer(world, 'a', nodes[0]!)
  const [one, two] = [1, 3].map(
    (prefetch) =>
      new TestConsumer(
        world,
        'b',
        nodes[0]!,
        { queue: 'tasks', prefetch, name: `c${prefetch}` },
        () => undefined,
      ),
  )
  for (let i = 0; i < 6; i++) producer.publish('tasks')
  world.simulation.run({ until: seconds(1) })
  expect([one!.sequences, two!.sequences]).toEqual([[1], [2, 3, 4]])
})

/** Consumers that work and die at any moment, each time replaced by another; what came of all messages in the end. */
function mortal(deaths: readonly number[], prefetch: number, seed: string) {
  const rabbits = makeRabbits(tasks, 1, { latency: { kind: 'exponential', mean: ms(1) } }, {})
  const { world, nodes } = rabbits
  const producers = ['p1', 'p2'].map((name) => new Producer(world, 'a', nodes[0]!, name))
  for (let i = 0; i < 100; i++)
    for (const producer of producers) at(world, ms(2 * i), () => producer.publish('tasks'))
  const lives: ReturnType<typeof working>[] = []
  const live = () => lives.push(working(rabbits, ms(1), { prefetch, name: `life ${lives.length} ${seed}` }))
  live()
  for (const death of [...deaths].sort((a, b) => a - b))
    at(world, death, () => {
      const { consumer } = lives.at(-1)!
      consumer.open.cancel()
      consumer.process.kill()
      live()
    })
  world.simulation.run({ until: seconds(30) })
  return { ...rabbits, lives }
}

test('whenever a consumer dies nothing is lost, and at most its prefetch is done twice', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: ms(400) }), { maxLength: 6 }),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(),
      (deaths, prefetch, seed) => {
        const { lives, count, facts } = mortal(deaths, prefetch, String(seed))
        const done = lives.flatMap((life) => life.done.map(({ content }) => content.task))
        expect(new Set(done).size).toBe(200)
        expect(done.length - 200).toBeLessThanOrEqual(prefetch * deaths.length)
        expect([count('acked'), count('ready.mean')! >= 0]).toEqual([200, true])
        // First deliveries are in the order of each producer.
        const last = new Map<string, number>()
        for (const fact of facts) {
          if (fact.fact !== 'consumed') continue
          expect(fact.sequence).toBeGreaterThan(last.get(fact.producer) ?? 0)
          last.set(fact.producer, fact.sequence)
        }
        // What was done twice is marked.
        const redelivered = lives
          .flatMap((life) => life.consumer.deliveries)
          .filter((delivery) => delivery.redelivered)
        expect(count('redelivered')).toBeGreaterThanOrEqual(redelivered.length)
        expect(done.length - 200).toBeLessThanOrEqual(redelivered.length)
      },
    ),
    { numRuns: 30 },
  )
})
