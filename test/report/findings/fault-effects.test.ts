import { expect, test } from 'vitest'
import { faultEffects } from '../../../src/report/findings/fault-effects.ts'
import type { Fault } from '../../../src/results/result.ts'
import { faultFrom, resultOf, seriesOf, variantOf } from './made.ts'

const fault = (at: number, until: number | null): Fault => faultFrom(at, until, 'pause', 'redis')

const said = (
  faults: readonly Fault[],
  inSystem: (second: number) => number,
  answered = (_: number) => 100,
) => {
  const seconds = (value: (second: number) => number) =>
    seriesOf(Array.from({ length: 100 }, (_, i) => value(i)))
  const series = { 'in-system': seconds(inSystem), throughput: seconds(answered) }
  return faultEffects(resultOf([variantOf({ rest: { faults, series } })])).map(({ text }) => text)
}

test('a fault that holds all up: how many pile up, and how long until it is over', () => {
  // From second 20 to 30 nobody is answered and 10 a second come; 20 a second are worked off after it.
  const piled = (second: number) =>
    second < 20 ? 2 : second < 30 ? 10 * (second - 19) : Math.max(2, 100 - 20 * (second - 30))
  expect(said([fault(20, 30)], piled, (second) => (second < 20 || second >= 30 ? 10 : 0))).toEqual([
    'The fault at 20 s (pause of redis) shows: requests in the system rise from 2 on average to 100, answers fall from 10/s to 0/s, and it is over 15 s after its beginning, 5 s after its end.',
  ])
})

test('one that nobody gets over is not over', () => {
  expect(said([fault(20, null)], (second) => (second < 20 ? 2 : second))[0]).toMatch(
    /rise from 2 on average to 99, and it is not over by the end of the run\.$/,
  )
})

test('one that leaves no trace is said to leave none', () => {
  expect(said([fault(20, 30)], () => 2)).toEqual([
    'The fault at 20 s (pause of redis) hardly shows in the requests: at most 2 are in the system after it, 2 before.',
  ])
})

test('many faults are told by the time in which any lasts', () => {
  const faults = [fault(10, 20), fault(15, 30), fault(60, 70)]
  const under = (second: number) => (second >= 10 && second < 30) || (second >= 60 && second < 70)
  expect(said(faults, (second) => (under(second) ? 9 : 3))).toEqual([
    'While any of the 3 faults lasts (30 % of the time), 9 requests are in the system, 3 times the 3 of the rest of the time.',
  ])
  // Of the 30 seconds at the end nothing is left: they are no part of the rest, and the faults last 30 of 70.
  const ended = (second: number) => (second >= 70 ? 0 : under(second) ? 9 : 3)
  expect(said(faults, ended)[0]).toMatch(
    /\(43 % of the time\), 9 requests are in the system, 3 times the 3 of the rest/,
  )
  expect(said(faults, () => 3)).toEqual([
    'While any of the 3 faults lasts (30 % of the time), 3 requests are in the system, against 3 in the rest.',
  ])
})

test('without a time before it there is nothing to compare, without faults nothing to say', () => {
  expect(said([fault(2, 30)], (second) => second)).toEqual([])
  expect(said([], () => 2)).toEqual([])
})
