import { describe, expect, test } from 'vitest'
import { type SqlStatement, UnreachableError } from '../../../../src/env/index.ts'
import { MiB, minutes, ms, seconds } from '../../../../src/units.ts'
import { Checkpoints } from '../../../../src/world/services/postgres/checkpoints.ts'
import { at, metric } from '../fixture.ts'
import { constant, FREE, makeServer } from './clients.ts'

const write = (key: string, value: number): SqlStatement => ({ op: 'write', key, value })
const read = (key: string): SqlStatement => ({ op: 'read', key })

describe('a crash', () => {
  const values = { ...FREE, startTime: ms(100) }
  const host = { diskSync: constant(ms(10)) }

  test('loses nothing that was answered with synchronous_commit on, and what was not on the disk', () => {
    const { world, server, ask } = makeServer(values, host)
    const first = ask(write('first', 1))
    at(world, ms(2), () => ask(write('second', 2)))
    at(world, ms(15), () => server.kill())
    at(world, ms(20), () => server.start())
    at(world, ms(25), () => {
      ask(read('first')).ended = ({ error }) =>
        expect([error?.status, error?.message]).toEqual([503, 'the database system is starting up'])
    })
    world.simulation.run()
    const left = ask(read('first'), read('second'))
    world.simulation.run()
    expect(first.reply!.results).toEqual([1])
    expect(left.reply!.results).toEqual([1, null])
  })

  test('loses with synchronous_commit off what the WAL writer had not fetched', () => {
    const { world, server, ask } = makeServer({ ...values, synchronousCommit: 'off' }, host)
    const answered = [ask(write('first', 1))]
    at(world, ms(250), () => answered.push(ask(write('second', 2))))
    at(world, ms(400), () => server.kill())
    at(world, ms(401), () => server.start())
    world.simulation.run()
    const left = ask(read('first'), read('second'))
    world.simulation.run()
    expect(answered.map(({ reply, latency }) => [reply?.results, latency])).toEqual([
      [[1], 0],
      [[1], 0],
    ])
    expect(left.reply!.results).toEqual([1, null])
  })

  test('tells those in hand, and gives back memory and connections', () => {
    const { world, server, ask } = makeServer(values, host)
    const asked = ask(write('a', 1))
    at(world, ms(5), () => server.kill())
    at(world, ms(6), () => server.start())
    world.simulation.run()
    expect(asked.error).toBeInstanceOf(UnreachableError)
    expect(server.memory.used).toBe(128 * MiB)
    const later = ask(write('a', 2))
    world.simulation.run()
    expect(later.reply!.results).toEqual([1])
  })
})

describe('recovery', () => {
  const values = {
    ...FREE,
    startTime: seconds(1),
    replayRate: 1000,
    walBytes: 958,
    checkpointTimeout: seconds(100),
  }

  /** A commit of 958 + 8 + 34 = 1,000 bytes every second, and a crash. */
  const recoveryAfter = (crashAt: number, changed = {}) => {
    const { world, server, ask } = makeServer({ ...values, ...changed })
    const each = (second: number): void => {
      if (seconds(second) >= crashAt) return
      ask(write(`k${second}`, second))
      at(world, seconds(second + 1), () => each(second + 1))
    }
    at(world, seconds(0.5), () => each(1))
    at(world, crashAt, () => server.kill())
    at(world, crashAt + 1, () => server.start())
    world.simulation.run({ until: crashAt + minutes(30) })
    return metric(world, 'service.pg.recovery.max')!
  }

  test('replays the WAL since the last finished checkpoint', () => {
    // A kilobyte a second is replayed at a kilobyte a second: as long as it took to be written.
    expect(recoveryAfter(seconds(50.9)) / seconds(51)).toBeCloseTo(1, 1.5)
    // The checkpoint begun at 100 s is finished at 190 s.
    expect(recoveryAfter(seconds(180.9)) / seconds(181)).toBeCloseTo(1, 1.5)
    expect(recoveryAfter(seconds(195.9)) / seconds(97)).toBeCloseTo(1, 1.5)
  })

  test('is short where max_wal_size makes checkpoints come sooner', () => {
    // One begins with each 19,000 / 1.9 bytes, and is finished 0.9 · 10 s later: at 195.9 s that of 180 s is.
    const time = recoveryAfter(seconds(195.9), { maxWalSize: 19_000 })
    expect(time).toBeLessThan(seconds(1 + 20))
    expect(time).toBeGreaterThan(seconds(1 + 9))
  })

  test('begins with a checkpoint: a second crash replays only what came after', () => {
    const { world, server, ask } = makeServer(values)
    for (let i = 0; i < 5; i++) ask(write(`k${i}`, i))
    at(world, seconds(1), () => server.kill())
    at(world, seconds(2), () => server.start())
    at(world, seconds(10), () => server.kill())
    at(world, seconds(11), () => server.start())
    world.simulation.run()
    expect(metric(world, 'service.pg.recovery.max')).toBe(seconds(6))
    expect(metric(world, 'service.pg.recovery.min')).toBe(seconds(1))
  })
})

describe('checkpoints', () => {
  const terms = { checkpointTimeout: 100, checkpointCompletionTarget: 0.9, maxWalSize: 1900 }

  test('have nothing to do where nothing was written', () => {
    const checkpoints = new Checkpoints(terms, 0, 0)
    checkpoints.advance(1000, 0)
    checkpoints.advance(1001, 5)
    expect(checkpoints.redo).toBe(0)
    // The one of 1,100 finds 5 bytes, and is finished at 1,190.
    checkpoints.advance(1150, 5)
    expect(checkpoints.redo).toBe(0)
    checkpoints.advance(1190, 5)
    expect(checkpoints.redo).toBe(5)
  })
})

describe('faults', () => {
  test('hang: everyone stands still, and goes on after', () => {
    const { world, server, ask } = makeServer(FREE, { diskSync: constant(ms(10)) })
    const before = ask(write('a', 1))
    let during = before
    at(world, ms(5), () => {
      const end = server.behaviour.fault!('hang')
      at(world, seconds(2), end)
    })
    at(world, ms(8), () => {
      during = ask(write('b', 1))
    })
    world.simulation.run()
    expect(before.endedAt).toBe(seconds(2))
    expect(during.endedAt).toBe(seconds(2) + ms(10))
  })

  test('disk-full: writers are rolled back, readers served; after it all is well', () => {
    const { world, server, ask } = makeServer(FREE)
    const end = server.behaviour.fault!('disk-full')
    const writers = [ask(read('a'), write('a', 1)), ask({ op: 'add', key: 'a', by: 1 })]
    const reader = ask(read('a'))
    world.simulation.run()
    for (const { error } of writers) expect(error?.status).toBe(507)
    expect(reader.reply!.results).toEqual([null])
    expect(metric(world, 'service.pg.rollbacks')).toBe(2)
    end()
    const after = ask(write('a', 1))
    world.simulation.run()
    expect(after.reply!.results).toEqual([1])
  })

  test('a full disk of the host is no different, and a slow one makes flushes slow', () => {
    const { world, server, ask } = makeServer(FREE)
    const { disk } = server.host
    const empty = disk.fill()
    const refused = ask(write('a', 1))
    world.simulation.run()
    empty()
    disk.slow(10)
    const slow = ask(write('a', 1))
    world.simulation.run()
    expect([refused.error?.status, slow.latency]).toEqual([507, ms(10)])
  })
})
