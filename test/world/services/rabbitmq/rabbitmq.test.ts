import { describe, expect, test } from 'vitest'
import type { DepthReply, GetReply, Message, Settlement } from '../../../../src/env/index.ts'
import { ms, seconds } from '../../../../src/units.ts'
import { at } from '../fixture.ts'
import { content, makeRabbits, Producer, queue, TestConsumer } from './fixture.ts'

const tasks = { queues: { tasks: queue() } }

function makeOne(given: Readonly<Record<string, unknown>> = tasks) {
  const rabbits = makeRabbits(given)
  const { world, nodes } = rabbits
  const node = nodes[0]!
  const producer = new Producer(world, 'a', node)
  const consumer = (
    terms = {},
    policy?: (tag: { content: { sequence?: number } }) => Settlement | undefined,
  ) => new TestConsumer(world, 'b', node, { queue: 'tasks', ...terms }, policy)
  const run = (until = seconds(10)) => world.simulation.run({ until })
  return { ...rabbits, node, producer, consumer, run }
}

test('a message goes through the default exchange to the queue of its key, and from there to a consumer', () => {
  const { producer, consumer, run, count } = makeOne()
  const { deliveries } = consumer()
  const asked = producer.publish('tasks')
  run()
  expect(asked.reply?.kind).toBe('amqp.published')
  expect(deliveries).toEqual([
    {
      tag: 1,
      queue: 'tasks',
      exchange: '',
      routingKey: 'tasks',
      content: content(1, { producer: 'producer', task: 'producer/1' }),
      redelivered: false,
      timestamp: 0,
    },
  ])
  expect([count('published'), count('delivered'), count('acked'), count('ready.max')]).toEqual([1, 1, 1, 0])
})

describe('what is published', () => {
  test('goes to every queue that its exchange says, once each, and is confirmed when all have it', () => {
    const { world, producer, run, count } = makeOne({
      queues: { fast: queue(), safe: queue(), other: queue() },
      exchanges: { events: { type: 'topic', durable: true } },
      bindings: [
        { exchange: 'events', queue: 'fast', key: 'agent.#' },
        { exchange: 'events', queue: 'safe', key: 'agent.*.done' },
        { exchange: 'events', queue: 'safe', key: '#.done' },
        { exchange: 'events', queue: 'other', key: 'host.*' },
      ],
    })
    const asked = producer.publish({ exchange: 'events', routingKey: 'agent.7.done' }, { persistent: true })
    run()
    // Written a millisecond after it came.
    expect(asked.endedAt).toBe(ms(1))
    expect(['fast', 'safe', 'other'].map((name) => count(`ready.${name}.max`))).toEqual([1, 1, 0])
    expect(world.simulation.now).toBe(seconds(10))
  })

  test('and goes nowhere is dropped without a word, or refused where it is mandatory; so is an unknown exchange', () => {
    const { producer, run, count } = makeOne()
    const silent = producer.publish('nobody')
    const mandatory = producer.publish('nobody', {}, { mandatory: true })
    const unknown = producer.publish({ exchange: 'nowhere', routingKey: 'tasks' })
    run()
    expect(silent.reply?.kind).toBe('amqp.published')
    expect([mandatory.error?.status, unknown.error?.status]).toEqual([404, 404])
    expect([count('published'), count('unroutable')]).toEqual([3, 3])
  })

  test('is confirmed at once where it is not persistent, or its queue is not durable', () => {
    const { producer, run } = makeOne({ queues: { tasks: queue(), fleeting: queue({ durable: false }) } })
    const asked = [
      producer.publish('tasks'),
      producer.publish('tasks', { persistent: true }),
      producer.publish('fleeting', { persistent: true }),
      producer.publish('tasks', { persistent: true }, { confirm: false }),
    ]
    run()
    expect(asked.map(({ endedAt }) => endedAt)).toEqual([0, ms(1), 0, 0])
  })

  test('and acknowledged before it was written is confirmed then', () => {
    const { producer, consumer, run } = makeOne()
    consumer()
    const asked = producer.publish('tasks', { persistent: true })
    run()
    expect(asked.endedAt).toBe(0)
  })

  test('books all its time', () => {
    const { world, producer, run } = makeOne({
      ...tasks,
      publishCost: ms(2),
      queueCost: ms(8),
    })
    const asked = [
      producer.publish('tasks', { persistent: true }),
      producer.publish('tasks', { persistent: true }),
    ]
    run()
    // 2 ms and 4 ms of core, 1 ms until it is written; the second waits 2 ms for the connection and then 2 ms for the queue,
    // and is written with what came since.
    expect(asked.map(({ latency }) => latency)).toEqual([ms(7), ms(11)])
    for (const { account, latency } of asked) expect(account.total).toBe(latency)
    expect(world.simulation.now).toBe(seconds(10))
  })
})

