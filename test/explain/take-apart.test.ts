import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PARTS } from '../../src/env/account.ts'
import {
  differenceOf,
  FIGURES,
  figureOf,
  ranked,
  scaled,
  takeApart,
  together,
} from '../../src/explain/take-apart.ts'
import { RequestLog } from '../../src/observe/request-log.ts'

const PLACES = ['proxy', 'redis', 'worker']

/** A run: of each request its times, by part and place. */
const run = fc.array(
  fc.array(fc.tuple(fc.nat(PARTS.length - 1), fc.nat(2), fc.integer({ min: 1, max: 1e12 })), {
    minLength: 1,
    maxLength: 5,
  }),
  { minLength: 1, maxLength: 120 },
)

function logOf(
  requests: readonly (readonly (readonly [part: number, place: number, time: number])[])[],
): RequestLog {
  const log = new RequestLog()
  for (const times of requests) {
    const account = log.account()
    for (const [part, place, time] of times)
      account.add(part, time, {
        process: { name: `${PLACES[place]!}.1`, part: PLACES[place]! },
        label: 'ask',
      })
    log.answered(0, account.total, account)
  }
  return log
}

const constant = (...times: readonly number[]): RequestLog => logOf(times.map((time) => [[4, 1, time]]))

describe('the difference of two runs', () => {
  test('is the sum of its causes to the nanosecond, as each side is, in the mean and every percentile', () => {
    fc.assert(
      fc.property(run, run, (a, b) => {
        const [left, right] = [ranked([logOf(a)]), ranked([logOf(b)])]
        for (const figure of FIGURES) {
          const found = differenceOf(figure, left, right)!
          const sum = (of: (cause: (typeof found.causes)[number]) => number) =>
            found.causes.reduce((total, cause) => total + of(cause), 0)
          expect(sum((cause) => cause.a)).toBe(found.a)
          expect(sum((cause) => cause.b)).toBe(found.b)
          expect(sum(({ a, b }) => b - a)).toBe(found.b - found.a)
          const whole = together(found.causes, ({ part }) => ({ part, place: '', what: '' }))
          expect(whole.reduce((total, { a, b }) => total + b - a, 0)).toBe(found.b - found.a)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('of a run with itself is nothing in any cause', () => {
    fc.assert(
      fc.property(run, (a) => {
        const requests = ranked([logOf(a)])
        for (const figure of FIGURES)
          expect(
            differenceOf(figure, requests, requests)!.causes.filter((each) => each.a !== each.b),
          ).toEqual([])
      }),
      { numRuns: 20 },
    )
  })

  test('cannot be told where no request was answered', () => {
    expect(differenceOf('p50', [], ranked([constant(1)]))).toBeNull()
  })
})

test('a percentile is that of the nearest rank, over all seeds together', () => {
  // 100 requests of 1 to 100 ns in two seeds: the p95 is the 95th, the mean 50.5 and so 51.
  const all = Array.from({ length: 100 }, (_, i) => i + 1)
  const requests = ranked([constant(...all.slice(0, 30)), constant(...all.slice(30))])
  expect(FIGURES.map((figure) => figureOf(requests, figure))).toEqual([51, 50, 95, 99])
})

test('the parts of a percentile are those of the requests around it, scaled to it', () => {
  // The slowest tenth waits, the others are served: the p99 is all queue, the p50 none.
  const requests = ranked([logOf(Array.from({ length: 200 }, (_, i) => [[i < 180 ? 5 : 4, 1, 100 + i]]))])
  expect([...takeApart(requests, 'p99')!.times]).toEqual([['queue\tredis\task', 297]])
  expect([...takeApart(requests, 'p50')!.times]).toEqual([['service\tredis\task', 199]])
})

test('what rounding loses goes to the largest remainders', () => {
  // 10 in shares of 1:1:1 is 3.33 each, and 10 in shares of 5:3:1 is 5.56, 3.33 and 1.11: the 5 is nearest to its next.
  expect([
    ...scaled(
      new Map([
        ['x', 7],
        ['y', 7],
        ['z', 7],
      ]),
      10,
    ).values(),
  ]).toEqual([4, 3, 3])
  expect([
    ...scaled(
      new Map([
        ['x', 5],
        ['y', 3],
        ['z', 1],
      ]),
      10,
    ).values(),
  ]).toEqual([6, 3, 1])
})
