// What streams do about loss: when they send again, how fast they are, what waits behind.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ms, seconds } from '../../../src/units.ts'
import type { Envelope } from '../../../src/world/envelope.ts'
import { TCP } from '../../../src/world/network/parameters.ts'
import type { Decision, NetworkValues } from '../../../src/world/network.ts'
import type { World } from '../../../src/world/world.ts'
import { connections, counted, offices, set } from './fixture.ts'

const latency = (value: number) => ({ kind: 'constant', value })

/** 10 ms one way, so 20 ms there and back. */
const FAR: Partial<NetworkValues> = { latency: latency(ms(10)), bandwidth: 0 }
const SEGMENT = TCP.segment

/** Decides over the messages by their number. */
const deciding = (world: World, decisions: Readonly<Record<number, Decision>>) =>
  world.network.addRule({
    name: 'by number',
    decide: ({ message }: Envelope) => decisions[(message as unknown as { number: number }).number],
  })

const arrivalTimes = (arrivals: readonly { at: number }[]) => arrivals.map(({ at }) => at / ms(1))

describe('a lost segment', () => {
  test('of which nothing tells is sent again when the timer runs out', () => {
    const { world, arrivals, send } = offices(['a', 'b'], FAR)
    deciding(world, { 0: 'corrupt' })
    send(0, 'a', 'b')
    world.simulation.run()
    expect(arrivalTimes(arrivals)).toEqual([200 + 10])
    expect(counted(world, 'retransmitted')).toBe(1)
    expect(counted(world, 'lost')).toBe(0)
  })

  test('is sent again a round trip after the third segment behind it, and those wait for it', () => {
    const { world, arrivals, send } = offices(['a', 'b'], FAR)
    deciding(world, { 0: 'corrupt' })
    for (const time of [0, 1, 2, 3, 4, 50]) send(ms(time), 'a', 'b')
    world.simulation.run()
    // The third behind is sent at 3 ms and acknowledged at 23; what was lost then takes 10 ms more.
    expect(arrivalTimes(arrivals)).toEqual([33, 33, 33, 33, 33, 60])
    expect(arrivals.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('with two behind it waits for the timer', () => {
    const { world, arrivals, send } = offices(['a', 'b'], FAR)
    deciding(world, { 0: 'corrupt' })
    for (const time of [0, 1, 2]) send(ms(time), 'a', 'b')
    world.simulation.run()
    expect(arrivalTimes(arrivals)).toEqual([210, 210, 210])
  })

  test('stops only what is on the same stream', () => {
    const { world, arrivals, send } = offices(['a', 'b', 'c'], FAR)
    deciding(world, { 0: 'corrupt' })
    send(0, 'a', 'b')
    send(0, 'a', 'c')
    send(0, 'c', 'b')
    world.simulation.run()
    expect(arrivals.map(({ number }) => number)).toEqual([1, 2, 0])
  })

  test('waits for as long as latencies vary, if that is longer (RFC 6298)', () => {
    // Mean 100 ms and deviation 50 ms each way: 200 ms + 4 √(2 · 50²) ms.
    const spread = { kind: 'uniform', low: ms(100 - 50 * Math.sqrt(3)), high: ms(100 + 50 * Math.sqrt(3)) }
    const { world, arrivals, send } = offices(['a', 'b'], { ...FAR, latency: spread, loss: 1e-9 })
    deciding(world, { 0: 'corrupt' })
    send(0, 'a', 'b')
    world.simulation.run()
    const resent = 200 + 4 * Math.sqrt(2) * 50
    expect(arrivals[0]!.at / ms(1)).toBeGreaterThan(resent + 100 - 50 * Math.sqrt(3))
    expect(arrivals[0]!.at / ms(1)).toBeLessThan(resent + 100 + 50 * Math.sqrt(3))
  })

  test('that is lost again is waited for twice as long each time, until the stream is given up', () => {
    const tcp = { ...TCP, retries: 4 }
    const { world, arrivals, at, send, host } = offices(['a', 'b'], {
      ...FAR,
      tcp,
      connections: connections({ handshake: 'none' }),
    })
    let heal = () => {}
    at(ms(1), () => {
      heal = world.network.cut({ from: set(host('a')), to: set(host('b')), both: true })
    })
    at(seconds(1), () => heal())
    send(ms(2), 'a', 'b') // again at 202, 602 and 1402 ms
    at(seconds(10), () => {
      heal = world.network.cut({ from: set(host('a')), to: set(host('b')), both: true })
    })
    send(seconds(11), 'a', 'b') // after 0.2, 0.6, 1.4 and 3 s in vain, given up at 6.2 s
    at(seconds(30), () => heal())
    world.simulation.run()
    expect(arrivalTimes(arrivals)).toEqual([1412])
    expect(counted(world, 'retransmitted')).toBe(3 + 4)
    expect(counted(world, 'lost')).toBe(1)
    expect(counted(world, 'resets')).toBe(1)
  })
})

describe('in the long run', () => {
  test('p/(1−p) segments are sent again for each that is sent once', () => {
    for (const p of [0.01, 0.1, 0.3]) {
      const { world, send } = offices(['a', 'b'], { ...FAR, loss: p })
      const segments = 40_000
      send(0, 'a', 'b', segments * SEGMENT)
      world.simulation.run()
      const again = counted(world, 'retransmitted')
      const expected = (segments * p) / (1 - p)
      // The number of failures before so many successes: variance n p / (1−p)².
      const deviation = Math.sqrt(segments * p) / (1 - p)
      expect(Math.abs(again - expected)).toBeLessThan(4 * deviation)
    }
  })

  test('goodput follows MSS/RTT · √(3/2)/√p, within a tenth (Mathis et al. 1997)', () => {
    // For losses at random and an acknowledgement for each segment the paper finds 1.31 rather than 1.22, 7 % more.
    for (const [p, segments] of [
      [1e-4, 6_000_000],
      [1e-3, 1_000_000],
      [1e-2, 200_000],
    ] as const) {
      const { world, arrivals, send } = offices(['a', 'b'], { ...FAR, loss: p })
      send(0, 'a', 'b', segments * SEGMENT)
      world.simulation.run()
      const rate = segments / (arrivals[0]!.at / ms(20))
      const mathis = Math.sqrt(3 / 2 / p)
      expect(rate / mathis).toBeGreaterThan(0.97)
      expect(rate / mathis).toBeLessThan(1.1)
    }
  })

  test('goodput halves when the round trip doubles, and a wide link makes it no faster', () => {
    const rate = (oneWay: number, bandwidth: number) => {
      const { world, arrivals, send } = offices(['a', 'b'], {
        latency: latency(oneWay),
        bandwidth,
        loss: 1e-3,
      })
      send(0, 'a', 'b', 400_000 * SEGMENT)
      world.simulation.run()
      return 1 / arrivals[0]!.at
    }
    const near = (ratio: number, expected: number) =>
      expect(Math.abs(ratio / expected - 1)).toBeLessThan(0.08)
    near(rate(ms(10), 0) / rate(ms(20), 0), 2)
    // 41 segments in 20 ms are 3 MB/s: of 1 GB/s it makes no use, of 1 MB/s all of it.
    near(rate(ms(10), 1e9) / rate(ms(10), 0), 1)
    near(rate(ms(10), 1e6) * 400_000 * SEGMENT * 1.001, 1e6 / 1e9)
  })

  test('the window begins at ten segments and doubles each round trip (RFC 6928, RFC 5681)', () => {
    const { world, arrivals, send } = offices(['a', 'b', 'c', 'd'], { ...FAR, loss: 1e-9 })
    send(0, 'a', 'b', 10 * SEGMENT)
    send(0, 'a', 'c', 30 * SEGMENT)
    send(0, 'a', 'd', 31 * SEGMENT)
    world.simulation.run()
    expect(arrivalTimes(arrivals)).toEqual([10, 30, 50])
  })

  test('after a silence longer than the timer the window is the first one again (RFC 5681 4.1)', () => {
    const { world, arrivals, send } = offices(['a', 'b'], { ...FAR, loss: 1e-9 })
    send(0, 'a', 'b', 30 * SEGMENT)
    send(ms(100), 'a', 'b', 30 * SEGMENT)
    send(ms(1000), 'a', 'b', 30 * SEGMENT)
    world.simulation.run()
    expect(arrivalTimes(arrivals)).toEqual([30, 110, 1030])
  })

  test('what is missing takes up room in the window until it is noticed', () => {
    const { world, arrivals, send } = offices(['a', 'b'], FAR)
    const tcp = { ...TCP, initialWindow: 2 }
    const { world: narrow, arrivals: late, send: sendNarrow } = offices(['a', 'b'], { ...FAR, tcp })
    for (const [each, sendIn] of [[world, send] as const, [narrow, sendNarrow] as const]) {
      deciding(each, { 0: 'corrupt' })
      // Each takes a place in the next rounds; with two places one is left, and the third later segment goes at 45 ms.
      for (const time of [0, 1, 25, 26, 50]) sendIn(ms(time), 'a', 'b')
      each.simulation.run()
    }
    expect(arrivalTimes(arrivals)).toEqual([56, 56, 56, 56, 60])
    expect(arrivalTimes(late)).toEqual([75, 75, 75, 75, 75])
  })
})

describe('order', () => {
  const message = fc.record({ at: fc.nat(300), bytes: fc.nat(20_000) })
  const flaws = { loss: 0.1, corrupt: 0.05, reorder: 0.2, duplicate: 0.2 }

  test('a stream keeps it whatever the link does, and loses nothing', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 40 }), fc.string(), (messages, seed) => {
        const jitter = { kind: 'exponential', mean: ms(5) }
        const { world, arrivals, send } = offices(
          ['a', 'b'],
          { ...FAR, bandwidth: 1e7, jitter, ...flaws },
          seed,
        )
        messages.sort((x, y) => x.at - y.at)
        for (const { at, bytes } of messages) send(ms(at), 'a', 'b', bytes)
        world.simulation.run()
        expect(arrivals.map(({ number }) => number)).toEqual(messages.map((_, i) => i))
        expect(counted(world, 'lost')).toBe(0)
        expect(counted(world, 'duplicated')).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  test('datagrams come as they come: some not at all, some twice, some before those sent before', () => {
    const { world, arrivals, send } = offices(['a', 'b'], {
      ...FAR,
      oneWay: 'datagram',
      loss: 0.1,
      duplicate: 0.05,
      reorder: 0.2,
    })
    const n = 20_000
    for (let i = 0; i < n; i++) send(i * ms(1), 'a', 'b')
    world.simulation.run()
    const near = (found: number, share: number) =>
      expect(Math.abs(found - n * share)).toBeLessThan(4 * Math.sqrt(n * share))
    near(counted(world, 'lost'), 0.1)
    near(counted(world, 'duplicated'), 0.9 * 0.05)
    const overtaken = arrivals.filter(({ at, number }) => at - number * ms(1) > ms(10))
    near(overtaken.length, 0.9 * 1.05 * 0.2)
    const numbers = arrivals.map(({ number }) => number)
    expect(numbers).not.toEqual(numbers.toSorted((a, b) => a - b))
    expect(arrivals.length + counted(world, 'lost')).toBe(n + counted(world, 'duplicated'))
    expect(counted(world, 'retransmitted')).toBe(0)
  })

  test('a datagram in many pieces is lost with any of them', () => {
    const { world, send } = offices(['a', 'b'], { ...FAR, oneWay: 'datagram', loss: 0.05 })
    const n = 10_000
    for (let i = 0; i < n; i++) send(i * ms(1), 'a', 'b', 5 * SEGMENT)
    world.simulation.run()
    const share = 1 - (1 - 0.05) ** 5
    expect(Math.abs(counted(world, 'lost') - n * share)).toBeLessThan(4 * Math.sqrt(n * share * (1 - share)))
  })

  test('requests and replies are streams all the same', () => {
    const { world, ask } = offices(['a', 'b'], { ...FAR, oneWay: 'datagram', loss: 0.3 })
    const asked = Array.from({ length: 200 }, (_, i) => ask(seconds(i), 'a', 'b'))
    world.simulation.run()
    for (const { endedAt, error } of asked) expect([endedAt > 0, error]).toEqual([true, undefined])
  })

  test('what went over a plain link before stays before', () => {
    for (let seed = 0; seed < 20; seed++) {
      const spread = { latency: { kind: 'uniform', low: 0, high: ms(100) }, bandwidth: 0 }
      const { world, arrivals, at, send, host } = offices(['a', 'b'], spread, String(seed))
      for (let i = 0; i < 30; i++) send(ms(i), 'a', 'b')
      at(ms(15), () => world.network.impair(set(host('a')), set(host('b')), { reorder: 0.001 }, true))
      world.simulation.run()
      expect(arrivals.map(({ number }) => number)).toEqual(arrivals.map((_, i) => i))
    }
  })
})

describe('head-of-line blocking', () => {
  /** Share of requests that come late, of `k` sent at once. */
  function late(k: number, requestsAtOnce: number, loss: number): number {
    const rounds = 3000
    const { world, taken, ask } = offices(['a', 'b'], {
      ...FAR,
      // A new connection each round, as its window is the first one.
      connections: connections({ handshake: 'none', idle: seconds(60), requestsAtOnce }),
    })
    world.addLinkRule({ between: [set(world.hosts.get('a')!), set(world.hosts.get('b')!)], values: { loss } })
    for (let round = 0; round < rounds; round++)
      for (let i = 0; i < k; i++) ask(seconds(100 * round), 'a', 'b')
    world.simulation.run()
    expect(taken).toHaveLength(k * rounds)
    return taken.filter(({ arrivedAt }) => arrivedAt % seconds(100) > ms(10)).length / taken.length
  }

  test('on one connection a request waits for the losses before it, on its own connection for its own alone', () => {
    const p = 0.05
    for (const k of [2, 8]) {
      // The i-th of k is in time if none of the first i is lost.
      const inTime = ((1 - p) * (1 - (1 - p) ** k)) / (k * p)
      expect(Math.abs(late(k, 0, p) - (1 - inTime))).toBeLessThan(0.015)
      expect(Math.abs(late(k, 1, p) - p)).toBeLessThan(0.008)
    }
  })
})
