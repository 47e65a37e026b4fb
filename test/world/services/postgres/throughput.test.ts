import { describe, expect, test } from 'vitest'
import { type SqlStatement, sql } from '../../../../src/env/index.ts'
import { ms, seconds, us } from '../../../../src/units.ts'
import { metric } from '../fixture.ts'
import { closedLoop, constant, FREE } from './clients.ts'

const read = () => sql({ op: 'read', key: 'accounts:1' })
const update = (client: number) => sql({ op: 'add', key: `accounts:${client}`, by: 1 })

/** pgbench's TPC-B-like transaction, each client with a branch of its own. */
const tpcb = (client: number) => {
  const add = (table: string): SqlStatement => ({ op: 'add', key: `${table}:${client}`, by: 1 })
  return sql(
    add('accounts'),
    { op: 'read', key: `accounts:${client}` },
    add('tellers'),
    add('branches'),
    add('history'),
  )
}

describe('published results of pgbench, on the server’s own host', () => {
  test('SELECT only: 150,000/s with 8 clients on 8 cores (Cybertec)', () => {
    const { rate } = closedLoop(8, read, {}, { duration: ms(100), host: { cores: 8 } })
    expect(rate / 150_000).toBeCloseTo(1, 1.7)
  })

  test('TPC-B-like, synchronous_commit off, one client: 2,611/s', () => {
    const { rate } = closedLoop(1, tpcb, { synchronousCommit: 'off' }, { duration: ms(400) })
    expect(rate / 2611).toBeCloseTo(1, 1.7)
  })

  // Not what the costs come from: six cores of another machine, whose SSD does not flush. 6 / 383 µs = 15,700/s.
  test('TPC-B-like on six cores of a Mac Pro: 12,430/s, a quarter less than the cores alone would allow', () => {
    const { rate } = closedLoop(
      16,
      tpcb,
      { synchronousCommit: 'off' },
      { duration: ms(200), host: { cores: 6 } },
    )
    expect(rate).toBeGreaterThan(12_430)
    expect(rate / 12_430).toBeLessThan(1.3)
  })

  test('one client that commits row by row: no more than the disk’s 608 flushes a second', () => {
    const { rate } = closedLoop(
      1,
      update,
      {},
      { duration: seconds(1), host: { diskSync: constant(us(1643)) } },
    )
    // 1 / (1,643 µs + 30 µs + 37.5 µs)
    expect(rate / (1e9 / us(1710.5))).toBeCloseTo(1, 2)
    expect(rate).toBeLessThan(608)
  })
})

test('backends run on cores of their own: reads scale to the last of them, and no further', () => {
  for (const [clients, cores, busy] of [
    [1, 4, 1],
    [3, 4, 3],
    [4, 4, 4],
    [20, 4, 4],
  ] as const) {
    const { rate } = closedLoop(clients, read, {}, { duration: ms(100), host: { cores } })
    expect(rate / ((busy * 1e9) / us(53))).toBeCloseTo(1, 1.5)
  }
})

test('Little’s law: clients = rate · latency', () => {
  const { rate, latency } = closedLoop(30, tpcb, {}, { duration: ms(500), host: { cores: 4 } })
  expect((rate * latency) / 1e9 / 30).toBeCloseTo(1, 2)
})

