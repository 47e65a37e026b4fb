import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Account, COMPUTE, NETWORK, PARTS, QUEUE, SERVICE } from '../../src/env/account.ts'
import { RequestLog } from '../../src/observe/request-log.ts'
import { TracedAccount } from '../../src/observe/traced-account.ts'

const at = (name: string, label = 'ask') => ({ process: { name, part: name.split('.')[0]! }, label })

const sumsOf = (account: TracedAccount): number[] => {
  const sums = PARTS.map(() => 0)
  for (const { part, duration } of account.steps) sums[part]! += duration
  return sums
}

/** What is done to an account: a time, all of another's, or what another gained since its first steps. */
const booking = fc.record({
  what: fc.constantFrom('add', 'all', 'gained'),
  times: fc.array(fc.tuple(fc.nat(PARTS.length - 1), fc.nat(100)), { minLength: 1, maxLength: 6 }),
  before: fc.nat(6),
  excess: fc.integer({ min: -20, max: 150 }),
})

function book(
  account: Account,
  { what, times, before, excess }: typeof booking extends fc.Arbitrary<infer T> ? T : never,
) {
  if (what === 'add') {
    for (const [part, time] of times) account.add(part, time, at('box'))
    return
  }
  const other = account.fresh()
  const since = account.fresh()
  for (const [i, [part, time]] of times.entries()) {
    if (i === before) since.addAll(other)
    other.add(part, time, at('far'))
  }
  if (what === 'all') account.addAll(other, at('box'))
  else account.addGained(other, before < times.length ? since : undefined, excess)
}

describe('an account of steps', () => {
  test('has the sums of a plain one, and its steps sum to them, whatever is booked', () => {
    fc.assert(
      fc.property(fc.array(booking, { maxLength: 8 }), (bookings) => {
        const [plain, traced] = [new Account(), new TracedAccount()]
        for (const each of bookings) for (const account of [plain, traced]) book(account, each)
        expect(traced.parts).toEqual(plain.parts)
        expect(sumsOf(traced)).toEqual(traced.parts)
        expect(traced.steps.every(({ duration }) => duration > 0)).toBe(true)
      }),
    )
  })

  test('what does not say where it was is where the sum was taken over', () => {
    const inner = new TracedAccount()
    inner.add(QUEUE, 3)
    inner.add(SERVICE, 4, at('redis.1', 'get'))
    const outer = new TracedAccount()
    outer.addAll(inner, at('proxy', 'http'))
    expect(outer.steps.map(({ place, of, what }) => [place, of, what])).toEqual([
      ['proxy', 'proxy', 'http'],
      ['redis.1', 'redis', 'get'],
    ])
  })

  test('of what was gained since, the first of each part is taken off', () => {
    const other = new TracedAccount()
    other.add(NETWORK, 5, at('a'))
    other.add(NETWORK, 5, at('b'))
    const account = new TracedAccount()
    account.addGained(other, undefined, 7)
    expect(account.steps.map(({ place, duration }) => [place, duration])).toEqual([['b', 3]])
  })
})

describe('a log of requests', () => {
  test('keeps each by cell, the slowest step by step, and forgets the warm-up', () => {
    const log = new RequestLog()
    const request = (...times: readonly number[]) => {
      const account = log.account()
      for (const time of times) account.add(COMPUTE, time, at('box'))
      log.answered(10, account.total, account)
    }
    request(90)
    log.reset()
    request(3, 4)
    request(5)
    expect(log.latencies).toEqual([7, 5])
    expect(log.slowest).toMatchObject({ at: 10, latency: 7, steps: [{ duration: 3 }, { duration: 4 }] })
    const seen: number[][] = []
    log.eachTime(0, (cell, time) => seen.push([cell, time]))
    log.eachTime(1, (cell, time) => seen.push([cell, time]))
    expect(seen).toEqual([
      [0, 7],
      [0, 5],
    ])
  })

  test('refuses an account that does not sum to the latency', () => {
    const log = new RequestLog()
    const account = log.account()
    account.add(QUEUE, 3, at('box'))
    expect(() => log.answered(0, 4, account)).toThrow('took 4 ns, but its steps sum to 3 ns')
  })
})
