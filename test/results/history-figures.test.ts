import { describe, expect, test } from 'vitest'
import type { BaselineMetric } from '../../src/results/baseline.ts'
import type { Acceptance } from '../../src/results/baseline-history.ts'
import { acceptedFigures } from '../../src/results/history-figures.ts'

const metric = (value: number | null): BaselineMetric => ({
  class: 'exact',
  unit: 'ns',
  better: 'lower',
  value,
  samples: {},
})

const baseline = {
  scenario: { name: 'fleet', file: null, hash: 'h' },
  variants: {
    small: { seeds: ['1'], costs: null, fingerprints: {}, metrics: { p50: metric(3), p95: metric(9) } },
  },
}

const accepted = (
  day: number,
  figures: Readonly<Record<string, number | null>>,
  more: Partial<Acceptance> = {},
): Acceptance => ({
  name: 'fleet',
  when: `2026-01-0${day}`,
  who: null,
  commit: `c${day}`,
  reason: 'a test',
  first: false,
  changed: Object.entries(figures).map(([name, to]) => ({ variant: 'small', metric: name, from: null, to })),
  ...more,
})

const valuesOf = (acceptances: readonly Acceptance[]) =>
  acceptedFigures(acceptances, baseline).map(({ variants }) =>
    Object.values(variants.small!).map(({ value }) => value),
  )

describe('the figures of a baseline over its history', () => {
  test('are what was changed last, and stand until they are changed', () => {
    const history = [
      accepted(1, { p50: 1, p95: 5 }, { first: true }),
      accepted(2, { p95: 9 }),
      accepted(3, {}),
    ]
    expect(valuesOf(history)).toEqual([
      [1, 5],
      [1, 9],
      [1, 9],
    ])
  })

  test('are absent where nothing was observed, and of no other scenario', () => {
    const other = accepted(2, { p50: 7 }, { name: 'other' })
    expect(valuesOf([accepted(1, { p50: 1, p95: null }, { first: true }), other])).toEqual([[1, null]])
  })

  test('are not those of before where the baseline was begun anew', () => {
    const history = [
      accepted(1, { p50: 1, p95: 5 }, { first: true }),
      accepted(2, { p50: 3 }, { first: true }),
    ]
    expect(valuesOf(history)).toEqual([
      [1, 5],
      [3, 9],
    ])
  })

  test('are those of the baseline where its history tells of no change, and before a change what it was from', () => {
    const from = (p95: number) => [{ variant: 'small', metric: 'p95', from: p95, to: 9 }]
    const history = [accepted(1, {}, { first: true }), accepted(2, {}, { changed: from(7) }), accepted(3, {})]
    expect(valuesOf(history)).toEqual([
      [3, 7],
      [3, 9],
      [3, 9],
    ])
    // What was before it was begun anew is not told by what came after.
    expect(valuesOf([...history, accepted(4, {}, { first: true })])).toEqual([
      [null, 7],
      [null, 9],
      [null, 9],
      [3, 9],
    ])
  })

  test('leave out what the baseline has no more, and have its units', () => {
    const [only] = acceptedFigures([accepted(1, { gone: 4, p50: 1 }, { first: true })], baseline)
    expect(only!.variants).toEqual({
      small: {
        p50: { unit: 'ns', better: 'lower', value: 1 },
        p95: { unit: 'ns', better: 'lower', value: 9 },
      },
    })
    expect(only).toMatchObject({ when: '2026-01-01', commit: 'c1' })
  })
})
