import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ms, us } from '../../src/units.ts'
import type { Host } from '../../src/world/host.ts'
import type { NetworkValues } from '../../src/world/network.ts'
import type { Process } from '../../src/world/process.ts'
import { SimEnv } from '../../src/world/sim-env.ts'
import type { World } from '../../src/world/world.ts'
import { makeWorld } from './fixture.ts'

interface Arrival {
  readonly to: string
  readonly number: number
  readonly at: number
}

/** One process on each host, which notes what arrives. */
function offices(hosts: readonly string[], network: Partial<NetworkValues>, seed = '1') {
  const world = makeWorld(Object.fromEntries(hosts.map((host) => [host, {}])), network, seed)
  const arrivals: Arrival[] = []
  for (const name of hosts) {
    const process = world.addProcess(world.hosts.get(name)!, `at.${name}`, 'office')
    process.behaviour = {
      cost: () => 0,
      begin() {},
      deliver: ({ message }) => {
        arrivals.push({
          to: name,
          number: (message as unknown as { number: number }).number,
          at: world.simulation.now,
        })
      },
    }
  }
  const at = (time: number, then: () => void) => world.simulation.schedule(time, { id: 0, fire: then }, 0)
  const office = (host: string): Process => world.processes.get(`at.${host}`)!
  const host = (name: string): Host => world.hosts.get(name)!
  let sent = 0
  const send = (time: number, from: string, to: string, bytes = 100) => {
    const number = sent++
    const message = { kind: 'note', number, bytes }
    at(time, () => host(from).up && new SimEnv(office(from), () => {}).send(office(to).address, message))
    return number
  }
  return { world, arrivals, at, send, host }
}

const counted = (world: World, name: string): number =>
  world.recorder.finish(world.simulation.now).metrics[`network.${name}`]!.value!

const sides = (a: readonly Host[], b: readonly Host[]) => ({ from: new Set(a), to: new Set(b), both: true })

test('a message leaves after those before it, byte by byte, and arrives a latency later', () => {
  const note = fc.record({ at: fc.nat(ms(20)), bytes: fc.nat(5000) })
  fc.assert(
    fc.property(
      fc.array(note, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(1e6, 12.5e6, 125e6, 3e5),
      (notes, bandwidth) => {
        const { world, arrivals, send } = offices(['a', 'b'], {
          latency: { kind: 'constant', value: ms(1) },
          bandwidth,
          overhead: 50,
        })
        notes.sort((x, y) => x.at - y.at)
        for (const { at, bytes } of notes) send(at, 'a', 'b', bytes)
        world.simulation.run()
        let leaves = 0
        const expected = notes.map(({ at, bytes }) => {
          leaves = Math.max(leaves, at) + Math.ceil(((bytes + 50) * 1e9) / bandwidth)
          return leaves + ms(1)
        })
        expect(arrivals.map((arrival) => arrival.at)).toEqual(expected)
      },
    ),
  )
})

test('two messages at once on 1 MB/s: the second waits for the first', () => {
  const { world, arrivals, send } = offices(['a', 'b'], {
    latency: { kind: 'constant', value: us(300) },
    bandwidth: 1e6,
  })
  send(0, 'a', 'b', 1000)
  send(0, 'a', 'b', 500)
  send(0, 'b', 'a', 200)
  world.simulation.run()
  // 1000 B leave in 1000 µs, the next 500 B in 500 µs more; the other direction has a queue of its own.
  expect(arrivals).toEqual([
    { to: 'a', number: 2, at: us(200 + 300) },
    { to: 'b', number: 0, at: us(1000 + 300) },
    { to: 'b', number: 1, at: us(1500 + 300) },
  ])
})

test('a link keeps the order whatever its latencies', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(ms(10)), { minLength: 2, maxLength: 60 }), fc.string(), (times, seed) => {
      const latency = { kind: 'uniform', low: us(10), high: ms(5) }
      const { world, arrivals, send } = offices(['a', 'b'], { latency }, seed)
      times.sort((x, y) => x - y)
      for (const time of times) send(time, 'a', 'b')
      world.simulation.run()
      expect(arrivals.map(({ number }) => number)).toEqual(times.map((_, i) => i))
      for (const { number, at } of arrivals) expect(at).toBeGreaterThanOrEqual(times[number]! + us(10))
      for (const { at } of arrivals) expect(at).toBeLessThanOrEqual(times.at(-1)! + ms(5))
    }),
  )
})

