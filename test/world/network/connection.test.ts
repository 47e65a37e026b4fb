// Connections: what opening one costs, how many there are, how they break, and who hears of it.

import { describe, expect, test } from 'vitest'
import { QUEUE } from '../../../src/env/index.ts'
import { ms, seconds } from '../../../src/units.ts'
import type { ConnectionValues } from '../../../src/world/network/parameters.ts'
import type { NetworkValues } from '../../../src/world/network.ts'
import { connections, counted, offices, set } from './fixture.ts'

/** 10 ms one way, so 20 ms there and back. */
const over = (given: Partial<ConnectionValues>): Partial<NetworkValues> => ({
  latency: { kind: 'constant', value: ms(10) },
  bandwidth: 0,
  connections: connections(given),
})

const inMs = (time: number) => time / ms(1)

describe('opening', () => {
  test('costs the first request its round trips, and the next ones nothing', () => {
    for (const [handshake, trips] of [
      ['none', 0],
      ['tcp', 1],
      ['tls', 2],
      ['tls-1.2', 3],
    ] as const) {
      const { world, ask } = offices(['a', 'b'], over({ handshake }))
      const [first, second] = [ask(0, 'a', 'b'), ask(ms(200), 'a', 'b')]
      world.simulation.run()
      expect(inMs(first.endedAt)).toBe(20 + 20 * trips)
      expect(inMs(second.endedAt)).toBe(220)
      expect(counted(world, 'connections')).toBe(1)
    }
  })

  test('a connection without use is closed, and the next request opens another', () => {
    const { world, ask } = offices(['a', 'b'], over({ idle: seconds(60) }))
    const asked = [0, 30, 89, 150].map((time) => ask(seconds(time), 'a', 'b'))
    world.simulation.run()
    expect(asked.map(({ endedAt }, i) => inMs(endedAt) - [0, 30_000, 89_000, 150_000][i]!)).toEqual([
      40, 20, 20, 40,
    ])
  })

  test('to a process that does not run is refused after one round trip', () => {
    const { world, at, ask, office } = offices(['a', 'b'], over({ handshake: 'tls' }))
    at(0, () => office('b').kill())
    const asked = ask(ms(1), 'a', 'b')
    world.simulation.run()
    expect(asked.error).toContain('connection refused')
    expect(inMs(asked.endedAt)).toBe(21)
  })

  test('to a host that is down is tried again after 1, 2, 4 … seconds, and succeeds when it is back', () => {
    const { world, at, ask, host } = offices(['a', 'b'], over({}))
    at(0, () => host('b').crash())
    at(seconds(5), () => host('b').restart())
    const asked = ask(ms(1), 'a', 'b')
    world.simulation.run()
    // Attempts at 1, 1001, 3001 and 7001 ms.
    expect(inMs(asked.endedAt)).toBe(7001 + 40)
  })

  test('fails after the time it is given', () => {
    const { world, at, ask, host } = offices(['a', 'b'], over({ connectTimeout: seconds(10) }))
    at(0, () => host('b').crash())
    const asked = ask(ms(1), 'a', 'b')
    world.simulation.run()
    expect(asked.error).toContain('no connection within 10000 ms')
    expect(inMs(asked.endedAt)).toBe(10_001)
  })

  test('is not cut short by keep-alive', () => {
    const { world, at, ask, host } = offices(
      ['a', 'b'],
      over({ keepAlive: ms(100), keepAliveInterval: ms(1) }),
    )
    at(0, () => host('b').crash())
    at(seconds(5), () => host('b').restart())
    const asked = ask(ms(1), 'a', 'b')
    world.simulation.run()
    expect(inMs(asked.endedAt)).toBe(7041)
  })

  test('one way messages open one too, and keep their order on it', () => {
    const { world, arrivals, send } = offices(['a', 'b'], over({}))
    for (let i = 0; i < 5; i++) send(ms(i), 'a', 'b')
    world.simulation.run()
    expect(arrivals.map(({ number, at }) => [number, inMs(at)])).toEqual([0, 1, 2, 3, 4].map((i) => [i, 30]))
    expect(counted(world, 'connections')).toBe(1)
  })
})

