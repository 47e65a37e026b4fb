import { expect, test } from 'vitest'
import { type JobRequest, NETWORK, QUEUE, RETRY, SERVICE } from '../../../../src/env/index.ts'
import { ms, seconds } from '../../../../src/units.ts'
import { queue } from '../../../../src/world/services/queue/queue.ts'
import { makeWorld } from '../../fixture.ts'
import { Asked, addClient, addService, at, metric } from '../fixture.ts'
import { constant, expectMean, exponential, observe, sojourns } from './laws.ts'

const job = (fields: Partial<JobRequest> = {}): JobRequest => ({ kind: 'job', ...fields })

/** A client on one host and a station on another, a millisecond apart. */
function makeStation(values: Readonly<Record<string, unknown>> = {}, boot = 0) {
  const world = makeWorld({ a: {}, b: { boot } }, { latency: { kind: 'constant', value: ms(1) } })
  const station = addService(world, 'b', 'station', queue, { service: constant(10), ...values })
  const client = addClient(world, 'a')
  return {
    world,
    station,
    client,
    ask: (fields = {}, terms = {}) => new Asked(client, station, job(fields), terms),
  }
}

test('the account of a job: its wait is queueing, its service is service, the rest is the network', () => {
  const { world, ask } = makeStation()
  const [first, second] = [ask(), ask()]
  world.simulation.run()
  expect([first.latency, second.latency]).toEqual([ms(12), ms(22)])
  expect([...second.account.parts]).toEqual([0, 0, 0, ms(2), ms(10), ms(10), 0, 0, 0])
  expect(second.account.parts[NETWORK]! + second.account.parts[QUEUE]! + second.account.parts[SERVICE]!).toBe(
    second.latency,
  )
})

test('under processor sharing the demand is service and the stretch of it is queueing', () => {
  const { world, ask } = makeStation({ discipline: 'processor-sharing' })
  const jobs = [ask(), ask()]
  world.simulation.run()
  for (const { latency, account } of jobs) {
    expect(latency).toBe(ms(22))
    expect([account.parts[QUEUE], account.parts[SERVICE]]).toEqual([ms(10), ms(10)])
  }
  expect(metric(world, 'service.station.queue.max')).toBe(1)
})

test('in a tandem of M/M/1 stations each behaves as if alone (Burke, Jackson)', () => {
  const seen = observe({
    customers: 60_000,
    rate: 0.6,
    values: { service: exponential(1), next: [{ name: 'second' }] },
    stations: { second: { service: exponential(1.2) } },
  })
  // 1 / (1 - 0.6) + 1 / (1/1.2 - 0.6)
  expectMean(sojourns(seen), 1 / 0.4 + 1 / (1 / 1.2 - 0.6), 0.1)
})

test('the reply of a tandem comes from its last station, and instances of a station take turns', () => {
  const { world, ask } = makeStation({ next: [{ name: 'b.1' }, { name: 'b.2' }], servers: 9 })
  for (const name of ['b.1', 'b.2']) addService(world, 'b', name, queue, { service: constant(100) })
  const jobs = [ask(), ask(), ask()]
  world.simulation.run()
  expect(jobs.map(({ latency }) => latency / 1e6)).toEqual([112, 112, 212])
  expect(jobs[2]!.account.parts[QUEUE]).toBe(ms(100))
  expect(jobs[2]!.account.parts[SERVICE]).toBe(ms(110))
  expect(jobs[2]!.account.total).toBe(jobs[2]!.latency)
})

test('a refusal by a later station comes back to the caller', () => {
  const { world, ask } = makeStation({ next: [{ name: 'last' }], servers: 2 })
  addService(world, 'b', 'last', queue, { service: constant(100), capacity: 1 })
  const jobs = [ask(), ask()]
  world.simulation.run()
  expect(jobs.map(({ error }) => error?.status)).toEqual([undefined, 503])
  expect(jobs[1]!.account.total).toBe(jobs[1]!.latency)
  expect(metric(world, 'service.last.blocked')).toBe(1)
})

