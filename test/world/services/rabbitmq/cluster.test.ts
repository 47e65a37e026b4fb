import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DepthReply, GetReply, Message } from '../../../../src/env/index.ts'
import { ms, seconds } from '../../../../src/units.ts'
import { at } from '../fixture.ts'
import { content, cut, makeRabbits, Producer, queue, TestConsumer } from './fixture.ts'

const get = (more: object): Message => ({ ...more, kind: 'amqp.get', queue: 'tasks' }) as Message

const LINK = { latency: { kind: 'constant', value: ms(1) } }
const quorum = { queues: { tasks: queue({ type: 'quorum' }) } }

function makeCluster(given: Readonly<Record<string, unknown>> = quorum, nodes = 3, network = LINK) {
  const rabbits = makeRabbits(given, nodes, network)
  const { world, nodes: processes } = rabbits
  const run = (until: number) => world.simulation.run({ until })
  const crash = (node: number) => processes[node]!.host.crash()
  const restart = (node: number) => processes[node]!.host.restart()
  return { ...rabbits, run, crash, restart }
}

describe('a quorum queue', () => {
  test('confirms when a majority has the message on its disk', () => {
    const { world, nodes, run } = makeCluster()
    const producer = new Producer(world, 'a', nodes[0]!)
    run(seconds(1))
    const asked = producer.publish('tasks')
    run(seconds(2))
    // There and back 2 ms; to a follower 1 ms, its write 0.1 ms and sync 1 ms, and back 1 ms: longer than the leader's own sync.
    expect(asked.latency).toBeGreaterThanOrEqual(ms(2) + ms(3.1))
    expect(asked.latency).toBeLessThan(ms(2) + ms(3.11))
    expect(asked.account.total).toBe(asked.latency)
  })

  test('alone is as fast as its own disk', () => {
    const { world, nodes, run } = makeCluster(quorum, 1)
    const producer = new Producer(world, 'a', nodes[0]!)
    const asked = producer.publish('tasks')
    run(seconds(2))
    expect(asked.latency).toBeGreaterThanOrEqual(ms(2) + ms(1.1))
    expect(asked.latency).toBeLessThan(ms(2) + ms(1.11))
  })

  test('goes on with two of three, and waits with one', () => {
    const { world, nodes, run, crash, restart } = makeCluster()
    const producer = new Producer(world, 'a', nodes[0]!)
    run(seconds(1))
    crash(1)
    const two = producer.publish('tasks')
    run(seconds(10))
    expect(two.reply?.kind).toBe('amqp.published')
    crash(2)
    const one = producer.publish('tasks')
    run(seconds(60))
    expect(one.reply).toBe(undefined)
    restart(1)
    run(seconds(70))
    expect(one.reply?.kind).toBe('amqp.published')
  })

  test('serves clients of every node, in the order of each producer', () => {
    const { world, nodes, run } = makeCluster()
    const producers = nodes.map((node, i) => new Producer(world, 'abc'[i]!, node, `p${i}`))
    const consumers = nodes.map((node, i) => new TestConsumer(world, 'abc'[i]!, node, { name: `c${i}` }))
    run(seconds(1))
    for (const consumer of consumers)
      consumer.ask({
        kind: 'amqp.consume',
        connection: consumer.connection,
        queue: 'tasks',
        prefetch: 5,
      } as Message)
    for (let i = 0; i < 30; i++)
      at(world, seconds(2) + ms(i), () => {
        for (const producer of producers) producer.publish('tasks')
      })
    run(seconds(5))
    for (const producer of producers) {
      expect(producer.asked.every(({ reply }) => reply)).toBe(true)
      const came = consumers.flatMap(({ deliveries, at: times }) =>
        deliveries.flatMap((delivery, i) =>
          delivery.content.producer === producer.name ? [{ at: times[i]!, delivery }] : [],
        ),
      )
      expect(came.length).toBe(30)
      for (const { deliveries } of consumers) {
        const own = deliveries.filter((delivery) => delivery.content.producer === producer.name)
        const order = own.map((delivery) => delivery.content.sequence!)
        expect(order).toEqual([...order].sort((x, y) => x - y))
      }
    }
    expect(consumers.every(({ deliveries }) => deliveries.length >= 20)).toBe(true)
  })

  test('changes its leader when the leader’s host dies; what was confirmed is there, and what is published next', () => {
    const { world, nodes, run, crash, count } = makeCluster()
    const [first, second, third] = nodes
    const before = new Producer(world, 'a', first!, 'before')
    const after = new Producer(world, 'b', second!, 'after')
    const consumer = new TestConsumer(world, 'c', third!, {})
    run(seconds(1))
    for (let i = 0; i < 10; i++) before.publish('tasks')
    run(seconds(2))
    crash(0)
    const waiting = after.publish('tasks')
    run(seconds(6.9))
    expect(waiting.reply).toBe(undefined)
    run(seconds(10))
    // Noticed within 5 s and a tick, elected within 0.3 s.
    expect(waiting.reply?.kind).toBe('amqp.published')
    expect(waiting.endedAt).toBeLessThan(seconds(8.5))
    consumer.ask({
      kind: 'amqp.consume',
      connection: consumer.connection,
      queue: 'tasks',
      prefetch: 5,
    } as Message)
    run(seconds(20))
    expect(consumer.deliveries.map(({ content }) => content.task)).toEqual([
      ...Array.from({ length: 10 }, (_, i) => `before/${i + 1}`),
      'after/1',
    ])
    expect(count('leader.changes', 1)! + count('leader.changes', 2)!).toBe(1)
  })

  test('changes its leader at once when the leader’s process is killed', () => {
    const { world, nodes, run } = makeCluster()
    const producer = new Producer(world, 'b', nodes[1]!)
    run(seconds(1))
    nodes[0]!.kill()
    const asked = producer.publish('tasks')
    run(seconds(3))
    expect(asked.endedAt).toBeLessThan(seconds(1.5))
  })

  test('does not disturb consumers of other nodes by a change of its leader: what they hold stays theirs', () => {
    const { world, nodes, run } = makeCluster()
    const producer = new Producer(world, 'b', nodes[1]!)
    const consumer = new TestConsumer(world, 'c', nodes[2]!, {}, () => undefined)
    run(seconds(1))
    consumer.ask({
      kind: 'amqp.consume',
      connection: consumer.connection,
      queue: 'tasks',
      prefetch: 3,
    } as Message)
    for (let i = 0; i < 5; i++) producer.publish('tasks')
    run(seconds(2))
    nodes[0]!.kill()
    run(seconds(4))
    for (const tag of [1, 2, 3]) consumer.settle(tag, 'ack')
    run(seconds(6))
    expect(consumer.deliveries.map(({ content, redelivered }) => [content.sequence, redelivered])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      // The new leader cannot know that nobody had these.
      [4, true],
      [5, true],
    ])
  })

  // Whichever of the two is the next leader, in one of the cases the idle consumer is connected to it.
  for (const [holding, idle] of [
    [1, 2],
    [2, 1],
  ] as const)
    test(`gives nobody what the consumer of node ${holding + 1} holds, though that says so only when there is a new leader`, () => {
      const { world, nodes, run } = makeCluster()
      const producer = new Producer(world, 'b', nodes[1]!)
      const [holder, other] = [holding, idle].map(
        (node) => new TestConsumer(world, 'c', nodes[node]!, { name: `c${node}` }, () => undefined),
      ) as [TestConsumer, TestConsumer]
      const consume = ({ connection }: TestConsumer) =>
        ({ kind: 'amqp.consume', connection, queue: 'tasks', prefetch: 10 }) as Message
      run(seconds(1))
      holder.ask(consume(holder))
      for (let i = 0; i < 5; i++) producer.publish('tasks')
      run(seconds(2))
      other.ask(consume(other))
      run(seconds(3))
      nodes[0]!.kill()
      run(seconds(10))
      expect([holder.sequences, other.sequences]).toEqual([[1, 2, 3, 4, 5], []])
    })

  test('redelivers what the leader’s own clients held', () => {
    const { world, nodes, run } = makeCluster()
    const producer = new Producer(world, 'b', nodes[1]!)
    new TestConsumer(world, 'c', nodes[0]!, { queue: 'tasks', prefetch: 3, name: 'lost' }, () => undefined)
    const heir = new TestConsumer(world, 'c', nodes[2]!, { name: 'heir' })
    run(seconds(1))
    for (let i = 0; i < 3; i++) producer.publish('tasks')
    run(seconds(2))
    heir.ask({ kind: 'amqp.consume', connection: heir.connection, queue: 'tasks', prefetch: 10 } as Message)
    nodes[0]!.kill()
    run(seconds(5))
    expect(heir.deliveries.map(({ content, redelivered }) => [content.sequence, redelivered])).toEqual([
      [1, true],
      [2, true],
      [3, true],
    ])
  })

  test('stops on the minority’s side of a partition, and is one again when it heals', () => {
    const { world, nodes, run } = makeCluster()
    const minority = new Producer(world, 'a', nodes[0]!, 'minority')
    const majority = new Producer(world, 'b', nodes[1]!, 'majority')
    run(seconds(1))
    const heals = [cut(world, 'r1', 'r2'), cut(world, 'r1', 'r3')]
    const lonely = minority.publish('tasks')
    const among = majority.publish('tasks')
    run(seconds(30))
    expect([lonely.reply, among.reply?.kind]).toEqual([undefined, 'amqp.published'])
    for (const heal of heals) heal()
    run(seconds(40))
    expect(lonely.reply?.kind).toBe('amqp.published')
    const depths = nodes.map((node, i) =>
      new TestConsumer(world, 'c', node, { name: `asker${i}` }).ask<DepthReply>({
        kind: 'amqp.depth',
        queue: 'tasks',
      } as Message),
    )
    run(seconds(41))
    expect(depths.map(({ reply }) => reply?.ready)).toEqual([2, 2, 2])
  })

  test('takes nothing twice that was sent again', () => {
    const { world, nodes, run } = makeCluster()
    const producer = new Producer(world, 'b', nodes[1]!)
    run(seconds(1))
    // The way back is cut just after the message has gone: it is taken, and the sender does not hear of it.
    const heal = cut(world, 'r1', 'r2', false)
    const asked = producer.publish('tasks')
    run(seconds(4))
    expect(asked.reply).toBe(undefined)
    heal()
    run(seconds(30))
    expect(asked.reply?.kind).toBe('amqp.published')
    const consumer = new TestConsumer(world, 'c', nodes[2]!, { queue: 'tasks' })
    run(seconds(40))
    expect(consumer.deliveries.length).toBe(1)
  })

  test('can be polled through any node', () => {
    const { world, nodes, run } = makeCluster()
    const producer = new Producer(world, 'a', nodes[0]!)
    const poller = new TestConsumer(world, 'b', nodes[2]!, { name: 'poller' })
    run(seconds(1))
    for (let i = 0; i < 3; i++) producer.publish('tasks')
    run(seconds(2))
    const { connection } = poller
    // The first makes the connection's place at the queue known to the leader.
    const asked = [{}, { connection }].map((more) => poller.ask<GetReply>(get(more)))
    run(seconds(3))
    expect(asked.map(({ reply }) => [reply?.delivery?.content.sequence, reply?.left])).toEqual([
      [1, 2],
      [2, 1],
    ])
    poller.settle(asked[1]!.reply!.delivery!.tag, 'ack')
    run(seconds(4))
    const depth = poller.ask<DepthReply>({ kind: 'amqp.depth', queue: 'tasks' } as Message)
    run(seconds(5))
    expect(depth.reply).toMatchObject({ ready: 1, unacked: 0 })
  })
})