describe('a full queue', () => {
  test('drops its oldest message, or refuses the newest', () => {
    const { producer, consumer, run, count, world } = makeOne({
      queues: {
        tasks: queue({ maxLength: 3 }),
        strict: queue({ maxLength: 3, overflow: 'reject-publish' }),
      },
    })
    for (let i = 0; i < 5; i++) producer.publish('tasks')
    for (let i = 0; i < 5; i++) producer.publish('strict')
    run(seconds(1))
    expect(producer.asked.map(({ error }) => error?.status)).toEqual([...Array(8).fill(undefined), 429, 429])
    expect([count('dropped'), count('rejected')]).toEqual([2, 2])
    const oldestGone = consumer({ name: 'one' })
    const newestGone = consumer({ name: 'two', queue: 'strict' })
    run(seconds(2))
    expect([oldestGone.sequences, newestGone.sequences]).toEqual([
      [3, 4, 5],
      [6, 7, 8],
    ])
    expect(world.simulation.now).toBe(seconds(2))
  })

  test('counts only those that wait', () => {
    const { producer, consumer, run, count } = makeOne({ queues: { tasks: queue({ maxLength: 2 }) } })
    consumer({ prefetch: 3 }, () => undefined)
    for (let i = 0; i < 5; i++) producer.publish('tasks')
    run()
    expect([count('dropped'), count('unacked.max'), count('ready.max')]).toEqual([0, 3, 2])
  })
})

describe('time to live', () => {
  test('of the queue, and of the message where that is less', () => {
    const { producer, run, count, world } = makeOne({ queues: { tasks: queue({ ttl: seconds(2) }) } })
    producer.publish('tasks')
    producer.publish('tasks', { expiration: seconds(1) })
    run(seconds(1.5))
    // The second could go, but stands behind the first.
    expect([count('dropped'), count('ready.mean')]).toEqual([0, 2])
    run(seconds(3))
    expect(count('dropped')).toBe(2)
    producer.publish('tasks', { expiration: seconds(1) })
    at(world, seconds(3.5), () => producer.publish('tasks', { expiration: ms(100) }))
    run(seconds(3.9))
    expect(count('dropped')).toBe(2)
    run(seconds(4))
    expect(count('dropped')).toBe(4)
  })

  test('does not end what a consumer holds', () => {
    const { producer, consumer, run, count } = makeOne({ queues: { tasks: queue({ ttl: seconds(1) }) } })
    const held = consumer({}, () => undefined)
    producer.publish('tasks')
    run(seconds(5))
    expect(count('dropped')).toBe(0)
    held.settle(1, 'requeue')
    run(seconds(6))
    expect([count('dropped'), held.deliveries.length]).toEqual([1, 1])
  })
})

describe('dead letters', () => {
  const dead = {
    queues: {
      tasks: queue({ deadLetterExchange: 'dlx', maxLength: 2 }),
      graveyard: queue(),
    },
    exchanges: { dlx: { type: 'fanout', durable: true } },
    bindings: [{ exchange: 'dlx', queue: 'graveyard', key: '' }],
  }

  test('are what is rejected, and what is dropped for want of room', () => {
    const { producer, consumer, run, count } = makeOne(dead)
    const graveyard = consumer({ queue: 'graveyard', name: 'undertaker' })
    const picky = consumer({ prefetch: 1 }, ({ content: { sequence } }) =>
      sequence === 1 ? 'reject' : undefined,
    )
    for (let i = 0; i < 5; i++) producer.publish('tasks')
    run()
    // 2 gives way to 4, 3 to 5, then 1 is rejected and 4 delivered.
    expect(picky.sequences).toEqual([1, 4])
    expect(graveyard.sequences).toEqual([2, 3, 1])
    expect([count('dead-lettered'), count('dropped')]).toEqual([3, 0])
    expect(graveyard.deliveries[0]).toMatchObject({
      exchange: 'dlx',
      routingKey: 'tasks',
      redelivered: false,
    })
  })

  test('make a message wait: back through a queue with a time to live', () => {
    const { producer, consumer, run, facts } = makeOne({
      queues: {
        tasks: queue({ deadLetterExchange: '', deadLetterRoutingKey: 'wait' }),
        wait: queue({ ttl: seconds(1), deadLetterExchange: '', deadLetterRoutingKey: 'tasks' }),
      },
    })
    let tries = 0
    const patient = consumer({}, () => (++tries < 3 ? 'reject' : 'ack'))
    producer.publish('tasks')
    run()
    expect(patient.at).toEqual([0, seconds(1), seconds(2)])
    // Its producer produced it once, and only then it stood in its producer's order.
    const said = facts.map((fact) => ('queue' in fact ? `${fact.fact} in ${fact.queue}` : fact.fact))
    expect(said).toEqual([
      'produced',
      'submitted in tasks',
      'consumed',
      ...['tasks', 'wait', 'tasks', 'wait'].flatMap((name, i) => [
        `submitted in ${i % 2 === 0 ? 'wait' : 'tasks'}`,
        `dropped in ${name}`,
      ]),
    ])
  })

  test('do not go round for ever where nobody rejects them', () => {
    const { producer, run, count } = makeOne({
      queues: {
        tasks: queue({ ttl: seconds(1), deadLetterExchange: '', deadLetterRoutingKey: 'back' }),
        back: queue({ ttl: seconds(1), deadLetterExchange: '', deadLetterRoutingKey: 'tasks' }),
      },
    })
    producer.publish('tasks')
    run(seconds(60))
    expect([count('dead-lettered'), count('ready.mean')]).toEqual([2, 2 / 60])
  })

  test('are what comes back more often than the queue allows', () => {
    const { producer, consumer, run, count } = makeOne({ queues: { tasks: queue({ deliveryLimit: 3 }) } })
    const clumsy = consumer({}, () => 'requeue')
    producer.publish('tasks')
    run()
    expect(clumsy.deliveries.map(({ redelivered }) => redelivered)).toEqual([false, true, true, true])
    expect(count('dropped')).toBe(1)
  })
})

