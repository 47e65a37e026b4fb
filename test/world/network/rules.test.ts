// What faults and tests do to messages: rules over single ones; links that are cut, held or made worse.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ms, seconds } from '../../../src/units.ts'
import { TCP } from '../../../src/world/network/parameters.ts'
import type { Decision, NetworkValues, Rule } from '../../../src/world/network.ts'
import { connections, counted, offices, set } from './fixture.ts'

const FAR: Partial<NetworkValues> = { latency: { kind: 'constant', value: ms(10) }, bandwidth: 0 }

const rule = (name: string, decide: Rule['decide']): Rule => ({ name, decide })

const numbered = (decisions: Readonly<Record<number, Decision>>): Rule =>
  rule('by number', ({ message }) => decisions[(message as unknown as { number: number }).number])

describe('rules', () => {
  test('drop, delay, keep and double single messages, and leave the others alone', () => {
    const { world, arrivals, at, send } = offices(['a', 'b', 'c'], FAR)
    const remove = world.network.addRule(
      numbered({ 1: 'drop', 2: 'duplicate', 3: { after: ms(100) }, 4: 'hold' }),
    )
    for (let i = 0; i < 6; i++) send(ms(i), 'a', i === 5 ? 'c' : 'b')
    at(ms(500), remove)
    world.simulation.run()
    expect(arrivals.map(({ number, at }) => [number, at / ms(1)])).toEqual([
      [0, 10],
      [2, 12],
      [2, 12],
      [5, 15],
      [3, 113],
      [4, 510],
    ])
    expect(
      ['messages', 'delivered', 'lost', 'duplicated', 'held'].map((name) => counted(world, name)),
    ).toEqual([6, 6, 1, 1, 1])
  })

  test('are asked in their order, and the first that decides wins', () => {
    const { world, arrivals, send } = offices(['a', 'b'], FAR)
    const asked: string[] = []
    const asking = (name: string, decision: Decision | undefined) =>
      rule(name, (_, bytes) => {
        asked.push(`${name} ${bytes}`)
        return decision
      })
    world.network.addRule(asking('first', undefined))
    const remove = world.network.addRule(asking('second', 'pass'))
    world.network.addRule(asking('third', 'drop'))
    send(0, 'a', 'b', 70)
    world.simulation.run()
    expect(asked).toEqual(['first 70', 'second 70'])
    remove()
    remove()
    send(world.simulation.now, 'a', 'b', 70)
    world.simulation.run()
    expect(asked.slice(2)).toEqual(['first 70', 'third 70'])
    expect(arrivals).toHaveLength(1)
  })

  test('a doubled request is handled twice and answered once', () => {
    for (const network of [FAR, { ...FAR, connections: connections() }]) {
      const { world, taken, at, ask } = offices(['a', 'b'], network)
      world.network.addRule(rule('twice', ({ role }) => (role === 'request' ? 'duplicate' : undefined)))
      // By then, where there are connections, one is open.
      ask(0, 'a', 'b')
      const asked = ask(ms(100), 'a', 'b', { kind: 'wait' })
      // The second one's answer would come first.
      at(ms(150), () => taken.at(-1)!.reply({ kind: 'answer', bytes: 0 }))
      at(ms(200), () => taken.at(-2)!.reply({ kind: 'answer', bytes: 0 }))
      world.simulation.run()
      expect(taken.slice(-2).map(({ isCopy }) => isCopy)).toEqual([false, true])
      expect(asked.endedAt).toBe(ms(210))
      expect(asked.account.total).toBe(ms(110))
    }
  })

  test('reach messages within a host too', () => {
    const { world, arrivals, send } = offices(['a'], { ...FAR, loopback: ms(1) })
    world.network.addRule(numbered({ 0: 'drop', 1: { after: ms(5) }, 2: 'corrupt' }))
    for (let i = 0; i < 4; i++) send(ms(10 * i), 'a', 'a')
    world.simulation.run()
    expect(arrivals.map(({ number, at }) => [number, at / ms(1)])).toEqual([
      [1, 16],
      [2, 20 + TCP.minTimeout / ms(1) + 1],
      [3, 20 + TCP.minTimeout / ms(1) + 1],
    ])
  })
})

describe('partitions', () => {
  const names = ['a', 'b', 'c']
  const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const))

  /** Who reaches whom by message, while the cuts hold. */
  function reached(cut: (office: ReturnType<typeof offices>) => void) {
    const office = offices(names, FAR)
    const { world, arrivals, send } = office
    cut(office)
    const sent = new Map(pairs.map(([from, to]) => [send(0, from, to), `${from}→${to}`]))
    const said = pairs.flatMap(([from, to]) =>
      world.network.reaches(world.hosts.get(from)!, world.hosts.get(to)!) ? [`${from}→${to}`] : [],
    )
    world.simulation.run()
    expect(arrivals.map(({ number }) => sent.get(number)!).sort()).toEqual(said.sort())
    return said.sort()
  }

  test('a partial one parts two that both see a third', () => {
    const said = reached(({ world, host }) =>
      world.network.cut({ from: set(host('a')), to: set(host('b')), both: true }),
    )
    expect(said).toEqual(['a→c', 'b→c', 'c→a', 'c→b'])
  })

  test('a one-way one lets answers pass', () => {
    const said = reached(({ world, host }) =>
      world.network.cut({ from: set(host('a')), to: set(host('b'), host('c')), both: false }),
    )
    expect(said).toEqual(['b→a', 'b→c', 'c→a', 'c→b'])
  })

  test('two of them add up', () => {
    const said = reached(({ world, host }) => {
      world.network.cut({ from: set(host('a')), to: set(host('b')), both: true })
      world.network.cut({ from: set(host('c')), to: set(host('a')), both: false })
    })
    expect(said).toEqual(['a→c', 'b→c', 'c→b'])
  })
})

