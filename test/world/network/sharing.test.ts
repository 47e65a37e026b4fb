// Bandwidth that is shared: edges with a queue, fair shares, racks, switches, overlays.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ms, seconds, us } from '../../../src/units.ts'
import type { NetworkValues } from '../../../src/world/network.ts'
import { connections, counted, offices } from './fixture.ts'

const latency = (value: number) => ({ kind: 'constant', value })

const rack = (values: Record<string, unknown>) => ({
  kind: 'rack',
  values: { racks: 0, members: {}, oversubscription: 4, uplink: undefined, detour: 0, ...values },
})

const members = (racks: Record<string, readonly string[]>) =>
  Object.fromEntries(Object.entries(racks).map(([name, hosts]) => [name, hosts.map((name) => ({ name }))]))

/** 1 MB/s everywhere: a byte takes a microsecond. */
const SLOW: Partial<NetworkValues> = { bandwidth: 1e6, latency: latency(0) }

const times = (arrivals: readonly { number: number; at: number }[]) =>
  Object.fromEntries(arrivals.map(({ number, at }) => [number, at]))

describe('a path of edges with queues', () => {
  test('takes its slowest edge’s time and a packet more for each of the others', () => {
    const fast = 1e7
    const uplink = 1e6
    const packets = fc.integer({ min: 1, max: 40 })
    fc.assert(
      fc.property(packets, (n) => {
        const { world, arrivals, send } = offices(['a', 'b'], {
          ...SLOW,
          bandwidth: fast,
          topology: rack({ members: members({ one: ['a'], two: ['b'] }), uplink }),
        })
        send(0, 'a', 'b', n * 1460)
        world.simulation.run()
        // 1460 B take 146 µs on a host's cable and 1460 µs on an uplink; the two uplinks are one packet apart.
        expect(arrivals[0]!.at).toBe(us(146 + 1460 * n + 1460 + 146))
      }),
    )
  })

  test('serves one after another, whoever sends, and is in use as long as it serves', () => {
    const { world, arrivals, send } = offices(['a', 'b', 'c', 'd'], {
      latency: latency(0),
      bandwidth: 0,
      topology: rack({ members: members({ one: ['a', 'b'], two: ['c', 'd'] }), uplink: 1e6 }),
    })
    send(0, 'a', 'c', 1000)
    send(us(100), 'b', 'd', 1000)
    // The other direction and the same rack have nothing to do with it.
    send(0, 'c', 'a', 500)
    send(0, 'a', 'b', 500)
    send(ms(4), 'a', 'd', 0)
    world.simulation.run()
    expect(times(arrivals)).toEqual({ 0: us(2000), 1: us(3000), 2: us(1000), 3: 0, 4: ms(4) })
    expect(counted(world, 'uplink.one.utilisation.mean')).toBe(0.5)
    expect(counted(world, 'downlink.two.utilisation.mean')).toBe(0.5)
    expect(counted(world, 'uplink.two.utilisation.mean')).toBe(0.125)
  })

  test('what trickles in over a slow edge does not keep a fast one busy all the while', () => {
    const { world, arrivals, send } = offices(['far', 'near', 'sink'], {
      ...SLOW,
      bandwidth: 1e7,
      topology: rack({ members: members({ one: ['far'], two: ['near', 'sink'] }), uplink: 1e6 }),
    })
    send(0, 'far', 'sink', 14_600) // 14.6 ms on each uplink, 1.46 on the sink's cable
    send(ms(5), 'near', 'sink', 1000)
    world.simulation.run()
    expect(times(arrivals)[1]).toBe(ms(5) + us(200))
    expect(times(arrivals)[0]).toBe(us(146 + 14_600 + 1460 + 146))
  })

  test('a message that comes to a shared edge later does not keep it from those that are there', () => {
    const { world, arrivals, send } = offices(['slow', 'fast', 'sink'], {
      latency: latency(0),
      bandwidth: 0,
      topology: { kind: 'switch', values: { backplane: 1e6 } },
    })
    world.addLinkRule({
      between: [new Set([world.hosts.get('slow')!]), new Set([world.hosts.get('sink')!])],
      values: { bandwidth: 1e5 },
    })
    send(0, 'slow', 'sink', 1000) // 10 ms on its own link, then 1 ms
    send(ms(5), 'fast', 'sink', 1000)
    world.simulation.run()
    expect(times(arrivals)).toEqual({ 0: ms(11), 1: ms(6) })
  })
})