test('machine repairman: one repairer and four machines', () => {
  const world = makeWorld({ a: {} }, {}, 'machines')
  const station = addService(world, 'a', 'repair', queue, { service: exponential(1) })
  const client = addClient(world, 'a')
  const lifetimes = world.streams.stream('lifetimes')
  const down: number[] = []
  const work = (): void => {
    const broken = world.simulation.now + Math.round(lifetimes.exponential(2e6))
    if (broken < seconds(40))
      at(world, broken, () => {
        new Asked(client, station, job(), {}, ({ latency }) => {
          down.push(latency / 1e6)
          work()
        })
      })
  }
  for (let machine = 0; machine < 4; machine++) work()
  world.simulation.run()
  // p(k) ∝ 4! / (4 - k)! · 0.5^k: 1, 2, 3, 3, 1.5, sum 10.5; throughput (1 - 1/10.5) / ms = 0.90476, and 4 / X - 2 is the time down.
  const throughput = 9.5 / 10.5
  expectMean(down, 4 / throughput - 2)
})

test('waits are kept by class where classes are declared; higher priorities count as the last', () => {
  const { world, ask } = makeStation({ discipline: 'priority', classes: 2 })
  for (const priority of [1, 7, 0]) ask({ priority })
  world.simulation.run()
  // 1 is served at once, then 0 after 10 ms, then 7 after 20 ms.
  expect(metric(world, 'service.station.wait.0.mean')).toBe(ms(10))
  expect(metric(world, 'service.station.wait.1.mean')).toBe(ms(10))
  expect(metric(world, 'service.station.wait.1.max')).toBe(ms(20))
  expect(metric(world, 'service.station.sojourn.count')).toBe(3)
})

test('last come is served first', () => {
  const { world, ask } = makeStation({ discipline: 'lifo' })
  const jobs = [ask(), ask(), ask()]
  world.simulation.run()
  expect(jobs.map(({ latency }) => latency / 1e6)).toEqual([12, 32, 22])
})

for (const discipline of ['fifo', 'lifo', 'priority', 'processor-sharing'])
  test(`${discipline}: who gives up leaves the place to others, waiting or being served`, () => {
    const { world, ask } = makeStation({ discipline, capacity: 3 })
    const served = ask({}, { timeout: ms(5) })
    const waiting = ask({}, { timeout: ms(5) })
    const last = ask()
    const refused = ask()
    world.simulation.run({ until: ms(8) })
    // Both are gone when the closing arrives at 6 ms, the third alone is left: a place is free.
    const late = ask()
    world.simulation.run()
    expect([served, waiting].map(({ error }) => error?.name)).toEqual(['TimeoutError', 'TimeoutError'])
    expect(served.account.parts[RETRY]).toBe(ms(5))
    expect(refused.error?.status).toBe(503)
    // From 1 to 6 ms a third of the server under sharing, then all of it: 10 - 5/3 ms more.
    const done = discipline === 'processor-sharing' ? undefined : ms(17)
    if (done) expect(last.endedAt).toBe(done)
    expect(late.reply?.kind).toBe('job.done')
    expect(metric(world, 'service.station.sojourn.count')).toBe(2)
  })

test('who gives up in a tandem leaves the later station too', () => {
  const { world, ask } = makeStation({ next: [{ name: 'last' }] })
  addService(world, 'b', 'last', queue, { service: constant(100) })
  const gone = ask({}, { timeout: ms(50) })
  const other = ask()
  world.simulation.run()
  expect(gone.error?.name).toBe('TimeoutError')
  // The second is at the last station from 21 ms; the closing comes at 51 ms, and its 100 ms begin.
  expect(other.endedAt).toBe(ms(152))
})

for (const discipline of ['fifo', 'processor-sharing'])
  test(`${discipline}: after a crash the station is empty, and serves again after the restart`, () => {
    const { world, station, ask } = makeStation({ discipline, capacity: 2 })
    const lost = [ask({}, { timeout: ms(100) }), ask({}, { timeout: ms(100) })]
    at(world, ms(5), () => station.host.crash())
    at(world, ms(30), () => station.host.restart())
    world.simulation.run({ until: ms(29) })
    expect(
      world.recorder.level(
        'service.station.queue',
        { unit: 'count', better: 'lower', meaning: '' },
        { series: true },
      ).value,
    ).toBe(0)
    world.simulation.run({ until: ms(40) })
    const later = [ask(), ask()]
    world.simulation.run()
    expect(lost.map(({ error }) => error?.name)).toEqual(['TimeoutError', 'TimeoutError'])
    expect(later[0]!.reply?.kind).toBe('job.done')
    expect(later[1]!.endedAt).toBe(ms(62))
  })

test('it answers nothing but jobs', () => {
  const { world, station, client } = makeStation()
  const asked = new Asked(client, station, { kind: 'redis' })
  world.simulation.run()
  expect(asked.error?.status).toBe(404)
})
