import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  COMPUTE,
  NETWORK,
  QUEUE,
  SERVICE,
  type SqlReply,
  type SqlStatement,
  sql,
} from '../../../../src/env/index.ts'
import { MiB, ms, seconds, us } from '../../../../src/units.ts'
import { postgres } from '../../../../src/world/services/postgres/postgres.ts'
import { makeWorld } from '../../fixture.ts'
import { Asked, addClient, addService, at, metric } from '../fixture.ts'
import { constant, FREE, makeServer } from './clients.ts'

const add = (key: string, by = 1): SqlStatement => ({ op: 'add', key, by })
const read = (key: string): SqlStatement => ({ op: 'read', key })
const write = (key: string, value: string | number | null): SqlStatement => ({ op: 'write', key, value })

describe('rows have real values', () => {
  test('what is read is what was written, by others once it is committed, by oneself at once', () => {
    const { world, ask } = makeServer()
    const first = ask(
      read('a'),
      write('a', 'x'),
      read('a'),
      add('n', 5),
      add('n', 5),
      write('a', null),
      read('a'),
    )
    const meanwhile = ask(read('a'), read('n'))
    world.simulation.run()
    const after = ask(read('a'), read('n'), { op: 'scan', rows: 7 })
    world.simulation.run()
    expect(first.reply!.results).toEqual([null, 1, 'x', 5, 10, 1, null])
    expect(meanwhile.reply!.results).toEqual([null, null])
    expect(after.reply!.results).toEqual([null, 10, 7])
  })

  test('transfers among few accounts keep the sum, whatever is rolled back; no addition is lost', () => {
    const transfer = fc.record({
      from: fc.integer({ min: 0, max: 3 }),
      to: fc.integer({ min: 0, max: 3 }),
      by: fc.integer({ min: 1, max: 9 }),
      at: fc.integer({ min: 0, max: 40 }),
      pause: fc.constantFrom(0, ms(1)),
      timeout: fc.constantFrom(ms(3), seconds(100)),
    })
    const property = fc.property(fc.array(transfer, { maxLength: 40 }), (transfers) => {
      const { world, ask, send } = makeServer({ deadlockTimeout: ms(10) })
      const asked = transfers.map(({ from, to, by, at: when, pause, timeout }) => {
        const statements = [add(`a${from}`, -by), add(`a${to}`, by), add('count')]
        const entry: { asked?: Asked<SqlReply> } = {}
        at(world, ms(when), () => {
          entry.asked = send({ kind: 'sql', statements, pause }, { timeout })
        })
        return entry
      })
      world.simulation.run()
      const sum = ask(read('a0'), read('a1'), read('a2'), read('a3'), read('count'))
      world.simulation.run()
      const [count, ...accounts] = [...sum.reply!.results].reverse()
      expect(accounts.reduce<number>((total, value) => total + Number(value), 0)).toBe(0)
      expect(Number(count)).toBe(metric(world, 'service.pg.commits')! - 1)
      // Everyone was told how it ended.
      expect(asked.every(({ asked }) => asked!.endedAt >= 0)).toBe(true)
      const answered = asked.filter(({ asked }) => asked!.reply).length
      expect(Number(count)).toBeGreaterThanOrEqual(answered)
    })
    fc.assert(property, { numRuns: 60 })
  })
})

