import { describe, expect, test } from 'vitest'
import { checksOf, evaluate, settings } from '../../src/experiment/criteria.ts'
import type { Criterion, Test } from '../../src/scenario/scenario.ts'
import { ms, seconds } from '../../src/units.ts'
import { criterion, figure, fileOf, limit, mistakeOf, variantOf, when } from './fixture.ts'

const FILE = fileOf([{}])

/** The verdicts on figures below, at and above 300 ms, a nanosecond apart. */
const around = (test: Test): (boolean | null)[] => [-1, 0, 1].map((off) => judged(test, ms(300) + off).pass)

const judged = (test: Test, value: number | null, interval: readonly [number, number] | null = null) => {
  const variant = variantOf({}, { 'latency.mean': figure(value, 'ns', interval) })
  return evaluate(FILE, criterion(test), variant, [variant])
}

const at300 = limit('300ms')

describe('a limit', () => {
  for (const [kind, verdicts] of [
    ['below', [true, false, false]],
    ['at-most', [true, true, false]],
    ['above', [false, false, true]],
    ['at-least', [false, true, true]],
  ] as const)
    test(`${kind} 300 ms, of figures just below, at and just above it`, () => {
      expect(around({ kind, limit: at300 })).toEqual(verdicts)
    })

  test('between takes both ends', () => {
    expect(around({ kind: 'between', low: at300, high: limit('1s') })).toEqual([false, true, true])
    expect(around({ kind: 'between', low: limit('1ms'), high: at300 })).toEqual([true, true, false])
  })

  test('equals is exact, unless a tolerance relative to the limit is given', () => {
    expect(around({ kind: 'equals', limit: at300, within: 0 })).toEqual([false, true, false])
    // 2 % of 300 ms are 6 ms to either side.
    const within = { kind: 'equals', limit: at300, within: 0.02 } as const
    expect([293.9, 294, 306, 306.1].map((value) => judged(within, ms(value)).pass)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  test('what was not observed cannot be told: it never passes', () => {
    for (const kind of ['below', 'above', 'at-most', 'at-least'] as const)
      expect(judged({ kind, limit: at300 }, null)).toMatchObject({
        pass: null,
        figure: null,
        found: 'absent',
      })
    const other = variantOf({}, { 'latency.mean': figure(null) })
    expect(evaluate(FILE, criterion({ kind: 'below', limit: at300 }), other, [other]).pass).toBe(null)
  })

  test('is told in words, as is the figure with its interval', () => {
    const test: Test = { kind: 'equals', limit: at300, within: 0.05 }
    expect(judged(test, ms(310), [ms(305), ms(315)])).toMatchObject({
      found: '310 ms (95 % 305 ms to 315 ms)',
      expected: 'equals 300 ms within 5 %',
    })
    expect(judged({ kind: 'at-most', limit: at300 }, 0).expected).toBe('at most 300 ms')
    expect(judged({ kind: 'between', low: at300, high: limit('1s') }, 0).expected).toBe(
      'between 300 ms and 1 s',
    )
  })

  test('of another unit than the metric’s is the user’s mistake, with its place', () => {
    expect(mistakeOf(() => judged({ kind: 'below', limit: limit('3GiB') }, 1))).toMatch(
      /^expect\.0: .*3GiB.*duration/s,
    )
  })
})

describe('relative to another variant', () => {
  const variants = [
    variantOf({ mode: 'sequential', agents: 10 }, { 'latency.mean': figure(600) }),
    variantOf({ mode: 'concurrent', agents: 10 }, { 'latency.mean': figure(200) }),
    variantOf({ mode: 'sequential', agents: 54 }, { 'latency.mean': figure(900) }),
    variantOf({ mode: 'concurrent', agents: 54 }, { 'latency.mean': figure(0) }),
    variantOf({ mode: 'sequential', agents: 99 }, { 'latency.mean': figure(900) }),
    variantOf({ mode: 'staged', agents: 10 }, { 'latency.mean': figure(null) }),
  ]
  const relative = criterion(
    { kind: 'between', low: limit(2.8), high: limit(4.4) },
    { relativeTo: { mode: 'concurrent' } },
  )
  const ratio = (i: number, by: Criterion = relative) => evaluate(FILE, by, variants[i]!, variants)

  test('the figure is the ratio to the one that differs in these axes alone', () => {
    // 600 / 200
    expect(ratio(0)).toMatchObject({ pass: true, figure: 3, unit: 'number', found: '3' })
    expect(ratio(1)).toMatchObject({ pass: false, figure: 1 })
  })

  test('there is none to a figure of 0, to an absent one, of an absent one, or to no variant', () => {
    expect(ratio(2)).toMatchObject({ pass: null, figure: null, found: 'absent' })
    expect(ratio(0, { ...relative, relativeTo: { mode: 'staged' } }).pass).toBe(null)
    expect(ratio(5).pass).toBe(null)
    expect(ratio(4).pass).toBe(null)
  })
})

describe('a closed form', () => {
  // M/M/1 with 0.5/s and 1/s: W = 1 / (1 - 0.5) = 2 s.
  const values = { arrivalRate: 0.5, serviceRate: 1 }
  const law = (within = 0): Test => ({ kind: 'law', law: 'm/m/1', of: 'sojourn', values, within })

  test('lies inside the interval of the seeds, or it does not', () => {
    const over = (low: number, high: number) =>
      judged(law(), seconds((low + high) / 2), [seconds(low), seconds(high)]).pass
    expect([over(1.9, 2.05), over(2, 2.1), over(1.9, 2), over(2.01, 2.1), over(1.9, 1.99)]).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
    expect(judged(law(), seconds(2)).expected).toBe('obeys m/m/1: 2 s')
  })

  test('with a tolerance the interval is wider by that part of the closed form', () => {
    // 5 % of 2 s are 0.1 s.
    const over = (low: number, high: number) => judged(law(0.05), 0, [seconds(low), seconds(high)]).pass
    expect([over(2.1, 2.2), over(2.101, 2.2), over(1.8, 1.9), over(1.8, 1.899)]).toEqual([
      true,
      false,
      true,
      false,
    ])
  })

  test('of one seed is its value, which takes a tolerance to hold', () => {
    expect([judged(law(), seconds(2.05)).pass, judged(law(0.05), seconds(2.05)).pass]).toEqual([false, true])
  })

  test('with parameters that the law refuses is a mistake at its place', () => {
    const unstable: Test = {
      kind: 'law',
      law: 'm/m/1',
      of: 'sojourn',
      values: { arrivalRate: 2, serviceRate: 1 },
      within: 0,
    }
    expect(mistakeOf(() => judged(unstable, 1))).toMatch(/^expect\.0\.law: /)
    expect(mistakeOf(() => judged({ ...law(), of: 'nothing' } as Test, 1))).toContain(
      'the law m/m/1 gives no nothing',
    )
  })
})

test('checks are of the criteria that speak of the variant, and say what of which was expected', () => {
  const names = ['agents']
  const file = fileOf([{ agents: 10 }, { agents: 54 }], () => ({
    expect: [
      criterion({ kind: 'below', limit: at300 }, { when: when('agents == 54', names) }),
      criterion({ kind: 'at-least', limit: limit(1) }, { relativeTo: { agents: 10 } }),
    ],
  }))
  const variants = [10, 54].map((agents) =>
    variantOf({ agents }, { 'latency.mean': figure(ms(10 * agents)) }),
  )
  const checks = (i: number) => checksOf(file, file.variants[i]!.scenario, variants[i]!, variants)
  expect(checks(0).map(({ name }) => name)).toEqual(['expect: latency.mean relative to agents=10 at least 1'])
  expect(checks(1)).toEqual([
    { name: 'expect: latency.mean below 300 ms', kind: 'expect', pass: false, detail: '540 ms' },
    {
      name: 'expect: latency.mean relative to agents=10 at least 1',
      kind: 'expect',
      pass: true,
      detail: '5.4',
    },
  ])
  expect(settings({ mode: 'x', n: 1 })).toBe('mode=x n=1')
})
