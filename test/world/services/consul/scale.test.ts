import { expect, test } from 'vitest'
import { ms, seconds } from '../../../../src/units.ts'
import {
  confirmedTimeout,
  pushPullInterval,
  retransmitLimit,
  suspicionTimeout,
} from '../../../../src/world/services/consul/scale.ts'

test('a suspicion takes multiplier · max(1, log10 n) · interval, as memberlist’s own test says', () => {
  // The values of its util_test.go, with a multiplier of 3 and 1 s.
  const expected = [
    [5, 3000],
    [10, 3000],
    [50, 3 * 1698],
    [100, 6000],
    [500, 3 * 2698],
    [1000, 9000],
  ] as const
  for (const [members, time] of expected) expect(suspicionTimeout(3, members, seconds(1))).toBe(ms(time))
})

test('the logarithm is right to the digits that count', () => {
  for (let members = 1; members < 5000; members++) {
    const exact = Math.max(1, Math.log10(members)) * seconds(4)
    expect(Math.abs(suspicionTimeout(4, members, seconds(1)) - exact)).toBeLessThanOrEqual(4_000_001)
  }
})

test('news is passed on multiplier · ⌈log10(n + 1)⌉ times', () => {
  // util_test.go: 3 with 0 → 0, 1 → 3, 99 → 6.
  expect([0, 1, 8, 9, 10, 99, 100, 999, 1000].map((n) => retransmitLimit(3, n))).toEqual([
    0, 3, 3, 3, 6, 6, 9, 9, 12,
  ])
})

test('full exchanges are rarer with more than 32, 64, 128 members', () => {
  // util_test.go: up to 32 → 1, 33 to 64 → 2, 65 to 128 → 3.
  expect([1, 32, 33, 64, 65, 128, 129].map((n) => pushPullInterval(seconds(1), n))).toEqual(
    [1, 1, 2, 2, 3, 3, 4].map(seconds),
  )
})

test('the more confirm a suspicion, the shorter it is', () => {
  // suspicion_test.go: k = 3, 2 s to 30 s: 30 s, 16 s, 7.81 s, 2 s.
  const times = [0, 1, 2, 3, 4].map((n) => confirmedTimeout(n, 3, seconds(2), seconds(30)))
  expect(times).toEqual([seconds(30), seconds(16), ms(7810), seconds(2), seconds(2)])
  expect(confirmedTimeout(0, 0, seconds(2), seconds(30))).toBe(seconds(2))
})
