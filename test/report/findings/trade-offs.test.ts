// Where what is best by one figure is not by another, and where only one of several is bad.

import { expect, test } from 'vitest'
import { bestChoice } from '../../../src/report/findings/best-choice.ts'
import { knee } from '../../../src/report/findings/knee.ts'
import type { MetricValue } from '../../../src/results/result.ts'
import { metric } from '../sample-results.ts'
import { resultOf, S, samples, share, variantOf } from './made.ts'

const set = (axis: string): string => ['$', '{', axis, '}'].join('')

/** Of each mode its metrics; what is asked about comes first. */
const modes = (
  of: Readonly<Record<string, Readonly<Record<string, MetricValue>>>>,
  asked: readonly string[] = [],
) =>
  bestChoice(
    resultOf(
      Object.entries(of).map(([mode, metrics]) => variantOf({ parameters: { mode }, metrics })),
      { coordinators: { queen: { mode: set('mode') } }, expect: asked.map((metric) => ({ metric })) },
    ),
  ).map(({ text }) => text)

const time = (seconds: number) => samples([seconds * S], 'ns')
const count = (value: number) => metric(value, 'count', 'made', { better: 'lower' })

test('another that is clearly better by what else is asked about is told', () => {
  const both = {
    a: { 'latency.p95': time(1), lost: count(40) },
    b: { 'latency.p95': time(2), lost: count(0) },
  }
  expect(modes(both, ['latency.p95', 'lost'])).toEqual([
    'Best is mode=a: latency.p95 1 s, against 2 s with mode=b, 2 times as much. But by lost mode=b is better: 0 instead of 40.',
  ])
})

test('who answers half as many is not praised for being quick with them', () => {
  const of = (errors: number, seconds: number) => ({ errors: share(errors), 'latency.p95': time(seconds) })
  const errors = { ...share(0), better: 'lower' as const }
  const [text] = modes(
    {
      a: { ...of(0, 2), errors: { ...errors, value: 0 } },
      b: { ...of(0.4, 1), errors: { ...errors, value: 0.4 } },
    },
    ['latency.p95'],
  )
  // Errors come first though latency alone is asked about.
  expect(text).toBe('Best is mode=a: errors 0 %, against 40 % with mode=b.')
})

test('where all but one are alike, the one is told, and in how many seeds', () => {
  const lies = (...values: number[]) => samples(values, 'count', { better: 'lower' })
  expect(
    modes(
      {
        none: { overturned: lies(0, 0, 0, 0) },
        safe: { overturned: lies(0, 0, 0, 0) },
        fast: { overturned: lies(0, 8, 0, 0) },
      },
      ['overturned'],
    ),
  ).toEqual([
    'Worst is mode=fast: overturned 2 (above 0 in 1 of 4 seeds), against 0 with mode=none; the others are alike.',
  ])
})

test('what is the same is said beside what is not', () => {
  const of = (seconds: number, messages: number) => ({
    'latency.p95': time(seconds),
    messages: count(messages),
  })
  expect(modes({ a: of(1, 10), b: of(1.01, 40) }, ['latency.p95', 'messages'])).toEqual([
    'Best is mode=a: messages 10, against 40 with mode=b, 4 times as much. By latency.p95 they differ by less than 5 %, or by chance.',
  ])
})

test('a choice wins only where it was to be had', () => {
  const at = (where: string, mode: string, seconds: number) =>
    variantOf({ parameters: { where, mode }, metrics: { 'latency.p95': time(seconds) } })
  const [text] = bestChoice(
    resultOf([at('x', 'a', 1), at('x', 'both', 3), at('y', 'b', 1), at('y', 'both', 2)]),
  ).map(({ text }) => text)
  expect(text).not.toContain('of 2 settings')
})

test('of those as good, the one is named that is so in most settings', () => {
  const at = (peak: number, of: readonly number[]) =>
    of.map((seconds, i) =>
      variantOf({ parameters: { peak, mode: 'abcd'[i]! }, metrics: { 'latency.p95': time(seconds) } }),
    )
  const rest = [...at(2, [3, 1, 4, 5]), ...at(3, [3, 1, 4, 5])]
  expect(bestChoice(resultOf([...at(1, [1, 1.02, 4, 9]), ...rest]))[0]!.text).toBe(
    'Best is mode=b: latency.p95 1.02 s, against 9 s with mode=d, the worst, 8.8 times as much; mode=a is as good (peak=1). It is best in all 3 settings of the rest.',
  )
})

const over = (points: readonly (readonly [at: number, seconds: number, lost: number])[], where = 'hosts') =>
  knee(
    resultOf(
      points.map(([size, seconds, lost]) =>
        variantOf({ parameters: { size }, metrics: { 'latency.p95': time(seconds), lost: count(lost) } }),
      ),
      { [where]: { box: { cores: set('size') } }, expect: [{ metric: 'latency.p95' }, { metric: 'lost' }] },
    ),
  ).map(({ text }) => text)

/** More costs more of one thing, and buys another up to 4. */
const KNEE = [
  [1, 8, 10],
  [2, 4, 20],
  [4, 2, 40],
  [8, 2, 80],
] as const

test('a knee by one figure is told with what another says, and only of what is chosen', () => {
  expect(over(KNEE)).toEqual([
    'From size=4 on, more buys nothing (less than 5 %): latency.p95 8 s at 1, 4 s at 2, 2 s at 4 and 2 s at 8. But by lost size=1 is better: 10 instead of 40.',
  ])
  expect(over(KNEE, 'workload')).toEqual([
    'From size=4 on it makes no difference (less than 5 %): latency.p95 8 s at 1, 4 s at 2, 2 s at 4 and 2 s at 8.',
  ])
})

test('of what is given nothing is best, and what hangs on it is told of the next figure', () => {
  const points = [
    [1, 5, 10],
    [2, 5, 20],
    [4, 5.1, 40],
  ] as const
  expect(over(points, 'faults')).toEqual([
    'Over size, lost grows from the first step on: 10 at 1, 20 at 2 and 40 at 4. With it latency.p95 hardly changes (less than 10 %).',
  ])
  expect(
    over(
      [
        [1, 5, 1],
        [2, 2, 1],
        [4, 5, 1],
      ],
      'faults',
    )[0],
  ).toMatch(/^Over size, latency.p95 is best at 2 and worse on both sides: /)
})

test('of what goes wrong no place on the axis is better by anything', () => {
  expect(over(KNEE, 'faults')[0]).not.toContain('But by')
})

test('what else is asked about is looked at where the first three figures make no difference', () => {
  const of = (lost: number) => ({
    'latency.p50': time(1),
    'latency.p95': time(2 + lost / 1e6),
    'latency.p99': time(3 + lost / 1e6),
    throughput: samples([9 + lost / 1e6], '/s'),
    lost: count(lost),
  })
  const both = { a: of(0), b: of(40) }
  const asked = ['latency.p95', 'latency.p99', 'throughput']
  expect(modes(both, [...asked, 'lost'])[0]).toMatch(
    /^Best is mode=a: lost 0, against 40 with mode=b\. By latency\.p95, latency\.p99 and throughput they differ/,
  )
  // Of what nobody asked about it is no matter.
  expect(modes(both, asked)[0]).toMatch(/^No difference by mode/)
})