test('no partition parts a host from itself', () => {
  const { world, ask, host } = offices(['a', 'b'], { ...FAR, connections: connections() })
  const both = set(host('a'), host('b'))
  world.network.cut({ from: both, to: both, both: true })
  world.network.hold(both, both, true)
  const asked = ask(0, 'a', 'a')
  world.simulation.run()
  expect(asked.endedAt).toBe(0)
})

describe('holding', () => {
  test('keeps what is sent, in one direction or both, and lets it go in its order', () => {
    const { world, arrivals, at, send, host } = offices(['a', 'b', 'c'], { ...FAR, bandwidth: 1e5 })
    let release = () => {}
    at(ms(10), () => {
      release = world.network.hold(set(host('a')), set(host('b'), host('c')), false)
    })
    send(0, 'a', 'b', 0)
    send(ms(11), 'a', 'b', 1000)
    send(ms(12), 'a', 'c', 0)
    send(ms(13), 'a', 'b', 0)
    send(ms(14), 'b', 'a', 0)
    at(ms(100), () => release())
    at(ms(100), () => release())
    send(ms(101), 'a', 'b', 0)
    world.simulation.run()
    // What was kept takes the link when it is released: 1000 B in 10 ms.
    expect(arrivals.map(({ number, at }) => [number, at / ms(1)])).toEqual([
      [0, 10],
      [4, 24],
      [2, 110],
      [1, 120],
      [3, 120],
      [5, 120],
    ])
    expect(counted(world, 'held')).toBe(3)
  })

  test('what two of them keep waits for both', () => {
    const { world, arrivals, at, send, host } = offices(['a', 'b'], FAR)
    const holds = [0, 1].map(() => world.network.hold(set(host('a')), set(host('b')), true))
    send(ms(1), 'a', 'b')
    at(ms(50), () => holds[0]!())
    at(ms(90), () => holds[1]!())
    world.simulation.run()
    expect(arrivals.map(({ at }) => at)).toEqual([ms(100)])
  })
})

describe('links made worse', () => {
  test('are later, narrower and lossier for a while, and then as before', () => {
    const { world, arrivals, at, send, host } = offices(['a', 'b'], { ...FAR, bandwidth: 1e6 })
    const worse = { extraLatency: { mean: ms(5), variance: 0, sample: () => ms(5) }, bandwidthRatio: 0.1 }
    let restore = () => {}
    at(ms(100), () => {
      restore = world.network.impair(set(host('a')), set(host('b')), worse, false)
    })
    at(ms(300), () => restore())
    for (const time of [0, 200, 400]) send(ms(time), 'a', 'b', 1000)
    send(ms(200), 'b', 'a', 1000)
    world.simulation.run()
    expect(arrivals.map(({ at, to }) => [to, at / ms(1)])).toEqual([
      ['b', 11],
      ['a', 211],
      ['b', 225],
      ['b', 411],
    ])
  })

  test('two causes of loss add up as chances do, a damaged packet is a lost one', () => {
    const { world, send, host } = offices(['a', 'b'], { ...FAR, oneWay: 'datagram', loss: 0.1 })
    world.network.impair(set(host('a')), set(host('b')), { loss: 0.2, corrupt: 0.1 }, true)
    const n = 20_000
    for (let i = 0; i < n; i++) send(i * 1000, 'a', 'b')
    world.simulation.run()
    const share = 1 - 0.9 * 0.8 * 0.9
    expect(Math.abs(counted(world, 'lost') - n * share)).toBeLessThan(4 * Math.sqrt(n * share * (1 - share)))
  })

  test('nothing is drawn where nothing can happen: a sound link is the same beside a bad one', () => {
    const there = (loss: number) => {
      const { world, arrivals, send, host } = offices(['a', 'b', 'c'], {
        latency: { kind: 'exponential', mean: ms(1) },
        bandwidth: 0,
      })
      world.network.impair(set(host('a')), set(host('c')), { loss }, true)
      for (let i = 0; i < 50; i++) send(ms(i), 'a', i % 2 ? 'b' : 'c')
      world.simulation.run()
      return arrivals.filter(({ to }) => to === 'b')
    }
    expect(there(0.5)).toEqual(there(0.1))
  })
})

