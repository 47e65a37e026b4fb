import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isRedisError,
  pipeline,
  type RedisReply,
  type RedisValue,
  redis as say,
} from '../../../../src/env/index.ts'
import { ms, seconds, us } from '../../../../src/units.ts'
import { Asked, addClient, at, metric } from '../fixture.ts'
import { Servers, type Words } from './servers.ts'

const FAST = { nodeTimeout: seconds(1), electionDelay: ms(100) }
const LAN = { latency: { kind: 'constant', value: us(100) } }
const SENTINEL = { ...FAST, replicas: 2 }
const CLUSTER = { ...FAST, cluster: true, replicas: 1 }

const sum = (servers: Servers, name: string): number =>
  servers.all.reduce(
    (total, { name: server }) => total + metric(servers.world, `service.${server}.${name}`)!,
    0,
  )

/** Writes a member of a set each so often, each told to one server; `acked` are those that it was told are in. */
class Writer {
  readonly acked: number[] = []
  readonly errors: string[] = []
  sent = 0
  #stopped = false

  constructor(
    readonly servers: Servers,
    readonly server: number,
    readonly key: string,
    readonly every: number,
    readonly from = servers.client,
  ) {
    this.#next()
  }

  stop(): void {
    this.#stopped = true
  }

  #next(): void {
    if (this.#stopped) return
    const n = ++this.sent
    const { servers, server, key, from } = this
    new Asked<RedisReply>(
      from,
      servers.all[server - 1]!,
      say('SADD', key, n),
      { timeout: seconds(1) },
      ({ reply }) => {
        const value = reply?.values[0]
        if (value === 1) this.acked.push(n)
        else if (value !== undefined && isRedisError(value)) this.errors.push(value.error.split(' ')[0]!)
      },
    )
    const { world } = servers
    at(world, world.simulation.now + this.every, () => this.#next())
  }
}

const members = (servers: Servers, server: number, key: string): Set<number> =>
  new Set((servers.say(server, 'SMEMBERS', key) as string[]).map(Number))

const masters = (servers: Servers): number[] =>
  servers.all.flatMap(({ up }, i) => (up && servers.leads(i + 1) ? [i + 1] : []))

describe('a master that crashes', () => {
  test('is replaced after the node timeout, the rounds of pings and the wait for the election', () => {
    // Each pings one other a second, or within half the timeout: with five others and 1 s each of them every 0.5 s. So a
    // ping that is never answered is sent at most 0.5 s after the crash, and after 1 s more its sender suspects; what one
    // master suspects the other hears at most 0.5 s later. Then 100 to 200 ms, and a tick of 100 ms here and there.
    for (const seed of ['1', '2', '3', '4', '5', '6']) {
      const servers = new Servers(6, CLUSTER, LAN, seed)
      at(servers.world, seconds(3), () => servers.all[0]!.host.crash())
      servers.until(seconds(8))
      expect(masters(servers)).toEqual([2, 3, 4])
      const time = metric(servers.world, 'service.redis.4.failover-time.mean')!
      expect(time).toBeGreaterThan(seconds(1.1))
      expect(time).toBeLessThan(seconds(2.9))
      expect(sum(servers, 'failovers')).toBe(1)
    }
  })

  test('and comes back a replica, with what its successor has', () => {
    const servers = new Servers(6, CLUSTER, LAN)
    const key = 'x' // slot 16287: the third master's
    expect(servers.say(3, 'SET', key, 'before')).toBe('OK')
    servers.until(seconds(3))
    servers.all[2]!.host.crash()
    servers.until(seconds(8))
    expect(servers.say(6, 'GET', key)).toBe('before')
    expect(servers.say(6, 'SET', key, 'after')).toBe('OK')
    servers.all[2]!.host.restart()
    servers.until(seconds(20))
    expect(servers.leads(3)).toBe(false)
    expect(servers.say(3, 'GET', key)).toEqual({ error: 'MOVED 16287 redis.6' })
    expect(servers.answer(servers.send(3, { ...say('GET', key), readonly: true }))).toBe('after')
    expect(sum(servers, 'lost-writes')).toBe(0)
  })

  test('loses what it has answered and not yet sent: the rate times the delay', () => {
    // Writes gather for 40 ms and are sent together: from 1 s on each ms one, sent at 1.04 s, 1.08 s, … 1.48 s. The crash
    // just after the one at 1.51 s takes those from 1.48 s on: 30 ms of them, and the one that began the round.
    const costs = { messageCost: 0, commandCost: 0, deliveryCost: 0 }
    const servers = new Servers(6, { ...CLUSTER, ...costs, replicationDelay: ms(40) })
    let writer!: Writer
    at(servers.world, seconds(1), () => {
      writer = new Writer(servers, 3, 'x', ms(1))
    })
    at(servers.world, seconds(1.51) + 1, () => {
      writer.stop()
      servers.all[2]!.host.crash()
    })
    servers.until(seconds(8))
    const left = members(servers, 6, 'x')
    const lost = writer.acked.filter((n) => !left.has(n))
    expect(lost).toEqual(writer.acked.slice(-31))
    expect(sum(servers, 'lost-writes')).toBe(31)
  })

  test('loses nothing that WAIT has seen at a replica', () => {
    const servers = new Servers(6, { ...CLUSTER, replicationDelay: ms(40) }, LAN)
    const waited: number[] = []
    const write = (n: number): void => {
      const commands = [
        { command: 'SADD', args: ['x', n] },
        { command: 'WAIT', args: [1, 0] },
      ]
      new Asked<RedisReply>(servers.client, servers.all[2]!, pipeline(commands), {}, ({ reply }) => {
        if (reply?.values[1] === 1) waited.push(n)
        if (reply) write(n + 1)
      })
    }
    at(servers.world, seconds(1), () => write(1))
    at(servers.world, seconds(1.517), () => servers.all[2]!.host.crash())
    servers.until(seconds(8))
    const left = members(servers, 6, 'x')
    expect(waited.length).toBeGreaterThan(8)
    expect(waited.filter((n) => !left.has(n))).toEqual([])
  })

  test('is not replaced while most masters are down', () => {
    const servers = new Servers(6, CLUSTER, LAN)
    for (const i of [0, 1]) at(servers.world, seconds(3), () => servers.all[i]!.host.crash())
    servers.until(seconds(20))
    expect(sum(servers, 'failovers')).toBe(0)
    expect(servers.say(3, 'GET', 'x')).toEqual({ error: 'CLUSTERDOWN The cluster is down' })
  })

  test('without a replica leaves the whole cluster down, until it is back', () => {
    const servers = new Servers(3, { ...FAST, cluster: true }, LAN)
    servers.until(seconds(1))
    expect(servers.say(3, 'GET', 'x')).toBe(null)
    at(servers.world, seconds(3), () => servers.all[0]!.host.crash())
    servers.until(seconds(6))
    expect(servers.say(3, 'GET', 'x')).toEqual({ error: 'CLUSTERDOWN The cluster is down' })
    servers.all[0]!.host.restart()
    servers.until(seconds(14))
    expect(servers.say(3, 'GET', 'x')).toBe(null)
  })
})

describe('a single master with two replicas', () => {
  test('is replaced by the one that is furthest, and the other follows that', () => {
    for (const seed of ['1', '2', '3', '4', '5', '6', '7', '8']) {
      const servers = new Servers(3, SENTINEL, LAN, seed)
      servers.until(seconds(2))
      // The first replica is cut off from the master for a while, and so behind.
      const heal = servers.cut(['h1'], ['h2'])
      for (let i = 0; i < 5; i++) servers.say(1, 'RPUSH', 'l', i)
      servers.all[0]!.host.crash()
      heal()
      servers.until(seconds(10))
      expect(masters(servers)).toEqual([3])
      expect(servers.say(3, 'LLEN', 'l')).toBe(5)
      expect(servers.say(2, 'LLEN', 'l')).toBe(5)
      expect(servers.say(2, 'RPUSH', 'l', 'x')).toEqual({
        error: "READONLY You can't write against a read only replica.",
      })
      expect(sum(servers, 'lost-writes')).toBe(0)
    }
  })

  test('with one of two there is no majority, and nothing happens', () => {
    const servers = new Servers(2, { ...FAST, replicas: 1 }, LAN)
    at(servers.world, seconds(2), () => servers.all[0]!.host.crash())
    servers.until(seconds(30))
    expect(sum(servers, 'failovers')).toBe(0)
  })
})

/** The first server and a client of its own are cut off from 3 s to 8 s; the client writes from 2 s to 7.5 s, each ms. */
function cutOff(values: Readonly<Record<string, unknown>>, count: number, key: string) {
  const servers = new Servers(count, values, LAN)
  const near = addClient(servers.world, 'd', 'near')
  const others = Array.from({ length: count - 1 }, (_, i) => `h${i + 2}`)
  let writer!: Writer
  at(servers.world, seconds(2), () => {
    writer = new Writer(servers, 1, key, ms(1), near)
  })
  let heal = (): void => {}
  at(servers.world, seconds(3), () => {
    heal = servers.cut(['h1', 'd'], [...others, 'c'])
  })
  at(servers.world, seconds(7.5), () => writer.stop())
  at(servers.world, seconds(8), () => heal())
  servers.until(seconds(20))
  return { servers, writer }
}

/** A key of the first master's. */
const FIRST = 'b' // slot 3300

describe('a master that is cut off with a client', () => {
  test('looked after by Sentinel writes on, and all that is lost: the rate times the time', () => {
    const { servers, writer } = cutOff(SENTINEL, 3, FIRST)
    const [master] = masters(servers)
    expect(master).not.toBe(1)
    const left = members(servers, master!, FIRST)
    const lost = writer.acked.filter((n) => !left.has(n))
    // 4.5 s, one a ms; what was on its way when the cut came is lost as well.
    expect(lost.length).toBeGreaterThanOrEqual(4500)
    expect(lost.length).toBeLessThanOrEqual(4502)
    expect(sum(servers, 'lost-writes')).toBe(lost.length)
    expect(members(servers, 1, FIRST)).toEqual(left)
  })

  test('that wants a replica refuses writes when none has been heard of for the lag it allows', () => {
    const values = { ...SENTINEL, minReplicasToWrite: 1, minReplicasMaxLag: seconds(2) }
    const { servers, writer } = cutOff(values, 3, FIRST)
    expect(new Set(writer.errors)).toEqual(new Set(['NOREPLICAS']))
    const lost = sum(servers, 'lost-writes')
    // Replicas say how far they are once a second.
    expect(lost).toBeGreaterThan(1000)
    expect(lost).toBeLessThanOrEqual(2002)
  })

  test('of a cluster stops when it has not reached most masters for the node timeout', () => {
    const { servers, writer } = cutOff(CLUSTER, 6, FIRST)
    expect(new Set(writer.errors)).toEqual(new Set(['CLUSTERDOWN']))
    expect(masters(servers)).toEqual([2, 3, 4])
    const lost = sum(servers, 'lost-writes')
    // The node timeout, a round of pings, a tick.
    expect(lost).toBeGreaterThan(1000)
    expect(lost).toBeLessThanOrEqual(1602)
    const left = members(servers, 4, FIRST)
    expect(writer.acked.filter((n) => !left.has(n)).length).toBe(lost)
  })

  test('for less than the node timeout goes on, and nothing is lost', () => {
    const servers = new Servers(6, CLUSTER, LAN)
    const near = addClient(servers.world, 'd', 'near')
    let heal = (): void => {}
    at(servers.world, seconds(3), () => {
      heal = servers.cut(['h1', 'd'], ['h2', 'h3', 'h4', 'h5', 'h6'])
    })
    at(servers.world, seconds(3.8), () => heal())
    const asked: Asked<RedisReply>[] = []
    at(servers.world, seconds(3.4), () => asked.push(servers.send(1, say('SADD', FIRST, 1), near)))
    servers.until(seconds(10))
    expect(asked[0]!.reply!.values).toEqual([1])
    expect(sum(servers, 'failovers') + sum(servers, 'lost-writes')).toBe(0)
    expect(servers.answer(servers.send(4, { ...say('SCARD', FIRST), readonly: true }))).toBe(1)
  })
})

describe('a cut of another kind', () => {
  test('that takes a replica alone changes nothing, and it catches up', () => {
    for (const [count, values, replica] of [
      [6, CLUSTER, 4],
      [3, SENTINEL, 2],
    ] as const) {
      const servers = new Servers(count, values, LAN)
      const others = servers.all.flatMap((_, i) => (i + 1 === replica ? [] : [`h${i + 1}`]))
      servers.until(seconds(2))
      const heal = servers.cut([`h${replica}`], others)
      servers.until(seconds(6))
      expect(servers.say(1, 'SET', FIRST, 1)).toBe('OK')
      heal()
      servers.until(seconds(12))
      expect(sum(servers, 'failovers') + sum(servers, 'lost-writes')).toBe(0)
      expect(servers.answer(servers.send(replica, { ...say('GET', FIRST), readonly: true }))).toBe('1')
    }
  })

  // In both cases nobody has an answer from the master. One that is not heard writes on until it suspects the others, or
  // hears that it was replaced. What one writes that is heard has reached its replica, and it stops before that leads.
  for (const [what, from, to, least, most] of [
    ['a master that hears and is not heard', ['h1'], ['h2', 'h3', 'h4', 'h5', 'h6'], 1000, 1602],
    ['a master that is heard and does not hear', ['h2', 'h3', 'h4', 'h5', 'h6'], ['h1'], 0, 0],
  ] as const)
    test(`of one way: ${what} is replaced, and follows in the end`, () => {
      const servers = new Servers(6, CLUSTER, LAN)
      const hosts = (names: readonly string[]) => new Set(names.map((name) => servers.world.hosts.get(name)!))
      let writer!: Writer
      at(servers.world, seconds(2), () => {
        writer = new Writer(servers, 1, FIRST, ms(1))
      })
      let heal = (): void => {}
      at(servers.world, seconds(3), () => {
        heal = servers.world.network.cut({ from: hosts(from), to: hosts(to), both: false })
      })
      at(servers.world, seconds(8), () => heal())
      at(servers.world, seconds(8.5), () => writer.stop())
      servers.until(seconds(20))
      expect(masters(servers)).toEqual([2, 3, 4])
      const left = members(servers, 4, FIRST)
      const lost = writer.acked.filter((n) => !left.has(n)).length
      expect(sum(servers, 'lost-writes')).toBe(lost)
      expect(lost).toBeGreaterThanOrEqual(least)
      expect(lost).toBeLessThanOrEqual(most)
      expect(sum(servers, 'failovers')).toBe(1)
    })
})

describe('faults', () => {
  const fault = (servers: Servers, server: number, name: string): (() => void) =>
    servers.all[server - 1]!.behaviour.fault!(name)

  for (const [who, server] of [
    ['its master', 3],
    ['its replica', 6],
  ] as const)
    test(`a manual failover asked of ${who} loses nothing, and hardly holds anyone up`, () => {
      const servers = new Servers(6, { ...CLUSTER, replicationDelay: ms(40) }, LAN)
      let writer!: Writer
      at(servers.world, seconds(1), () => {
        writer = new Writer(servers, 3, 'x', ms(1))
      })
      at(servers.world, seconds(2), () => fault(servers, server, 'failover'))
      at(servers.world, seconds(3), () => writer.stop())
      servers.until(seconds(5))
      expect(masters(servers)).toEqual([1, 2, 6])
      expect(new Set(writer.errors)).toEqual(new Set(['MOVED']))
      const left = members(servers, 6, 'x')
      expect(writer.acked.filter((n) => !left.has(n))).toEqual([])
      expect(writer.acked.length).toBeGreaterThan(990)
      expect(sum(servers, 'lost-writes') + sum(servers, 'resyncs')).toBe(3)
    })

  test('a manual failover amid many writes loses none: the master begins no more of them', () => {
    const servers = new Servers(6, CLUSTER, LAN)
    let writer!: Writer
    at(servers.world, seconds(1.99), () => {
      writer = new Writer(servers, 3, 'x', us(30))
    })
    at(servers.world, seconds(2), () => fault(servers, 3, 'failover'))
    at(servers.world, seconds(2.01), () => writer.stop())
    servers.until(seconds(3))
    expect(masters(servers)).toEqual([1, 2, 6])
    const left = members(servers, 6, 'x')
    expect(writer.acked.filter((n) => !left.has(n))).toEqual([])
    expect(writer.acked.length).toBeGreaterThan(300)
  })

  test('a master that hangs for less than the node timeout answers late', () => {
    const servers = new Servers(6, CLUSTER, LAN)
    let resume = (): void => {}
    at(servers.world, seconds(2), () => {
      resume = fault(servers, 3, 'hang')
    })
    let asked!: Asked<RedisReply>
    at(servers.world, seconds(2.3), () => {
      asked = servers.ask(3, 'SET', 'x', 1)
    })
    at(servers.world, seconds(2.8), () => resume())
    servers.until(seconds(6))
    expect(asked.reply!.values).toEqual(['OK'])
    expect(asked.endedAt).toBeGreaterThan(seconds(2.8))
    expect(asked.account.total).toBe(asked.latency)
    expect(sum(servers, 'failovers')).toBe(0)
  })

  test('one that nobody can replace answers as soon as it goes on: what came is read before the clock is looked at', () => {
    // Pinged every 500 ms, and that is about the way there and back: a ping is always under way.
    const far = { latency: { kind: 'constant', value: ms(230) } }
    for (const how of ['hang', 'pause'])
      for (let i = 0; i < 6; i++) {
        const servers = new Servers(3, { ...FAST, cluster: true }, far)
        servers.until(seconds(2) + ms(100 * i))
        const resume = how === 'pause' ? servers.all[2]!.pause() : fault(servers, 3, 'hang')
        servers.until(seconds(6))
        resume()
        expect(servers.say(3, 'GET', 'x')).toBe(null)
      }
  })

  test('one that hangs for longer is replaced, and is a replica when it goes on', () => {
    const servers = new Servers(6, CLUSTER, LAN)
    let resume = (): void => {}
    at(servers.world, seconds(2), () => {
      resume = fault(servers, 3, 'hang')
    })
    at(servers.world, seconds(7), () => resume())
    servers.until(seconds(12))
    expect(masters(servers)).toEqual([1, 2, 6])
    expect(sum(servers, 'failovers')).toBe(1)
    // That it was taken for dead is forgotten when it leads again.
    fault(servers, 6, 'failover')
    servers.until(seconds(14))
    expect(masters(servers)).toEqual([1, 2, 3])
    expect(servers.say(3, 'GET', 'x')).toBe(null)
  })
})

test('whatever is cut off or crashes: one master a shard, replicas like it, and the writes counted lost are those that are gone', () => {
  const server = fc.integer({ min: 1, max: 6 })
  const fault = fc.record({
    what: fc.constantFrom('crash', 'cut', 'hang', 'failover', 'kill'),
    server,
    from: fc.integer({ min: 1000, max: 9000 }),
    for: fc.integer({ min: 200, max: 6000 }),
  })
  const check = (
    faults: readonly { what: string; server: number; from: number; for: number }[],
    seed: number,
  ): void => {
    const values = { ...CLUSTER, replicationDelay: ms(7), appendfsync: 'everysec' }
    const servers = new Servers(6, values, LAN, String(seed))
    const { world } = servers
    const elected: string[] = []
    world.listener = {
      said(_at, _process, fact) {
        if (fact.fact === 'elected') elected.push(`${fact.group} in ${fact.term}`)
      },
    }
    for (const { what, server, from, for: time } of faults) {
      const process = servers.all[server - 1]!
      const { host } = process
      const others = servers.all.map((_, i) => `h${i + 1}`).filter((name) => name !== host.name)
      at(world, ms(from), () => {
        let end = (): void => {}
        if (what === 'crash') {
          host.crash()
          end = () => host.restart()
        } else if (what === 'kill') {
          process.kill()
          end = () => process.start()
        } else if (what === 'cut') end = servers.cut([host.name], others)
        else if (process.up) end = process.behaviour.fault!(what)
        at(world, ms(from + time), end)
      })
    }
    // The client is cut off from nobody, and tells both servers of the shard; the one that is not the master says so.
    const writers = [3, 6].map((server) => new Writer(servers, server, 'x', ms(20)))
    // Members of the same name must not hide one another.
    for (const [i, writer] of writers.entries()) writer.sent = i * 100_000
    at(world, seconds(16), () => {
      for (const writer of writers) writer.stop()
    })
    servers.until(seconds(40))
    const roles = servers.all.map((_, i) => servers.say(i + 1, 'ROLE') as RedisValue[])
    for (const shard of [0, 1, 2])
      expect([roles[shard]![0], roles[shard + 3]![0]].sort()).toEqual(['master', 'slave'])
    const master = roles[2]![0] === 'master' ? 3 : 6
    const left = members(servers, master, 'x')
    const readonly = (...words: Words) => ({ ...say(...words), readonly: true })
    const copy = servers.answer(servers.send(9 - master, readonly('SMEMBERS', 'x'))) as string[]
    expect(new Set(copy.map(Number))).toEqual(left)
    expect(new Set(elected).size).toBe(elected.length)
    expect(elected.length).toBe(sum(servers, 'failovers'))
    const acked = writers.flatMap((writer) => writer.acked)
    const gone = acked.filter((n) => !left.has(n)).length
    const lost = sum(servers, 'lost-writes')
    // Some that were acknowledged nobody heard of, as the server or the line went down before.
    expect(lost).toBeGreaterThanOrEqual(gone)
    expect(lost - gone).toBeLessThanOrEqual(faults.length)
  }
  fc.assert(fc.property(fc.array(fault, { maxLength: 3 }), fc.integer({ min: 1, max: 99 }), check), {
    numRuns: 12,
  })
})