describe('requests at once', () => {
  test('one connection carries any number, or one at a time and as many connections as are needed', () => {
    for (const [requestsAtOnce, opened] of [
      [0, 1],
      [1, 6],
      [4, 2],
    ] as const) {
      const { world, ask } = offices(['a', 'b'], over({ requestsAtOnce }))
      for (let i = 0; i < 6; i++) ask(ms(i), 'a', 'b')
      world.simulation.run()
      expect(counted(world, 'connections')).toBe(opened)
    }
  })

  test('with no more connections than there may be, requests wait for their turn, and the account says so', () => {
    const { world, ask, taken, at } = offices(['a', 'b'], over({ requestsAtOnce: 1, limit: 2 }))
    const asked = Array.from({ length: 4 }, (_, i) => ask(ms(i), 'a', 'b', { kind: 'wait' }))
    for (const time of [100, 200, 300, 400])
      at(ms(time), () => taken.shift()!.reply({ kind: 'answer', bytes: 0 }))
    world.simulation.run()
    expect(asked.map(({ endedAt }) => inMs(endedAt))).toEqual([110, 210, 310, 410])
    expect(counted(world, 'connections')).toBe(2)
    // The third takes the connection that is free at 110 ms.
    expect(inMs(asked[2]!.account.parts[QUEUE]!)).toBe(110 - 2)
    for (const [i, { account, endedAt }] of asked.entries()) expect(account.total).toBe(endedAt - ms(i))
  })

  test('a caller that gives up closes its connection where it carries nothing else, and leaves the queue', () => {
    const { world, ask } = offices(['a', 'b'], over({ requestsAtOnce: 1, limit: 1 }))
    const first = ask(0, 'a', 'b', { kind: 'wait', timeout: ms(100) })
    const waiting = ask(ms(1), 'a', 'b', { timeout: ms(50) })
    const second = ask(ms(2), 'a', 'b')
    world.simulation.run()
    expect(first.error).toContain('no reply within 100 ms')
    expect(waiting.error).toContain('no reply within 50 ms')
    // At 100 ms the first connection is closed and another opened.
    expect(inMs(second.endedAt)).toBe(140)
    expect(counted(world, 'connections')).toBe(2)
    expect(counted(world, 'withdrawn')).toBe(2)
  })

  test('a caller that gives up leaves others on the same connection alone', () => {
    const { world, ask, taken, at } = offices(['a', 'b'], over({}))
    ask(0, 'a', 'b', { kind: 'wait', timeout: ms(100) })
    const other = ask(0, 'a', 'b', { kind: 'wait' })
    at(ms(200), () => taken[1]!.reply({ kind: 'answer', bytes: 0 }))
    world.simulation.run()
    expect(inMs(other.endedAt)).toBe(210)
    expect(taken[0]!.abandoned).toBe(true)
    expect(counted(world, 'connections')).toBe(1)
  })
})

