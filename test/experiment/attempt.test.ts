import { expect, test } from 'vitest'
import { attemptOf } from '../../src/experiment/attempt.ts'
import type { Check } from '../../src/results/result.ts'
import type { Test } from '../../src/scenario/scenario.ts'
import { criterion, figure, fileOf, limit, variantOf } from './fixture.ts'

const below: Test = { kind: 'below', limit: limit('1s') }
const latency = (...samples: number[]) =>
  figure(samples.reduce((a, b) => a + b, 0) / samples.length, 'ns', null, samples)

const SEEDS = ['1', '2', '3', '4']
const file = fileOf([{}], () => ({ expect: [criterion(below)] }), SEEDS)
const attempt = (...samples: number[]) =>
  attemptOf(file, [variantOf({}, { 'latency.mean': latency(...samples) }, SEEDS)])

test('the verdict is that of the mean, and each seed is counted by itself', () => {
  // The mean is 0.95 s: three alone pass, one does not.
  expect(attempt(0.9e9, 0.9e9, 0.9e9, 1.1e9)).toEqual({
    pass: true,
    seeds: 4,
    passingSeeds: 3,
    shortfall: null,
    nearest: {
      variant: null,
      expected: 'latency.mean below 1 s',
      found: '950 ms',
      figure: 'latency.mean 950 ms',
      by: expect.closeTo(0.05, 9),
    },
  })
})

test('of what passes, what has the least room is named, of all variants', () => {
  const both = fileOf([{ mode: 'a' }, { mode: 'b' }], () => ({ expect: [criterion(below)] }))
  const variants = [0.5e9, 0.9e9].map((value, i) =>
    variantOf({ mode: 'ab'[i]! }, { 'latency.mean': latency(value) }),
  )
  expect(attemptOf(both, variants).nearest).toMatchObject({ variant: 'mode=b', by: expect.closeTo(0.1, 9) })
})

test('where it fails it says what, and by how much of the limit', () => {
  // (0.9 + 3 · 1.1) / 4 = 1.05 s.
  expect(attempt(0.9e9, 1.1e9, 1.1e9, 1.1e9)).toMatchObject({
    pass: false,
    passingSeeds: 1,
    shortfall: {
      variant: null,
      expected: 'latency.mean below 1 s',
      found: '1.05 s',
      figure: 'latency.mean 1.05 s',
      others: 0,
    },
  })
  expect(attempt(0.9e9, 1.1e9, 1.1e9, 1.1e9).shortfall!.by).toBeCloseTo(0.05, 9)
})

test('of a range the nearer end is the limit', () => {
  const between: Test = { kind: 'between', low: limit('1s'), high: limit('2s') }
  const ranged = fileOf([{}], () => ({ expect: [criterion(between)] }))
  const by = (value: number) =>
    attemptOf(ranged, [variantOf({}, { 'latency.mean': latency(value) })]).shortfall?.by
  expect([by(0.5e9), by(3e9), by(1.5e9)]).toEqual([0.5, 0.5, undefined])
})

test('all variants and all that is expected must hold; the first that does not is named, the others counted', () => {
  const both = fileOf([{ mode: 'a' }, { mode: 'b' }, { mode: 'c' }], () => ({ expect: [criterion(below)] }))
  const variants = [0.5e9, 2e9, 3e9].map((value, i) =>
    variantOf({ mode: 'abc'[i]! }, { 'latency.mean': latency(value) }),
  )
  expect(attemptOf(both, variants)).toMatchObject({
    pass: false,
    passingSeeds: 0,
    shortfall: { variant: 'mode=b', by: 1, others: 1 },
  })
})

test('what was not observed does not pass', () => {
  const absent = variantOf({}, { 'latency.mean': figure(null, 'ns', null, [null]) })
  expect(attemptOf(file, [absent])).toMatchObject({
    pass: false,
    passingSeeds: 0,
    shortfall: { found: 'absent', by: null },
  })
})

test('a law that does not hold fails it, whatever is expected', () => {
  const law: Check = { name: 'conservation', kind: 'law', pass: false, detail: 'a task was lost' }
  const variant = { ...variantOf({}, { 'latency.mean': latency(0.5e9) }), checks: [law] }
  expect(attemptOf(file, [variant])).toMatchObject({
    pass: false,
    shortfall: { expected: 'conservation', found: 'a task was lost' },
  })
})
