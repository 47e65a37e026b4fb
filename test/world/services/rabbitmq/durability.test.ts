import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DepthReply, Message } from '../../../../src/env/index.ts'
import { MiB, ms, seconds, us } from '../../../../src/units.ts'
import type { Asked } from '../fixture.ts'
import { at } from '../fixture.ts'
import { makeRabbits, Producer, queue, TestConsumer } from './fixture.ts'

const queues = { queues: { tasks: queue(), fleeting: queue({ durable: false }) } }

function makeOne(given: Readonly<Record<string, unknown>> = queues, hosts = {}) {
  const rabbits = makeRabbits(given, 1, {}, hosts)
  const { world, nodes } = rabbits
  const node = nodes[0]!
  const producer = new Producer(world, 'a', node)
  const consumer = (terms = {}, policy?: () => 'ack' | undefined) =>
    new TestConsumer(world, 'b', node, { queue: 'tasks', ...terms }, policy)
  const run = (until: number) => world.simulation.run({ until })
  const fault = (name: string) => node.behaviour.fault!(name)
  return { ...rabbits, node, producer, consumer, run, fault }
}

const PERSISTENT = { persistent: true }

describe('the end of the broker’s process', () => {
  test('leaves persistent messages of durable queues, in their order and marked, and no others', () => {
    const { producer, consumer, run, node, count } = makeOne()
    for (const queue of ['tasks', 'fleeting'])
      for (const persistent of [true, false, true]) producer.publish(queue, { persistent })
    run(seconds(1))
    node.kill()
    node.start()
    const { deliveries } = consumer()
    const none = consumer({ queue: 'fleeting', name: 'none' })
    run(seconds(2))
    expect(deliveries.map(({ content, redelivered }) => [content.sequence, redelivered])).toEqual([
      [1, true],
      [3, true],
    ])
    expect(none.deliveries).toEqual([])
    expect(count('ready.max')).toBe(6)
  })

  test('leaves what was held, and not what was acknowledged', () => {
    const { producer, consumer, run, node } = makeOne()
    for (let i = 0; i < 4; i++) producer.publish('tasks', PERSISTENT)
    run(seconds(1))
    const first = consumer({ prefetch: 3 }, () => undefined)
    run(seconds(2))
    first.settle(2, 'ack')
    run(seconds(3))
    node.kill()
    node.start()
    expect(String(first.open.error ?? '')).toBe('')
    const second = consumer({ name: 'second' })
    run(seconds(4))
    expect(String(first.open.error)).toContain('closed the connection')
    expect(second.sequences).toEqual([1, 3, 4])
  })

  test('takes what was not written yet: its publisher knows, as the task’s account does', () => {
    const { producer, run, node, facts } = makeOne()
    const early = producer.publish('tasks', PERSISTENT)
    run(seconds(1))
    const late = producer.publish('tasks', PERSISTENT)
    run(seconds(1) + us(999))
    node.kill()
    node.start()
    run(seconds(2))
    expect([early.reply?.kind, late.error?.name]).toEqual(['amqp.published', 'UnreachableError'])
    const told = facts.flatMap((fact) => ('task' in fact ? [`${fact.fact} ${fact.task}`] : []))
    expect(told).toEqual(['submitted producer/1', 'submitted producer/2', 'dropped producer/2'])
  })
})

describe('a power failure', () => {
  test('takes what the kernel had not brought to the disk, and brings back what was acknowledged since', () => {
    const { producer, consumer, run, world, node } = makeOne()
    for (let i = 0; i < 3; i++) producer.publish('tasks', PERSISTENT)
    run(seconds(5))
    const first = consumer({ prefetch: 2 }, () => undefined)
    run(seconds(6))
    first.settle(1, 'ack')
    at(world, seconds(36), () => first.settle(2, 'ack'))
    at(world, seconds(36), () => producer.publish('tasks', PERSISTENT))
    run(seconds(40))
    node.host.crash()
    node.host.restart()
    const second = consumer({ name: 'second' })
    run(seconds(41))
    // 1 was acknowledged 34 s before, 2 only 4 s; 4 was written 4 s before.
    expect(second.sequences).toEqual([2, 3])
  })
})

test('whenever the broker’s process ends, what it had confirmed is delivered', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: ms(100) }), { maxLength: 4 }),
      fc.integer({ min: 1, max: 10 }),
      (ends, prefetch) => {
        const { world, node, producer, run, consumer } = makeOne({ ...queues, queueCost: us(100) })
        for (let i = 0; i < 100; i++) at(world, ms(i) + 1, () => producer.publish('tasks', PERSISTENT))
        const consumers: TestConsumer[] = []
        const connect = () => consumers.push(consumer({ prefetch, name: `c${consumers.length}` }))
        connect()
        for (const end of [...ends].sort((a, b) => a - b))
          at(world, end, () => {
            node.kill()
            node.start()
            connect()
          })
        run(seconds(5))
        const delivered = new Set(consumers.flatMap((each) => each.sequences))
        const confirmed = producer.asked.flatMap(({ reply }, i) => (reply ? [i + 1] : []))
        expect(confirmed.filter((sequence) => !delivered.has(sequence))).toEqual([])
        expect(confirmed.length).toBeGreaterThan(80)
      },
    ),
    { numRuns: 40 },
  )
})