test('whatever nodes end and links break, as long as a majority comes back nothing that was confirmed is lost', () => {
  const trouble = fc.record({
    at: fc.integer({ min: 0, max: ms(3000) }),
    node: fc.integer({ min: 0, max: 2 }),
    kind: fc.constantFrom('host', 'process', 'cut', 'one-way cut'),
    for: fc.integer({ min: ms(10), max: ms(12_000) }),
  })
  const neighbours = (node: number) => [node + 1, ((node + 1) % 3) + 1].map((number) => `r${number}`)
  fc.assert(
    fc.property(
      fc.array(trouble, { maxLength: 8 }),
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      (troubles, mean, early) => {
        const { world, nodes, run, facts } = makeCluster(quorum, 3, {
          latency: { kind: 'exponential', mean: ms(mean) },
        } as never)
        const producers = nodes.map((node, i) => new Producer(world, 'abc'[i]!, node, `p${i}`))
        const consumers = early
          ? nodes.map(
              (node, i) =>
                new TestConsumer(world, 'abc'[i]!, node, { queue: 'tasks', prefetch: 3, name: `c${i}` }),
            )
          : []
        for (let i = 0; i < 60; i++)
          at(world, ms(50 * i) + 1, () => {
            for (const producer of producers) producer.publish('tasks')
          })
        for (const { at: when, node, kind, for: time } of troubles)
          at(world, when, () => {
            const process = nodes[node]!
            const [from, to] = neighbours(node)
            if (kind === 'host') process.host.crash()
            else if (kind === 'process') process.kill()
            const heal = kind.endsWith('cut') ? cut(world, from!, to!, kind === 'cut') : () => {}
            at(world, when + time, () => {
              heal()
              if (kind === 'host') process.host.restart()
              else if (kind === 'process') process.start()
            })
          })
        run(seconds(60))
        const last = new TestConsumer(world, 'a', nodes[0]!, { queue: 'tasks', name: 'last' })
        run(seconds(100))
        const delivered = new Set(
          [last, ...consumers].flatMap(({ deliveries }) => deliveries.map(({ content }) => content.task)),
        )
        const confirmed = producers.flatMap(({ asked, name }) =>
          asked.flatMap(({ reply }, i) => (reply ? [`${name}/${i + 1}`] : [])),
        )
        expect(confirmed.filter((task) => !delivered.has(task))).toEqual([])
        if (!early) expect(delivered.size).toBe(last.deliveries.length)
        // Whoever has not lost its host is answered in the end.
        if (troubles.every(({ kind }) => kind !== 'host'))
          for (const { asked } of producers) expect(asked.every(({ endedAt }) => endedAt > 0)).toBe(true)
        // What entered the queue did so in the order of each producer.
        const produced = new Map<string, number>()
        for (const fact of facts) {
          if (fact.fact !== 'produced') continue
          expect(fact.sequence).toBeGreaterThan(produced.get(fact.producer) ?? 0)
          produced.set(fact.producer, fact.sequence)
        }
      },
    ),
    { numRuns: 40 },
  )
}, 60_000)