describe('fair shares', () => {
  const fair: Partial<NetworkValues> = { ...SLOW, sharing: 'fair', flow: 1000 }

  test('two flows on one link take turns at nothing: each has half of it', () => {
    const { world, arrivals, send } = offices(['a', 'b'], fair)
    const { world: other, arrivals: apart, send: sendApart } = offices(['a', 'b', 'c'], fair)
    // The stream of one process to another is one flow at a time; two flows need two streams.
    send(0, 'a', 'b', 10_000)
    send(0, 'a', 'b', 10_000)
    world.simulation.run()
    expect(arrivals.map(({ at }) => at)).toEqual([ms(10), ms(20)])
    const second = other.addProcess(other.hosts.get('a')!, 'second', 'office')
    second.behaviour = { cost: () => 0, begin() {}, deliver() {} }
    sendApart(0, 'a', 'b', 10_000)
    other.simulation.schedule(
      ms(4),
      {
        id: 0,
        fire: () =>
          second.send(other.processes.get('at.b')!, { kind: 'note', number: 9, bytes: 2000 } as never),
      },
      0,
    )
    other.simulation.run()
    // 4 ms alone, then 2 kB at half speed take 4 ms; the 4 kB that are left then go at full speed.
    expect(apart).toEqual([
      { to: 'b', number: 9, at: ms(8) },
      { to: 'b', number: 0, at: ms(12) },
    ])
  })

  test('small messages find room between, and are in order behind a flow of their own stream', () => {
    const { world, arrivals, send } = offices(['a', 'b', 'c'], {
      ...fair,
      topology: { kind: 'switch', values: { backplane: 0 } },
    })
    send(0, 'a', 'b', 10_000)
    send(ms(1), 'a', 'b', 100)
    send(ms(1), 'a', 'c', 100)
    world.simulation.run()
    expect(times(arrivals)).toEqual({ 0: ms(10), 1: ms(10) + us(100), 2: ms(1) + us(100) })
  })

  test('an uplink is shared by all who cross it, and what is free elsewhere is used', () => {
    const { world, arrivals, send } = offices(['a', 'b', 'c', 'd'], {
      ...fair,
      topology: rack({ members: members({ one: ['a', 'b'], two: ['c', 'd'] }), oversubscription: 2 }),
    })
    // 2 MB/s of hosts to 1 MB/s of uplink. a→c and b→d have half of it each; a→b what is left of a's cable.
    send(0, 'a', 'c', 10_000)
    send(0, 'b', 'd', 5_000)
    send(0, 'a', 'b', 5_000)
    world.simulation.run()
    expect(times(arrivals)).toEqual({ 0: ms(15), 1: ms(10), 2: ms(10) })
    expect(counted(world, 'uplink.one.utilisation.mean')).toBe(1)
  })

  test('bytes are conserved: a full edge carries as many as it can, whoever they belong to', () => {
    const flow = fc.record({ at: fc.nat(20), from: fc.nat(3), bytes: fc.integer({ min: 1001, max: 20_000 }) })
    fc.assert(
      fc.property(fc.array(flow, { minLength: 1, maxLength: 20 }), (flows) => {
        const names = ['a', 'b', 'c', 'd', 'sink']
        const { world, arrivals, send } = offices(names, {
          ...fair,
          topology: { kind: 'switch', values: { backplane: 0 } },
        })
        flows.sort((x, y) => x.at - y.at)
        for (const { at, from, bytes } of flows) send(ms(at), names[from]!, 'sink', bytes)
        world.simulation.run()
        // The sink's cable is never idle while something is under way: its busy periods are those of a queue.
        let free = 0
        for (const { at, bytes } of flows) free = Math.max(free, ms(at)) + us(bytes)
        const last = Math.max(...arrivals.map(({ at }) => at))
        expect(arrivals).toHaveLength(flows.length)
        expect(Math.abs(last - free)).toBeLessThanOrEqual(flows.length)
      }),
    )
  })

  test('a link that loses packets gives a flow no more than its window allows (Mathis)', () => {
    const { world, arrivals, send } = offices(['a', 'b'], {
      ...fair,
      bandwidth: 1e9,
      latency: latency(ms(10)),
      loss: 0.01,
    })
    send(0, 'a', 'b', 10_000_000)
    world.simulation.run()
    const goodput = (10_000_000 * 1e9) / (arrivals[0]!.at - ms(10))
    expect(goodput).toBeCloseTo((1460 * Math.sqrt(1.5)) / (0.02 * 0.1), -3)
  })

  test('a flow over a cut or dead link stands still where the stream holds on to it, and then goes on', () => {
    const { world, arrivals, at, send, host } = offices(['a', 'b'], {
      ...fair,
      connections: connections({ handshake: 'none' }),
    })
    const [from, to] = [new Set([host('a')]), new Set([host('b')])]
    const undo: (() => void)[] = []
    send(0, 'a', 'b', 10_000)
    at(ms(2), () => undo.push(world.network.cut({ from, to, both: true })))
    at(ms(7), () => undo.pop()!())
    at(ms(8), () => undo.push(world.network.impair(from, to, { loss: 1 }, false)))
    at(ms(18), () => undo.pop()!())
    world.simulation.run()
    expect(arrivals[0]!.at).toBe(ms(10 + 5 + 10))
  })

  test('a link that is made worse slows its flows, and they go on when it is as before', () => {
    const { world, arrivals, at, send, host } = offices(['a', 'b'], fair)
    send(0, 'a', 'b', 10_000)
    let restore = () => {}
    at(ms(2), () => {
      restore = world.network.impair(
        new Set([host('a')]),
        new Set([host('b')]),
        { bandwidthRatio: 0.25 },
        false,
      )
    })
    at(ms(10), () => restore())
    world.simulation.run()
    // 2 kB, then 8 ms at a quarter: 2 kB more; 6 kB are left.
    expect(arrivals[0]!.at).toBe(ms(16))
  })
})

