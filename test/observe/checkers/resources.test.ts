import { describe, expect, test } from 'vitest'
import type { Fact } from '../../../src/env/fact.ts'
import type { HostSight, MemorySight, Sight } from '../../../src/observe/checkers/sight.ts'
import { seconds } from '../../../src/units.ts'
import { actor, Bench, eventsOf } from './fixture.ts'

describe('credits', () => {
  const credited = (account: string, by: number): Fact => ({ fact: 'credited', ledger: 'bank', account, by })
  const issued = (by: number): Fact => ({ fact: 'issued', ledger: 'bank', by })

  test('are conserved where what leaves one account comes to another', () => {
    const bench = new Bench('credits').say(0, 'bank', issued(100)).say(0, 'bank', credited('a', 100))
    for (let i = 1; i <= 30; i++) bench.say(i, 'bank', credited('a', -0.1)).say(i, 'bank', credited('b', 0.1))
    expect(bench.finish()).toMatchObject({ pass: true, detail: '2 accounts of 1 ledger balanced at the end' })
  })

  test('that vanish, or come from nowhere, are missed at rest', () => {
    const bench = new Bench('credits').say(0, 'bank', issued(100)).say(0, 'bank', credited('a', 100))
    bench.say(1, 'bank', credited('a', -30)).say(2, 'bank', credited('b', 29))
    expect(bench.finish(9)!.detail).toBe(
      'the accounts of bank hold 1 less than was issued, with nothing left to do, at 9 ns',
    )
    expect(bench.finish(9)!.violation!.events.at(-1)).toEqual({
      at: 2,
      process: 'bank',
      event: 'bank: +29 to b',
    })
  })

  test('may be under way when the run is cut off, and for as long as is allowed', () => {
    const transfer = (values = {}) =>
      new Bench('credits', values)
        .say(0, 'bank', issued(10))
        .say(0, 'bank', credited('a', 10))
        .say(seconds(1), 'bank', credited('a', -5))
    expect(transfer().finish(seconds(9), false)!.pass).toBeNull()
    expect(transfer({ within: seconds(5) }).finish(seconds(6), false)!.pass).toBeNull()
    expect(transfer({ within: seconds(5) }).finish(seconds(7), false)!.detail).toContain(
      '5 less than was issued',
    )
    const late = transfer({ within: seconds(5) }).say(seconds(7), 'bank', credited('b', 5))
    expect(late.finish()!.pass).toBe(false)
  })

  test('cannot be spent twice, unless an account may be overdrawn', () => {
    const spend = (values = {}) =>
      new Bench('credits', values)
        .say(0, 'bank', issued(10))
        .say(0, 'bank', credited('a', 10))
        .say(1, 'bank', credited('a', -8))
        .say(1, 'bank', credited('b', 8))
        .say(2, 'bank', credited('a', -8))
        .say(2, 'bank', credited('c', 8))
    expect(spend().finish()!.detail).toBe('account a of bank has -6: it had 2 when 8 went, at 2 ns')
    expect(spend({ overdraft: true }).finish()!.pass).toBe(true)
  })
})

describe('ports', () => {
  const bound: Fact = { fact: 'bound', port: 8080 }
  const unbound: Fact = { fact: 'unbound', port: 8080 }

  test('of different hosts are different, and what was given back can be taken', () => {
    const bench = new Bench('ports').say(1, actor('a', 'one'), bound).say(2, actor('b', 'two'), bound)
    bench.say(3, 'c', bound).say(4, 'c', unbound).say(5, 'd', bound)
    expect(bench.finish()).toMatchObject({ pass: true, detail: '4 ports taken on 3 hosts' })
  })

  test('are not taken twice', () => {
    const found = new Bench('ports').say(1, 'a', bound).say(2, 'b', bound).finish()!
    expect(found.detail).toBe('port 8080 of host was taken by b while a had it, at 2 ns')
    expect(eventsOf(found)).toEqual(['1 a: bound port 8080', '2 b: bound port 8080'])
  })

  test('come back from a process that has ended', () => {
    const bench = new Bench('ports').say(1, 'a', bound)
    bench.actor('a').epoch++
    bench.say(2, 'b', bound)
    bench.actor('b').up = false
    expect(bench.say(3, 'c', bound).finish()!.pass).toBe(true)
  })
})

describe('no orphan', () => {
  const spawned = (child: string): Fact => ({ fact: 'spawned', child })
  const reaped = (child: string): Fact => ({ fact: 'reaped', child })

  test('is left where every child is ended', () => {
    const bench = new Bench('no-orphan').say(1, 'a', spawned('x')).say(2, 'a', reaped('x'))
    expect(bench.finish()!.pass).toBe(true)
  })

  test('may run while its parent does, but not when nothing is left to do', () => {
    const bench = () => new Bench('no-orphan').say(1, 'a', spawned('x'))
    expect(bench().finish(9, false)).toMatchObject({
      pass: true,
      detail: '1 child started, 1 in charge of a parent at the end',
    })
    expect(bench().finish(9, true)!.detail).toBe(
      '1 process still runs when nothing is left to do: x, at 9 ns',
    )
  })

  test('outlives its parent for a while, until somebody sees to it', () => {
    const bench = new Bench('no-orphan', { within: seconds(60) }).say(0, 'a', spawned('x'))
    bench.actor('a').up = false
    bench.checking.look(seconds(1), false)
    bench.checking.look(seconds(61), false)
    expect(bench.finish(seconds(61), false)!.pass).toBeNull()
    bench.checking.look(seconds(62), false)
    const found = bench.finish(seconds(62), false)!
    expect(found.detail).toBe('x still runs 61 s after a, which started it, has ended, at 62 s')
    expect(eventsOf(found)).toEqual([
      '0 a: spawned x',
      `${seconds(1)} a: found ended`,
      `${seconds(62)} x: still runs`,
    ])
  })

  test('is no child whose parent was started anew, but one that ended with its parent’s host', () => {
    const restarted = new Bench('no-orphan', { within: seconds(1) }).say(0, 'a', spawned('x'))
    restarted.actor('a').epoch++
    restarted.checking.look(seconds(1), false)
    expect(restarted.finish(seconds(5), false)!.pass).toBe(false)
    const crashed = new Bench('no-orphan', { within: seconds(1) }).say(0, 'a', spawned('x'))
    crashed.actor('a').epoch++
    crashed.actor('a').host.crashes++
    crashed.checking.look(seconds(1), false)
    expect(crashed.finish(seconds(5), true)!.pass).toBe(true)
  })
})

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const part = (name: string, used: number, limit = Number.POSITIVE_INFINITY): Mutable<MemorySight> => ({
  name,
  used,
  limit,
  parts: [],
})

