import { describe, expect, test } from 'vitest'
import { ABSENT, figure, percent, scaleOf, times } from '../../src/report/figures.ts'
import { metric, sampled } from './sample-results.ts'

describe('a figure', () => {
  test('has its unit once, behind value and half-width', () => {
    expect(figure(sampled(8.31e9, 0.12e9, 'ns', ''))).toBe('8.31 ± 0.12 s')
    expect(figure(sampled(2.99, 0.03, '/s', ''))).toBe('2.990 ± 0.030/s')
    expect(figure(sampled(0.331, 0.012, 'ratio', ''))).toBe('33.1 ± 1.2 %')
  })

  test('has as many decimals as two digits of its half-width', () => {
    // 26 ms of 2 s: 0.026 has three decimals, so has 2.000.
    expect(figure(sampled(2e9, 26e6, 'ns', ''))).toBe('2.000 ± 0.026 s')
    // 21.06 ms of 702 ms: no decimals.
    expect(figure(sampled(702e6, 21.06e6, 'ns', ''))).toBe('702 ± 21 ms')
  })

  test('says of an interval far below its value only that it is small', () => {
    expect(figure(sampled(8.6e9, 1000, 'ns', ''))).toBe('8.6 s ± <0.1 %')
    expect(figure(sampled(8.6e9, 0, 'ns', ''))).toBe('8.6 s ± 0')
  })

  test('of one seed stands alone', () => {
    expect(figure(metric(300e6, 'ns', ''))).toBe('300 ms')
    expect(figure(metric(0, 'count', ''))).toBe('0')
  })

  test('that is next to nothing says so, and no power of ten', () => {
    expect(figure(metric(5.59e-7, 'ratio', ''))).toBe('<0.001 %')
    expect(figure(metric(2e-5, 'ratio', ''))).toBe('0.002 %')
    expect(figure(metric(0, 'ratio', ''))).toBe('0 %')
  })

  test('that was not observed is absent, never 0', () => {
    expect(figure(metric(null, 'ns', ''))).toBe(ABSENT)
    expect(figure(undefined)).toBe(ABSENT)
  })
})

test('shares below ten per cent keep a digit, and what is not nothing is not shown as nothing', () => {
  expect([0.62, 0.034, 0.0002, 0].map(percent)).toEqual(['62 %', '3.4 %', '<0.1 %', '0 %'])
})

test('factors have two digits', () => {
  expect([1, 3.93, 26.7, 153].map(times)).toEqual(['1×', '3.9×', '27×', '150×'])
})

test('an axis has the unit of its largest figure', () => {
  expect(scaleOf(8.3e9, 'ns')).toEqual({ size: 1e9, label: 's' })
  expect(scaleOf(999, 'ns')).toEqual({ size: 1, label: 'ns' })
  expect(scaleOf(600e9, 'ns')).toEqual({ size: 60e9, label: 'min' })
  expect(scaleOf(0.5, 'ratio')).toEqual({ size: 0.01, label: '%' })
  expect(scaleOf(12, 'count')).toEqual({ size: 1, label: '' })
})