test('random latencies are drawn link by link: traffic elsewhere moves nothing here', () => {
  const latency = { kind: 'exponential', mean: ms(1) }
  const there = (also: boolean) => {
    const { world, arrivals, send } = offices(['a', 'b', 'c'], { latency })
    for (let i = 0; i < 20; i++) {
      send(i * ms(10), 'a', 'b')
      if (also) send(i * ms(10), 'a', 'c')
    }
    world.simulation.run()
    return arrivals.filter(({ to }) => to === 'b').map(({ at }) => at)
  }
  expect(there(true)).toEqual(there(false))
})

test('processes of one host talk over the loopback, without bandwidth', () => {
  const { world, arrivals, send } = offices(['a'], { loopback: us(15), bandwidth: 1 })
  send(us(1), 'a', 'a')
  world.simulation.run()
  expect(arrivals).toEqual([{ to: 'a', number: 0, at: us(16) }])
})

test('links between groups of hosts have their own terms, in both directions; the first rule wins', () => {
  const { world, arrivals, send, host } = offices(['a', 'b', 'c'], {
    latency: { kind: 'constant', value: ms(1) },
    bandwidth: 1e6,
  })
  const between = (a: string, b: string) => [new Set([host(a)]), new Set([host(b)])] as const
  world.addLinkRule({
    between: between('a', 'b'),
    values: { latency: { kind: 'constant', value: ms(7) }, bandwidth: undefined },
  })
  world.addLinkRule({ between: between('b', 'a'), values: { latency: undefined, bandwidth: 1 } })
  world.addLinkRule({ between: between('b', 'c'), values: { latency: undefined, bandwidth: 0 } })
  send(0, 'a', 'b')
  send(0, 'b', 'a')
  send(0, 'a', 'c')
  send(0, 'c', 'b')
  world.simulation.run()
  // 100 B at 1 MB/s leave in 100 µs; between b and c bandwidth is unlimited.
  expect(arrivals).toEqual([
    { to: 'b', number: 3, at: ms(1) },
    { to: 'c', number: 2, at: us(100) + ms(1) },
    { to: 'b', number: 0, at: us(100) + ms(7) },
    { to: 'a', number: 1, at: us(100) + ms(7) },
  ])
})

test('a partition cuts both directions, links not made yet included, until it heals', () => {
  const { world, arrivals, at, send, host } = offices(['a', 'b', 'c'], {})
  const cut = sides([host('a')], [host('b')])
  send(ms(0), 'a', 'b')
  const heals: (() => void)[] = []
  at(ms(1), () => heals.push(world.network.cut(cut)))
  at(ms(2), () => {
    const reached = ['a', 'b', 'c'].map((name) => world.network.reaches(host('b'), host(name)))
    expect(reached).toEqual([false, true, true])
  })
  send(ms(2), 'a', 'b')
  send(ms(2), 'b', 'a') // this link is made during the partition
  const across = send(ms(2), 'a', 'c')
  const back = send(ms(2), 'c', 'b')
  at(ms(3), () => heals[0]!())
  const healed = [send(ms(4), 'a', 'b'), send(ms(4), 'b', 'a')]
  world.simulation.run()
  expect(arrivals.map(({ number }) => number)).toEqual([0, across, back, ...healed])
  expect(counted(world, 'lost')).toBe(2)
})