describe('topologies', () => {
  test('hosts are dealt to racks in turn, those named aside; who stands in none is alone', () => {
    const names = ['w.1', 'w.2', 'w.3', 'w.4', 'w.5', 'front']
    const { world, host } = offices(names, {
      topology: rack({ racks: 2, members: members({ head: ['front'] }) }),
    })
    const rackOf = (name: string) => world.network.rackOf(host(name)).map(({ name }) => name)
    expect(rackOf('w.3')).toEqual(['w.1', 'w.3', 'w.5'])
    expect(rackOf('w.4')).toEqual(['w.2', 'w.4'])
    expect(rackOf('front')).toEqual(['front'])
    const flat = offices(names, {})
    expect(flat.world.network.rackOf(flat.host('w.1'))).toEqual([flat.host('w.1')])
  })

  test('a host in two racks is refused, with both of them', () => {
    const topology = rack({ members: members({ a: ['x', 'y'], b: ['y'] }) })
    expect(() => offices(['x', 'y'], { topology })).toThrow('y stands in the racks a and b; expected one')
    const twice = rack({ members: members({ a: ['x', 'x'] }) })
    expect(() => offices(['x', 'y'], { topology: twice })).toThrow('x is named twice in the rack a')
  })

  test('leaving the rack takes longer', () => {
    const { world, arrivals, send } = offices(['a', 'b', 'c', 'far'], {
      bandwidth: 0,
      latency: latency(us(50)),
      topology: rack({ members: members({ one: ['a', 'b'], two: ['c'] }), detour: us(5) }),
    })
    send(0, 'a', 'b')
    send(0, 'a', 'c')
    send(0, 'a', 'far')
    world.simulation.run()
    expect(times(arrivals)).toEqual({ 0: us(50), 1: us(55), 2: us(55) })
  })

  test('an overlay wraps each packet: its bytes, its time at both ends, its latency', () => {
    const overlay = { encapsulation: 50, packetCost: us(2), latency: us(3) }
    const { world, arrivals, send } = offices(['a', 'b'], { ...SLOW, overlay })
    send(0, 'a', 'b', 100)
    send(seconds(1), 'a', 'b', 14_600)
    world.simulation.run()
    expect(times(arrivals)).toEqual({
      0: us(100 + 50 + 2 + 2 + 3),
      // Ten packets on the link, and the last of them at the far end.
      1: seconds(1) + us(14_600 + 10 * 50 + 2 + 2 + 3),
    })
  })

  test('an overlay’s hosts wrap one packet at a time, whomever it goes to', () => {
    const overlay = { encapsulation: 50, packetCost: us(2), latency: 0 }
    const { world, arrivals, send } = offices(['a', 'b', 'c'], { bandwidth: 0, overlay })
    send(0, 'a', 'b', 14_600)
    send(0, 'a', 'c', 100)
    world.simulation.run()
    expect(times(arrivals)[1]).toBe(us(10 * 2 + 2 + 2))
  })

  test('processes of one host meet over the loopback, a bridge or shared memory', () => {
    const alone = (given: Partial<NetworkValues>) => {
      const { world, arrivals, send } = offices(['a'], {
        loopback: us(15),
        bridge: us(20),
        sharedMemory: 300,
        ...given,
      })
      send(0, 'a', 'a', 1_000_000)
      world.simulation.run()
      return arrivals[0]!.at
    }
    expect(alone({})).toBe(us(15))
    expect(alone({ local: 'bridge' })).toBe(us(20))
    expect(alone({ local: 'shared-memory' })).toBe(300)
  })
})