describe('whatever happens', () => {
  const names = ['a', 'b', 'c', 'd']
  const name = fc.constantFrom(...names)
  const time = fc.nat(2000)
  const some = fc.subarray(names, { minLength: 1 })
  const both = fc.boolean()
  const lasts = fc.nat(1500)
  const act = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('send' as const),
        time,
        from: name,
        to: name,
        bytes: fc.nat(9000),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('ask' as const),
        time,
        from: name,
        to: name,
        bytes: fc.nat(9000),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('cut' as const, 'hold' as const),
        time,
        from: some,
        to: some,
        both,
        lasts,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('worse' as const), time, from: some, to: some, both, lasts }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('crash' as const, 'kill' as const),
        time,
        who: name,
        lasts,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('rule' as const),
        time,
        lasts,
        each: fc.integer({ min: 2, max: 5 }),
        decision: fc.constantFrom<Decision>('drop', 'duplicate', 'corrupt', 'hold', { after: ms(300) }),
      }),
    },
  )
  const rack = {
    kind: 'rack',
    values: { racks: 2, members: {}, oversubscription: 2, uplink: undefined, detour: 10 },
  }
  const network = fc.record({
    sharing: fc.constantFrom('fifo' as const, 'fair' as const),
    flow: fc.constant(2000),
    oneWay: fc.constantFrom('stream' as const, 'datagram' as const),
    topology: fc.constantFrom(
      { kind: 'flat', values: {} },
      { kind: 'switch', values: { backplane: 3e6 } },
      rack,
    ),
    overlay: fc.constantFrom(undefined, { encapsulation: 50, packetCost: 1000, latency: 3000 }),
    connections: fc.option(
      fc.record({
        requestsAtOnce: fc.nat(2),
        limit: fc.nat(2),
        retransmit: fc.boolean(),
        idle: fc.constantFrom(undefined, ms(100)),
        keepAlive: fc.constantFrom(undefined, ms(500)),
      }),
      { nil: undefined },
    ),
    loss: fc.constantFrom(0, 0, 0.1),
    duplicate: fc.constantFrom(0, 0.1),
    reorder: fc.constantFrom(0, 0.1),
  })

  test('what was sent and doubled was delivered, lost or withdrawn; no caller waits for ever; links are as before', () => {
    fc.assert(
      fc.property(network, fc.array(act, { maxLength: 50 }), fc.string(), (terms, acts, seed) => {
        const { connections: given, ...rest } = terms
        const { world, arrivals, at, send, ask, host, office } = offices(
          names,
          {
            latency: { kind: 'exponential', mean: ms(3) },
            bandwidth: 1e6,
            overhead: 40,
            ...rest,
            connections: given && connections({ ...given, connectTimeout: seconds(5) }),
            tcp: { ...TCP, retries: 5 },
          },
          seed,
        )
        const undone = (time: number, lasts: number, doIt: () => () => void) => {
          let undo = () => {}
          at(ms(time), () => {
            undo = doIt()
          })
          at(ms(time + lasts), () => undo())
        }
        const hosts = (some: readonly string[]) => set(...some.map(host))
        const asked: ReturnType<typeof ask>[] = []
        for (const act of acts) {
          if (act.kind === 'send') send(ms(act.time), act.from, act.to, act.bytes)
          else if (act.kind === 'ask')
            at(ms(act.time), () => {
              if (host(act.from).up)
                asked.push(ask(ms(act.time), act.from, act.to, { bytes: act.bytes, timeout: seconds(3) }))
            })
          else if (act.kind === 'crash')
            undone(act.time, act.lasts, () => {
              host(act.who).crash()
              return () => host(act.who).restart()
            })
          else if (act.kind === 'kill')
            undone(act.time, act.lasts, () => {
              office(act.who).kill()
              return () => office(act.who).start()
            })
          else if (act.kind === 'rule') {
            let turn = 0
            const each = rule('each so many', () => (++turn % act.each === 0 ? act.decision : undefined))
            undone(act.time, act.lasts, () => world.network.addRule(each))
          } else if ('from' in act && 'both' in act) {
            const [from, to, both] = [hosts(act.from), hosts(act.to), act.both]
            undone(act.time, act.lasts, () =>
              act.kind === 'cut'
                ? world.network.cut({ from, to, both })
                : act.kind === 'hold'
                  ? world.network.hold(from, to, both)
                  : world.network.impair(from, to, { loss: 0.3, bandwidthRatio: 0.2, reorder: 0.3 }, both),
            )
          }
        }
        world.simulation.run()
        const [sent, doubled, delivered, lost, withdrawn] = [
          'messages',
          'duplicated',
          'delivered',
          'lost',
          'withdrawn',
        ].map((name) => counted(world, name)) as [number, number, number, number, number]
        expect(delivered + lost + withdrawn).toBe(sent + doubled)
        expect(world.simulation.pending).toBe(0)
        if (terms.loss > 0) return
        // All is well again: everyone reaches everyone, once connections to those who crashed have been reset.
        const round = () => {
          const before = arrivals.length
          const now = world.simulation.now
          for (const from of names) for (const to of names) ask(now + seconds(1000), from, to)
          world.simulation.run()
          return arrivals.length - before
        }
        round()
        expect(round()).toBe(names.length ** 2)
      }),
      { numRuns: 300 },
    )
  }, 60_000)
})
