import { expect, test } from 'vitest'
import type { StateRequest } from '../../../src/env/index.ts'
import { state } from '../../../src/workload/requests/state.ts'
import { power, zipfWeights } from '../../../src/workload/requests/zipf.ts'
import { drawn, share, streams } from './drawn.ts'

const TERMS = {
  mix: [{ action: 'increment', weight: 1, count: 1 }],
  operations: 1,
  keys: 100,
  skew: 0,
  valueBytes: 10,
} as const

const of = (given: Partial<Parameters<typeof state.create>[0]>) =>
  state.create({ ...TERMS, ...given }, streams('1'))

test('a power is what the machine’s own says, to its last digits', () => {
  for (const base of [0, 0.5, 1, 2, 7, 1000, 99_999])
    for (const exponent of [0, 0.25, 0.5, 0.7, 0.99, 1, 1.2, 2, 5.3])
      expect(Math.abs(power(base, exponent) / base ** exponent - 1) || 0).toBeLessThan(1e-12)
  expect(zipfWeights(4, 1)).toEqual([1, 1 / 2, 1 / 3, 1 / 4])
  expect(zipfWeights(3, 0)).toEqual([1, 1, 1])
})

test('keys are asked for as Zipf’s law says', () => {
  // The sum of 1/k over 100 is 5.187: the first key has 19.3 % of all, the second half of that.
  const requests = drawn<StateRequest>(of({ skew: 1 }), 20_000)
  const shareOf = (key: string) => share(requests, ({ operations }) => operations[0]!.key === key)
  expect(Math.abs(shareOf('0') - 0.1928)).toBeLessThan(0.01)
  expect(Math.abs(shareOf('1') - 0.0964)).toBeLessThan(0.008)
  expect(
    Math.abs(
      share(drawn<StateRequest>(of({}), 20_000), ({ operations }) => operations[0]!.key === '0') - 0.01,
    ),
  ).toBeLessThan(0.003)
})

test('the keys of a request differ, even where all of them are asked for and one is hot', () => {
  for (const { operations } of drawn<StateRequest>(of({ operations: 100, skew: 8 }), 20))
    expect(new Set(operations.map(({ key }) => key)).size).toBe(100)
  expect(() => of({ operations: 101 })).toThrow(/invalid operations: 101; expected at most 100/)
  expect(() => of({ mix: [] })).toThrow(/no action/)
})

test('actions are drawn by their weight, and no value is written twice', () => {
  const mix = [
    { action: 'read', weight: 3, count: 1 },
    { action: 'write', weight: 1, count: 1 },
  ] as const
  const operations = drawn<StateRequest>(of({ mix }), 4000).flatMap((request) => request.operations)
  const written = operations.filter(({ action }) => action === 'write')
  expect(Math.abs(written.length / 4000 - 0.25)).toBeLessThan(0.03)
  expect(new Set(written.map(({ value }) => value)).size).toBe(written.length)
  expect(new Set(written.map(({ value }) => value!.length))).toEqual(new Set([10]))
  expect(operations.some(({ action, value }) => action === 'read' && value !== undefined)).toBe(false)
})