test('what would arrive while its link is cut is lost, what arrives after the heal is not', () => {
  const { world, arrivals, at, send, host } = offices(['a', 'b'], {
    latency: { kind: 'constant', value: ms(10) },
  })
  const cut = sides([host('a')], [host('b')])
  send(ms(0), 'a', 'b') // would arrive at 10 ms
  const late = send(ms(4), 'a', 'b') // arrives at 14 ms
  const heals: (() => void)[] = []
  at(ms(5), () => heals.push(world.network.cut(cut)))
  at(ms(12), () => heals[0]!())
  world.simulation.run()
  expect(arrivals).toEqual([{ to: 'b', number: late, at: ms(14) }])
  expect(counted(world, 'lost')).toBe(1)
})

test('a link under two partitions is whole only when both have healed', () => {
  const { world, arrivals, at, send, host } = offices(['a', 'b', 'c'], {})
  const one = sides([host('a')], [host('b'), host('c')])
  // Sides that overlap: each host on both of them.
  const other = sides([host('a'), host('b')], [host('a'), host('b')])
  const heals: (() => void)[] = []
  at(ms(1), () => heals.push(world.network.cut(one)))
  at(ms(2), () => heals.push(world.network.cut(other)))
  send(ms(3), 'a', 'b')
  at(ms(4), () => heals[1]!())
  at(ms(4), () => heals[1]!()) // healed already
  send(ms(5), 'a', 'b')
  at(ms(6), () => heals[0]!())
  const through = send(ms(7), 'a', 'b')
  world.simulation.run()
  expect(arrivals.map(({ number }) => number)).toEqual([through])
})

test('a host that is down receives nothing, neither what is sent nor what is under way', () => {
  const { world, arrivals, at, send, host } = offices(['a', 'b'], {
    latency: { kind: 'constant', value: ms(10) },
  })
  send(ms(0), 'a', 'b')
  at(ms(5), () => host('b').crash())
  send(ms(6), 'a', 'b')
  at(ms(20), () => host('b').restart())
  const after = send(ms(21), 'a', 'b')
  world.simulation.run()
  expect(arrivals).toEqual([{ to: 'b', number: after, at: ms(31) }])
  expect(counted(world, 'lost')).toBe(2)
})

test('whatever happens, what was sent was delivered or lost, and its bytes are counted', () => {
  const names = ['a', 'b', 'c', 'd']
  const name = fc.constantFrom(...names)
  const time = fc.nat(ms(50))
  const some = fc.subarray(names, { minLength: 1 })
  const act = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('send' as const),
        time,
        from: name,
        to: name,
        bytes: fc.nat(3000),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('cut' as const),
        time,
        a: some,
        b: some,
        lasts: fc.nat(ms(20)),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('crash' as const), time, who: name, lasts: fc.nat(ms(20)) }),
    },
  )
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const { world, arrivals, at, send, host } = offices(names, {
        latency: { kind: 'exponential', mean: ms(3) },
        bandwidth: 1e6,
        overhead: 40,
        loopback: us(10),
      })
      let bytes = 0
      let messages = 0
      for (const act of acts) {
        if (act.kind === 'send') {
          at(act.time, () => {
            if (!host(act.from).up) return
            messages++
            bytes += act.bytes + 40
          })
          send(act.time, act.from, act.to, act.bytes)
        } else if (act.kind === 'cut') {
          const cut = sides(act.a.map(host), act.b.map(host))
          let heal = () => {}
          at(act.time, () => {
            heal = world.network.cut(cut)
          })
          at(act.time + act.lasts, () => heal())
        } else {
          at(act.time, () => host(act.who).crash())
          at(act.time + act.lasts, () => host(act.who).restart())
        }
      }
      world.simulation.run()
      expect(counted(world, 'messages')).toBe(messages)
      expect(counted(world, 'bytes')).toBe(bytes)
      expect(arrivals.length + counted(world, 'lost')).toBe(messages)
      // Everything has healed: each link lets through again.
      const before = arrivals.length
      for (const from of names) for (const to of names) send(world.simulation.now, from, to)
      world.simulation.run()
      expect(arrivals.length - before).toBe(names.length ** 2)
    }),
  )
})