describe('the memory alarm', () => {
  // 200 MiB of 1000 in use is 78 MiB above the idle broker: 78 messages of a MiB, and a little.
  const given = { queues: { tasks: queue() }, totalMemory: 500 * MiB, watermark: 0.4 }

  test('blocks publishers while more is in use than the watermark allows, and lets them go on below it', () => {
    const { producer, consumer, run, count, world } = makeOne(given)
    const publish = () => producer.publish('tasks', { size: MiB })
    for (let i = 0; i < 77; i++) publish()
    run(seconds(1))
    publish()
    const last = publish()
    run(seconds(2))
    // Looked at once a second: what came before that is in.
    expect([last.reply?.kind, count('blocked.max')]).toEqual(['amqp.published', 0])
    const blocked: Asked[] = []
    at(world, seconds(3), () => blocked.push(publish(), publish()))
    run(seconds(60))
    expect(blocked.map(({ reply }) => reply)).toEqual([undefined, undefined])
    expect([count('published'), count('blocked.max')]).toEqual([79, 1])
    const { deliveries } = consumer()
    run(seconds(70))
    // Consumers are served; at the next look it is over.
    expect(deliveries.length).toBe(81)
    expect(blocked.map(({ endedAt }) => endedAt)).toEqual([seconds(61), seconds(61)])
    for (const { account, latency } of blocked) expect(account.total).toBe(latency)
  })

  test('can be a fault', () => {
    const { producer, run, fault, count } = makeOne()
    const end = fault('memory-alarm')
    const asked = producer.publish('tasks')
    run(seconds(5))
    expect([asked.reply, count('blocked.max')]).toEqual([undefined, 1])
    end()
    run(seconds(6))
    expect(asked.endedAt).toBe(seconds(5))
  })

  test('does not keep the kernel from killing what grows beyond its container', () => {
    const { producer, run, node } = makeOne({ ...given, watermark: 1 })
    node.memory.limit = 300 * MiB
    const ends: string[] = []
    node.supervisor = { booted() {}, ended: (reason: string) => void ends.push(reason) } as never
    for (let i = 0; i < 200; i++) producer.publish('tasks', { size: MiB })
    run(seconds(1))
    expect([ends, node.up]).toEqual([['out-of-memory'], false])
  })
})

test('a full disk blocks publishers, and holds back the confirms of what was not written', () => {
  const { producer, run, node, count } = makeOne()
  const end = node.host.disk.fill()
  const first = producer.publish('tasks', PERSISTENT)
  run(ms(10))
  const second = producer.publish('tasks')
  run(seconds(30))
  expect([first.reply, second.reply, count('blocked.max')]).toEqual([undefined, undefined, 1])
  end()
  run(seconds(32))
  expect([first.reply?.kind, second.reply?.kind]).toEqual(['amqp.published', 'amqp.published'])
})

test('a broker that hangs answers nobody, loses nothing, and is late', () => {
  const { producer, consumer, run, fault, world } = makeOne()
  const { deliveries } = consumer()
  run(seconds(1))
  const end = fault('hang')
  const asked = [producer.publish('tasks'), producer.publish('tasks')]
  at(world, seconds(20), end)
  run(seconds(19))
  expect([asked[0]!.reply, deliveries.length]).toEqual([undefined, 0])
  run(seconds(21))
  expect(asked.map(({ endedAt }) => endedAt)).toEqual([seconds(20), seconds(20)])
  expect(deliveries.map(({ content }) => content.sequence)).toEqual([1, 2])
})

test('a publisher that is faster than the queue is read no faster: so many are on their way, the rest waits', () => {
  const { producer, run, count } = makeOne({ ...queues, queueCost: ms(4), credit: 5 })
  for (let i = 0; i < 20; i++) producer.publish('tasks')
  run(ms(1))
  expect(count('published')).toBe(5)
  // The queue takes one in every 2 ms.
  run(ms(11))
  expect(count('published')).toBe(10)
  run(seconds(1))
  expect(count('published')).toBe(20)
})

test('a queue fills one core and no more; several queues fill several', () => {
  const done = [1, 4].map((number) => {
    const names = Array.from({ length: number }, (_, i) => `q${i}`)
    const { world, nodes, count } = makeRabbits({
      queues: Object.fromEntries(names.map((name) => [name, queue()])),
      queueCost: us(200),
    })
    for (const [i, name] of names.entries()) {
      const producer = new Producer(world, 'a', nodes[0]!, `p${i}`)
      for (let j = 0; j < 2000; j++) producer.publish(name)
    }
    world.simulation.run({ until: ms(100) })
    return names.map((name) => count(`ready.${name}.max`))
  })
  expect(done).toEqual([[999], [999, 999, 999, 999]])
})

test('what is asked of a queue is how many wait and how many are held', () => {
  const { producer, consumer, run } = makeOne()
  const holder = consumer({ prefetch: 2 }, () => undefined)
  for (let i = 0; i < 5; i++) producer.publish('tasks')
  run(seconds(1))
  const depth = holder.ask<DepthReply>({ kind: 'amqp.depth', queue: 'tasks' } as Message)
  run(seconds(2))
  expect(depth.reply).toMatchObject({ ready: 3, unacked: 2 })
})
