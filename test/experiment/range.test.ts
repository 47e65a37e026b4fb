import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ScenarioError } from '../../src/errors.ts'
import { parseRange, settingOf, valueAt } from '../../src/experiment/range.ts'
import { written } from '../../src/results/searches.ts'
import type { ScenarioFile } from '../../src/scenario/scenario.ts'
import { scenarioOf } from './fixture.ts'

describe('a range', () => {
  test.each([
    ['workers=1..54', { name: 'workers', low: 1, high: 54, whole: true, unit: '' }],
    [
      'workload.arrivals.rate=1/min..60/min',
      { name: 'workload.arrivals.rate', low: 1, high: 60, whole: false, unit: '/min' },
    ],
    ['rho=0.5..1', { name: 'rho', low: 0.5, high: 1, whole: false, unit: '' }],
    ['rho=1.0..2.0', { name: 'rho', low: 1, high: 2, whole: false, unit: '' }],
    ['share=5%..50%', { name: 'share', low: 5, high: 50, whole: false, unit: '%' }],
    ['keys=1_000..10_000', { name: 'keys', low: 1000, high: 10_000, whole: true, unit: '' }],
    ['skew=-.5..+3', { name: 'skew', low: -0.5, high: 3, whole: false, unit: '' }],
    ['rho=1e-2..1E0', { name: 'rho', low: 0.01, high: 1, whole: false, unit: '' }],
    ['skew=-2..2', { name: 'skew', low: -2, high: 2, whole: true, unit: '' }],
    [
      'workload.timeout=10 ms..20 ms',
      { name: 'workload.timeout', low: 10, high: 20, whole: false, unit: 'ms' },
    ],
  ])('%s is read as it is meant', (text, range) => {
    expect(parseRange(text, '--vary')).toEqual(range)
  })

  test.each([
    ['workers', 'expected NAME=LOW..HIGH'],
    ['workers=1-5', 'expected NAME=LOW..HIGH'],
    ['=1..5', 'expected NAME=LOW..HIGH'],
    ['workers=5..1', 'a low end below the high end'],
    ['workers=5..5', 'a low end below the high end'],
    ['rate=1/s..60/min', 'both ends in one unit'],
    ['rate=1..60/min', 'both ends in one unit'],
  ])('%s is refused with what was expected', (text, expected) => {
    expect(() => parseRange(text, '--vary')).toThrow(ScenarioError)
    expect(() => parseRange(text, '--vary')).toThrow(expected)
    expect(() => parseRange(text, '--vary')).toThrow(`invalid --vary: ${text}`)
  })
})

describe('the value at a share of a range', () => {
  test('lies within it, the ends included, and is whole where the range is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (low, more, share, whole) => {
          const range = { name: 'x', low, high: low + more, whole, unit: '' }
          const value = valueAt(range, share)
          expect(value).toBeGreaterThanOrEqual(low)
          expect(value).toBeLessThanOrEqual(low + more)
          if (whole) expect(Number.isInteger(value)).toBe(true)
          expect([valueAt(range, 0), valueAt(range, 1)]).toEqual([low, low + more])
        },
      ),
      { seed: 1 },
    )
  })

  test('gives every whole value as many shares', () => {
    const range = { name: 'x', low: 1, high: 4, whole: true, unit: '' }
    const counts = [0, 0, 0, 0]
    for (let i = 0; i < 1000; i++) counts[valueAt(range, i / 1000) - 1]!++
    expect(counts).toEqual([250, 250, 250, 250])
  })
})

test('a value is written with its unit, and whole where the range is', () => {
  expect(written({ whole: true, unit: '' }, 12)).toBe('12')
  expect(written({ whole: false, unit: '/min' }, 40.123456789)).toBe('40.1235/min')
})

test('an axis is replaced, a parameter set, and anything else is a path', () => {
  const file = {
    axes: [
      { name: 'slots', values: [1, 2] },
      { name: 'workload.timeout', values: ['1s'] },
    ],
    variants: [{ name: 'x', parameters: {}, scenario: scenarioOf({ slots: 1, workers: 5 }) }],
  } as unknown as ScenarioFile
  expect(settingOf(file, 'slots', '4')).toBe('matrix.slots=[4]')
  expect(settingOf(file, 'workload.timeout', '4s')).toBe('matrix."workload.timeout"=[4s]')
  expect(settingOf(file, 'workers', '4')).toBe('parameters.workers=4')
  expect(settingOf(file, 'workload.arrivals.rate', '4/s')).toBe('workload.arrivals.rate=4/s')
})
