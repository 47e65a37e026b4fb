// Thresholds as they are written: shares, amounts in the unit of the metric, by name before default.

import { describe, expect, test } from 'vitest'
import { pathOf, thresholdOf } from '../../src/gate/threshold.ts'
import type { Allowance, Scenario } from '../../src/scenario/scenario.ts'
import type { Unit } from '../../src/units.ts'

const file = { mistake: (_: unknown, message: string) => ({ message }) }
const worseBy = (text: string | number): Allowance => ({
  kind: 'worse-by',
  limit: { text, path: ['gate', 'm', 'worse-by'] },
  path: ['gate', 'm'],
})
const held = (text: string | number, unit: Unit) =>
  thresholdOf('m', unit, { gate: { m: worseBy(text) } }, file)

describe('a threshold', () => {
  test('with % is a share of the baseline, whatever the unit', () => {
    for (const unit of ['ns', 'bytes', '/s', 'ratio', 'count', 'tokens', 'number'] as const)
      expect(held('2%', unit)).toMatchObject({ kind: 'worse-by', share: 0.02, text: 'worse by 2 %' })
    expect(held('2%', 'ns')).not.toHaveProperty('least')
  })

  test('without % is an amount in the unit of the metric', () => {
    expect(held('5ms', 'ns')).toMatchObject({ least: 5e6, text: 'worse by 5 ms' })
    expect(held('1MiB', 'bytes')).toMatchObject({ least: 1024 ** 2 })
    expect(held(3, 'count')).toMatchObject({ least: 3 })
    // Two points, not two hundredths of what it was.
    expect(held(0.02, 'ratio')).toMatchObject({ share: 0, least: 0.02, text: 'worse by 0.02' })
  })

  test('of another unit, or without one, is a mistake', () => {
    expect(() => held('5MiB', 'ns')).toThrow('invalid worse-by: 5MiB')
    expect(() => held(5, 'ns')).toThrow('invalid worse-by: 5')
    expect(() => held('5 MiB', 'ns')).toThrow('or a share of the baseline, such as 2%')
  })

  test('is not below 0, in whatever unit', () => {
    for (const [text, unit] of [
      ['-2%', 'ns'],
      ['-2%', 'ratio'],
      ['-5ms', 'ns'],
      ['-1/s', '/s'],
      [-3, 'count'],
    ] as const)
      expect(() => held(text, unit)).toThrow(`invalid worse-by: ${text}; expected how much worse`)
  })

  test('by name goes before the default, which goes before 1 %', () => {
    const gate = { default: worseBy('5%'), m: { kind: 'exact', path: ['gate', 'm'] } } as const
    expect(thresholdOf('m', 'ns', { gate }, file)).toEqual({ kind: 'exact', text: 'exact', named: true })
    expect(thresholdOf('n', 'ns', { gate }, file)).toMatchObject({ share: 0.05, named: false })
    expect(thresholdOf('n', 'ns', {}, file)).toMatchObject({ share: 0.01, named: false })
    // A name that every object has is no metric of the gate's.
    expect(thresholdOf('constructor', 'ns', { gate }, file)).toMatchObject({ share: 0.05 })
  })

  test('stands where the gate names the metric, else where the scenario speaks of it, else at the default or the name', () => {
    const expected = [{ metric: 'n', path: ['expect', 0] }]
    const scenario = (gate?: Scenario['gate']) =>
      ({ expect: expected, claims: [], gate }) as unknown as Scenario
    const gate = { default: { kind: 'exact', path: ['gate', 'default'] }, m: worseBy('1%') } as const
    expect(pathOf('m', scenario(gate))).toEqual(['gate', 'm'])
    expect(pathOf('n', scenario(gate))).toEqual(['expect', 0, 'metric'])
    expect(pathOf('o', scenario(gate))).toEqual(['gate', 'default'])
    expect(pathOf('o', scenario())).toEqual(['name'])
  })
})
