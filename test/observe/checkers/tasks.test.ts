import { describe, expect, test } from 'vitest'
import type { Fact } from '../../../src/env/fact.ts'
import { seconds } from '../../../src/units.ts'
import { Bench, eventsOf } from './fixture.ts'

const submitted = (task: string, once = true, queue = 'work'): Fact => ({
  fact: 'submitted',
  queue,
  task,
  once,
})
const done = (task: string, queue = 'work'): Fact => ({ fact: 'done', queue, task })
const dropped = (task: string, queue = 'work'): Fact => ({ fact: 'dropped', queue, task })

describe('no lost task', () => {
  test('is lost that is done or dropped in the end', () => {
    const bench = new Bench('no-lost-task').say(1, 'q', submitted('a')).say(2, 'q', submitted('b'))
    bench.say(3, 'w', done('a')).say(4, 'q', dropped('b'))
    expect(bench.finish()).toMatchObject({ pass: true, detail: '1 task done, 1 dropped' })
  })

  test('that is not done at rest is lost', () => {
    const bench = new Bench('no-lost-task').say(1, 'q', submitted('a')).say(2, 'q', submitted('b'))
    const found = bench.say(3, 'w', done('a')).finish(10)!
    expect(found.detail).toBe('1 task of work was not done when nothing was left to do, at 10 ns')
    expect(eventsOf(found)).toEqual(['2 q: submitted b to work'])
  })

  test('that is under way where a run is cut off may be lost or not', () => {
    const bench = new Bench('no-lost-task').say(seconds(1), 'q', submitted('a'))
    expect(bench.finish(seconds(4), false)).toMatchObject({
      pass: null,
      detail: '0 tasks done; 1 more under way at the end, the oldest for 3 s',
    })
  })

  test('that is under way for no longer than another of its queue took is as it should be', () => {
    const bench = new Bench('no-lost-task')
      .say(0, 'q', submitted('a'))
      .say(0, 'q', submitted('a', true, 'other'))
    bench
      .say(seconds(2), 'w', done('a'))
      .say(seconds(9), 'w', done('a', 'other'))
      .say(seconds(10), 'q', submitted('b'))
    expect(bench.finish(seconds(12), false)).toMatchObject({
      pass: true,
      detail: '2 tasks done; 1 more under way at the end, the oldest for 2 s, as others took',
    })
    expect(bench.finish(seconds(12) + 1, false)!.pass).toBeNull()
  })

  test('what was dropped does not tell how long a task takes', () => {
    const bench = new Bench('no-lost-task').say(0, 'q', submitted('a')).say(seconds(5), 'q', dropped('a'))
    expect(bench.say(seconds(6), 'q', submitted('b')).finish(seconds(7), false)!.pass).toBeNull()
  })

  test('is lost after a time limit, however the run ends', () => {
    const bench = new Bench('no-lost-task', { within: seconds(10) })
    bench.say(0, 'q', submitted('slow')).say(seconds(5), 'q', submitted('quick'))
    bench.say(seconds(6), 'w', done('quick')).say(seconds(11), 'w', done('slow'))
    const found = bench.finish(seconds(12), false)!
    expect(found.detail).toBe('slow of work was not done within 10 s, at 10 s')
    expect(eventsOf(found)).toEqual(['0 q: submitted slow to work'])
    const late = new Bench('no-lost-task', { within: seconds(10) }).say(0, 'q', submitted('x'))
    expect(late.finish(seconds(10), false)!.pass).toBeNull()
    expect(late.finish(seconds(10) + 1, false)!.pass).toBe(false)
  })

  test('counts its time anew when it is submitted anew', () => {
    const bench = new Bench('no-lost-task', { within: seconds(10) })
    bench.say(0, 'q', submitted('a')).say(seconds(1), 'w', done('a')).say(seconds(8), 'q', submitted('a'))
    expect(bench.finish(seconds(15), false)!.pass).toBeNull()
    expect(bench.finish(seconds(19), false)!.detail).toContain('at 18 s')
  })

  test('queues are told apart', () => {
    const bench = new Bench('no-lost-task').say(1, 'q', submitted('a', true, 'one'))
    expect(bench.say(2, 'w', done('a', 'two')).finish()!.detail).toContain('1 task of one was not done')
  })
})

describe('no task is done twice', () => {
  test('where once was promised', () => {
    const bench = new Bench('no-duplicate').say(1, 'q', submitted('a')).say(2, 'w', done('a'))
    expect(bench.finish()).toMatchObject({ pass: true, detail: '1 task done once' })
    const found = bench.say(9, 'v', done('a')).finish()!
    expect(found.detail).toBe('a of work was done twice: by w and by v, at 9 ns')
    expect(eventsOf(found)).toEqual(['2 w: done a of work', '9 v: done a of work'])
  })

  test('elsewhere it may be', () => {
    const bench = new Bench('no-duplicate').say(1, 'q', submitted('a', false))
    expect(bench.say(2, 'w', done('a')).say(3, 'v', done('a')).finish()).toBeUndefined()
  })

  test('also where some of a queue’s tasks are promised and others not', () => {
    const bench = new Bench('no-duplicate').say(1, 'q', submitted('free', false))
    bench.say(2, 'q', submitted('once')).say(3, 'w', done('free')).say(4, 'w', done('free'))
    expect(bench.finish()!.pass).toBe(true)
    bench.say(5, 'w', done('once')).say(6, 'w', done('once'))
    expect(bench.finish()!.detail).toContain('once of work was done twice')
  })

  test('nor when it is submitted again after it was done', () => {
    const bench = new Bench('no-duplicate').say(1, 'q', submitted('a')).say(2, 'w', done('a'))
    expect(bench.say(3, 'q', submitted('a')).say(4, 'w', done('a')).finish()!.pass).toBe(false)
  })

  test('as far as it is remembered, which is said', () => {
    const bench = new Bench('no-duplicate', { window: 10 })
    for (let i = 0; i < 25; i++) bench.say(i, 'q', submitted(`t${i}`)).say(i, 'w', done(`t${i}`))
    bench.say(30, 'w', done('t3'))
    expect(bench.finish()!.detail).toBe('26 tasks done once; judged within the last 10 tasks of a queue')
    expect(bench.say(31, 'w', done('t20')).finish()!.pass).toBe(false)
  })
})

describe('first in, first out', () => {
  const consumed = (sequence: number, producer = 'p', stream = 's'): Fact => ({
    fact: 'consumed',
    stream,
    producer,
    sequence,
  })

  test('holds for each producer by itself; a redelivery is none of its business, nor is a gap', () => {
    const bench = new Bench('fifo').say(1, 'c', consumed(1)).say(2, 'c', consumed(1, 'q'))
    bench.say(3, 'c', consumed(2)).say(4, 'c', consumed(2)).say(5, 'c', consumed(7)).say(6, 'd', consumed(1))
    expect(bench.finish()).toMatchObject({ pass: true, detail: '6 messages in order' })
  })

  test('is violated by an earlier message after a later one', () => {
    const bench = new Bench('fifo').say(1, 'c', consumed(5)).say(2, 'c', consumed(4))
    const found = bench.finish()!
    expect(found.detail).toBe('s handed over number 4 of p after number 5, at 2 ns')
    expect(eventsOf(found)).toEqual(['1 c: consumed s: number 5 of p', '2 c: consumed s: number 4 of p'])
  })

  test('begins anew with a consumer’s new life', () => {
    const bench = new Bench('fifo').say(1, 'c', consumed(5))
    bench.actor('c').epoch++
    expect(bench.say(2, 'c', consumed(4)).finish()!.pass).toBe(true)
  })
})