describe('group commit', () => {
  const host = { diskSync: constant(ms(5)) }

  // Whoever commits while a flush is under way waits for the next: two groups take turns, each of half the clients.
  for (const clients of [2, 4, 10, 50])
    test(`${clients} clients and flushes of 5 ms: ${clients} / 10 ms`, () => {
      const { rate, world } = closedLoop(clients, update, FREE, { duration: seconds(5), host })
      expect(rate / (clients / 0.01)).toBeCloseTo(1, 2)
      expect(metric(world, 'service.pg.flushes.rate')).toBeCloseTo(200, -1)
    })

  test('alone, a client has the disk to itself: 1 / 5 ms', () => {
    const { rate, world } = closedLoop(1, update, FREE, { duration: seconds(5), host })
    expect(rate).toBeCloseTo(200, 0)
    expect(metric(world, 'service.pg.group.max')).toBe(1)
  })

  // The manual advises half the time of a flush for commit_delay: n / (F + F/2) in place of n / 2F, a third more.
  test('commit_delay brings the two groups together: n / (F + delay), where there are siblings enough', () => {
    for (const clients of [7, 20]) {
      const values = { ...FREE, commitDelay: us(2500) }
      const { rate } = closedLoop(clients, update, values, { duration: seconds(5), host })
      expect(rate / (clients / 0.0075)).toBeCloseTo(1, 2)
    }
    const few = closedLoop(4, update, { ...FREE, commitDelay: us(2500) }, { duration: seconds(5), host })
    expect(few.rate / (4 / 0.01)).toBeCloseTo(1, 2)
  })

  test('with more clients the cores become the limit', () => {
    // Updates of 5 ms each on two cores: 400/s, far less than 50 / 10 ms.
    const values = { ...FREE, writeCost: ms(5) }
    const { rate } = closedLoop(50, update, values, { duration: seconds(10), host: { ...host, cores: 2 } })
    expect(rate / 400).toBeGreaterThan(0.9)
    expect(rate / 400).toBeLessThan(1.001)
  })

  test('synchronous_commit off waits for no flush', () => {
    const values = { ...FREE, writeCost: us(100), synchronousCommit: 'off' }
    const { rate, world } = closedLoop(1, update, values, { duration: seconds(2), host })
    expect(rate / 10_000).toBeCloseTo(1, 2)
    // The WAL writer comes by every 200 ms.
    expect(metric(world, 'service.pg.flushes')).toBeLessThan(11)
  })
})

describe('a row that all want', () => {
  const hot = () => sql({ op: 'add', key: 'counter', by: 1 })

  test('is updated 1 / hold times a second, and no group commit helps: the lock is held over the flush', () => {
    for (const clients of [2, 16]) {
      const host = { diskSync: constant(ms(5)) }
      const { rate, world } = closedLoop(clients, hot, FREE, { duration: seconds(5), host })
      expect(rate).toBeCloseTo(200, 0)
      expect(metric(world, 'service.pg.group.max')).toBe(1)
    }
  })

  test('round trips of the client while it holds the lock count too', () => {
    const request = () => ({
      ...sql({ op: 'add', key: 'counter', by: 1 }, { op: 'read', key: 'x' }),
      pause: ms(2),
    })
    // From the lock: to the next statement 2 ms, to COMMIT 2 ms, the flush 1 ms.
    const host = { diskSync: constant(ms(1)) }
    const { rate } = closedLoop(8, request, FREE, { duration: seconds(5), host })
    expect(rate / (1 / 0.005)).toBeCloseTo(1, 1.7)
  })
})

describe('pages', () => {
  /** A page takes 1 ms before its bytes come, which take no time to speak of. */
  const host = { diskLatency: ms(1), diskBandwidth: 8192e9 }

  test('are found in memory as often as they fit there: latency = cost + (1 - hit ratio) · disk', () => {
    for (const [sharedBuffers, dataSize, hit] of [
      [100, 100, 1],
      [100, 400, 0.25],
      [100, 125, 0.8],
    ] as const) {
      const values = {
        ...FREE,
        readCost: us(50),
        sharedBuffers: sharedBuffers * 1e6,
        dataSize: dataSize * 1e6,
      }
      const { latency, world } = closedLoop(1, read, values, { duration: seconds(2), host })
      expect(latency / (us(50) + (1 - hit) * ms(1))).toBeCloseTo(1, 1.3)
      const [hits, misses] = [metric(world, 'service.pg.hits')!, metric(world, 'service.pg.misses')!]
      expect(hits / (hits + misses)).toBeCloseTo(hit, 1.5)
    }
  })

  test('are read as many at once as the disk takes: queue / latency a second at most', () => {
    const values = { ...FREE, hitRatio: 0 }
    const shallow = { duration: seconds(1), host: { ...host, diskQueue: 4 } }
    expect(closedLoop(50, read, values, shallow).rate / 4000).toBeCloseTo(1, 2)
    expect(closedLoop(2, read, values, shallow).rate / 2000).toBeCloseTo(1, 2)
  })

  test('of a scan come one after the other, at the bandwidth of the disk', () => {
    const values = { ...FREE, rowCost: 100, rowsPerPage: 61, hitRatio: 0.5 }
    const scan = () => sql({ op: 'scan', rows: 610_000 })
    const { latency } = closedLoop(1, scan, values, {
      duration: seconds(10),
      host: { diskBandwidth: 819.2e6 },
    })
    // 610,000 rows of 100 ns; 5,000 pages of 8 KiB at 819.2 MB/s.
    expect(latency).toBe(ms(61) + ms(50))
  })
})