/** A host whose figures a test can move. */
function hostOf({ used = 0, limit = 100, parts = [part('p', 0)], given = 0, count = 4 } = {}) {
  const state = {
    used,
    parts,
    given,
    busy: 0,
    work: { time: 0, jobs: 0 } as { time: number; jobs: number } | undefined,
  }
  const host: HostSight = {
    name: 'host',
    cores: {
      count,
      get given() {
        return state.given
      },
      busyTime: () => state.busy,
      work: () => state.work,
    },
    memory: {
      name: 'host',
      limit,
      get used() {
        return state.used
      },
      get parts() {
        return state.parts
      },
    },
  }
  const sight: Sight = { hosts: [host], queues: [] }
  return { state, sight }
}

describe('memory', () => {
  test('is what its holders hold, within the limit', () => {
    const { state, sight } = hostOf()
    const bench = new Bench('memory', undefined, sight)
    state.used = 60
    state.parts = [part('p', 50), part('q', 10, 10)]
    bench.checking.look(1, false)
    expect(bench.finish(2)).toMatchObject({ pass: true, detail: '1 host, looked at 2 times' })
  })

  test('that nobody holds, or is held twice, is missed', () => {
    const { sight } = hostOf({ used: 60, parts: [part('p', 50)] })
    const found = new Bench('memory', undefined, sight).finish(7)!
    expect(found.detail).toBe('host counts 60 B (60) as used, and its processes hold 50 B (50), at 7 ns')
    expect(eventsOf(found)).toEqual(['7 p: holds 50 B (50)'])
  })

  test('may be beyond a limit at an instant, but not at the next', () => {
    const { sight } = hostOf({ used: 60, limit: 50, parts: [part('p', 60)] })
    const bench = new Bench('memory', undefined, sight)
    bench.checking.look(5, false)
    bench.checking.look(5, false)
    expect(bench.finish(5)!.pass).toBe(true)
    expect(bench.finish(6)!.detail).toBe('host uses 60 B (60) of 50 B (50), at 6 ns')
  })

  test('of a container has a limit of its own', () => {
    const { sight } = hostOf({ used: 60, parts: [part('p', 60, 40)] })
    const bench = new Bench('memory', undefined, sight)
    bench.checking.look(5, false)
    expect(bench.finish(6)!.detail).toContain('p uses 60 B (60) of 40 B (40)')
  })
})

describe('cores', () => {
  test('are not given away more often than there are', () => {
    const { state, sight } = hostOf({ given: 4 })
    const bench = new Bench('cores', undefined, sight)
    bench.checking.look(1, false)
    expect(bench.finish(2)!.pass).toBe(true)
    state.given = 4.5
    expect(bench.finish(3)!.detail).toBe('host gives 4.5 cores to its jobs and has 4, at 3 ns')
  })

  test('are busy for as long as the work takes, since the warm-up', () => {
    const { state, sight } = hostOf()
    const bench = new Bench('cores', undefined, sight)
    state.work = { time: 5e9, jobs: 10 }
    bench.checking.look(1, true)
    state.work = { time: 9e9, jobs: 30 }
    state.busy = 4e9 + 20
    expect(bench.finish(2)).toMatchObject({
      pass: true,
      detail: '1 host, looked at 2 times; busy time is that of the work done',
    })
    state.busy = 5e9
    expect(bench.finish(3)!.detail).toBe('the cores of host were busy for 5 s and did work for 4 s, at 3 ns')
  })

  test('are not asked for their time where it is not always so much work', () => {
    const { state, sight } = hostOf()
    state.work = undefined
    expect(new Bench('cores', undefined, sight).finish(1)).toMatchObject({
      pass: true,
      detail: '1 host, looked at 1 time',
    })
  })
})

test('bounded queues tell of the first that grows beyond its limit', () => {
  let told: (at: number, length: number) => void = () => {}
  const queues = [
    { name: 'service.proxy.queue', watch: (_: number, exceeded: typeof told) => (told = exceeded) },
  ]
  const bench = new Bench('bounded-queues', { limit: 10 }, { hosts: [], queues })
  expect(bench.finish()).toMatchObject({ pass: true, detail: '1 queue of at most 10' })
  told(5, 11)
  expect(bench.finish()!.detail).toBe('11 wait in service.proxy.queue, and 10 may, at 5 ns')
})
