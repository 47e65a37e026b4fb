import { expect, test } from 'vitest'
import { certainty } from '../../../src/report/findings/certainty.ts'
import type { Check } from '../../../src/results/result.ts'
import { sampled } from '../sample-results.ts'
import { resultOf, S, samples, variantOf } from './made.ts'

const latency = (half: number) =>
  variantOf({
    metrics: { 'latency.p95': { ...sampled(4 * S, half * S, 'ns', ''), samples: [3 * S, 4 * S, 5 * S] } },
  })

test('an interval as wide as the value itself decides nothing, a narrow one is no finding', () => {
  expect(certainty(resultOf([latency(3)])).map(({ text }) => text)).toEqual([
    'Known badly: latency.p95, 4.0 ± 3.0 s from 3 seeds. More seeds narrow it.',
  ])
  expect(certainty(resultOf([latency(0.4)]))).toEqual([])
})

test('what cannot be told is told, an expectation before a law', () => {
  const check: Check = { name: 'expect: x below 3', kind: 'expect', pass: null, detail: 'x is absent' }
  const weight = (kind: Check['kind']) =>
    certainty(resultOf([variantOf({ rest: { checks: [{ ...check, kind }] } })]))[0]!.weight
  expect(certainty(resultOf([variantOf({ rest: { checks: [check] } })]))[0]!.text).toBe(
    '1 check cannot be told: expect: x below 3; x is absent.',
  )
  expect(weight('expect')).toBeGreaterThan(weight('law'))
})

test('variants of one seed each are said to be of one', () => {
  const variants = (values: readonly number[]) =>
    ['a', 'b'].map((mode) =>
      variantOf({ parameters: { mode }, metrics: { throughput: samples(values, '/s') } }),
    )
  expect(certainty(resultOf(variants([1])))[0]!.text).toMatch(/^One seed a variant/)
  expect(certainty(resultOf(variants([1, 1.01, 0.99])))).toEqual([])
})