describe('taking messages by hand', () => {
  const get = (connection?: string): Message => ({ kind: 'amqp.get', queue: 'tasks', connection }) as Message

  test('gives the first and how many are left, or nothing', () => {
    const { producer, consumer, run } = makeOne()
    const poller = consumer({ queue: undefined })
    producer.publish('tasks')
    producer.publish('tasks')
    const asked = [1, 2, 3].map(() => poller.ask<GetReply>(get()))
    run()
    const got = asked.map(({ reply }) => [reply!.delivery?.content.sequence, reply!.left])
    expect(got).toEqual([
      [1, 1],
      [2, 0],
      [undefined, 0],
    ])
  })

  test('on a connection, they are to be acknowledged, and come back with its end', () => {
    const { producer, consumer, run, count } = makeOne()
    const poller = consumer({ queue: undefined })
    producer.publish('tasks')
    producer.publish('tasks')
    const asked = [1, 2].map(() => poller.ask<GetReply>(get(poller.connection)))
    run(seconds(1))
    poller.settle(asked[0]!.reply!.delivery!.tag, 'ack')
    run(seconds(2))
    expect([count('acked'), count('unacked.max')]).toEqual([1, 2])
    poller.open.cancel()
    const next = consumer({ name: 'next' })
    run(seconds(3))
    expect(next.deliveries.map(({ content, redelivered }) => [content.sequence, redelivered])).toEqual([
      [2, true],
    ])
  })
})

test('declared by a request, things are there; again they may be, and different they are refused', () => {
  const { producer, consumer, run, node } = makeOne({})
  const client = consumer({ queue: undefined, name: 'declarer' })
  const declare = (more = {}) =>
    client.ask({
      kind: 'amqp.declare',
      exchanges: { x: { type: 'direct', durable: true } },
      queues: { q: queue(more) },
      bindings: [{ exchange: 'x', queue: 'q', key: 'k' }],
    } as Message)
  const asked = [declare(), declare(), declare({ maxLength: 5 })]
  run(seconds(1))
  expect(asked.map(({ reply, error }) => reply?.kind ?? error?.status)).toEqual([
    'amqp.done',
    'amqp.done',
    406,
  ])
  producer.publish({ exchange: 'x', routingKey: 'k' }, { persistent: true })
  run(seconds(2))
  node.kill()
  node.start()
  const depth = client.ask<DepthReply>({ kind: 'amqp.depth', queue: 'q' } as Message)
  run(seconds(3))
  expect(depth.reply).toMatchObject({ ready: 1, unacked: 0 })
})

test('who asks for what is not there is told', () => {
  const { consumer, run } = makeOne()
  const client = consumer({ queue: undefined })
  const asked = [
    client.ask({ kind: 'amqp.consume', connection: client.connection, queue: 'none' } as Message),
    client.ask({ kind: 'amqp.consume', connection: 'none', queue: 'tasks' } as Message),
    client.ask({ kind: 'amqp.get', queue: 'none' } as Message),
    client.ask({ kind: 'amqp.depth', queue: 'none' } as Message),
    client.ask({ kind: 'nonsense' }),
  ]
  run()
  expect(asked.map(({ error }) => error?.status)).toEqual([404, 404, 404, 404, 404])
})