describe('locks', () => {
  test('are granted in the order of asking, and held until the transaction is on the disk', () => {
    const { world, ask } = makeServer(FREE, { diskSync: constant(ms(10)) })
    const asked = [1, 2, 3].map((value) => ask(write('row', value)))
    const reader = ask(read('row'))
    world.simulation.run()
    expect(asked.map(({ endedAt }) => endedAt)).toEqual([ms(10), ms(20), ms(30)])
    expect(asked[2]!.account.parts[QUEUE]).toBe(ms(20))
    expect(asked[2]!.account.parts[SERVICE]).toBe(ms(10))
    expect([reader.latency, reader.reply!.results]).toEqual([0, [null]])
    expect(metric(world, 'service.pg.lock-wait.max')).toBe(ms(20))
  })

  test('SELECT … FOR UPDATE waits as a writer does, and makes writers wait', () => {
    const { world, send, ask } = makeServer(FREE, { diskSync: constant(ms(10)) })
    const statements: SqlStatement[] = [{ op: 'read', key: 'row', lock: true }, read('other')]
    send({ kind: 'sql', statements, pause: ms(3) })
    at(world, ms(4), () => {
      const writer = ask(write('row', 1))
      writer.ended = ({ latency }) => expect(latency).toBe(ms(15))
    })
    world.simulation.run()
    // BEGIN, then the lock from 3 ms to COMMIT at 9; the writer waits 5 ms and flushes for 10.
    expect(world.simulation.now).toBe(ms(19))
  })

  test('a deadlock is found by who has waited deadlock_timeout; one is refused, the other goes on', () => {
    const { world, send } = makeServer(FREE, { diskSync: constant(ms(1)) })
    const order = (first: string, second: string) =>
      send({ kind: 'sql', statements: [add(first), add(second)], pause: ms(5) })
    const one = order('a', 'b')
    let other = one
    at(world, ms(2), () => {
      other = order('b', 'a')
    })
    world.simulation.run()
    // The first waits for b from 10 ms on, the second for a from 12 ms on: the first looks at 1,010 ms and finds it.
    expect([one.error?.status, one.error?.message, one.endedAt]).toEqual([409, 'deadlock detected', ms(1010)])
    // The second has its lock at once, sends COMMIT after 5 ms, and flushes.
    expect([other.reply!.results, other.endedAt]).toEqual([[1, 1], ms(1016)])
    expect(metric(world, 'service.pg.deadlocks')).toBe(1)
  })

  test('three in a ring lose one; a long wait without a ring loses none', () => {
    const { world, send } = makeServer({ ...FREE, deadlockTimeout: ms(100) }, { diskSync: constant(ms(500)) })
    const pair = (first: string, second: string) =>
      send({ kind: 'sql', statements: [add(first), add(second)], pause: ms(1) })
    const ring = [pair('a', 'b'), pair('b', 'c'), pair('c', 'a')]
    const waiting = pair('d', 'a')
    world.simulation.run()
    expect(ring.filter(({ error }) => error).map(({ error }) => error!.status)).toEqual([409])
    // The first of the ring looked first; of those that added to a, it is the one that did not.
    expect(waiting.reply!.results).toEqual([1, 2])
    expect(metric(world, 'service.pg.commits')).toBe(3)
  })

  test('nobody waits for what a rolled back transaction had', () => {
    const { world, send, ask } = makeServer(FREE, { diskSync: constant(ms(1)) })
    const gone = send(
      { kind: 'sql', statements: [write('a', 1), read('b')], pause: ms(50) },
      { timeout: ms(60) },
    )
    at(world, ms(70), () => ask(write('a', 2)))
    world.simulation.run({ until: ms(200) })
    // Its client is gone at 60 ms; the backend notices when the next message does not come, at 100 ms.
    expect(gone.error?.name).toBe('TimeoutError')
    expect(metric(world, 'service.pg.rollbacks')).toBe(1)
    expect(metric(world, 'service.pg.lock-wait.max')).toBe(ms(30))
    const left = ask(read('a'))
    world.simulation.run()
    expect(left.reply!.results).toEqual([2])
  })

  test('a statement alone is committed although its client is gone', () => {
    const { world, ask, send } = makeServer(FREE, { diskSync: constant(ms(100)) })
    const gone = send(sql(write('a', 1)), { timeout: ms(10) })
    world.simulation.run()
    const left = ask(read('a'))
    world.simulation.run()
    expect([gone.error?.name, left.reply!.results]).toEqual(['TimeoutError', [1]])
  })
})

describe('time', () => {
  test('goes to messages, statements, rows, pages, round trips and the flush, and the account says so', () => {
    const { world, send } = makeServer(
      {
        connectCost: us(1000),
        statementCost: us(10),
        readCost: us(5),
        writeCost: us(7),
        rowCost: 100,
        hitRatio: 0,
      },
      { diskLatency: us(200), diskSync: constant(ms(3)) },
    )
    const statements: SqlStatement[] = [read('a'), write('a', 1), { op: 'scan', rows: 61 }]
    const asked = send({ kind: 'sql', statements, pause: ms(1) })
    world.simulation.run()
    // Connecting; five messages; a row read, one written, 61 scanned.
    expect(asked.account.parts[COMPUTE]).toBe(us(1000 + 50 + 5 + 7) + 6100)
    // A page each at 1 GB/s, the scan's without the latency; the flush.
    expect(asked.account.parts[SERVICE]).toBe(us(400) + 3 * 8192 + ms(3))
    // After BEGIN and each statement.
    expect(asked.account.parts[NETWORK]).toBe(ms(4))
    expect(asked.account.total).toBe(asked.latency)
  })

  test('cores are shared with whatever runs there', () => {
    const { world, ask } = makeServer({ ...FREE, readCost: ms(10) }, { cores: 2, speed: 2 })
    const asked = Array.from({ length: 8 }, () => ask(read('a')))
    world.simulation.run()
    // Eight of 5 ms on two cores.
    expect(asked.map(({ latency }) => latency)).toEqual(Array.from({ length: 8 }, () => ms(20)))
    expect(asked[0]!.account.parts[COMPUTE]).toBe(ms(5))
  })

  test('what is no SQL is refused', () => {
    const { world, client, server } = makeServer()
    const asked = new Asked(client, server, { kind: 'job' })
    world.simulation.run()
    expect([asked.error?.status, asked.error?.message]).toEqual([404, 'pg answers no job'])
  })
})