describe('a classic queue of a cluster', () => {
  const classic = { queues: { one: queue(), two: queue(), three: queue() } }

  test('has its home on one node, each on the next, and is reached from all', () => {
    const { world, nodes, run, count } = makeCluster(classic)
    const producer = new Producer(world, 'a', nodes[0]!)
    const consumer = new TestConsumer(world, 'b', nodes[1]!, {})
    run(seconds(1))
    for (const name of ['one', 'two', 'three']) producer.publish(name, { persistent: true })
    run(seconds(2))
    expect(producer.asked.every(({ reply }) => reply)).toBe(true)
    expect([0, 1, 2].map((node) => count('ready.max', node))).toEqual([1, 1, 1])
    for (const name of ['one', 'two', 'three'])
      consumer.ask({
        kind: 'amqp.consume',
        connection: consumer.connection,
        queue: name,
        prefetch: 1,
      } as Message)
    run(seconds(3))
    expect(consumer.deliveries.map((delivery) => delivery.queue).sort()).toEqual(['one', 'three', 'two'])
  })

  test('is down with its home: nothing can be published, who consumes is told; and it comes back with what was written', () => {
    const { world, nodes, run, crash, restart } = makeCluster(classic)
    const producer = new Producer(world, 'a', nodes[0]!)
    const policy = ({ tag }: { tag: number }) => (tag === 1 ? ('ack' as const) : undefined)
    const consumer = new TestConsumer(world, 'b', nodes[0]!, { name: 'first' }, policy)
    run(seconds(1))
    consumer.ask({
      kind: 'amqp.consume',
      connection: consumer.connection,
      queue: 'two',
      prefetch: 1,
    } as Message)
    for (let i = 0; i < 3; i++) producer.publish('two', { persistent: true })
    run(seconds(60))
    crash(1)
    const pending = producer.publish('two')
    run(seconds(70))
    const late = producer.publish('two')
    run(seconds(71))
    expect([pending.error?.status, late.error?.status]).toEqual([503, 503])
    expect(String(consumer.open.error)).toContain('queue two is down')
    restart(1)
    run(seconds(80))
    const heir = new TestConsumer(world, 'c', nodes[2]!, { queue: 'two', name: 'heir' })
    run(seconds(90))
    expect(heir.sequences).toEqual([2, 3])
  })
})