describe('the other end', () => {
  test('that is killed lets its callers know, and the next request opens a new connection', () => {
    const { world, at, ask, office } = offices(['a', 'b'], over({}))
    const asked = ask(0, 'a', 'b', { kind: 'wait' })
    at(ms(100), () => office('b').kill())
    at(ms(150), () => office('b').start())
    const next = ask(ms(200), 'a', 'b')
    world.simulation.run()
    expect(asked.error).toContain('closed the connection')
    expect(inMs(asked.endedAt)).toBe(110)
    expect(inMs(next.endedAt)).toBe(240)
  })

  test('that crashes with its host says nothing: who waits, waits', () => {
    const { world, at, ask, host } = offices(['a', 'b'], over({}))
    const asked = ask(0, 'a', 'b', { kind: 'wait', timeout: seconds(30) })
    at(ms(100), () => host('b').crash())
    at(ms(200), () => host('b').restart())
    world.simulation.run()
    expect(asked.error).toContain('no reply within 30000 ms')
  })

  test('that has forgotten the connection resets it, as soon as something comes over it', () => {
    const { world, at, ask, host } = offices(['a', 'b'], over({}))
    const asked = ask(0, 'a', 'b', { kind: 'wait' })
    at(ms(100), () => host('b').crash())
    at(ms(200), () => host('b').restart())
    const second = ask(ms(300), 'a', 'b')
    const third = ask(ms(400), 'a', 'b')
    world.simulation.run()
    expect([asked.error, second.error].every((error) => error!.includes('reset the connection'))).toBe(true)
    expect([asked, second].map(({ endedAt }) => inMs(endedAt))).toEqual([320, 320])
    expect(inMs(third.endedAt)).toBe(440)
    expect(counted(world, 'resets')).toBe(1)
  })

  test('that is cut off hears all when the partition has healed, as the timer has it', () => {
    const { world, arrivals, at, ask, send, host } = offices(['a', 'b'], over({ handshake: 'none' }))
    ask(0, 'a', 'b')
    let heal = () => {}
    at(ms(100), () => {
      heal = world.network.cut({ from: set(host('a')), to: set(host('b')), both: true })
    })
    send(ms(95), 'a', 'b') // under way when the cut comes
    send(ms(150), 'a', 'b')
    const asked = ask(ms(160), 'a', 'b')
    at(ms(500), () => heal())
    world.simulation.run()
    // Sent at 95 ms, again at 295 in vain and at 695; the acknowledgement lets the rest go, one and then two a round trip.
    expect(arrivals.map(({ number, at }) => [number, inMs(at)])).toEqual([
      [0, 10],
      [1, 705],
      [2, 725],
      [3, 725],
    ])
    expect(inMs(asked.endedAt)).toBe(735)
    expect(counted(world, 'lost')).toBe(0)
  })

  test('without retransmission what a cut swallows is lost, as without connections', () => {
    const { world, arrivals, at, send, host } = offices(
      ['a', 'b'],
      over({ handshake: 'none', retransmit: false }),
    )
    at(ms(100), () => world.network.cut({ from: set(host('a')), to: set(host('b')), both: true }))
    send(ms(95), 'a', 'b')
    send(ms(150), 'a', 'b')
    world.simulation.run()
    expect(arrivals).toEqual([])
    expect(counted(world, 'lost')).toBe(2)
  })

  test('is probed where keep-alive is set, and the connection given up when nothing answers', () => {
    const keepAlive = { keepAlive: seconds(10), keepAliveInterval: seconds(1), keepAliveProbes: 3 }
    const { world, at, ask, host } = offices(['a', 'b', 'c'], over(keepAlive))
    const dead = ask(0, 'a', 'b', { kind: 'wait' })
    const slow = ask(0, 'a', 'c', { kind: 'wait', timeout: seconds(60) })
    at(seconds(15), () => host('b').crash())
    world.simulation.run()
    // Probes at 10 s (answered), 20, 21 and 22 s.
    expect(dead.error).toContain('no sign of life')
    expect(Math.round(dead.endedAt / seconds(1))).toBe(22)
    // A peer that is only slow answers its probes.
    expect(slow.error).toContain('no reply within 60000 ms')
  })

  test('that has restarted answers a probe with a reset', () => {
    const { world, at, ask, host } = offices(['a', 'b'], over({ keepAlive: seconds(10) }))
    const asked = ask(0, 'a', 'b', { kind: 'wait' })
    at(seconds(1), () => host('b').crash())
    at(seconds(2), () => host('b').restart())
    world.simulation.run()
    expect(asked.error).toContain('reset the connection')
    expect(Math.round(asked.endedAt / seconds(1))).toBe(10)
  })
})

test('a caller that restarts has connections of its own, and answers to its earlier life wake nobody', () => {
  const { world, taken, at, ask, host } = offices(['a', 'b'], over({}))
  const before = ask(0, 'a', 'b', { kind: 'wait' })
  at(ms(100), () => host('a').crash())
  at(ms(110), () => host('a').restart())
  const after = ask(ms(120), 'a', 'b')
  at(ms(130), () => taken[0]!.reply({ kind: 'answer', bytes: 0 }))
  world.simulation.run()
  expect(before.endedAt).toBe(-1)
  expect(inMs(after.endedAt)).toBe(160)
})

test('a caller that ends is nobody’s to probe for', () => {
  const { world, at, ask, host } = offices(['a', 'b'], over({ keepAlive: seconds(1) }))
  ask(0, 'a', 'b', { kind: 'wait', timeout: ms(500) })
  at(ms(100), () => host('a').crash())
  at(ms(110), () => host('a').restart())
  world.simulation.run({ events: 1000 })
  expect(world.simulation.now).toBe(seconds(1))
})

test('connections of one host have their round trips over the loopback', () => {
  const { world, ask } = offices(['a'], { ...over({}), loopback: ms(1) })
  const other = ask(0, 'a', 'a')
  world.simulation.run()
  expect(inMs(other.endedAt)).toBe(4)
})
