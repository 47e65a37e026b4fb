import { describe, expect, test } from 'vitest'
import type { Fact } from '../../../src/env/fact.ts'
import { seconds } from '../../../src/units.ts'
import { Bench, eventsOf } from './fixture.ts'

const asked: Fact = { fact: 'asked', of: 'requests' }
const answered = (ok: boolean): Fact => ({ fact: 'answered', of: 'requests', ok })
const progress: Fact = { fact: 'progress', of: 'commit' }

const bench = (values = {}) => new Bench('liveness', { within: seconds(5), ...values })

describe('what somebody waits for', () => {
  test('is due as long as anybody does', () => {
    const quick = bench().say(0, 'c', asked).say(seconds(4), 'c', answered(true)).say(seconds(60), 'c', asked)
    expect(quick.say(seconds(64), 'c', answered(true)).finish(seconds(100))!.pass).toBe(true)
    const slow = bench().say(seconds(1), 'c', asked).say(seconds(7), 'c', answered(true))
    const found = slow.finish()!
    expect(found.detail).toBe('no progress of requests in 5 s, while 1 waits for it, at 6 s')
    expect(eventsOf(found)).toEqual([`${seconds(1)} c: began to wait for requests`])
  })

  test('is in progress while others are answered', () => {
    // The first is never answered, one after it every four seconds.
    const steady = bench().say(0, 'c', asked)
    for (let i = 0; i < 10; i++)
      steady.say(seconds(4 * i), 'c', asked).say(seconds(4 * i + 1), 'c', answered(true))
    expect(steady.finish(seconds(40), false)!.pass).toBe(true)
    expect(steady.finish(seconds(60), false)!.detail).toContain('at 42 s')
  })

  test('is not in progress where all that comes is refusals, and due no more when nobody is left', () => {
    const refused = bench()
    for (let i = 0; i < 6; i++)
      refused.say(seconds(i), 'c', asked).say(seconds(i), 'c', asked).say(seconds(i), 'c', answered(false))
    expect(refused.finish(seconds(6), false)!.pass).toBe(false)
    const gone = bench().say(0, 'c', asked).say(seconds(2), 'c', answered(false))
    expect(gone.finish(seconds(60), false)!.pass).toBe(true)
  })

  test('are tasks of a queue and decisions of a group', () => {
    const submitted: Fact = { fact: 'submitted', queue: 'jobs', task: 'x', once: true }
    const done: Fact = { fact: 'done', queue: 'jobs', task: 'x' }
    expect(bench().say(0, 'q', submitted).say(seconds(9), 'w', done).finish()!.detail).toContain('of jobs')
    expect(bench().say(0, 'q', submitted).say(seconds(3), 'w', done).finish()!.pass).toBe(true)
    const proposed: Fact = { fact: 'proposed', group: 'log', instance: 1, value: 'x' }
    const decided: Fact = { fact: 'decided', group: 'log', instance: 1, value: 'x' }
    expect(bench().say(0, 'a', proposed).say(seconds(9), 'b', decided).finish()!.detail).toContain('of log')
    expect(bench().say(0, 'a', proposed).say(seconds(3), 'b', decided).finish()!.pass).toBe(true)
  })

  test('cannot be told where the run ends before its time', () => {
    expect(bench().say(0, 'c', asked).finish(seconds(4), false)).toMatchObject({
      pass: null,
      detail: 'progress 0 times, of requests; requests was due when the run ended, since 4 s',
    })
  })
})

describe('faults', () => {
  test('suspend what is due, which is due anew when the last is over', () => {
    const cut = bench().say(0, 'c', asked)
    cut.checking.faultBegan(seconds(1))
    cut.checking.faultBegan(seconds(2))
    cut.checking.faultEnded(seconds(20))
    cut.checking.faultEnded(seconds(30))
    expect(cut.say(seconds(34), 'c', answered(true)).finish()!.pass).toBe(true)
    const late = bench().say(0, 'c', asked)
    late.checking.faultBegan(seconds(1))
    late.checking.faultEnded(seconds(30))
    const found = late.say(seconds(36), 'c', answered(true)).finish()!
    expect(found.detail).toBe(
      'no progress of requests in 5 s, while 1 waits for it, since the last fault, at 35 s',
    )
    expect(eventsOf(found)).toEqual([
      '0 c: began to wait for requests',
      `${seconds(30)} (faults): the last fault was over, or there to stay`,
    ])
  })

  test('are no excuse for what was late before them', () => {
    const before = bench().say(0, 'c', asked)
    before.checking.faultBegan(seconds(6))
    before.checking.faultEnded(seconds(7))
    expect(before.say(seconds(8), 'c', answered(true)).finish()!.pass).toBe(false)
  })

  test('make other progress due, once', () => {
    const quiet = () => bench().say(seconds(1), 'a', progress)
    expect(quiet().finish(seconds(100))!.pass).toBe(true)
    const healed = quiet()
    healed.checking.faultBegan(seconds(10))
    healed.checking.faultEnded(seconds(20))
    expect(healed.say(seconds(24), 'a', progress).finish(seconds(100))!.pass).toBe(true)
    const stuck = quiet()
    stuck.checking.faultBegan(seconds(10))
    stuck.checking.faultEnded(seconds(20))
    expect(stuck.finish(seconds(24), false)!.pass).toBeNull()
    expect(stuck.finish(seconds(26), false)!.detail).toBe(
      'no progress of commit in 5 s, since the last fault, at 25 s',
    )
  })
})

test('what is named is due from the beginning, and nothing else is', () => {
  const named = bench({ of: ['commit'] }).say(0, 'c', asked)
  expect(named.finish(seconds(6), false)!.detail).toBe(
    'no progress of commit in 5 s, since the beginning, at 5 s',
  )
  expect(
    bench({ of: ['commit'] })
      .say(seconds(3), 'a', progress)
      .say(0, 'c', asked)
      .finish()!.pass,
  ).toBe(true)
})

test('nothing can be told where nothing is stated', () => {
  expect(bench().finish()!.pass).toBeNull()
})
