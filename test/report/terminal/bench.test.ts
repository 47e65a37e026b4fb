import { describe, expect, test } from 'vitest'
import { renderRatios, renderRows, type ShownRatio } from '../../../src/report/terminal/bench.ts'

const SCREEN = { columns: 80, colour: false }
const ratio = (low: number, middle: number, high: number): ShownRatio => ({
  name: 'op',
  pending: 0,
  a: 50,
  b: 50 * middle,
  ratio: middle,
  interval: { low, high },
  suspicions: [],
})
const verdict = (row: ShownRatio): string => {
  const text = renderRatios([{ title: 'suite', rows: [row] }], { a: 'old', b: 'new', rounds: 8 }, SCREEN)
  return text.split('\n').find((line) => line.startsWith('  op'))!
}

describe('ratios', () => {
  test('are called slower or faster only where the interval leaves 1 out and it is a per cent or more', () => {
    expect(verdict(ratio(1.02, 1.05, 1.08))).toMatch(/1\.050 {2}1\.020–1\.080 {2}slower$/)
    expect(verdict(ratio(0.92, 0.95, 0.98))).toMatch(/faster$/)
    expect(verdict(ratio(1.002, 1.005, 1.02))).toMatch(/cannot tell$/)
    expect(verdict(ratio(0.98, 1.03, 1.08))).toMatch(/cannot tell$/)
    expect(verdict(ratio(0.995, 1.001, 1.004))).toMatch(/within 1 %$/)
  })

  test('keep names that begin alike apart', () => {
    const rows = [50, 500].map((pending) => ({
      ...ratio(0.9, 1, 1.1),
      name: 'a queue as some paper has it',
      pending,
    }))
    const text = renderRatios([{ title: 'suite', rows }], { a: 'old', b: 'new', rounds: 8 }, SCREEN)
    expect(text).toContain('a queue as some paper has it, 50\n')
    expect(text).toContain('a queue as some paper has it, 500\n')
  })

  test('that are none say why', () => {
    const none = { ratio: null, interval: null }
    expect(verdict({ ...ratio(1, 1, 1), ...none, suspicions: ['below 1 ns'] })).toMatch(
      /not compared {2}below 1 ns$/,
    )
    expect(verdict({ ...ratio(1, 1, 1), ...none, a: null })).toMatch(/absent .* only in B$/)
  })
})

describe('figures', () => {
  test('are shown with what speaks against them, in 80 columns', () => {
    const rows = [
      {
        name: 'a long name of an operation of some coordinator',
        pending: 10_000,
        perSecond: 2e6,
        note: 'p99',
      },
      { name: 'empty', pending: 0, perSecond: 5e9, suspicions: ['below 1 ns'] },
    ]
    const text = renderRows([{ title: 'suite', rows }], SCREEN)
    expect(text).toMatch(/500 ns\s+2\.00 M/)
    expect(text).toContain('a long name of an operation of some coordinator, 10000\n')
    expect(text).toMatch(/empty .* 0\.20 ns .* below 1 ns/)
    expect(text.split('\n').every((line) => line.length <= 80)).toBe(true)
  })
})