test('what is declared at one node is known at all, and to one that was away', () => {
  const { world, nodes, run } = makeCluster({})
  const client = new TestConsumer(world, 'a', nodes[0]!, {})
  run(seconds(1))
  nodes[2]!.kill()
  client.ask({ kind: 'amqp.declare', queues: { q: queue({ type: 'quorum' }) } } as Message)
  run(seconds(5))
  nodes[2]!.start()
  run(seconds(10))
  const asked = nodes.map((node, i) =>
    new Producer(world, 'b', node, `p${i}`).publish('q', {}, { mandatory: true }),
  )
  run(seconds(20))
  expect(asked.map(({ reply }) => reply?.kind)).toEqual(Array(3).fill('amqp.published'))
})

test('an alarm of one node blocks publishers at all', () => {
  const { world, nodes, run } = makeCluster()
  const producer = new Producer(world, 'a', nodes[1]!)
  run(seconds(1))
  const end = nodes[0]!.behaviour.fault!('memory-alarm')
  run(seconds(2))
  const asked = producer.publish('tasks')
  run(seconds(5))
  expect(asked.reply).toBe(undefined)
  end()
  run(seconds(6))
  expect(asked.reply?.kind).toBe('amqp.published')
})

test('the same seed gives the same run', () => {
  const fingerprint = () => {
    const { world, nodes, run } = makeCluster()
    const producer = new Producer(world, 'a', nodes[0]!)
    new TestConsumer(world, 'b', nodes[1]!, { queue: 'tasks', heartbeat: seconds(10) })
    for (let i = 0; i < 50; i++) at(world, ms(40 * i), () => producer.publish('tasks'))
    at(world, ms(500), () => nodes[0]!.kill())
    at(world, ms(900), () => nodes[0]!.start())
    run(seconds(10))
    return world.simulation.fingerprint.toString()
  }
  expect(fingerprint()).toBe(fingerprint())
  expect(content(1).size).toBe(100)
})