describe('connections', () => {
  test('are opened where none is idle, kept for their caller, and refused beyond max_connections', () => {
    const values = { ...FREE, maxConnections: 3, readCost: ms(10), connectCost: ms(1), backendMemory: MiB }
    const { world, ask, server } = makeServer(values)
    const shared = 128 * MiB
    const asked = Array.from({ length: 5 }, () => ask(read('a')))
    world.simulation.run()
    expect(asked.map(({ error }) => error?.message)).toEqual([
      undefined,
      undefined,
      undefined,
      'sorry, too many clients already',
      'sorry, too many clients already',
    ])
    expect(asked[0]!.latency).toBe(ms(11))
    expect(server.memory.used).toBe(shared + 3 * MiB)
    const again = ask(read('a'))
    world.simulation.run()
    expect(again.latency).toBe(ms(10))
    // Another caller has no connection of its own, and there is none left.
    const stranger = new Asked(addClient(world, 'a', 'stranger'), server, sql(read('a')))
    world.simulation.run()
    expect(stranger.error?.status).toBe(503)
    expect(metric(world, 'service.pg.connects')).toBe(3)
    expect(metric(world, 'service.pg.refused')).toBe(3)
  })

  test('of a client without a pool are opened and closed with each transaction', () => {
    const { world, send, server } = makeServer({ ...FREE, connectCost: ms(2) })
    for (let i = 0; i < 3; i++) {
      const asked = send({ kind: 'sql', statements: [read('a')], connect: true })
      world.simulation.run()
      expect(asked.latency).toBe(ms(2))
    }
    expect(server.memory.used).toBe(128 * MiB)
    expect(metric(world, 'service.pg.connects')).toBe(3)
  })

  test('need memory', () => {
    const { world, ask } = makeServer({ ...FREE, readCost: ms(1) }, { memory: 133 * MiB })
    const asked = [ask(read('a')), ask(read('a')), ask(read('a'))]
    world.simulation.run()
    expect(asked.map(({ error }) => error?.message?.slice(0, 26))).toEqual([
      undefined,
      undefined,
      'could not fork new process',
    ])
  })

  test('of a pooler are shared, first come first served, by as many clients as it takes', () => {
    const pool = { size: 2, clients: 5, wait: ms(25), cost: us(0) }
    const { world, ask, server } = makeServer({ ...FREE, readCost: ms(10), pool })
    const asked = Array.from({ length: 6 }, () => ask(read('a')))
    world.simulation.run()
    expect(asked.slice(0, 5).map(({ latency }) => latency)).toEqual([10, 10, 20, 20, 30].map(ms))
    expect(asked[4]!.account.parts[QUEUE]).toBe(ms(20))
    expect(asked[5]!.error?.message).toBe('no more connections allowed (max_client_conn)')
    expect(server.memory.used).toBe(132 * MiB)
    expect(metric(world, 'service.pg.queue.max')).toBe(3)
  })

  test('of a pooler are waited for only so long, and who has gone waits no more', () => {
    const pool = { size: 1, clients: 4, wait: ms(25), cost: 0 }
    const { world, ask, send } = makeServer({ ...FREE, readCost: ms(20), pool })
    ask(read('a'))
    const gone = send(sql(read('a')), { timeout: ms(5) })
    const [served, late] = [ask(read('a')), ask(read('a'))]
    world.simulation.run()
    expect(gone.error?.name).toBe('TimeoutError')
    // Neither takes a client's place any more.
    const again = Array.from({ length: 4 }, () => ask(read('a')))
    world.simulation.run({ until: world.simulation.now + ms(1) })
    expect(again.filter(({ error }) => error)).toEqual([])
    expect(served.latency).toBe(ms(40))
    expect([late.error?.message, late.latency]).toEqual(['query_wait_timeout', ms(25)])
  })

  test('a pooler has one thread', () => {
    const pool = { size: 10, clients: 100, wait: seconds(1), cost: ms(1) }
    const { world, ask } = makeServer({ ...FREE, pool })
    const asked = Array.from({ length: 3 }, () => ask(read('a')))
    world.simulation.run()
    expect(asked.map(({ latency }) => latency)).toEqual([ms(1), ms(2), ms(3)])
  })

  test('what cannot be is said before the run', () => {
    const create = (values: object) => () => {
      const world = makeWorld({ b: { memory: 64 * MiB } })
      addService(world, 'b', 'pg', postgres, values as Record<string, unknown>)
    }
    expect(create({})).toThrow(/invalid shared-buffers: 128 MiB; expected at most the memory of b, 64 MiB/)
    const pool = { size: 200, clients: 500, wait: 0, cost: 0 }
    expect(create({ sharedBuffers: 0, pool })).toThrow(
      /invalid size of the pool: 200; expected at most .* 100/,
    )
  })

  test('without memory for its buffers it does not start', () => {
    const world = makeWorld({ a: {}, b: { memory: 256 * MiB } })
    addClient(world, 'b', 'hog').memory.allocate(0, 200 * MiB)
    const server = addService(world, 'b', 'pg', postgres)
    const asked = new Asked(addClient(world, 'a'), server, sql(read('a')))
    world.simulation.run()
    expect(server.up).toBe(false)
    expect(asked.error?.name).toBe('UnreachableError')
  })
})
